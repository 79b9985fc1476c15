import { describe, expect, it } from "vitest";
import type { Verdict } from "./checkProgram.js";
import { fuzz, summarise } from "./run.js";

/** The programs of the normal test run; `npm run fuzz -- --seeds A-B` runs any others. */
const seeds = 500;
const part = 50;

describe("random programs", () => {
  const all: Verdict[] = [];

  for (let from = 0; from < seeds; from += part) {
    const to = from + part - 1;
    it(`seeds ${from} to ${to}: gradients are exact`, () => {
      const verdicts = [...fuzz({ from, to })].flat();
      all.push(...verdicts);
      const bad = verdicts.filter(
        ({ kind }) => kind !== "ok" && kind !== "refused",
      );
      expect(bad.map(describeVerdict)).toEqual([]);
    });
  }

  it("refuses at most one in a hundred", () => {
    const { counts, codes } = summarise(all);
    const refusals = [...codes].map(([code, count]) => `${code}: ${count}`);
    expect(counts.refused, refusals.join(", ")).toBeLessThanOrEqual(
      all.length / 100,
    );
  });
});

const describeVerdict = ({ program, kind, notes }: Verdict): string =>
  [
    `${kind}: npm run fuzz -- --seeds ${program.seed}`,
    ...notes.slice(0, 4),
    program.source,
  ].join("\n");
