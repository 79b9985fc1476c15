import type { Idiom } from "./packageIdioms.js";

/** Ways in which JavaScript hands parameters and options on. */

const manifest = (name: string): string =>
  JSON.stringify({
    name,
    version: "1.0.0",
    license: "MIT",
    type: "module",
    main: "index.js",
  });

export const parameterIdioms: readonly Idiom[] = [
  {
    name: "rest-handed-on",
    files: {
      "package.json": manifest("rest-handed-on"),
      "util.js": `
export let { cos, exp, PI } = Math
export let PI2 = 2 * PI
export function generate (fn, n, ...params) {
	let w = new Float64Array(n)
	for (let i = 0; i < n; i++) w[i] = fn(i, n, ...params)
	return w
}
export function energy (fn, n, ...params) {
	let w = generate(fn, n, ...params), s = 0
	for (let i = 0; i < n; i++) s += w[i] * w[i]
	return s
}
`,
      "index.js": `
import { cos, exp, PI2 } from "./util.js"
export { generate, energy } from "./util.js"
export default function bump (i, n, width, lift) {
	if (lift == null) lift = 0.5
	return exp(-width * i / n) * cos(PI2 * i / n) + lift
}
export { bump }
`,
    },
    wrapper: `import { bump, energy, generate } from "rest-handed-on";
/** @differentiable */
export function f(x: number, y: number): number {
  return energy(bump, 5, x) + energy(bump, 4, y, x) * generate(bump, 3, x)[1]!;
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "options-handed-on",
    files: {
      "package.json": manifest("options-handed-on"),
      "index.js": `
export function eased(x, { scale = 2, clamp: isClamp = true, ease } = {}) {
  let y = x * scale;
  if (ease) y = ease(y);
  return isClamp ? Math.min(1, y) : y;
}
export function old(x, options) {
  if (options === void 0) { options = {}; }
  return inner(x, options);
}
export function young(x, control = {}) { return inner(x, control); }
function inner(x, o) {
  var k = o.k === undefined ? 3 : o.k;
  return x * k * (o.b || 1);
}
`,
    },
    wrapper: `import { eased, old, young } from "options-handed-on";
/** @differentiable */
export function f(x: number, y: number): number {
  const a = eased(x) + eased(x, { scale: y }) * eased(x, { clamp: false, scale: x });
  return a * old(x, { k: y }) + young(x) * young(y, { b: x * x });
}
`,
    points: [
      [0.4, 0.7],
      [2, 0.1],
    ],
  },
  {
    name: "old-defaults",
    files: {
      "package.json": manifest("old-defaults"),
      "index.js": `
export function blend(a, b, t, k) {
  if (b === void 0) { b = a * 2; }
  if (typeof t === "undefined") t = [0.25, b];
  if (undefined === k) { k = turned(t[0]); }
  return a + (b - a) * t[0] * k * t[1];
}
export function shifted(a, b) {
  if (b === void 0) { b = offset(a); }
  var offset2 = b * b;
  return a * offset2;
}
function offset(a) { return 1 + a * a; }
var turned = function (x, by) {
  if (by === void 0) { by = x; }
  return Math.cos(x * by);
};
`,
    },
    wrapper: `import { blend, shifted } from "old-defaults";
/** @differentiable */
export function f(x: number, y: number): number {
  return blend(x) + blend(x, y) * blend(x, undefined, [y, 2], x) + shifted(x) * shifted(x, y);
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "functions-made-once",
    files: {
      "package.json": JSON.stringify({
        name: "functions-made-once",
        version: "1.0.0",
        license: "MIT",
        type: "module",
        main: "index.js",
        types: "index.d.ts",
      }),
      "index.js": `
export const createBack = (k) => (p) => p * p * ((k + 1) * p - k);
export const mirrored = (ease) => (p) => p <= 0.5 ? ease(2 * p) / 2 : (2 - ease(2 * (1 - p))) / 2;
export const back = createBack(1.5);
export const backInOut = mirrored(back);
`,
      "index.d.ts": `
export type Easing = (p: number) => number;
export declare const createBack: (k: number) => Easing;
export declare const mirrored: (ease: Easing) => Easing;
export declare const back: Easing, backInOut: Easing;
`,
    },
    wrapper: `import { back, backInOut } from "functions-made-once";
import * as eases from "functions-made-once";
/** @differentiable */
export function f(x: number, y: number): number {
  return back(x) + backInOut(y) * eases.back(x * y) + eases.createBack(x)(y);
}
`,
    points: [
      [0.4, 0.7],
      [0.6, 0.2],
    ],
  },
  {
    name: "arrays-by-apply",
    files: {
      "package.json": manifest("arrays-by-apply"),
      "index.js": `
export function sums(n, x) {
  var zeros = Array.apply(null, new Array(n)).map(Number.prototype.valueOf, 0);
  var ones = Array.apply(null, Array(n)).map(function () { return 1; });
  var steps = Array.apply(null, { length: n }).map(function (_, i) { return i * x; });
  for (var i = 0; i < n; i++) zeros[i] += ones[i] * steps[i] * x;
  return zeros.reduce(function (a, b) { return a + b; }, 0);
}
`,
    },
    wrapper: `import { sums } from "arrays-by-apply";
/** @differentiable */
export function f(x: number): number { return sums(4, x); }
`,
    points: [[0.4]],
  },
  {
    name: "copied-helpers",
    files: {
      "package.json": manifest("copied-helpers"),
      "index.js": `
function buildTable(n, step) { const t = []; for (let i = 0; i < n; i++) t.push(Math.floor(i * step) * 0.5); return t; }
const table = buildTable(5, 0.3);
const count = (least, { up = false, k }, ...words) => words.filter(w => w.length > least).map(function (w) { return up ? w + "!" : w; }).length * k;
const counts = [count(1, { k: 2 }, "a", "bc", "def"), count(2, { up: true, k: 3 }, "a", "bc", "def")];
function total(v) { if (typeof v === "number") return v; let s = 0; for (let i = 0; i < v.length; i++) s += v[i]; return s; }
function deep(v, n) { return n > 0 ? deep(v + 1, n - 1) : total([v, total(v)]); }
const filled = [];
for (let i = 0; i < 4; i++) filled.push(deep(i, 2));
/**
 * @param {number} k
 * @returns {number} of a table
 */
function lookup(k) { var found; for (var i = 0; i < filled.length; i++) if (i === k) found = filled[i]; return found === undefined ? 0 : found; }
const rate = { low: lookup(1), high: [1, 2].map(k => lookup(k)) };
export function rated(x, k) { return filled[k] * x + rate.low * x * x + rate.high[k - 1] * x ** 3; }
export function sized(x, k) { return table[k] * x + counts[0] * x * x + counts[1]; }
/** @param {"meters" | "feet" | "yards"} units */
export function hinted(x, units = "meters") {
  const f = units === "meters" ? 1 : units === "feet" ? 3 : 5;
  return x * f * (units.length > 4 ? 1 : x);
}
`,
    },
    wrapper: `import { hinted, rated, sized } from "copied-helpers";
/** @differentiable */
export function f(x: number): number { return sized(x, 4) * hinted(x) * hinted(x, "feet") + rated(x, 2); }
`,
    points: [[0.4]],
  },
  {
    name: "easing-with-properties",
    files: {
      "package.json": JSON.stringify({
        name: "easing-with-properties",
        version: "1.0.0",
        license: "MIT",
        type: "module",
        main: "index.js",
        types: "index.d.ts",
      }),
      "index.d.ts": `
export interface Easing { (t: number): number; exponent(e: number): Easing; }
export declare const polyIn: Easing;
`,
      "index.js": `
var exponent = 3;
export var polyIn = (function custom(e) {
  e = +e;
  function polyIn(t) { return Math.pow(t, e); }
  polyIn.exponent = custom;
  return polyIn;
})(exponent);
`,
    },
    wrapper: `import { polyIn } from "easing-with-properties";
/** @differentiable */
export function f(x: number, y: number): number { return polyIn(x) + polyIn.exponent(2)(y); }
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "swings-with-makers",
    files: {
      "package.json": manifest("swings-with-makers"),
      "index.js": `
var turn = 2 * Math.PI, amplitude = 1, period = 0.3;
function fade(x) { return (Math.pow(2, -10 * x) - 0.0009765625) * 1.0009775171065494; }
var swingOut = (function custom(a, p) {
  var s = Math.asin(1 / (a = Math.max(1, a))) * (p /= turn);
  function swingOut(t) {
    return 1 - a * fade(t = +t) * Math.sin((t + s) / p);
  }
  swingOut.amplitude = function(a) { return custom(a, p * turn); };
  swingOut.period = function(p) { return custom(a, p); };
  return swingOut;
})(amplitude, period);
export { swingOut as swing };
`,
      "index.d.ts": `
export interface Swing {
  (t: number): number;
  amplitude(a: number): Swing;
  period(p: number): Swing;
}
export const swing: Swing;
`,
    },
    wrapper: `import { swing } from "swings-with-makers";
import * as all from "swings-with-makers";
/** @differentiable */
export function f(t: number, a: number): number {
  return swing(t) + swing.amplitude(a).period(0.4)(t) + all.swing.period(a)(t);
}
`,
    points: [
      [0.3, 1.4],
      [0.7, 2.2],
    ],
  },
];
