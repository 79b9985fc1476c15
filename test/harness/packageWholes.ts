import type { Idiom } from "./packageIdioms.js";

const commonJs = (name: string): string =>
  JSON.stringify({ name, version: "1.0.0", license: "MIT", main: "index.js" });

/** What a module exports as a whole, and other names that it has for that. */
export const wholeIdioms: readonly Idiom[] = [
  {
    name: "exported-instance",
    files: {
      "package.json": commonJs("exported-instance"),
      "index.js": `"use strict";
function Gap(a, b, weights) {
  this.a = a;
  this.b = b;
  this.weights = weights || {};
  this.wide = this.weights.wide || 3;
  this.k = this.wide === 3 ? 0.5 : 0.25;
}
Gap.prototype.size = function () {
  return (this.a.v - this.b.v) * this.wide * this.k + this.a.w * this.b.w;
};
function Gaps() {}
Gaps.prototype.plain = function (a, b) {
  return new Gap(a, b).size();
};
Gaps.prototype.weighted = function (a, b, weights) {
  var gap = new Gap(a, b, weights);
  return gap.size();
};
module.exports = new Gaps;
`,
    },
    wrapper: `
import gaps from "exported-instance";
/** @differentiable */
export function f(x: number, y: number): number {
  return gaps.plain({ v: x, w: y }, { v: y, w: 2 }) * gaps.weighted({ v: x, w: x }, { v: 1, w: y }, { wide: 2 });
}
`,
    points: [
      [0.7, 1.3],
      [-1.5, 2],
    ],
  },
  {
    name: "exports-by-another-name",
    files: {
      "package.json": commonJs("exports-by-another-name"),
      "index.js": `/* waves */
var WAVES;
(function (factory) {
  if (typeof DO_NOT_EXPORT_WAVES === "undefined") {
    if ("object" === typeof exports) {
      factory(exports);
    } else {
      factory(WAVES = {});
    }
  } else {
    factory(WAVES = {});
  }
}(function (WAVES) {
WAVES.version = "1.0.0";
function both(even, odd, scale) {
  return function wave(x, n) {
    if (n === 0) return even(x);
    return n % 2 === 0 ? scale * even(x * n) : scale * odd(x * n);
  };
}
var one = (function () {
  var parts = [1, 0.5, 0.25].reverse();
  function even(x) { return parts[0] * Math.cos(x) + parts[1]; }
  function odd(x) { return parts[2] * Math.sin(x); }
  return both(even, odd, -2);
})();
var two = (function () {
  var parts = [3, 0.5];
  function even(x) { return parts[0] * x * x; }
  function odd(x) { return parts[1] * x; }
  return both(even, odd, 4);
})();
WAVES.one = one;
WAVES.two = two;
}));
`,
    },
    wrapper: `
import waves from "exports-by-another-name";
/** @differentiable */
export function f(x: number, y: number): number {
  return waves.one(x, 0) * waves.one(y, 3) + waves.two(x * y, 2) * waves.two(y, 1);
}
`,
    points: [
      [0.7, 1.3],
      [-1.5, 2],
    ],
  },
  {
    name: "exports-chosen",
    files: {
      "package.json": commonJs("exports-chosen"),
      "index.js": `"use strict";
var lib = (typeof exports === "undefined") ? (function lib() {}) : (exports);
lib.version = "1.0.0";
lib.half = function half(x) { return x / 2; };
lib.bell = function (x) { return Math.exp(-lib.half(x * x)); };
`,
    },
    wrapper: `
import lib from "exports-chosen";
/** @differentiable */
export function f(x: number): number {
  return lib.bell(x) * lib.half(x);
}
`,
    points: [[0.7], [-1.5]],
  },
  {
    name: "whole-as-default",
    files: {
      "package.json": commonJs("whole-as-default"),
      "square.js": `
module.exports = square;
function square(x) { return x * x; }
`,
      "plus.js": `
module.exports = function plus(out, a, b) {
  out[0] = a[0] + b[0];
  out[1] = a[1] * b[1];
  return out;
};
`,
      "parts.js": `
exports.half = void 0;
function half(x) { return x / 2; }
exports.half = half;
`,
      "index.js": `
module.exports = { square: require("./square"), plus: require("./plus"), parts: require("./parts") };
`,
      "index.d.ts": `
export declare function square(x: number): number;
export declare function plus(out: number[], a: number[], b: number[]): number[];
export declare const parts: { half(x: number): number };
`,
    },
    wrapper: `import whole from "whole-as-default";
/** @differentiable */
export function f(x: number, y: number): number {
  const sum = whole.plus([0, 0], [x, y], [y, x]);
  return whole.square(sum[0]!) * sum[1]! + whole.parts.half(y);
}
`,
    points: [[0.7, 2]],
  },
];
