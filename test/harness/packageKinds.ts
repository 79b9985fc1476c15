import type { Idiom } from "./packageIdioms.js";

/** Functions of JavaScript that get arguments of several kinds: each call sees the one that is its own. */

const manifest = (name: string, type: "module" | "commonjs"): string =>
  JSON.stringify({
    name,
    version: "1.0.0",
    license: "MIT",
    type,
    main: "index.js",
    types: "index.d.ts",
  });

export const kindIdioms: readonly Idiom[] = [
  {
    name: "number-or-list",
    files: {
      "package.json": manifest("number-or-list", "commonjs"),
      "index.d.ts": `
export function size(v: number | number[]): number;
export function times(v: number, k: number): number;
export function times(v: number[], k: number): number[];
export function mean(v: number | number[] | { items: number[]; weight: number }): number;
`,
      "index.js": `
"use strict";
function size(v) {
  if (typeof v === "number") return Math.abs(v);
  var s = 0;
  for (var i = 0; i < v.length; i++) s += v[i] * v[i];
  return Math.sqrt(s);
}
function times(v, k) {
  if (typeof v === "number") return v * k;
  var r = [];
  for (var i = 0; i < v.length; i++) r.push(times(v[i], k));
  return r;
}
exports.mean = function (v) {
  switch (typeof v) {
    case "number":
      return v;
    case "object":
      if ("items" in v) return v.weight * exports.mean(v.items);
      if (v.length === 0) return 0;
      break;
    default:
      throw new Error("neither");
  }
  for (var i = 0, s = 0; i < v.length; i++) s += v[i];
  return s / v.length;
};
exports.size = size;
exports.times = times;
`,
    },
    wrapper: `import { mean, size, times } from "number-or-list";
/** @differentiable */
export function f(x: number, y: number): number {
  const both = times([x, y, x * y], x);
  return size(both) * size(y) + times(y, 3) + mean(both) * mean(x) + mean({ items: [x, y], weight: y });
}
`,
    points: [
      [0.4, 0.7],
      [-1.2, 2.5],
    ],
  },
  {
    name: "parsed-arguments",
    files: {
      "package.json": manifest("parsed-arguments", "commonjs"),
      "index.d.ts": `
type Given = number | { re: number; im: number } | [number, number] | Pair;
export class Pair {
  constructor(a?: Given, b?: number);
  re: number;
  im: number;
  mul(a: Given, b?: number): Pair;
  plus(a: Given, b?: number): Pair;
  abs(): number;
  clone(): Pair;
}
`,
      "index.js": `
"use strict";
function read(to, a, b) {
  if (a === undefined || a === null) { to.re = to.im = 0; }
  else if (b !== undefined) { to.re = a; to.im = b; }
  else if (typeof a === "object") {
    if ("re" in a && "im" in a) { to.re = a.re; to.im = a.im; }
    else if (a.length === 2) { to.re = a[0]; to.im = a[1]; }
    else throw new SyntaxError("no pair");
  }
  else { to.re = a; to.im = 0; }
  return to;
}
function Pair(a, b) {
  if (!(this instanceof Pair)) return new Pair(a, b);
  var z = read({ re: 0, im: 0 }, a, b);
  this.re = z.re;
  this.im = z.im;
}
Pair.prototype = {
  mul: function (a, b) {
    var z = read({ re: 0, im: 0 }, a, b);
    return new Pair(this.re * z.re - this.im * z.im, this.re * z.im + this.im * z.re);
  },
  plus: function (a, b) {
    var z = new Pair(a, b);
    z.re += this.re;
    z.im += this.im;
    return z;
  },
  abs: function () { return Math.sqrt(this.re * this.re + this.im * this.im); },
  clone: function () { return new Pair(this); }
};
exports.Pair = Pair;
`,
    },
    wrapper: `import { Pair } from "parsed-arguments";
/** @differentiable */
export function f(x: number, y: number): number {
  const p = new Pair(x, y).mul(y).mul({ re: x, im: 2 }).plus([y, x]);
  return p.clone().mul(new Pair(y)).plus(x, y).plus(new Pair()).abs();
}
`,
    points: [
      [0.4, 0.7],
      [-1.2, 2.5],
    ],
  },
  {
    name: "kinds-everywhere",
    files: {
      "package.json": manifest("kinds-everywhere", "module"),
      "index.d.ts": `
export function area(x: number): number;
export function shapes(x: number, y: number): number;
export function opts(x: number, y: number): number;
export function picks(x: number, y: number): number;
export function recs(x: number): number;
export function intos(x: number, y: number): number;
export function arrows(x: number, y: number): number;
export function counts(x: number, y: number): number;
`,
      "index.js": `
function total(v) { if (typeof v === "number") return v; let s = 0; for (let i = 0; i < v.length; i++) s += v[i]; return s; }
function base(n) { return total(n) + total([n, n]) * 2; }
const table = [base(1), base(2), base(3)];
export function area(x) { return table[1] * total(x) * total([x, x * x]); }
class Shape { constructor(a, b) { this.w = total(a); this.h = b === undefined ? this.w : total(b); } }
class Box extends Shape { get area() { return this.w * this.h; } grow(k) { return new Box([this.w, total(k)], this.h); } }
class Disc extends Shape { constructor(r) { super(r); this.k = 3; } get area() { return this.k * this.w * this.w; } grow(k) { return new Disc([this.w, total(k)]); } }
export function shapes(x, y) { return new Box(x, [x, y]).grow(y).grow([x, y]).area + new Disc([x, y]).grow(y).area + new Box(y).area + new Disc(2).area * x; }
export function opt(x, o) { if (!o) return x; if (typeof o === "number") return x * o; return x * (o.scale || 1) + (o.shift === undefined ? 0 : o.shift); }
export function opts(x, y) { return opt(x) + opt(x, y) + opt(x, { scale: y }) + opt(y, { shift: x }) + opt(x, { scale: x, shift: y }); }
export function pick(v, i) { return Array.isArray(v) ? v[i || 0] : v; }
export function picks(x, y) { return pick(x) * pick([x, y], 1) + pick([y]) + pick(y, 3); }
function rec(v, n) { if (n === 0) return typeof v === "number" ? v : v[0]; return rec([pick(v), n], n - 1) * (typeof v === "number" ? v : v[1]); }
export function recs(x) { return rec(x, 2) + rec([x, 1], 1); }
function into(out, v) { if (v === undefined) { v = out; } for (let i = 0; i < v.length; i++) out[i] = v[i] * 2; return out; }
export function intos(x, y) { const a = [x, y]; into(a); return into([0, 0], a)[1] * a[0]; }
const arrow = (v, k = 2) => typeof v === "number" ? v * k : v.map((e) => arrow(e, k));
export function arrows(x, y) { return arrow(x) + arrow([x, y], y)[1] + arrow(y, x); }
function count() { return arguments.length > 1 ? arguments[0] * arguments[1] : arguments[0]; }
export function counts(x, y) { return count(x) + count(x, y); }
`,
    },
    wrapper: `import * as lib from "kinds-everywhere";
/** @differentiable */
export function f(x: number, y: number): number {
  return lib.area(x) + lib.shapes(x, y) + lib.opts(x, y) + lib.picks(x, y) +
    lib.recs(x) * lib.intos(x, y) + lib.arrows(x, y) + lib.counts(x, y);
}
`,
    points: [
      [0.4, 1.7],
      [-1.2, 2.5],
    ],
  },
];
