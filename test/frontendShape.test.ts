import { markNorms } from "../compiler/transform/markNorms.js";
import { expect, test } from "vitest";
import type { Func, Instr } from "../compiler/ir/ir.js";
import { eachInstr } from "../compiler/ir/visit.js";
import { lowerAll, type Case } from "./frontendHarness.js";

/** What becomes of loops, square roots and accesses: the form matters to what comes after. */
interface Shape {
  readonly name: string;
  readonly body: string;
  /** Parameters, `x: number` where they are left out. */
  readonly params?: string;
  /** What is counted, and how often it must be there. */
  readonly counts: Readonly<Record<string, number>>;
}

const arrays = "x: number[], y: Float64Array, n: number";

const shapes: readonly Shape[] = [
  {
    name: "a counted loop over an array",
    params: arrays,
    body: "let s = 0; for (let i = 0; i < x.length; i++) s += x[i]!; return s;",
    counts: { for: 1, while: 0, "load in": 1, "load out": 0 },
  },
  {
    name: "a bound that is any number",
    params: arrays,
    body: "let s = 0; for (let i = 0; i < n; i++) s += y[i]!; return s;",
    counts: { for: 1, while: 0, "load in": 0, "load out": 1 },
  },
  {
    name: "a start that is any number",
    params: arrays,
    body: "let s = 0; for (let i = n; i > 0; i--) s += i; return s;",
    counts: { for: 0, while: 1 },
  },
  {
    name: "down from the last element",
    params: arrays,
    body: "let s = 0; for (let i = y.length - 1; i >= 0; i--) s += y[i]!; return s;",
    counts: { for: 1, while: 0, "load in": 1, "load out": 0 },
  },
  {
    name: "a length in a const",
    params: arrays,
    body: "const m = y.length; let s = 0; for (let i = 0; i < m; i += 2) s += y[i]!; return s;",
    counts: { for: 1, "load in": 1, "load out": 0 },
  },
  {
    name: "an array made with the length of the loop",
    params: arrays,
    body: "const m = x.length; const a = new Float64Array(m); for (let i = 0; i < m; i++) a[i] = x[i]!; return a[0]!;",
    counts: { for: 1, "store in": 1, "load out": 1 },
  },
  {
    name: "a number[] that may be shortened",
    params: arrays,
    body: "let s = 0; const m = x.length; x.pop(); for (let i = 0; i < m; i++) s += x[i] ?? 0; return s;",
    counts: { for: 1 },
  },
  {
    name: "pushing to the array of the bound",
    params: arrays,
    body: "for (let i = 0; i < x.length && i < 10; i++) x.push(1); return x[0]!;",
    counts: { for: 0, while: 1 },
  },
  {
    name: "pushing to another array",
    params: arrays,
    body: "const a: number[] = []; for (let i = 0; i < x.length; i++) a.push(x[i]!); return a[0]!;",
    counts: { for: 1, while: 0 },
  },
  {
    name: "a store that may grow the array of the bound",
    params: arrays,
    body: "for (let i = 0; i < x.length && i < 10; i++) x[i + 1] = 2; return x[0]!;",
    counts: { for: 0, while: 1 },
  },
  {
    name: "a store at the variable cannot grow it",
    params: arrays,
    body: "for (let i = 0; i < x.length; i++) x[i] = 2; return x[0]!;",
    counts: { for: 1, while: 0, "store in": 1 },
  },
  {
    name: "nested loops that write rows",
    params: "a: number[][], b: number[]",
    body: "for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) b[j]! += a[i]![j]!; return b[0]!;",
    counts: { for: 2, while: 0 },
  },
  {
    name: "a break and a second condition",
    params: arrays,
    body: "let s = 0; for (let i = 0; i < y.length && s < 5; i++) { if (y[i]! < 0) break; s += y[i]!; } return s;",
    counts: { "for breaks": 1, while: 0, "load in": 2 },
  },
  {
    name: "for-of over an array that grows",
    params: arrays,
    body: "for (const v of x) if (v > 0) x.push(-v); return x[0]!;",
    counts: { for: 0, while: 1 },
  },
  {
    name: "for-of",
    params: arrays,
    body: "let s = 0; for (const v of y) s += v; return s;",
    counts: { for: 1, while: 0, "load in": 1, "load out": 0 },
  },
  {
    name: "a fixed tuple",
    params: "p: [number, number, number]",
    body: "return p[0] + p[1] * p[2];",
    counts: { "load in": 3, "load out": 0 },
  },
  {
    name: "fields in a bound",
    params: "p: { n: number; v: number }",
    body: "let s = 0; for (let i = 0; i < p.n; i++) s += p.v; for (let i = 0; i < p.n; i++) p.n -= 1; return s;",
    counts: { for: 1, while: 1 },
  },
  {
    name: "integer starts",
    params: arrays,
    body: `let s = 0;
      for (let i = n | 0; i > 0; i--) s += i;
      for (let i = Math.floor(n / 2); i < 4; i++) s += i;
      for (let i = 0; i < 4; i++) for (let j = i + 1; j < 4; j++) s += j;
      let k = 0; k += 2;
      for (let i = k; i < 4; i++) s += i;
      return s;`,
    counts: { for: 5, while: 0 },
  },
  {
    name: "a condition of cheap operations",
    body: "return x > 0 && x < 1 || x === 5 ? 1 : x;",
    counts: { if: 1, and: 1, or: 1 },
  },
  {
    name: "a condition that looks into an array",
    params: arrays,
    body: "return n < x.length && x[n]! > 1 ? 1 : x[0]!;",
    counts: { if: 2, and: 0 },
  },
  {
    name: "early returns without flags",
    body: "if (x < 0) return 1; if (x > 1) { const y = x * 2; if (y > 3) return y; return 3; } return x;",
    counts: { if: 3, not: 0, poison: 0, "const true": 0, "const false": 0 },
  },
  {
    name: "continue without flags",
    params: arrays,
    body: "let s = 0; for (const v of x) { if (v < 0) continue; if (v > 1) { s += 1; continue; } s += v; } return s;",
    counts: {
      if: 2,
      not: 0,
      "const true": 0,
      "const false": 0,
      "for breaks": 0,
    },
  },
  {
    name: "a switch of returns",
    params: "x: number, k: 0 | 1 | 2",
    body: "switch (k) { case 0: return x; case 1: return 2 * x; default: return 3 * x; }",
    counts: { if: 2, not: 0, poison: 0 },
  },
  {
    name: "norm: a sum of squares",
    params: "x: number, y: number",
    body: "return Math.sqrt(x * x + (x - y) * (x - y) + y ** 2);",
    counts: { norm: 1, sqrt: 0 },
  },
  {
    name: "norm: through consts",
    params: "x: number, y: number",
    body: "const d = x - y; const a = d * d, b = y * y; const r2 = a + b; return Math.sqrt(r2) + Math.sqrt(Math.pow(x, 2));",
    counts: { norm: 2, sqrt: 0 },
  },
  {
    name: "norm: an accumulator",
    params: arrays,
    body: "let s = 0; for (let i = 0; i < x.length; i++) { const d = x[i]! - y[i]!; s += d * d; s = s + y[i]! * y[i]!; } return Math.sqrt(s);",
    counts: { norm: 1, sqrt: 0 },
  },
  {
    name: "no norm: something else is added",
    params: arrays,
    body: `let s = 1e-9, t = 0, u = 0;
      for (const v of x) { s += v * v; t += v * v; t += n; u += v * v; u *= 2; }
      return Math.sqrt(s) + Math.sqrt(t) + Math.sqrt(u) + Math.sqrt(n * x[0]!) + Math.sqrt(n * n + 1) + Math.sqrt(n * n - n * n) + Math.sqrt(n ** 3);`,
    counts: { norm: 0, sqrt: 7 },
  },
  {
    name: "no norm: the same name is another variable, or changes",
    params: "x: number, y: number",
    body: "let a = x; const q = a++ * a++; return Math.sqrt(q) + Math.sqrt(x * y);",
    counts: { norm: 0, sqrt: 2 },
  },
];

