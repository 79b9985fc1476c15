import { check } from "prettier";
import { describe, expect, it } from "vitest";
import { compileBatch } from "./harness/batch.js";
import { readFixtures, siblings } from "./harness/fixture.js";
import { fixtureFaults, subjectsOf } from "./harness/fixtureChecks.js";
import { strictErrors } from "./harness/strict.js";

/**
 * What a line holds decides which parts of an expression get a name, and what stands on a line of its own; it must not
 * decide what is computed. The fixtures printed in short and in long lines, with the questions of test/fixtures. A part of
 * them here; all in every width with `EVERY=1`, in some with `WIDTHS=40,60`.
 */
const { fixtures, sources } = readFixtures();
const isAll = process.env["EVERY"] !== undefined;
const every = isAll ? 1 : 200;
const widths = process.env["WIDTHS"]?.split(",").map(Number) ?? [
  24, 40, 60, 200,
];

describe.each(widths.map((width, n) => [width, n] as const))(
  "in lines of %d characters",
  (width, n) => {
    const first = Math.floor((n * every) / widths.length);
    const chosen = fixtures.filter(
      (fixture, k) => !fixture.isError && k % every === first,
    );
    const wanted = Object.assign(
      {},
      ...chosen.map(({ name }) => ({
        ...siblings(name, sources),
        [`${name}.ts`]: sources[`${name}.ts`],
      })),
    ) as Record<string, string>;
    const outcomes = compileBatch(wanted, { width: () => width });
    const generated = Object.fromEntries(
      [...outcomes].flatMap(([path, { text }]) =>
        text === undefined ? [] : [[path, text]],
      ),
    );

    it.each(chosen.map((fixture) => [fixture.name, fixture] as const))(
      "%s",
      (name, fixture) => {
        const outcome = outcomes.get(`${name}.ts`)!;
        expect(outcome.crash).toBeUndefined();
        const subjects = subjectsOf(fixture, outcome, siblings(name, sources));
        expect(fixtureFaults(fixture, outcome, subjects)).toEqual([]);
      },
    );

    it.runIf(isAll)(
      "is clean under tsc --strict and its stricter friends",
      () => {
        expect(strictErrors(wanted, generated)).toEqual([]);
      },
    );

    // declarations of the source are copied as they are, and prettier takes short lines in ways of its own
    it.runIf(isAll && width >= 60)("is left alone by prettier", async () => {
      const changed: string[] = [];
      for (const [path, text] of Object.entries(generated)) {
        const options = { parser: "typescript", printWidth: width };
        if (!(await check(text, options))) changed.push(path);
      }
      expect(changed.slice(10)).toEqual([]);
    });
  },
);

// a field or none stays in its literal: a name of its own would need a type, and its test narrows what it asks for
it("in short lines, optional fields are clean under tsc --strict", () => {
  const path = "closures/composedInFold.ts";
  const wanted = { [path]: sources[path]! };
  const text = compileBatch(wanted, { width: () => 24 }).get(path)?.text;
  expect(text).toBeDefined();
  expect(strictErrors(wanted, { [path]: text! })).toEqual([]);
});
