import { expect, test } from "vitest";
import { differenceOf, lowerAll, type Case } from "./frontendHarness.js";

const cases: readonly Case[] = [
  {
    name: "strings",
    source: `export function f(x: number, name: string, n: number): number {
      const key = name.trim().toLowerCase() + "!";
      let label = \`\${key}: \${n}\`;
      label += "?";
      if (key === "sin!") return Math.sin(x);
      if (key.startsWith("co") && label.length > 3) return Math.cos(x) + label.length;
      if (name !== "" && name[0] === "t") return x * 3;
      if (name) x += 1;
      if (!name) x += 2;
      const alias = name || "none";
      return alias === "none" ? -x : x + Number(alias === name);
    }`,
    calls: [
      [1, "sin", 2],
      [1, "  COS ", 2],
      [1, "tan", 1],
      [1, "", 1],
      [1, "q", 1],
    ],
  },
  {
    name: "string unions as options",
    source: `type Unit = "m" | "km" | "ft";
    const factors: Record<string, number> = { m: 1, km: 1000, ft: 0.3 };
    const names: readonly string[] = ["m", "km"];
    export const lookup = new Map<string, number>([["m", 1]]);
    export function f(x: number, unit: Unit = "m", verbose = false): number {
      const factor = factors[unit];
      if (factor === undefined) throw new Error(\`no unit \${unit}\`);
      let u: string = unit;
      if (verbose) u = "v" + u;
      const bonus = names.includes(unit) ? 10 : 20;
      const more = lookup.get(u) ?? 7;
      const has = lookup.has(unit) ? 1 : 0;
      return x * factor + bonus + more + has + names.indexOf(unit) + names.length;
    }`,
    calls: [[1], [2, "km"], [2, "ft", true]],
  },
  {
    name: "validation",
    source: `export class BadInput extends Error {}
    function check(n: number, name: string): void {
      if (!Number.isInteger(n)) throw new TypeError(name + " must be an integer, is " + n.toFixed(2));
      if (n <= 0) { throw new BadInput(\`\${name} = \${n}\`); }
    }
    function fail(message: string): never { throw new Error(message); }
    export function f(x: number[], n: number): number {
      check(n, "n");
      if (x.length !== n) fail(\`expected \${n}, got \${x.length}\`);
      let s = 0;
      for (let i = 0; i < n; i++) s += x[i]!;
      return s;
    }`,
    calls: [
      [[1, 2], 2],
      [[1], 2],
      [[1], 0.5],
      [[1], -1],
    ],
  },
  {
    name: "enums",
    source: `enum Mode { A, B = 5, C }
    const enum Fast { X = 1, Y = 2 }
    enum Named { P = "p", Q = "q" }
    export function f(x: number, mode: Mode, named: Named): number {
      let s = x;
      switch (mode) { case Mode.A: s += 1; break; case Mode.B: s += 2; break; case Mode.C: s += 3; break; }
      if (named === Named.P) s += 100;
      return s + Fast.Y + (mode & 1);
    }`,
    calls: [
      [1, 0, "p"],
      [1, 5, "q"],
      [1, 6, "p"],
    ],
  },
  {
    name: "fields by a key, letters, numbers that may be strings",
    source: `const weights = { a: 1.5, b: 2.5, c: [1, 2] };
    type Rates = { low: number; mid?: number; high: number };
    export function f(x: number, key: "a" | "b", r: Rates, which: keyof Rates, n: number | string): number {
      let y = x * weights[key] + (r[which] ?? 0.5);
      for (const c of key + "xyé") y += c === "x" ? c.length : 10;
      const k = typeof n === "string" ? Number(n) : n;
      if (typeof n === "number" && n > 2) y += n;
      return y * k;
    }`,
    calls: [
      [1, "a", { low: 1, high: 2 }, "low", 3],
      [1, "b", { low: 1, high: 2 }, "mid", "4"],
      [1, "b", { low: 1, mid: 7, high: 2 }, "high", 1],
    ],
  },
  {
    name: "parsing",
    source: `export function f(x: number, s: string): number {
      return x * parseFloat(s) + Number(s) + parseInt(s, 10) + Number.parseFloat(s) + s.split(",").length;
    }`,
    calls: [
      [2, "1.5"],
      [2, "3,4"],
    ],
  },
  {
    name: "lists of strings",
    source: `export function f(x: number, kinds: string[]): number {
      let s = x;
      for (const kind of kinds) {
        if (kind === "skip") continue;
        if (kind === "stop") break;
        s = kind === "double" ? s * 2 : s + kind.length;
      }
      const all = kinds.join("-");
      return s + all.length;
    }`,
    calls: [
      [1, ["double", "skip", "abc", "stop", "double"]],
      [1, []],
    ],
  },
  {
    name: "typeof and comparisons",
    source: `export function f(x: number, y: number | undefined, s: string | null): number {
      let r = x;
      if (typeof y === "number") r += y;
      if (typeof y === "undefined") r += 100;
      if (typeof y !== "number") r += 50;
      if (s !== null && s > "b") r += 1000;
      if (s == null) r += 5;
      return r + (s ?? "none").length + (s?.length ?? 0.5);
    }`,
    calls: [
      [1, 2, "a"],
      [1, undefined, "c"],
      [1, 0, null],
    ],
  },
];

const lowered = lowerAll(cases);

test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
  const result = lowered.get(one);
  expect(result && differenceOf(one, result)).toBe(undefined);
});
