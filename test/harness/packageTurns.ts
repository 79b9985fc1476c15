import type { Idiom } from "./packageIdioms.js";

/** Variables of JavaScript that are of one kind after the other. */

const manifest = (name: string): string =>
  JSON.stringify({
    name,
    version: "1.0.0",
    license: "MIT",
    type: "commonjs",
    main: "index.js",
  });

export const turnIdioms: readonly Idiom[] = [
  {
    name: "kinds-in-turn",
    files: {
      "package.json": manifest("kinds-in-turn"),
      "index.js": `
"use strict";
function size(v) {
  if (typeof v === "number") v = [v];
  var s = 0;
  for (var i = 0; i < v.length; i++) s += v[i] * v[i];
  return Math.sqrt(s);
}
function count(rows) {
  var data = rows;
  rows = data.length;
  return rows * data[0];
}
function Vec(x, y) {
  this.x = x;
  this.y = y;
}
Vec.prototype.toArray = function () { return [this.x, this.y]; };
function norm(vec) {
  if (!Array.isArray(vec)) {
    vec = vec.toArray();
  } else {
    vec = vec.slice();
  }
  vec[0] = vec[0] * 2;
  return Math.hypot(vec[0], vec[1]);
}
function point(a, b) {
  if (typeof a === "object") {
    if (Array.isArray(a)) { b = a[1]; a = a[0]; } else { b = a.y; a = a.x; }
  }
  return a * a + Math.sin(b);
}
exports.sizes = function (x, y) { return size(x) * size([x, y]) + size(y); };
exports.counts = function (x, y) { return count([x, y]) * y; };
exports.norms = function (x, y) { return norm(new Vec(x, y)) + norm([y, x]); };
exports.points = function (x, y) { return point(x, y) + point([x, y]) * point({ x: y, y: x }); };
`,
    },
    wrapper: `// @ts-ignore
import { counts, norms, points, sizes } from "kinds-in-turn";
/** @differentiable */
export function f(x: number, y: number): number {
  return sizes(x, y) + counts(x, y) * norms(x, y) + points(y, x);
}
`,
    points: [
      [0.4, 1.7],
      [-2, 3],
    ],
  },
  {
    name: "kinds-in-loops",
    files: {
      "package.json": manifest("kinds-in-loops"),
      "index.js": `
"use strict";
exports.inLoop = function (x, y) {
  var t = 0;
  for (var k = 0; k < 3; k++) {
    var p = [x + k, y];
    p = p[0] * p[1];
    t += p * p;
  }
  return t;
};
exports.chain = function (x, y) {
  var r = [x, y, 1];
  r = r.map(function (e) { return e * e; });
  var n = r.length;
  r = r[0] + r[1] * n;
  r = { value: r, half: r / 2 };
  return r.value * r.half;
};
function wrap(f) {
  if (typeof f !== "function") {
    var c = f;
    f = function (t) { return c * t; };
  }
  return f(2) * f(3);
}
exports.wraps = function (x, y) { return wrap(x) + wrap(function (t) { return t * y; }); };
function early(v) {
  if (typeof v === "number") {
    if (v < 0) return -1;
    v = [v, 1];
  } else if (v.length < 2) throw new Error("short");
  return v[0] * v[1];
}
exports.earlies = function (x, y) { return early(x) + early(-x) + early([x, y]); };
function later(v) {
  if (Array.isArray(v)) v = v[0];
  var f = function () { return v * 2; };
  return f() + v;
}
exports.laters = function (x, y) { return later(x) + later([y]); };
`,
    },
    wrapper: `// @ts-ignore
import { chain, earlies, inLoop, laters, wraps } from "kinds-in-loops";
/** @differentiable */
export function f(x: number, y: number): number {
  return inLoop(x, y) * laters(x, y) + chain(x, y) + wraps(x, y) * earlies(x, y);
}
`,
    points: [
      [0.4, 1.7],
      [-2, 3],
    ],
  },
  {
    name: "kinds-by-questions",
    files: {
      "package.json": manifest("kinds-by-questions"),
      "index.js": `
"use strict";
class Vec {
  constructor(els) { this.elements = (els.elements || els).slice(); }
  dot(v) {
    var V = v.elements || v;
    var s = 0;
    for (var i = 0; i < V.length; i++) s += this.elements[i] * V[i];
    return s;
  }
}
Vec.prototype.klass = "Vec";
const tag = Object.prototype.toString;
function isList(v) {
  const t = tag.call(v);
  return t.endsWith("Array]") && !t.includes("Big");
}
function isVec(v) { return v != null && v.klass === "Vec"; }
class Mat {
  constructor(rows, cols) {
    if (isVec(rows)) {
      this.data = [rows.elements.slice()];
      this.rows = 1;
      this.cols = rows.elements.length;
    } else if (Number.isInteger(rows)) {
      this.data = [];
      for (let i = 0; i < rows; i++) this.data.push(new Array(cols).fill(0));
      this.rows = rows;
      this.cols = cols;
    } else if (isList(rows)) {
      const data = rows;
      rows = data.length;
      cols = rows ? data[0].length : 0;
      if (typeof cols !== "number") throw new TypeError("2D");
      this.data = [];
      for (let i = 0; i < rows; i++) this.data.push(data[i].slice());
      this.rows = rows;
      this.cols = cols;
    } else throw new TypeError("no");
  }
  get(i, j) { return this.data[i][j]; }
  set(i, j, v) { this.data[i][j] = v; return this; }
  static check(m) { return m instanceof Mat ? m : new Mat(m); }
}
exports.vectors = function (x, y) {
  var a = new Vec([x, y]);
  return a.dot([1, x]) + a.dot(new Vec([y, y])) + new Vec(a).dot(a);
};
exports.matrices = function (x, y) {
  const m = new Mat([[x, y], [y, 1]]);
  m.set(0, 0, Mat.check([[y * x]]).get(0, 0) + Mat.check(m).get(1, 0));
  return m.get(0, 0) * m.get(0, 1) + new Mat(new Vec([x, y])).get(0, 1) * m.get(1, 1);
};
`,
    },
    wrapper: `// @ts-ignore
import { matrices, vectors } from "kinds-by-questions";
/** @differentiable */
export function f(x: number, y: number): number {
  return matrices(x, y) + vectors(x, y);
}
`,
    points: [
      [0.4, 1.7],
      [-2, 3],
    ],
  },
];