const cases: readonly Case[] = shapes.map((shape) => ({
  name: shape.name,
  source: `export function f(${shape.params ?? "x: number"}): number { ${shape.body} }`,
  calls: [],
}));
const lowered = lowerAll(cases, { run: false });

test.each(shapes.map((shape, k) => [shape.name, shape, cases[k]] as const))(
  "%s",
  (_, shape, one) => {
    const result = one && lowered.get(one);
    expect(result?.findings).toEqual([]);
    const program = result?.module && markNorms(result.module.program);
    const fn = program?.funcs.get("f");
    const found = fn && counts(fn);
    const asked = Object.keys(shape.counts).map(
      (key) => [key, found?.get(key) ?? 0] as const,
    );
    expect(Object.fromEntries(asked)).toEqual(shape.counts);
  },
);

function counts(fn: Func): Map<string, number> {
  const found = new Map<string, number>();
  eachInstr(fn.body, (instr) => {
    for (const key of keysOf(instr)) found.set(key, (found.get(key) ?? 0) + 1);
  });
  return found;
}

function keysOf(instr: Instr): string[] {
  switch (instr.kind) {
    case "load":
    case "store":
      return [`${instr.kind} ${instr.inBounds ? "in" : "out"}`];
    case "op":
      return [instr.op];
    case "for":
      return instr.breaks ? ["for", "for breaks"] : ["for"];
    case "const":
      return typeof instr.value === "object" && instr.value !== null
        ? ["poison"]
        : [`const ${String(instr.value)}`];
    default:
      return [instr.kind];
  }
}
