import { esm, type Idiom } from "./packageIdioms.js";

/** Objects that get more fields than their literals have. */
export const fillIdioms: readonly Idiom[] = [
  {
    name: "fields-behind-literals",
    files: {
      "package.json": esm("fields-behind-literals"),
      "index.d.ts": `
export interface Shape { type: string; box?: number[] }
export interface Dot extends Shape { type: "Dot"; at: number[] }
export interface Path extends Shape { type: "Path"; at: number[][] }
export interface Item<S extends Shape, P = { [name: string]: any } | null> {
  type: "Item"; box?: number[]; shape: S; id?: string | number; extra: P;
}
export function dot<P extends { [name: string]: any } | null>(at: number[], extra?: P, options?: { id?: string | number; box?: number[] }): Item<Dot, P>;
export function path<P extends { [name: string]: any } | null>(at: number[][], extra?: P, options?: { id?: string | number; box?: number[] }): Item<Path, P>;
export function far(a: Item<Dot>, b: Item<Dot>): number;
export function long(p: Item<Path>): number;
export function line(xs: number[], ys: number[]): { slope: number; shift: number; best?: number };
export function spread(x: number | number[]): number;
`,
      "index.js": `
function item(shape, extra, options = {}) {
  const it = { type: "Item" };
  if (options.id === 0 || options.id) it.id = options.id;
  if (options.box) {
    it.box = options.box;
  }
  it.extra = extra || {};
  it.shape = shape;
  return it;
}
export function dot(at, extra, options = {}) {
  if (!Array.isArray(at)) throw new Error("no list");
  const shape = { type: "Dot", at };
  return item(shape, extra, options);
}
export function path(at, extra, options = {}) {
  const shape = { type: "Path", at };
  return item(shape, extra, options);
}
export function far(a, b) {
  const [p, q] = [a.shape.at, b.shape.at];
  return Math.hypot(p[0] - q[0], p[1] - q[1]);
}
export function long(p) {
  let s = 0;
  for (let i = 1; i < p.shape.at.length; i++)
    s += far(dot(p.shape.at[i - 1]), dot(p.shape.at[i]));
  return s;
}
export function line(xs, ys) {
  var fit = {}
    , n = xs.length
    , sx = 0
    , sy = 0
    , sxy = 0
    , sxx = 0;
  for (var i = 0; i < n; i++) {
    sx += xs[i];
    sy += ys[i];
    sxy += xs[i] * ys[i];
    sxx += xs[i] * xs[i];
  }
  fit.slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  fit.shift = (sy - fit.slope * sx) / n;
  return fit;
}
function listed(x) {
  return Object.prototype.toString.call(x) !== "[object Array]" ? [x] : x;
}
export function spread(x) {
  x = listed(x);
  var s = 0;
  x.forEach(function (one) { s += one * one; });
  return s;
}
`,
    },
    wrapper: `
import { dot, far, line, long, path, spread } from "fields-behind-literals";
/** @differentiable */
export function f(x: number, y: number): number {
  const p = dot([x, y]);
  const q = dot([y, 2]);
  const way = path([[x, 1], [2, y], [x * y, 3]]);
  const { slope, shift } = line([0, 1, x], [y, 1, 2]);
  const at = q.shape.at;
  return far(p, q) * long(way) + slope * shift + at[0]! * at[1]! + spread(x) + spread([x, y]);
}
`,
    points: [
      [0.4, 1.7],
      [-2, 3],
    ],
  },
];
