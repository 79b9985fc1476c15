import { esm, type Idiom } from "./packageIdioms.js";

const parts = [
  "arm",
  "flag",
  "list",
  "object",
  "word",
  "caught",
  "looped",
  "cut",
  "both",
  "sameTwice",
  "endless",
  "counted",
  "ended",
  "labelled",
  "shadowed",
  "continued",
  "calledAbove",
];

/** Variables of whole functions, declared further inside, and answers that have names. */
export const varIdioms: readonly Idiom[] = [
  {
    name: "vars-of-arms",
    files: {
      "package.json": esm("vars-of-arms"),
      "index.d.ts": parts
        .map((one) => `export function ${one}(v: number, k: number): number;\n`)
        .join(""),
      "index.js": `
export function arm(v, k) {
  if (k > 1) { var q = v * 3; }
  return q === undefined ? k : q * 2;
}
export function flag(v, k) {
  if (k > 1) var q = true, r = 2 * v;
  return q ? v * r : k;
}
export function list(v, k) {
  if (k > 1) { var q = [v, k]; }
  return q ? q[0] * 2 : k;
}
export function object(v, k) {
  if (k > 1) { var q = { v: v }; } else { var r = 3; }
  return (q ? q.v * 2 : k) + (r ? 5 * v : 0);
}
export function word(v, k) {
  switch (k > 1 ? 1 : 0) {
    case 1: var q = "a"; break;
  }
  return q === "a" ? v * 2 : k;
}
export function caught(v, k) {
  try {
    if (k > 1) throw new Error("far");
    var q = v;
  } catch (e) {}
  return q ? v * 2 : k;
}
export function looped(v, k) {
  var s = 0;
  for (var i = 0; i < 3; i++) {
    if (i % 2 === 0) { var w = v * i, z = [w]; s += w; } else { s += w * 3 + z[0]; }
  }
  return s * k;
}
export function cut(v, k) {
  if (k > 1) { var q = 3; }
  return k + (q > 2 ? v * 2 : k);
}
export function both(v, k) {
  if (k > 1) { var s = v; } else { var s = k * v; }
  return s * s;
}
export function sameTwice(v, k) {
  if (k > 1) { var p = { a: v, b: [v, k] }; }
  var s = k;
  if (k > 1) s += p.a * p.b[1];
  return s;
}
export function counted(v, k) {
  if (k > 1) {
    for (var i = 0, n = 3; i < n; i++) v *= 1.5;
  }
  return i === undefined ? v : v * i * n;
}
export function ended(v, k) {
  for (var i = 0; i < 2; i++) {
    for (var j = 0; j <= i; j++) v = v * k + j;
  }
  return v * (j - 1) + (i - 1);
}
export function labelled(v, k) {
  far: {
    if (k > 1) break far;
    var t = v * 2;
  }
  return t === undefined ? k : t;
}
export function shadowed(v, k) {
  if (k > 1) { var t = v; }
  { let t = 9; k += t; }
  for (let t = 0; t < 2; t++) v += t;
  try { throw new Error("far"); } catch (t) { v += 1; }
  return k + (t || 1);
}
export function continued(v, k) {
  all: for (var i = 0; i < 3; i++) {
    switch (i) {
      case 1: break all;
      default: if (v > k) continue all;
    }
    var t = v * (i + 1);
  }
  return t === undefined ? k : t * i;
}
export function calledAbove(v, k) {
  var s = seen();
  if (k > 1) { var q = v * k; }
  s += seen() * 10;
  return s + v;
  function seen() { return q === undefined ? 1 : q; }
}
export function endless(v, k) {
  while (true) {
    var d = v * 2;
    if (d > k) break;
    v = v + 1 + v * v;
  }
  return d;
}
`,
    },
    wrapper: `
import * as l from "vars-of-arms";
/** @differentiable */
export function f(x: number, y: number): number {
  return ${parts.map((one, k) => `${k + 1} * l.${one}(x, y)`).join(" + ")};
}
`,
    points: [
      [0.4, 1.7],
      [-2, 3],
      [1.5, -0.5],
      [2.5, 0.75],
    ],
  },
  {
    name: "named-answers",
    files: {
      "package.json": esm("named-answers"),
      "index.d.ts": `
export function norm(p: number[] | { x: number; y: number }): number;
export function total(v: number | number[], o?: { k: number }): number;
export function late(v: number | number[]): number;
export function turned(v: number | number[]): number;
export function size(s: { type: "ball"; r: number } | { type: "box"; w: number; h: number }): number;
export function notBefore(v: number): number;
export function notTwice(v: number, k: number): number;
export function notAlways(v: number, k: number): number;
`,
      "index.js": `
export function norm(p) {
  var isList = Array.isArray(p);
  var x = isList ? p[0] : p.x;
  var y;
  if (isList) y = p[1];
  else y = p.y;
  return Math.hypot(x, y);
}
export function total(v, o) {
  const single = typeof v === "number", plain = !single && o === undefined;
  var r;
  if (single) r = v * 2;
  else if (plain) r = v[0];
  else r = v[0] * o.k;
  return r;
}
export function late(v) {
  var single;
  var s = 0;
  for (var i = 0; i < 3; i++) {
    single = typeof v === "number";
    s += single ? v * i : v[0] + i;
  }
  return s;
}
export function turned(v) {
  var single = typeof v === "number";
  if (single) v = [v, 1];
  return (single ? 3 : 1) * v[0] * v[1];
}
export function size(s) {
  var type = s.type, isBall = type === "ball";
  switch (s.type) {
    case "ball": return s.r * s.r;
    case "box": return s.w * s.h;
  }
  return isBall ? 1 : 2;
}
export function notBefore(v) {
  var single;
  var s = 0;
  for (var i = 0; i < 3; i++) {
    s += single ? v * i : 5;
    single = typeof v === "number";
  }
  return s;
}
export function notTwice(v, k) {
  var single = typeof v === "number";
  if (k > 1) single = false;
  return single ? v * 2 : k;
}
export function notAlways(v, k) {
  if (k > 1) { var single = typeof v === "number"; }
  return single ? v * 2 : k;
}
`,
    },
    wrapper: `
import { late, norm, notAlways, notBefore, notTwice, size, total, turned } from "named-answers";
/** @differentiable */
export function f(x: number, y: number): number {
  const ball = size({ type: "ball", r: x }) * size({ type: "box", w: x, h: y });
  return norm([x, y]) * norm({ x: 2, y: x }) + total([x, y]) * total(x) + total([y, 1], { k: x }) +
    late([x, y]) * late(x) + turned([y, x]) * turned(x) + ball + notBefore(y) + 2 * notTwice(y, x) + 3 * notAlways(y, x);
}
`,
    points: [
      [0.4, 1.7],
      [-2, 3],
      [1.5, -0.5],
    ],
  },
  {
    name: "tags-in-turn",
    files: {
      "package.json": esm("tags-in-turn"),
      "index.d.ts": ["swapped", "put", "held", "given", "joined"]
        .map((one) => `export function ${one}(r: number, k: number): number;\n`)
        .join(""),
      "index.js": `
function size(one) {
  if (one.type === "disc") return 3 * one.r * one.r;
  return one.type === "box" ? 4 * one.r : one.r;
}
const disc = (r) => ({ type: "disc", r });
const box = (r) => ({ type: "box", r });
export function swapped(r, k) {
  var a = disc(r), b = box(r), t;
  if (k > 1) { t = a; a = b; b = t; }
  return size(a) + 10 * size(b);
}
export function put(r, k) {
  var now = disc(r);
  function step() { now = box(r); }
  if (k > 1) step();
  return size(now);
}
function Holder(one) { this.one = one; }
Holder.prototype.size = function () { return size(this.one); };
export function held(r, k) {
  var holder = new Holder(disc(r));
  if (k > 1) holder.one = box(r);
  return holder.size() + new Holder({ type: "none", r }).size();
}
const made = (r, k) => { if (k > 1) return box(r); return disc(r); };
export function given(r, k) { return size(made(r, k)); }
export function joined(r, k) {
  var list = [disc(r), disc(2 * r)];
  if (k > 1) list = list.concat([box(r)]);
  var other = list.filter((one) => one.type !== "none" && one.r > 0)[list.length - 1];
  return list.reduce((sum, one) => sum + size(one), 0) + size(other);
}
`,
    },
    wrapper: `
import { given, held, joined, put, swapped } from "tags-in-turn";
/** @differentiable */
export function f(r: number, k: number): number {
  return swapped(r, k) + 3 * put(r, k) + 5 * held(r, k) + 7 * given(r, k) + 11 * joined(r, k) + k;
}
`,
    points: [
      [1.3, 0],
      [0.7, 2],
    ],
  },
];
