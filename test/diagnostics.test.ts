import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codes } from "../compiler/diagnostics/codes.js";
import {
  toDiagnostic,
  type Finding,
} from "../compiler/diagnostics/diagnostic.js";
import { renderJson } from "../compiler/diagnostics/renderJson.js";
import { renderPretty } from "../compiler/diagnostics/renderPretty.js";
import {
  inSourceOrder,
  newReporter,
} from "../compiler/diagnostics/reporter.js";
import { isSilenced } from "../compiler/diagnostics/silence.js";
import { didYouMean } from "../compiler/diagnostics/suggest.js";

const text = `export function f(x: number): number {
\tconst y = Math.floor(x);
  return y;
}
`;
const textOf = (file: string): string => (file === "model.ts" ? text : "");

function findingAt(word: string, more: Partial<Finding> = {}): Finding {
  const start = text.indexOf(word);
  return {
    code: "DC3004",
    severity: "warning",
    span: { file: "model.ts", start, end: start + word.length },
    message: "x is lost in rounding",
    help: "leave it out of wrt",
    ...more,
  };
}

describe("the table of codes", () => {
  test("docs/diagnostics.md shows the same table", () => {
    const page = readFileSync(
      new URL("../docs/diagnostics.md", import.meta.url),
      "utf8",
    );
    const rows = [
      ...page.matchAll(
        /^\| \[(DC\d+)\]\(diagnostics\/\1\.md\) +\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm,
      ),
    ].map(([, code, category, title, help]) => [code, category, title, help]);
    const expected = Object.entries(codes).map(
      ([code, { category, title, help }]) => [code, category, title, help],
    );
    expect(rows).toEqual(expected);
  });

  test("a code's number says its kind", () => {
    for (const [code, { category }] of Object.entries(codes)) {
      const kinds = { 1: "user", 2: "unsupported", 9: "internal" };
      const kind = kinds[code[2] as "1" | "2" | "9"] as string | undefined;
      if (kind !== undefined) expect([code, category]).toEqual([code, kind]);
    }
  });
});

describe("rendering", () => {
  const diagnostic = toDiagnostic(findingAt("Math.floor(x)"), textOf);

  test("places count from 1, the end is exclusive", () => {
    expect(diagnostic).toMatchObject({
      file: "model.ts",
      start: { line: 2, column: 12 },
      end: { line: 2, column: 25 },
    });
  });

  test("a code frame with the exact span, then the help", () => {
    expect(renderPretty([diagnostic], textOf, false)).toBe(
      `model.ts:2:12 - warning DC3004: x is lost in rounding

2  const y = Math.floor(x);
             ~~~~~~~~~~~~~
  help: leave it out of wrt
`.replace("  help", "\n  help"),
    );
  });

  test("several lines, related places, another name for the file", () => {
    const span = { file: "model.ts", start: 0, end: text.length - 1 };
    const finding = findingAt("f", {
      code: "DC1108",
      severity: "error",
      span,
      related: [{ span: findingAt("return").span, message: "here" }],
    });
    const shown = renderPretty(
      [toDiagnostic(finding, textOf)],
      textOf,
      false,
      (file) => `src/${file}`,
    );
    expect(shown).toContain("src/model.ts:1:1 - error DC1108:");
    expect(shown).toContain("4 }\n  ~");
    expect(shown).toContain("src/model.ts:3:3 - here");
  });

  test("colour only where asked for", () => {
    const escape = "\u001b[";
    expect(renderPretty([diagnostic], textOf, true)).toContain(escape);
    expect(renderPretty([diagnostic], textOf, false)).not.toContain(escape);
  });

  test("a long line is cropped around the span", () => {
    const long = `${"a + ".repeat(100)}culprit${" + b".repeat(100)}`;
    const start = long.indexOf("culprit");
    const span = { file: "long.ts", start, end: start + 7 };
    const shown = renderPretty(
      [toDiagnostic(findingAt("x", { span }), () => long)],
      () => long,
      false,
    );
    const [, , source = "", marks = ""] = shown.split("\n");
    expect(source.length).toBeLessThan(120);
    expect(source.slice(marks.indexOf("~"), marks.lastIndexOf("~") + 1)).toBe(
      "culprit",
    );
  });

  test("a finding without a file, and one in a file that is gone", () => {
    const nowhere = findingAt("x", { span: { file: "", start: 0, end: 0 } });
    expect(
      renderPretty([toDiagnostic(nowhere, textOf)], textOf, false),
    ).toMatch(/^warning DC3004: /);
  });

  test("JSON is one array", () => {
    expect(JSON.parse(renderJson([diagnostic]))).toEqual([
      JSON.parse(JSON.stringify(diagnostic)),
    ]);
  });
});

test("the same finding counts once, and findings can be put in order", () => {
  const reporter = newReporter();
  reporter.report(findingAt("return"));
  reporter.report(findingAt("const"));
  reporter.report(findingAt("return"));
  expect(reporter.findings.length).toBe(2);
  const [first] = inSourceOrder(reporter.findings);
  expect(first?.span.start).toBe(text.indexOf("const"));
});

test("a comment with its code silences a warning, and no error", () => {
  const silenced = (source: string, severity: "warning" | "error"): boolean => {
    const start = source.indexOf("floor");
    const span = { file: "m.ts", start, end: start + 5 };
    return isSilenced(findingAt("x", { span, severity }), () => source);
  };
  expect(silenced("floor(x); // DC3004: the cell", "warning")).toBe(true);
  expect(silenced("// DC3004\nfloor(x);", "warning")).toBe(true);
  expect(silenced("// DC3005\nfloor(x);", "warning")).toBe(false);
  expect(silenced("a(); // DC3004\nfloor(x);", "warning")).toBe(false);
  expect(silenced("// DC3004\nfloor(x);", "error")).toBe(false);
});

test("suggestions are near, or there is none", () => {
  expect(didYouMean("lenght", ["length", "width"])).toBe(
    "; did you mean length?",
  );
  expect(didYouMean("zzz", ["length", "width"])).toBe("");
});
