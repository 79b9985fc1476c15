import { esm, type Idiom } from "./packageIdioms.js";

/** Prototypes that functions of the package fill. */
export const definedIdioms: readonly Idiom[] = [
  {
    name: "prototypes-by-helpers",
    files: {
      "package.json": esm("prototypes-by-helpers"),
      "index.d.ts": `
export interface Tone { twice(): number; plain(): Plain; }
export interface Plain extends Tone { a: number; b: number; loudness(): number; louder(k?: number): this; }
export interface Warm extends Tone { angle: number; size: number; louder(k?: number): this; }
export declare const plain: { (a: number, b: number): Plain; (tone: Tone): Plain };
export declare const warm: { (angle: number, size: number): Warm; (tone: Tone): Warm };
`,
      "index.js": `
function fill(made, maker, members) {
  made.prototype = maker.prototype = members;
  members.constructor = made;
}
function below(above, more) {
  const members = Object.create(above.prototype);
  for (const key in more) members[key] = more[key];
  return members;
}
function Tone() {}
fill(Tone, tone, {
  copy(more) { return Object.assign(new this.constructor(), this, more); },
  twice() { return 2; },
  text: shown,
  toString: shown
});
function shown() { return "tone " + this.loudness(); }
function tone(text) { return text === "low" ? new Plain(1, 2) : new Plain(+text, 3); }

function toPlain(o) {
  if (!(o instanceof Tone)) o = tone(o);
  if (!o) return new Plain();
  o = o.plain();
  return new Plain(o.a, o.b);
}
export function plain(a, b) { return arguments.length === 1 ? toPlain(a) : new Plain(a, b); }
export function Plain(a, b) {
  this.a = +a;
  this.b = +b;
}
fill(Plain, plain, below(Tone, {
  plain() { return this; },
  louder(k) { k = k == null ? 1.5 : Math.pow(1.5, k); return new Plain(this.a * k, this.b * k); },
  loudness() { return Math.hypot(this.a, this.b); },
  text: shownPlain
}));
function shownPlain() { return this.a + " " + this.b; }

function toWarm(o) {
  if (o instanceof Warm) return new Warm(o.angle, o.size);
  if (!(o instanceof Plain)) o = toPlain(o);
  return new Warm(Math.atan2(o.b, o.a), Math.sqrt(o.a * o.a + o.b * o.b));
}
export function warm(angle, size) { return arguments.length === 1 ? toWarm(angle) : new Warm(angle, size); }
export function Warm(angle, size) {
  this.angle = +angle;
  this.size = +size;
}
fill(Warm, warm, below(Tone, {
  plain() { return new Plain(this.size * Math.cos(this.angle), this.size * Math.sin(this.angle)); },
  louder(k) { return new Warm(this.angle, this.size * (k == null ? 1 : k)); }
}));
`,
    },
    wrapper: `
import { plain, warm } from "prototypes-by-helpers";
/** @differentiable */
export function f(x: number, y: number): number {
  const w = warm(plain(x, y));
  const p = warm(x, y).plain().louder(x);
  return w.angle * w.size + plain(w.louder(2)).b * p.a + warm(w).size * w.twice() + p.louder().loudness();
}
`,
    points: [
      [1.3, 0.6],
      [0.4, 2],
    ],
  },
];
