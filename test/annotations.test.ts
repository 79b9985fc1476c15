import { describe, expect, test } from "vitest";
import { toDiagnostic } from "../compiler/diagnostics/diagnostic.js";
import { newReporter } from "../compiler/diagnostics/reporter.js";
import type { LowerFunction } from "../compiler/frontend/context.js";
import {
  readProject,
  type FrontendOptions,
} from "../compiler/frontend/readProject.js";
import type { Entry } from "../compiler/ir/program.js";

/** What reading finds does not depend on how bodies are lowered. */
const emptyBody: LowerFunction = (decl, name, ctx) => ({
  name,
  params: [],
  body: { params: [], body: [], yields: [] },
  results: [],
  span: ctx.spanOf(decl),
});

function readAll(
  sources: Record<string, string>,
  options: FrontendOptions = {},
) {
  const reporter = newReporter();
  const { modules, textOf } = readProject(
    { sources, ...options },
    reporter,
    emptyBody,
  );
  return (file: string) => ({
    findings: reporter.findings
      .filter(({ span }) => span.file === file)
      .map((finding) => {
        const { code, start, end, message } = toDiagnostic(finding, textOf);
        const word = textOf(file).slice(finding.span.start, finding.span.end);
        return { code, word, message, start, end };
      }),
    entries:
      modules.find((module) => module.file === file)?.program.entries ?? [],
  });
}

const read = (text: string, options?: FrontendOptions) =>
  readAll({ "model.ts": text }, options)("model.ts");

/** Opening a program takes a tenth of a second: the cases of a table are the files of one. */
function inOneProgram(texts: readonly string[]) {
  let all: ReturnType<typeof readAll> | undefined;
  const nameOf = (text: string): string => `case${texts.indexOf(text)}.ts`;
  return (text: string) => {
    all ??= readAll(Object.fromEntries(texts.map((one) => [nameOf(one), one])));
    return all(nameOf(text));
  };
}

/** `code word` of each finding. */
const shown = ({ findings }: ReturnType<typeof read>): string[] =>
  findings.map(({ code, word }) => `${code} ${word}`);

const wordsOf = (text: string): string[] => shown(read(text));

const shapeOf = ({ exportName, wrt, modes }: Entry): string =>
  `${exportName} wrt=${wrt.map((path) => path.join(".")).join(",")} modes=${modes.join(",")}`;

const entriesOf = (text: string, options?: FrontendOptions): string[] => {
  const { entries, findings } = read(text, options);
  expect(findings).toEqual([]);
  return entries.map(shapeOf);
};

