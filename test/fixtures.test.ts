import { check } from "prettier";
import { describe, expect, it } from "vitest";
import { compileBatch } from "./harness/batch.js";
import { expectPath, readFixtures, siblings } from "./harness/fixture.js";
import { fixtureFaults, subjectsOf } from "./harness/fixtureChecks.js";
import { fixtureReport } from "./harness/fixtureReport.js";
import { saysAny } from "./harness/saysAny.js";
import { strictErrors } from "./harness/strict.js";

/**
 * Every program under fixtures/ against its expectation and against all the questions of the harness.
 * `npm run fixtures:update` writes the expectations anew: read the diff.
 */
const { fixtures, sources } = readFixtures();
const outcomes = compileBatch(sources);
const outcomeOf = (name: string) => {
  const outcome = outcomes.get(`${name}.ts`);
  if (outcome === undefined) throw new Error(`no outcome for ${name}`);
  return outcome;
};

describe.each(fixtures.map((fixture) => [fixture.name, fixture] as const))(
  "%s",
  (name, fixture) => {
    const outcome = outcomeOf(name);
    const subjects = subjectsOf(fixture, outcome, siblings(name, sources));

    it("is compiled, or refused where it should be", () => {
      expect(outcome.crash).toBeUndefined();
      if (fixture.isError) expect(outcome.errors).not.toEqual([]);
      else expect(outcome.errors).toEqual([]);
    });

    it("has exact derivatives", () => {
      expect(fixtureFaults(fixture, outcome, subjects)).toEqual([]);
    });

    it("gives what is expected", async () => {
      const report = fixtureReport(fixture, outcome, subjects);
      await expect(report).toMatchFileSnapshot(expectPath(fixture));
    });
  },
);

describe("generated modules", () => {
  const generated = Object.fromEntries(
    [...outcomes].flatMap(([path, { text }]) =>
      text === undefined ? [] : [[path, text]],
    ),
  );

  it("are clean under tsc --strict and its stricter friends", () => {
    expect(strictErrors(sources, generated)).toEqual([]);
  });

  it("say nowhere that something may be anything", () => {
    expect(Object.values(generated).flatMap(saysAny)).toEqual([]);
  });

  it("are left alone by prettier", async () => {
    const changed: string[] = [];
    for (const [path, text] of Object.entries(generated))
      if (!(await check(text, { parser: "typescript" }))) changed.push(path);
    expect(changed).toEqual([]);
  });

  it("are the same bytes in a second run, and without the other files", () => {
    const themes = [...new Set(Object.keys(sources).map(themeOf))];
    const some = themes.filter(
      (_, i) => process.env["EVERY"] !== undefined || i % 6 === 0,
    );
    const again = compileBatch(
      Object.fromEntries(
        Object.entries(sources).filter(([path]) =>
          some.includes(themeOf(path)),
        ),
      ),
    );
    const differ = [...again.keys()].filter(
      (path) => again.get(path)?.text !== generated[path],
    );
    expect(differ).toEqual([]);
  });
});

function themeOf(path: string): string {
  return path.slice(0, path.indexOf("/"));
}
