/** A package, and a function of numbers that calls it. */
export interface Idiom {
  /** Of the package, too. */
  readonly name: string;
  /** Below `node_modules/name`. */
  readonly files: Readonly<Record<string, string>>;
  /** A module that exports an annotated `f`. */
  readonly wrapper: string;
  readonly points: readonly (readonly number[])[];
  /** It computes in Float32Arrays: differences are rough. */
  readonly rounds?: true;
}

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name, version: "1.0.0", license: "MIT", ...more });

const esm = (name: string): string =>
  manifest(name, { type: "module", main: "index.js", types: "index.d.ts" });

export const idioms: readonly Idiom[] = [
  {
    name: "out-parameters",
    files: {
      "package.json": esm("out-parameters"),
      "common.js": `
export var ARRAY_TYPE = typeof Float32Array !== "undefined" ? Float32Array : Array;
/** @param {Float32ArrayConstructor | ArrayConstructor} type */
export function setArrayType(type) { ARRAY_TYPE = type; }
`,
      "index.js": `
import * as common from "./common.js";
export { common };
/** @returns {vec2} a new vector */
export function create() {
  var out = new common.ARRAY_TYPE(2);
  if (common.ARRAY_TYPE != Float32Array) { out[0] = 0; out[1] = 0; }
  return out;
}
/** @param {vec2} out  @param {ReadonlyVec2} a  @returns {vec2} out */
export function rotate(out, a, angle) {
  var s = Math.sin(angle), c = Math.cos(angle);
  if (a === out) {
    var x = a[0];
    out[0] = c * x - s * a[1];
    out[1] = s * x + c * a[1];
  } else {
    out[0] = c * a[0] - s * a[1];
    out[1] = s * a[0] + c * a[1];
  }
  return out;
}
export var scale = function (out, a, k) { out[0] = a[0] * k; out[1] = a[1] * k; return out; };
export function dot(a, b) { return a[0] * b[0] + a[1] * b[1]; }
`,
      "index.d.ts": `
interface IndexedCollection extends Iterable<number> { readonly length: number; [index: number]: number; }
export type vec2 = [number, number] | IndexedCollection;
export type ReadonlyVec2 = readonly [number, number] | IndexedCollection;
export declare namespace common { function setArrayType(type: ArrayConstructor): void; }
export declare function create(): vec2;
export declare function rotate(out: vec2, a: ReadonlyVec2, angle: number): vec2;
export declare function scale(out: vec2, a: ReadonlyVec2, k: number): vec2;
export declare function dot(a: ReadonlyVec2, b: ReadonlyVec2): number;
`,
    },
    wrapper: `import { create, dot, rotate, scale } from "out-parameters";
/** @differentiable */
export function f(x: number, angle: number): number {
  const v = rotate(create(), [x, 1], angle);
  for (let i = 0; i < 3; i++) rotate(v, v, 0.1 * x);
  const w = scale(scale(create(), v, angle), [x, 2], 2);
  return dot(v, [1, 2]) + (x > 1 ? dot(w, v) : v[0]!);
}
`,
    points: [
      [0.5, 0.7],
      [1.5, -0.3],
    ],
    rounds: true,
  },
];