describe("what an annotation means", () => {
  test("every parameter that holds a float, and the mode that fits the result", () => {
    expect(
      entriesOf(`
        enum Kind { a, b }
        interface Params { w: number[]; name: string }
        /** @differentiable */
        export function f(p: Params, n: number, label: string, on: boolean, kind: Kind, idx: Int32Array, ys?: Float64Array): number { return n; }
        /** @differentiable */
        export const g = (x: number) => [x, x];
        /** Twice.
         * @differentiable */
        const h = function (x: number): number | undefined { return x; };
      `),
    ).toEqual([
      "f wrt=p,n,ys modes=grad",
      "g wrt=x modes=vjp",
      "h wrt=x modes=vjp",
    ]);
  });

  const meanings: [string, string][] = [
    ["wrt=b,a modes=jvp,grad", "f wrt=b,a modes=grad,jvp"],
    ["wrt = a , b", "f wrt=a,b modes=grad"],
    ["modes=vjp - the slope of a", "f wrt=a,b,p modes=vjp"],
    ["wrt=p.w.x", "f wrt=p.w.x modes=grad"],
    [
      "wrt=p.w,a\n *   modes=jvp\n *\n * and a description",
      "f wrt=p.w,a modes=jvp",
    ],
    ["\n * @returns a number", "f wrt=a,b,p modes=grad"],
  ];
  const withWords = (words: string): string =>
    `/** @differentiable ${words} */
export function f(a: number, b: number, p: { w: { x: number }; s: string }): number { return a; }`;
  const readMeaning = inOneProgram(meanings.map(([words]) => withWords(words)));
  test.each(meanings)("%s", (words, shape) => {
    const { findings, entries } = readMeaning(withWords(words));
    expect(findings).toEqual([]);
    expect(entries.map(shapeOf)).toEqual([shape]);
  });

  test("destructured parameters go by position", () => {
    expect(
      entriesOf(
        "/** @differentiable */\nexport function f({ x }: { x: number }, [a]: [number]): number { return x + a; }",
      ),
    ).toEqual(["f wrt=arg0,arg1 modes=grad"]);
  });

  test("numbers that are only carried are warned of, and the others have their slopes", () => {
    const { findings, entries } = read(`
      interface Prices { [name: string]: number; [slot: number]: number }
      /** @differentiable */
      export function f(x: number, shares: Map<string, number>, y: number): number { return x * (shares.get("a") ?? y); }
      /** @differentiable */
      export function g(x: number, prices: Prices): number { return x * (prices["wood"] ?? 1); }
      /** @differentiable wrt=x */
      export function h(x: number, chosen: ReadonlySet<number>): number { return chosen.has(1) ? x : 2 * x; }`);
    expect(findings.map(({ code, word }) => `${code} ${word}`)).toEqual([
      "DC3007 shares",
      "DC3007 prices",
    ]);
    expect(entries.map(shapeOf)).toEqual([
      "f wrt=x,y modes=grad",
      "g wrt=x modes=grad",
      "h wrt=x modes=grad",
    ]);
  });

  test("--fn, --wrt and --modes go before the tag, and need none", () => {
    const text = `
      export const f = (a: number, b: number): number => a * b;
      /** @differentiable wrt=a modes=grad */
      export function g(a: number, b: number): number { return a * b; }
      /** @differentiable */
      export function other(a: number): number { return a; }`;
    expect(entriesOf(text, { fn: "f" })).toEqual(["f wrt=a,b modes=grad"]);
    expect(entriesOf(text, { fn: "g" })).toEqual(["g wrt=a modes=grad"]);
    expect(entriesOf(text, { fn: "g", wrt: ["b"], modes: ["jvp"] })).toEqual([
      "g wrt=b modes=jvp",
    ]);
  });
});

const onF = (words: string): string =>
  `/** @differentiable ${words} */
export function f(alpha: number, p: { w: number; s: string }, s: string): number { return alpha; }`;

describe("mistakes are shown at their word", () => {
  const mistakes: [string, string][] = [
    ["wrt=alhpa", "DC1102 alhpa"],
    ["wrt=alpha,beta", "DC1102 beta"],
    ["wrt=p.v", "DC1102 v"],
    ["wrt=alpha.x", "DC1102 x"],
    ["wrt=s", "DC1106 s"],
    ["wrt=p.s", "DC1106 p.s"],
    ["wrt=alpha,alpha", "DC1111 alpha"],
    ["wrt=p,p.w", "DC1111 p.w"],
    ["wrt=", "DC1101 wrt="],
    ["wrt=alpha wrt=p", "DC1111 wrt=p"],
    ["modes=gard", "DC1103 gard"],
    ["modes=hessian", "DC2002 hessian"],
    ["modes=grad,grad", "DC1111 grad"],
    ["mode=grad", "DC1101 mode=grad"],
    ["jvp", "DC1101 jvp"],
    ["\n * modes=hvp", "DC2002 hvp"],
  ];
  const readMistake = inOneProgram(mistakes.map(([words]) => onF(words)));
  test.each(mistakes)("%s", (words, expected) => {
    expect(shown(readMistake(onF(words)))).toEqual([expected]);
  });

  test("all of them at once, with a suggestion", () => {
    const { findings } = read(onF("wrt=alhpa,p.v modes=gard foo"));
    expect(findings.map(({ message }) => message)).toEqual([
      "unknown word foo in @differentiable",
      "there is no parameter alhpa; did you mean alpha?",
      "there is no field v in p; did you mean w?",
      "unknown mode gard; did you mean grad?",
    ]);
  });

  test("line and column count from 1, the end is exclusive", () => {
    expect(read(onF("wrt=beta")).findings[0]).toMatchObject({
      start: { line: 1, column: 25 },
      end: { line: 1, column: 29 },
    });
  });

  const signatures: [string, string, string][] = [
    ["(x: number): number[] { return [x]; }", "modes=grad", "DC1104 grad"],
    ["(x: number[]): void { x[0] = 1; }", "", "DC1105 void"],
    ["(x: number): string { return String(x); }", "", "DC1105 string"],
    ["(s: string): number { return s.length; }", "", "DC1107 f"],
    ["(): number { return 1; }", "", "DC1107 f"],
    ["<T>(x: number, t: T): number { return x; }", "", "DC2008 f"],
  ];
  const withRest = (rest: string, words: string): string =>
    `/** @differentiable ${words} */\nexport function f${rest}`;
  const readSignature = inOneProgram(
    signatures.map(([rest, words]) => withRest(rest, words)),
  );
  test.each(signatures)("f%s", (rest, words, expected) => {
    expect(shown(readSignature(withRest(rest, words)))).toEqual([expected]);
  });

  test("a void function is told to return", () => {
    const { findings } = read(
      "/** @differentiable */\nexport function f(x: number[]) { x[0] = 1; }",
    );
    expect(findings[0]?.message).toBe("the function returns nothing");
  });

  test("async functions and generators", () => {
    expect(
      wordsOf(`/** @differentiable */
        export async function f(x: number) { return x; }
        /** @differentiable */
        export function* g(x: number) { yield x; }`),
    ).toEqual(["DC2007 f", "DC2007 g"]);
  });
});

