import { esm, type Idiom } from "./packageIdioms.js";

/** JavaScript that asks what is there: nothing in its text says what may be missing. */
export const missingIdioms: readonly Idiom[] = [
  {
    name: "beyond-a-list",
    files: {
      "package.json": esm("beyond-a-list"),
      "index.js": `
export function asked(list, k) { var p = list[k]; return p && p.v ? p.v * 2 : 7; }
export function orElse(list, k) { var p = list[k] || { v: 7 }; return p.v; }
export function there(list, k) { var p = list[k]; if (p && p.v > 0) return p.v * p.v; return 7; }
`,
      "index.d.ts": `
interface Part { v: number }
export declare function asked(list: readonly Part[], k: number): number;
export declare function orElse(list: readonly Part[], k: number): number;
export declare function there(list: readonly Part[], k: number): number;
`,
    },
    wrapper: `
import { asked, orElse, there } from "beyond-a-list";
/** @differentiable */
export function f(x: number, y: number): number {
  const list = [{ v: x }, { v: x * y }];
  const k = y > 1 ? 5 : 1;
  return asked(list, k) * x + orElse(list, k) * y + there(list, k) * x * y;
}
`,
    points: [
      [0.7, 2],
      [0.7, 0.5],
      [-0.7, 0.5],
    ],
  },
  {
    name: "missing-at-first",
    files: {
      "package.json": esm("missing-at-first"),
      "index.js": `
export function lastOf(x, n) {
  let v;
  for (let i = 0; i < n; i++) if (v === undefined) v = x; else v *= x;
  return v === undefined ? 3 * x : v;
}
export function first(x) { var v; v ??= x * x; return v; }
export function inCases(x, y) {
  const shape = y < 0 ? undefined : y > 1 ? { size: y } : { size: 1, hole: { size: y * 3 } };
  switch (true) {
    case shape === undefined: return x;
    case shape.hole === undefined: return x * shape.size;
    case shape.hole.size > 1: return x * x * shape.hole.size;
    default: return x * 3 * shape.hole.size;
  }
}
`,
      "index.d.ts": `
export declare function lastOf(x: number, n: number): number;
export declare function first(x: number): number;
export declare function inCases(x: number, y: number): number;
`,
    },
    wrapper: `
import { first, inCases, lastOf } from "missing-at-first";
/** @differentiable */
export function f(x: number, y: number): number {
  return lastOf(x, 0) + lastOf(x, 1) * lastOf(x, 3) + first(x) * inCases(x, y);
}
`,
    points: [
      [0.7, 2],
      [1.4, 0.5],
      [-0.3, -1],
      [0.4, 0.1],
    ],
  },
];
