import type { Idiom } from "./packageIdioms.js";

/** Scratch objects of a module, and instances that its prototypes fill. */

const manifest = (name: string): string =>
  JSON.stringify({ name, version: "1.0.0", license: "MIT", main: "index.js" });

export const scratchIdioms: readonly Idiom[] = [
  {
    name: "scratch-told-apart",
    files: {
      "package.json": manifest("scratch-told-apart"),
      "index.d.ts": `
export interface Pair { x: number; y: number }
export function pair(x: number, y?: number): Pair;
export function plus(p: Pair, x: number, y: number): Pair;
`,
      "index.js": `
var scratch = { x: 0, y: 0 };
function put(to, x, y) {
  if (y !== undefined) {
    to.x = x;
    to.y = y;
    return;
  }
  // the scratch object keeps what it had
  to.x = x;
  if (to !== scratch) to.y = 2;
}
exports.pair = function (x, y) {
  var made = { x: 0, y: 0 };
  put(made, x, y);
  return made;
};
exports.plus = function (p, x, y) {
  put(scratch, x, y);
  return exports.pair(p.x + scratch.x, p.y * scratch.y);
};
`,
    },
    wrapper: `import { pair, plus } from "scratch-told-apart";
/** @differentiable */
export function f(x: number, y: number): number {
  const p = pair(x * y), q = pair(x, y);
  const r = x > 1 ? plus(p, y, x) : q;
  return p.x * p.y + q.x * q.y + r.x * r.y;
}
`,
    points: [
      [0.4, 0.7],
      [1.4, 0.7],
    ],
  },
  {
    name: "filled-by-its-prototype",
    files: {
      "package.json": manifest("filled-by-its-prototype"),
      "index.d.ts": `
export class Turn {
  constructor(w: number, x: number);
  w: number; x: number;
  times(w: number, x: number): Turn;
}
`,
      "index.js": `
var scratch = Object.create(Turn.prototype);
function put(to, w, x) {
  to.w = w || 0;
  // a vector, or its only part
  if (x && x.length === 2) to.x = x[1];
  else to.x = x || 0;
}
function Turn(w, x) {
  put(this, w, x);
}
Turn.prototype = {
  w: 1,
  x: 0,
  times: function (w, x) {
    var one = Object.create(Turn.prototype);
    put(scratch, w, x);
    return new Turn(this.w * scratch.w - this.x * scratch.x + one.w, this.x * scratch.w + this.w * scratch.x);
  },
};
exports.Turn = Turn;
`,
    },
    wrapper: `import { Turn } from "filled-by-its-prototype";
/** @differentiable */
export function f(x: number, y: number): number {
  const t = new Turn(x, y).times(y, 2);
  return t.w * t.x;
}
`,
    points: [
      [0.4, 0.7],
      [1.4, -0.7],
    ],
  },
];
