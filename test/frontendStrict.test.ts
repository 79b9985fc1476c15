import { expect, test } from "vitest";
import { differenceOf, lowerAll, type Case } from "./frontendHarness.js";

/** Programs whose meaning to the type checker depends on the user's options. */
const unchecked: readonly Case[] = [
  {
    name: "elements that may be missing",
    source: `export function f(x: number[], rows: number[][], i: number): number {
      const v = x[i];
      let s = 0;
      if (v === undefined) s += 100;
      else s += v;
      s += x[i + 1] ?? 0.5;
      const row = rows[i];
      if (row) s += row[0] ?? 7;
      s += rows[0]?.[1] ?? 3;
      const [a, b = 20] = x;
      s += (a ?? 1000) + b;
      for (let k = 0; k < x.length; k++) { const y = x[k]; if (y === undefined) continue; s += y * x[k]!; x[k]! += 1; }
      for (const y of x) s += y;
      const last = x[x.length - 1];
      return last ? s * last : -s;
    }`,
    calls: [
      [[1, 2], [[1, 2], [3]], 0],
      [[1, 2], [[1, 2], []], 1],
      [[], [], 0],
      [[1], [[1]], 0.5],
      [[1], [[1]], -1],
    ],
  },
  {
    name: "swaps",
    source: `export function f(x: number[]): number {
      for (let i = 0; i + 1 < x.length; i++) {
        const t = x[i]!;
        x[i] = x[i + 1]!;
        x[i + 1] = t * 2;
        [x[0], x[i]] = [x[i]!, x[0]!];
      }
      return x[0] ?? NaN;
    }`,
    calls: [[[1, 2, 3]], [[]]],
  },
];

const loose: readonly Case[] = [
  {
    name: "optional parameters without strictNullChecks",
    source: `export function f(x: number, y?: number, o?: { a: number }): number {
      let s = x;
      if (y === undefined) s += 10;
      if (o) s += o.a;
      y = y ?? 3;
      return s + y;
    }`,
    calls: [[1], [1, 2], [1, 0, { a: 5 }]],
  },
  {
    name: "what may be missing is looked into all the same",
    source: `interface Part { id: string; price?: number; tags?: string[] }
    export function f(parts: Part[], id: string, k: number) {
      let s = parts.find((one) => one.id === id).price * k;
      for (const part of parts) {
        if (part.price > 2) s += part.price ** 2;
        if (part.tags.length > 0) s += part.price;
      }
      const seen = new Map<string, number>();
      seen.set(id, s);
      return seen.get(id) + parts.at(-1).price;
    }`,
    calls: [
      [[{ id: "a", price: 2, tags: [] }], "a", 3],
      [
        [
          { id: "b", price: 3, tags: ["t"] },
          { id: "a", tags: ["t"] },
        ],
        "a",
        3,
      ],
      [[{ id: "a", price: 2, tags: [] }], "b", 3],
      [[{ id: "a", price: 2 }], "a", 3],
    ],
  },
  {
    name: "empty arrays and variables without a type",
    source: `export function f(x: number[]) {
      const terms = [];
      for (const one of x) terms.push(one * one);
      let best = null;
      for (const one of terms) if (best === null || one > best) best = one;
      return best * terms.length;
    }`,
    calls: [[[1, 3, 2]], [[]]],
  },
];

const config = (options: object): string =>
  JSON.stringify({ compilerOptions: { target: "es2022", ...options } });

const suites = [
  [unchecked, config({ strict: true, noUncheckedIndexedAccess: true })],
  [loose, config({ strict: false })],
] as const;

const all = suites.flatMap(([cases, tsconfig]) => {
  const lowered = lowerAll(cases, { tsconfig });
  return cases.map((one) => [one.name, one, lowered.get(one)] as const);
});

test.each(all)("%s", (_, one, result) => {
  expect(result && differenceOf(one, result)).toBe(undefined);
});
