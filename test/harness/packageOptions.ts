import { esm, type Idiom } from "./packageIdioms.js";

/** Options that may be left out, as older packages write them. */
export const optionIdioms: readonly Idiom[] = [
  {
    name: "options-or-nothing",
    files: {
      "package.json": JSON.stringify({
        name: "options-or-nothing",
        version: "1.0.0",
        license: "MIT",
        main: "index.js",
        types: "index.d.ts",
      }),
      "index.js": `
var scaled = (function () {
  var sizes = { small: 0.5, large: 2 };
  return function scaled(p, options) {
    options = options || {};
    var s = options.size in sizes ? sizes[options.size] : sizes.small;
    if (options.bound) return options.bound > s * p.v;
    return s * p.v * p.v;
  };
})();
exports.scaled = scaled;
exports.filled = function (x, options) {
  options = options || {};
  if (options.k === undefined) { options.k = 2; }
  if (options.k) return x * x * options.k;
  return x;
};
exports.renamed = function (x, options) {
  var o = options || {};
  var k = o.k || 3, m = o.m !== undefined ? o.m : 2;
  return x * k + m;
};
exports.asked = function (x, settings) {
  var half = x / 2;
  if (!settings) settings = {};
  settings.power = settings.power || 3;
  return Math.pow(half, settings.power) * (settings.shift ? x + settings.shift : 1);
};
`,
      "index.d.ts": `
export function scaled(p: { v: number }, options?: { size?: string; bound?: number }): number;
export function filled(x: number, options?: { k?: number }): number;
export function renamed(x: number, options?: { k?: number; m?: number } | null): number;
export function asked(x: number, settings?: { power?: number; shift?: number }): number;
`,
    },
    wrapper: `
import { asked, filled, renamed, scaled } from "options-or-nothing";
/** @differentiable */
export function f(x: number, y: number): number {
  const sized = scaled({ v: x }) + scaled({ v: y }, { size: "large" }) * x;
  return sized + filled(x) * filled(y, { k: x }) + renamed(x) + renamed(y, { m: 2 * x }) + asked(y) + asked(x, { shift: y });
}
`,
    points: [
      [0.7, 1.3],
      [-1.5, 2],
    ],
  },
  {
    name: "options-mentioned-before",
    files: {
      "package.json": esm("options-mentioned-before"),
      "index.js": `
export function first(x, options) {
  const was = options ? 2 : 3;
  options = options || {};
  return was * x * (options.k || 5);
}
export function second(x, options) {
  const o = options || {};
  return (options === undefined ? 7 : 1) * x * (o.k || 5);
}
`,
      "index.d.ts": `
export function first(x: number, options?: { k?: number }): number;
export function second(x: number, options?: { k?: number }): number;
`,
    },
    wrapper: `
import { first, second } from "options-mentioned-before";
/** @differentiable */
export function f(x: number, y: number): number {
  return first(x, { k: y }) * second(y, { k: x * y });
}
`,
    points: [
      [0.7, 1.3],
      [-1.5, 2],
    ],
  },
];
