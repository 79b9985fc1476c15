import { describe, expect, it } from "vitest";
import { compile } from "../src/index.js";
import { compileBatch } from "./harness/batch.js";
import { readFixtures, siblings } from "./harness/fixture.js";
import { fixtureFaults, subjectsOf } from "./harness/fixtureChecks.js";
import { strictErrors } from "./harness/strict.js";

/**
 * Functions that are cut because V8 would not optimise them: the fixtures cut into pieces of a few operations, with the
 * questions of test/fixtures. A part of them here; all with `EVERY=1`.
 */
const { fixtures, sources } = readFixtures();
const every = process.env["EVERY"] === undefined ? 32 : 1;
const only = process.env["ONLY"];
const chosen = fixtures.filter(
  (fixture, k) =>
    !fixture.isError &&
    (only === undefined ? k % every === 0 : fixture.name.includes(only)),
);
const wanted = Object.assign(
  {},
  ...chosen.map(({ name }) => ({
    ...siblings(name, sources),
    [`${name}.ts`]: sources[`${name}.ts`],
  })),
) as Record<string, string>;

describe.each([4, 11])("in parts of %d operations", (part) => {
  const outcomes = compileBatch(wanted, {
    lengths: { longest: part, part },
  });

  it.each(chosen.map((fixture) => [fixture.name, fixture] as const))(
    "%s",
    (name, fixture) => {
      const outcome = outcomes.get(`${name}.ts`)!;
      expect(outcome.crash).toBeUndefined();
      const subjects = subjectsOf(fixture, outcome, siblings(name, sources));
      expect(fixtureFaults(fixture, outcome, subjects)).toEqual([]);
    },
  );
});

it("the parts are clean under tsc --strict and its stricter friends", () => {
  const outcomes = compileBatch(wanted, {
    lengths: { longest: 7, part: 7 },
  });
  const generated = Object.fromEntries(
    [...outcomes].flatMap(([path, { text }]) =>
      text === undefined ? [] : [[path, text]],
    ),
  );
  expect(strictErrors(sources, generated)).toEqual([]);
});

const line = (statements: number): string => {
  const lines = Array.from(
    { length: statements },
    (_, i) => `  const v${i + 1} = v${i} * y + v${Math.max(0, i - 7)};`,
  );
  return `/** @differentiable modes=grad */
export function line(x: number, y: number): number {
  const v0 = x * y;
${lines.join("\n")}
  return v${statements};
}
`;
};

it("a function of ordinary length stays one", async () => {
  const { outputs } = await compile({ sources: { "line.ts": line(200) } });
  expect(outputs[0]?.text).not.toContain("Part1");
});

it("a long one becomes several, none of them long", async () => {
  const { outputs } = await compile({ sources: { "line.ts": line(3000) } });
  const lengths = outputs[0]!.text
    .split(/^(?:export )?function /m)
    .map((text) => text.split("\n").length);
  expect(lengths.length).toBeGreaterThan(6);
  expect(Math.max(...lengths)).toBeLessThan(1700);
});
