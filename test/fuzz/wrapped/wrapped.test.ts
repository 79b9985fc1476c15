import { expect, it } from "vitest";
import { seedOfCommit } from "../commit.js";
import type { Verdict } from "./check.js";
import { newWrappedRun } from "./run.js";

/**
 * Fixtures written differently give the same values and slopes: some of them in each run, by the commit, so that a
 * failure comes again until it is mended. `npm run fuzz:wrapped` takes all of them, and any seed.
 */
const seed = seedOfCommit();
const oneIn = 24;

it(`fixtures rewritten by seed ${seed} are what they were`, () => {
  const run = newWrappedRun((_, at) => (at + seed) % oneIn === 0);
  const verdicts = run.check(seed);
  const bad = verdicts.filter(
    ({ kind }) => kind === "wrong" || kind === "crashed",
  );
  expect(bad.map(described)).toEqual([]);
  // most rewrites are carried
  const fine = verdicts.filter(({ kind }) => kind === "ok");
  expect(fine.length).toBeGreaterThan(verdicts.length / 2);
});

const described = ({ rewritten, kind, notes }: Verdict): string =>
  [
    `${kind}: ${rewritten.rewrites.join(" + ")}`,
    `npm run fuzz:wrapped -- --seeds ${seed} --fixtures ${rewritten.fixture.name} --show`,
    ...notes.slice(0, 3),
    rewritten.source,
  ].join("\n");