describe("the tag in other places", () => {
  const places: [string, string][] = [
    [
      "class C {\n/** @differentiable */ get m(): number { return 1; } }",
      "DC2001",
    ],
    [
      "const o = {\n/** @differentiable */ m(x: number): number { return x; } };",
      "DC2001",
    ],
    ["/** @differentiable */\nexport const k = 3;", "DC1110"],
    [
      "/** @differentiable */\nexport let f = (x: number): number => x;",
      "DC1110",
    ],
    ["/** @differentiable */\ninterface I { x: number }", "DC1110"],
    ["export {};\n/** @differentiable */", "DC1110"],
    [
      "/** @differentiable */\nexport default function (x: number): number { return x; }",
      "DC1110",
    ],
    [
      "function o() {\n/** @differentiable */ function f(x: number): number { return x; } return f; }",
      "DC2009",
    ],
    [
      "export {};\n// @differentiable\nfunction f(x: number): number { return x; }",
      "DC1110",
    ],
    [
      "class C { /** @differentiable */ m(x: number): number { return x; } }",
      "DC1110",
    ],
  ];
  const readPlace = inOneProgram(places.map(([text]) => text));
  test.each(places)("%s", (text, code) => {
    expect(shown(readPlace(text))).toEqual([`${code} @differentiable`]);
  });

  test("where the function is, is said", () => {
    const { findings } = read(
      "export namespace N {\n/** @differentiable */ export function f(x: number): number { return x; } }",
    );
    expect(findings.map(({ message }) => message)).toEqual([
      "a function inside a namespace cannot be annotated",
    ]);
  });

  test("above a signature it means the implementation", () => {
    const text = `export class Gain {
      static k = 2;
      /** @differentiable wrt=x */
      at(x: number): number;
      at(x: number, y: number): number;
      at(x: number, y = 1): number { return x * y; }
      static of(x: number): number;
      /** @differentiable */
      static of(x: number, y: number): number;
      static of(x: number, y = 1): number { return x * y; }
    }
`;
    expect(entriesOf(text)).toEqual([
      "gainAt wrt=x modes=grad",
      "gainOf wrt=x,y modes=grad",
    ]);
    expect(
      wordsOf(`/** @differentiable */
        export function f(x: number): number;
        /** @differentiable */
        export function f(x: number, k = 2): number { return x * k; }`),
    ).toEqual(["DC1110 @differentiable"]);
  });

  test("in prose and in strings it means nothing", () => {
    expect(
      entriesOf(`/** Functions with @differentiable. */
        export const text = "/** @differentiable */";
        /** Helper of @differentiable functions. */
        function g(x: number): number { return x; }
        /** The loss. @differentiable */
        export function f(x: number): number { return g(x); }`),
    ).toEqual(["f wrt=x modes=grad"]);
  });

  test("nothing annotated, no such function", () => {
    const text = "export function area(r: number): number { return r; }";
    expect(read(text).findings[0]?.code).toBe("DC1005");
    expect(read(text, { fn: "aera" }).findings[0]?.message).toBe(
      "there is no function aera at the top level; did you mean area?",
    );
  });

  test("two functions whose derivatives would have one name", () => {
    expect(
      wordsOf(`/** @differentiable */
        export function f(x: number): number { return x; }
        /** @differentiable */
        export function fValueAnd(x: number): number { return x; }`),
    ).toEqual(["DC1108 fValueAnd"]);
  });
});
