import { expect, test } from "vitest";
import { lowerAll, type Case } from "./frontendHarness.js";

/** What is not carried is refused, with a finding at the place; nothing is guessed. */
interface Refusal {
  readonly name: string;
  readonly source: string;
  /** Start of what is reported: the code, and words of the message. */
  readonly finding: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    name: "a function of Math is replaced",
    source: `Math.sin = (x: number): number => x;
    export function f(x: number): number { return Math.sin(x); }`,
    finding: /^DC2120 Math\.sin is not the library's own/,
  },
  {
    name: "a function of Math is replaced, and has another name",
    source: `const { sin } = Math;
    Math["sin"] = (x: number): number => x;
    export function f(x: number): number { return sin(x); }`,
    finding: /^DC2120 Math\.sin is not the library's own/,
  },
  {
    name: "a function of Math is replaced by assign",
    source: `Object.assign(Math, { sin: (x: number): number => x });
    export function f(x: number): number { return Math.sin(x); }`,
    finding: /^DC2120 Math\.sin is not the library's own/,
  },
  {
    name: "a function of Math is replaced by its descriptor",
    source: `Object.defineProperty(Math, "sin", { value: (x: number): number => x });
    export function f(x: number): number { return Math.sin(x); }`,
    finding: /^DC2120 Math\.sin is not the library's own/,
  },
  {
    name: "an array method is replaced",
    source: `Array.prototype.reduceRight = function () { return 0; };
    export function f(x: number[]): number { return x.reduceRight((a, v) => a + v * v, 0); }`,
    finding: /^DC2120 Array\.prototype\.reduceRight is not the library's own/,
  },
  {
    name: "a function parameter",
    source: `export function f(x: number, g: (y: number) => number): number { return g(x); }`,
    finding: /^DC2104 /,
  },
  {
    name: "a record with a function is returned",
    source: `export function f(x: number): { v: number; g: () => number } { return { v: x, g: () => x }; }`,
    finding: /^DC2104 .*leaves the differentiated function/,
  },
  {
    name: "a function goes to unknown code",
    source: `declare function later(g: () => void): void;
    export function f(x: number): number { later(() => undefined); return x; }`,
    finding: /^DC2\d+ /,
  },
  {
    name: "a recursive function assigns a function to a captured variable",
    source: `export function f(x: number): number { let g = (v: number): number => v; const r = (k: number): number => { g = (v) => v * x; return k <= 0 ? g(x) : r(k - 1); }; return r(3); }`,
    finding: /^DC2104 .*assigns a function to g/,
  },
  {
    name: "map over holes",
    source: `export function f(x: number): number { return new Array<number>(3).map(() => x)[0]!; }`,
    finding: /^DC2106 .*holes/,
  },
  {
    name: "sort",
    source: `export function f(x: number[]): number { x.sort(); return x[0]!; }`,
    finding: /^DC2106 .*sort/,
  },
  {
    name: "a jump out of a finally block",
    source: `export function f(x: number): number { for (let i = 0; i < 3; i++) { try { x += 2; } finally { if (x > i) continue; } } return x; }`,
    finding: /^DC2112 control leaves/,
  },
  {
    name: "what a function that calls itself throws, caught",
    source: `function g(x: number): number { if (x < 0) throw new Error("x"); return x > 1 ? g(x - 1) : x; }
    export function f(x: number): number { try { return g(x); } catch { return 0; } }`,
    finding: /^DC2112 /,
  },
  {
    name: "this",
    source: `export function f(this: { a: number }, x: number): number { return this.a * x; }`,
    finding: /^DC2105 /,
  },
  {
    name: "a generator",
    source: `function* g(): Generator<number> { yield 1; }
    export function f(x: number): number { for (const y of g()) x += y; return x; }`,
    finding: /^DC2\d+ /,
  },
  {
    name: "async",
    source: `export async function f(x: number): Promise<number> { return x; }`,
    finding: /^DC\d+ /,
  },
  {
    name: "Math.random",
    source: `export function f(x: number): number { return x * Math.random(); }`,
    finding: /^DC2121 /,
  },
  {
    name: "for-in",
    source: `export function f(p: { a: number; b?: string }): number { let s = 0; for (const k in p) s += k.length; return s + p.a; }`,
    finding: /^DC2101 /,
  },
  {
    name: "a loop over a map that grows",
    source: `export function f(x: number, m: Map<string, number>): number { for (const [k, v] of m) { x += v; if (x < 9) m.set(k + "x", x); } return x; }`,
    finding: /^DC2101 /m,
  },
  {
    name: "reading a module variable",
    source: `let count = 0;
    export function g(): void { count = 2; }
    export function f(x: number): number { return x * count; }`,
    finding: /^DC2005 /,
  },
  {
    name: "writing into a table of the module",
    source: `export const table = [1, 2, 3];
    export function f(x: number): number { table[0] = x; return x; }`,
    finding: /^DC2005 /,
  },
  {
    name: "pushing to a row of a table of the module",
    source: `export const table = [[1], [2, 3]];
    export function f(x: number): number { const row = table[1]!; row.push(x); return x; }`,
    finding: /^DC2005 /,
  },
  {
    name: "a tree handed to code that is only carried",
    source: `interface Tree { value: number; kids: Tree[] }
    export function f(x: number, tree: Tree): number { console.log(tree); return x; }`,
    finding: /^DC2111 /,
  },
  {
    name: "JSON of an array",
    source: `export function f(x: number[]): number { return JSON.stringify(x).length; }`,
    finding: /^DC2111 /,
  },
  {
    name: "arrays out of carried code",
    source: `export function f(x: number, s: string): number { const y: number[] = JSON.parse(s) as number[]; return y[0]! * x; }`,
    finding: /^DC2\d+ /,
  },
  {
    name: "changing a map with keys that are objects",
    source: `export function f(x: number, m: Map<Date, number>, d: Date): number { m.set(d, 1); return x; }`,
    finding: /^DC2103 /m,
  },
  {
    name: "delete",
    source: `export function f(p: { a: number; b?: number }): number { delete p.b; return p.a; }`,
    finding: /^DC2107 /,
  },
  {
    name: "generic itself",
    source: `export function f<T extends number>(x: T): number { return x; }`,
    finding: /^DC2008 /,
  },
  {
    name: "a getter that writes",
    source: `class A { n = 0; get next(): number { this.n++; return this.n; } }
    export function f(x: number): number { return new A().next * x; }`,
    finding: /^DC2115 /,
  },
  {
    name: "an instance that is returned",
    source: `export class A { readonly g = (): number => this.v; constructor(readonly v: number) {} }
    export function f(x: number): A { return new A(x); }`,
    finding: /^DC2116 /,
  },
  {
    name: "a private name in an argument",
    source: `export class A { #v = 1; get v(): number { return this.#v; } x = 2; }
    export function f(a: A): number { return a.v * a.x; }`,
    finding: /^DC2116 /,
  },
  {
    name: "a kind that cannot be told",
    source: `export abstract class S { abstract a(): number }
    class P extends S { constructor(readonly p: number) { super(); } a(): number { return this.p; } }
    class Q extends S { constructor(readonly q: number) { super(); } a(): number { return this.q; } }
    export function f(s: S, x: number): number { return s.a() * x + (s instanceof P ? new Q(x).a() : 0); }`,
    finding: /^DC2116 /,
  },
  {
    name: "state of a class",
    source: `class A { static k = 1; }
    export function f(x: number): number { A.k *= 2; return A.k * x; }`,
    finding: /^DC2\d+ /,
  },
  {
    name: "arguments",
    source: `export function f(x: number): number { return x * arguments.length; }`,
    finding: /^DC2102 /,
  },
  {
    name: "a view on a buffer",
    source: `export function f(x: Float64Array): number { const y = new Float64Array(x.buffer); return y[0]!; }`,
    finding: /^DC2\d+ /,
  },
  {
    name: "bigint",
    source: `export function f(x: number): number { const n = 3n; return x * Number(n); }`,
    finding: /^DC2123 /,
  },
  {
    name: "a function of a package",
    source: `import { readFileSync } from "node:fs";
    export function f(x: number, p: string): number { return x * readFileSync(p).length; }`,
    finding: /^DC\d+ /,
  },
];

const cases: readonly Case[] = refusals.map(({ name, source }) => ({
  name,
  source,
  calls: [],
}));
const lowered = lowerAll(cases, { run: false });

test.each(refusals.map((one, k) => [one.name, one, cases[k]] as const))(
  "%s",
  (_, refusal, one) => {
    const result = one && lowered.get(one);
    expect(result?.module).toBe(undefined);
    expect(result?.findings.join("\n")).toMatch(refusal.finding);
  },
);
