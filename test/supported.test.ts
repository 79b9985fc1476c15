import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { codes } from "../compiler/diagnostics/codes.js";

/**
 * docs/supported.md against the fixtures that it names. The fixtures themselves are checked elsewhere: here it is asked
 * whether they are there, whether they are carried or refused as the table says, and whether anything is missing in it.
 */
const at = (path: string): string =>
  fileURLToPath(new URL(`../${path}`, import.meta.url));
const page = readFileSync(at("docs/supported.md"), "utf8");

interface Row {
  readonly what: string;
  readonly fixtures: readonly string[];
  /** Of a row that says what is refused. */
  readonly codes: readonly string[];
}

const rows: Row[] = [...page.matchAll(/^\| (.*?) +\| (.*) \|$/gm)]
  .map(([, what = "", rest = ""]) => ({
    what,
    fixtures: linksIn(rest, /\]\(\.\.\/fixtures\/([^)]+)\.ts\)/g),
    codes: linksIn(rest, /\]\(diagnostics\/(DC\d+)\.md\)/g),
  }))
  .filter(({ fixtures }) => fixtures.length > 0);

function linksIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}

/** The codes of a fixture that is refused, as its expectation has them; none where it is carried. */
function refusalsOf(fixture: string): string[] {
  const text = readFileSync(at(`fixtures/${fixture}.expect.md`), "utf8");
  const [, diagnostics = ""] = text.split("\n## Diagnostics\n");
  const errors = [...diagnostics.matchAll(/ - error (DC\d+): /g)];
  return [...new Set(errors.map(([, code = ""]) => code))].sort();
}

test("the table is read", () => {
  expect(rows.length).toBeGreaterThan(50);
});

describe.each(rows.map((row) => [row.what, row] as const))("%s", (_, row) => {
  test("its fixtures are there, and end as it says", () => {
    for (const fixture of row.fixtures) {
      expect(existsSync(at(`fixtures/${fixture}.ts`)), fixture).toBe(true);
      const isRefused = refusalsOf(fixture).length > 0;
      expect([fixture, isRefused]).toEqual([fixture, row.codes.length > 0]);
    }
    const found = new Set(row.fixtures.flatMap(refusalsOf));
    expect([...found].sort()).toEqual(row.codes);
    for (const code of row.codes) expect(Object.keys(codes)).toContain(code);
  });
});

describe("nothing is missing", () => {
  const named = new Set(rows.flatMap(({ fixtures }) => fixtures));
  const themes = readdirSync(at("fixtures"));

  test.each(themes)("%s has a row", (theme) => {
    expect([...named].some((one) => one.startsWith(`${theme}/`))).toBe(true);
  });

  test("every code that a fixture gives is named", () => {
    const listed = new Set(rows.flatMap((row) => row.codes));
    const given = readdirSync(at("fixtures/error"))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".lib.ts"))
      .flatMap((name) => refusalsOf(`error/${name.replace(/\.ts$/, "")}`));
    expect(given.filter((code) => !listed.has(code))).toEqual([]);
  });
});
