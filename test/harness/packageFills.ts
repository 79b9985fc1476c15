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
  {
    name: "fields-in-any-order",
    files: {
      "package.json": esm("fields-in-any-order"),
      "index.d.ts": `
export function aliased(x: number, y: number): number;
export function seen(x: number, y: number): number;
export function looped(x: number, y: number): number;
export function tried(x: number, y: number): number;
export function inner(x: number, y: number): number;
export function early(x: number, y: number): number;
export function listed(x: number, y: number): number;
export function spread(x: number, y: number): number;
export function asked(x: number, y: number): number;
export function again(x: number, y: number): number;
`,
      "index.js": `
const far = (one) => one.b * one.a;
export function aliased(x, y) {
  const it = { k: x };
  const other = it;
  const list = [it];
  const box = { it };
  it.p = x * y;
  box.it.p *= 2;
  let s = 0;
  for (const one of list) s += one.p * one.k;
  return s * other.p;
}
export function seen(x, y) {
  const it = { k: x };
  const read = () => (it.p === undefined ? 7 : it.p) * it.k;
  const before = read();
  it.p = x * y;
  return before + read();
}
export function looped(x, y) {
  const it = { k: x };
  for (let i = 0; i < x; i++) it.p = x * y + i;
  return it.p === undefined ? y : it.p * it.k;
}
export function tried(x, y) {
  const it = { k: x };
  try {
    it.p = x * y;
    if (x > 1) throw new Error("far");
    it.q = y;
  } catch (e) {
    return it.p;
  }
  return it.p * it.q;
}
export function inner(x, y) {
  const it = { k: x };
  function fill(v) { it.p = v; }
  fill(x * y);
  return it.p * it.k;
}
export function early(x, y) {
  const it = { k: x };
  const a = it.p || 2 * x;
  it.p = x * y;
  return a * it.p;
}
export function listed(x, y) {
  const it = { a: x };
  it.c = y;
  it.b = x * y;
  if (y > 0) it.d = 2 * y;
  let s = 0;
  let w = 1;
  for (const k in it) s += (w *= 3) * it[k];
  for (const k of Object.keys(it)) s += (w *= 3) * it[k];
  return s;
}
export function spread(x, y) {
  const it = { a: x };
  it.c = y;
  const o = { ...it };
  it.b = x * y;
  it.c = 50;
  return Object.keys(o).length * x + o.c + it.b * it.c;
}
export function asked(x, y) {
  const it = { a: x };
  if (y > 0) it.b = x * y;
  return ("b" in it ? it.b : 11 * y) + (it.hasOwnProperty("b") ? 3 * it.b : y) + it.a;
}
export function again(x, y) {
  const it = { a: x };
  it.b = x;
  const first = far(it);
  it.b = y * first;
  const other = { a: y };
  other.b = 3 * x;
  return far(it) + first * far(other);
}
`,
    },
    wrapper: `
import * as l from "fields-in-any-order";
/** @differentiable */
export function f(x: number, y: number): number {
  return l.aliased(x, y) + 2 * l.seen(x, y) + 3 * l.looped(x, y) + 4 * l.tried(x, y) +
    7 * l.inner(x, y) + 8 * l.early(x, y) + 9 * l.listed(x, y) + 10 * l.spread(x, y) +
    11 * l.asked(x, y) + 12 * l.again(x, y);
}
`,
    points: [
      [0.4, 1.7],
      [-2, 3],
      [1.5, -0.5],
      [2.5, 0.75],
    ],
  },
];
