import { type Idiom } from "./packageIdioms.js";

const commonJs = (name: string): string =>
  JSON.stringify({
    name,
    version: "1.0.0",
    license: "MIT",
    main: "index.js",
  });

/** Packages that are one object, which gets its functions, constructors and further objects one by one. */
export const libraryIdioms: readonly Idiom[] = [
  {
    name: "constructors-of-a-library",
    files: {
      "package.json": commonJs("constructors-of-a-library"),
      "index.js": `
var lib = { version: "1.0", scale: 2, Pair: function (a, b) { this.a = a; this.b = b; } };
lib.Pair.prototype.sum = function () { return lib.scale * (this.a + this.b); };
lib.Spot = function (x, y) {
  if (!(this instanceof lib.Spot)) return new lib.Spot(x, y);
  this.x = x;
  this.y = y;
};
lib.Spot.prototype.plus = function (o) { return new lib.Spot(this.x + o.x, this.y + o.y); };
lib.Spot.prototype.length = function () { return lib.tools.hypotenuse(this.x, this.y); };
lib.Spot.prototype.height = function () { return 1; };
lib.Peak = function (x, y, z) {
  lib.Spot.call(this, x, y);
  this.z = z;
};
lib.Peak.prototype = Object.create(lib.Spot.prototype);
lib.Peak.prototype.constructor = lib.Peak;
lib.Peak.prototype.height = function () { return this.z * this.x; };
lib.tools = {};
lib.tools.square = function (x) { return x * x; };
lib.tools.hypotenuse = function (x, y) { return Math.sqrt(lib.tools.square(x) + lib.tools.square(y)); };
module.exports = lib;
`,
    },
    wrapper: `
import lib from "constructors-of-a-library";
/** @differentiable */
export function f(x: number, y: number): number {
  const s = new lib.Spot(x, y).plus(new lib.Spot(1, x * y));
  const p = new lib.Peak(x, y, 3);
  return s.length() * p.height() + p.length() + lib.tools.square(y) + new lib.Pair(x, y).sum();
}
`,
    points: [
      [1.3, 0.6],
      [0.4, 2],
    ],
  },
  {
    name: "library-in-several-wrappers",
    files: {
      "package.json": commonJs("library-in-several-wrappers"),
      "index.js": `
var lib = lib || { revision: 3 };
(function (global) {
  "use strict";
  var weight = 2;
  var Cell = function (a, b) { this.w = [a, b]; };
  Cell.prototype = {
    get: function (k) { return weight * this.w[k]; },
    set: function (k, v) { this.w[k] = v; }
  };
  global.Cell = Cell;
})(lib);
(function (lib) {
  var weight = 5;
  lib.weigh = function (x) { var o = { weight: 1 }; return weight * x + o.weight; };
})(lib);
!function () {
  lib.both = function (x, y) { return lib.weigh(x) * lib.weigh(y); };
}();
(function (lib) {
  if (typeof module === "undefined" || typeof module.exports === "undefined") {
    window.lib = lib;
  } else {
    module.exports = lib;
  }
})(lib);
`,
    },
    wrapper: `
import lib from "library-in-several-wrappers";
/** @differentiable */
export function f(x: number, y: number): number {
  const c = new lib.Cell(x, y);
  c.set(0, lib.weigh(y));
  return c.get(0) * c.get(1) + lib.both(x, y);
}
`,
    points: [
      [1.3, 0.6],
      [0.4, 2],
    ],
  },
];
