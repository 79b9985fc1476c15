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

export const esm = (name: string): string =>
  manifest(name, { type: "module", main: "index.js", types: "index.d.ts" });

export const idioms: readonly Idiom[] = [
  {
    name: "classes-of-a-maker",
    files: {
      "package.json": manifest("classes-of-a-maker", {
        type: "module",
        types: "./lib/index.d.ts",
        exports: { ".": "./lib/index.js" },
      }),
      "index.js": `export * from "./lib/index.js";`,
      "src/disc.ts": `
export class Disc {
  r: number;
  constructor(options: { r: number }) { this.r = options.r; }
  area(): number { return Math.PI * this.r * this.r; }
}
`,
      "src/bar.ts": `
export class Bar {
  w: number;
  r: number;
  constructor(options: { r: number; w: number }) { this.w = options.w; this.r = options.r; }
  area(): number { return this.w * this.r; }
}
`,
      "src/index.ts": `
import { Bar } from "./bar.js";
import { Disc } from "./disc.js";
export * from "./bar.js";
export * from "./disc.js";
interface Kinds { disc: Disc; bar: Bar }
export interface Options<K extends keyof Kinds> { kind: K; r: number; w: number }
export function shape<K extends keyof Kinds>(options: Options<K>): Kinds[K];
export function shape(options: Options<keyof Kinds>): Disc | Bar {
  switch (options.kind) {
    case "disc": return new Disc(options);
    case "bar": return new Bar(options);
    default: throw new Error("no such shape");
  }
}
`,
      "lib/disc.js": `
export class Disc {
  constructor(options) { this.r = options.r; }
  area() { return Math.PI * this.r * this.r; }
}
`,
      "lib/bar.js": `
export class Bar {
  constructor(options) { this.w = options.w; this.r = options.r; }
  area() { return this.w * this.r; }
}
`,
      "lib/index.js": `
import { Bar } from "./bar.js";
import { Disc } from "./disc.js";
export * from "./bar.js";
export * from "./disc.js";
export function shape(options) {
  switch (options.kind) {
    case "disc": return new Disc(options);
    case "bar": return new Bar(options);
    default: throw new Error("no such shape");
  }
}
`,
      "lib/disc.d.ts": `export declare class Disc { r: number; constructor(options: { r: number }); area(): number; }`,
      "lib/bar.d.ts": `export declare class Bar { w: number; r: number; constructor(options: { r: number; w: number }); area(): number; }`,
      "lib/index.d.ts": `
import { Bar } from "./bar.js";
import { Disc } from "./disc.js";
export * from "./bar.js";
export * from "./disc.js";
interface Kinds { disc: Disc; bar: Bar }
export interface Options<K extends keyof Kinds> { kind: K; r: number; w: number }
export declare function shape<K extends keyof Kinds>(options: Options<K>): Kinds[K];
`,
    },
    wrapper: `
import { shape } from "classes-of-a-maker";
/** @differentiable */
export function f(r: number, w: number): number {
  const a = shape({ kind: "disc", r, w }).area();
  return a * w + shape({ kind: "bar", r: w, w: r }).area();
}
`,
    points: [
      [0.5, 2],
      [1.5, 3],
    ],
  },
  {
    name: "compiled-enums",
    files: {
      "package.json": esm("compiled-enums"),
      "index.js": `
/** @enum {string} the bodies */
export var Body;
(function (Body) {
    Body["Sun"] = "Sun";
    Body["Earth"] = "Earth";
})(Body || (Body = {}));
var Way;
(function (Way) {
    Way[Way["Up"] = 1] = "Up";
    Way[Way["Down"] = -1] = "Down";
})(Way || (Way = {}));
export var Mode = /* @__PURE__ */ ((Mode2) => {
  Mode2[Mode2["Fast"] = 0] = "Fast";
  Mode2[Mode2["Slow"] = 1] = "Slow";
  return Mode2;
})(Mode || {});
const start = new Date("2000-01-01T12:00:00Z");
const day = 1000 * 3600 * 24;
export class Time {
  constructor(date) {
    if (date instanceof Time) {
      this.days = date.days;
      return;
    }
    if (date instanceof Date && Number.isFinite(date.getTime())) {
      this.days = (date.getTime() - start.getTime()) / day;
      return;
    }
    if (Number.isFinite(date)) {
      this.days = date;
      return;
    }
    throw "no time";
  }
}
export function pull(body, x) {
  switch (body) {
    case Body.Sun: return 274 * x;
    case Body.Earth: return 9.8 * x * x;
    default: throw new Error("unknown body " + body);
  }
}
export function move(mode, x) {
  const way = x > 1 ? Way.Up : Way.Down;
  return (mode === Mode.Fast ? x * x : x) * way;
}
export function angle(time, x) { return Math.sin(time.days * 0.1) * x; }
`,
      "index.d.ts": `
export declare enum Body { Sun = "Sun", Earth = "Earth" }
export declare enum Mode { Fast = 0, Slow = 1 }
export declare class Time { days: number; constructor(date: Date | number | Time); }
export declare function pull(body: Body, x: number): number;
export declare function move(mode: Mode, x: number): number;
export declare function angle(time: Time, x: number): number;
`,
    },
    wrapper: `
import * as sky from "compiled-enums";
import { Mode, move } from "compiled-enums";
/** @differentiable */
export function f(x: number, d: number): number {
  return (
    sky.pull(sky.Body.Earth, x) + sky.pull(x > d ? sky.Body.Sun : sky.Body.Earth, d) +
    move(Mode.Fast, x) * move(Mode.Slow, d) +
    sky.angle(new sky.Time(d), x)
  );
}
`,
    points: [
      [0.5, 2],
      [1.5, 0.3],
    ],
  },
  {
    name: "older-enums",
    files: {
      "package.json": manifest("older-enums", {
        main: "index.js",
        types: "index.d.ts",
      }),
      "index.js": `
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.area = exports.Side = exports.Kind = void 0;
var Kind;
(function (Kind) {
    Kind["Round"] = "round";
    Kind["Square"] = "square";
})(Kind || (exports.Kind = Kind = {}));
var Side;
(function (Side) {
    Side[Side["Left"] = 0] = "Left";
    Side[Side["Right"] = 1] = "Right";
})(Side = exports.Side || (exports.Side = {}));
function area(kind, side, r) {
    return (kind === Kind.Round ? Math.PI * r * r : r * r) + side * r + (side === Side.Right ? r : 0);
}
exports.area = area;
`,
      "index.d.ts": `
export declare enum Kind { Round = "round", Square = "square" }
export declare enum Side { Left = 0, Right = 1 }
export declare function area(kind: Kind, side: Side, r: number): number;
`,
    },
    wrapper: `
import { area, Kind, Side } from "older-enums";
/** @differentiable */
export function f(x: number, y: number): number {
  return area(Kind.Round, Side.Left, x) * area(Kind.Square, Side.Right, y);
}
`,
    points: [[0.5, 2]],
  },
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
  {
    name: "circles",
    files: {
      "package.json": esm("circles"),
      "index.js": `
/** The k-th smallest, in place: i and left are made of each other. */
function select(arr, k, left, right) {
  left = left || 0;
  right = right || arr.length - 1;
  while (right > left) {
    var t = arr[k];
    var i = left;
    var j = right;
    swap(arr, left, k);
    if (arr[right] > t) swap(arr, left, right);
    while (i < j) {
      swap(arr, i, j);
      i++;
      j--;
      while (arr[i] < t) i++;
      while (arr[j] > t) j--;
    }
    if (arr[left] === t) swap(arr, left, j);
    else swap(arr, ++j, right);
    if (j <= k) left = j + 1;
    if (k <= j) right = j - 1;
  }
}
function swap(arr, i, j) { var tmp = arr[i]; arr[i] = arr[j]; arr[j] = tmp; }
export function nearest(x, y) {
  var best, at, last, k;
  for (k = 0; k < x.length; k++) {
    var d = Math.abs(x[k] - y);
    if (best === undefined || d < last) { at = best = x[k]; last = at; last = d; }
    if (k > 0) best = best * 1.01;
  }
  return best + at;
}
export function median(x) { var copy = x.slice(); select(copy, 2); return copy[2]; }
/** Arrays that are made before they are filled, one of them for a parameter that is left out. */
export function weighted(x, weights) {
  var n = x.length, table = new Array(n), s = 0;
  if (!weights) { weights = []; for (var k = 0; k < n; k++) weights[k] = k + 1; }
  for (var i = 0; i < n; i++) {
    table[i] = new Array(n);
    for (var j = 0; j < n; j++) table[i][j] = x[i] * x[j] * weights[j];
  }
  for (i = 0; i < n; i++) s += table[i][n - 1 - i];
  return s;
}
`,
    },
    wrapper: `import { median, nearest, weighted } from "circles";
/** @differentiable */
export function f(x: number, y: number): number {
  const m = median([3 * x, y, x * x, 2, 4]);
  return m * weighted([x, y, 1]) + nearest([x, y, x * y], 1.3);
}
`,
    points: [
      [0.5, 3],
      [2.5, 1.1],
    ],
  },
  {
    name: "transpiled",
    files: {
      "package.json": manifest("transpiled"),
      "index.js": `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
Object.defineProperty(exports, "scale", { enumerable: true, get: function () { return _scale.default; } });
var _scale = _interopRequireDefault(require("./scale"));
function _interopRequireDefault(e) { return e && e.__esModule ? e : { default: e }; }
exports.twice = function (x) { return (0, _scale.default)((0, _scale.default)(x, 3)); };
`,
      "scale.js": `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.default = void 0;
var scale = function (x) {
  var k = arguments.length > 1 && arguments[1] !== undefined ? arguments[1] : 2;
  return k * Math.sin(x);
};
var _default = exports.default = scale;
`,
    },
    wrapper: `import lib from "transpiled";
/** @differentiable */
export function f(x: number): number {
  return lib.twice(x) * lib.scale(x, x);
}
`,
    points: [[0.4], [2.2]],
  },
  {
    name: "handed-on",
    files: {
      "package.json": manifest("handed-on", { types: "index.d.ts" }),
      "index.d.ts": "export declare function half(x: number): number;\n",
      "index.js": `"use strict";
var __exportStar = (this && this.__exportStar) || function (m, exports) {
  for (var p in m) if (p !== "default" && !exports.hasOwnProperty(p)) exports[p] = m[p];
};
Object.defineProperty(exports, "__esModule", { value: true });
__exportStar(require("./inner"), exports);
`,
      "inner.js": `"use strict";
exports.half = function (x) { return (x * x) / 2; };
`,
    },
    wrapper: `import { half } from "handed-on";
/** @differentiable */
export function f(x: number): number {
  return half(x);
}
`,
    points: [[0.4]],
  },
  {
    name: "argument-lists",
    files: {
      "package.json": manifest("argument-lists"),
      "index.js": `"use strict";
function most() {
  var m = arguments[0];
  for (var i = 1; i < arguments.length; i++) if (arguments[i] > m) m = arguments[i];
  return m;
}
function joined(first) {
  var rest = Array.prototype.slice.call(arguments, 1), s = first;
  rest.forEach(function (one) { s = s * 0.5 + one; });
  return s;
}
function counted(a, b) { return arguments.length * a + (b || 0); }
module.exports = { most: most, joined: joined, counted: counted };
`,
    },
    wrapper: `import lib from "argument-lists";
/** @differentiable */
export function f(x: number, y: number): number {
  return lib.most(x, y, 1) + lib.joined(x, y, x * y) * lib.counted(y, x);
}
`,
    points: [
      [0.4, 0.7],
      [2.4, 0.7],
    ],
  },
  {
    name: "old-classes",
    files: {
      "package.json": manifest("old-classes"),
      "index.js": `"use strict";
(function (root) {
  var Body = function (m, v) { this.m = m; this.v = v; };
  Body.prototype.energy = function () { return half(this.m * this.v * this.v); };
  function half(x) { return x / 2; }
  Body.prototype.faster = function (k) { return new Body(this.m, k * this.v); };
  root.Body = Body;
  class Unit { times(x) { return Unit.size * x + Unit.shift; } }
  Unit.size = 3;
  Unit.shift = -0.5;
  root.Unit = Unit;
})(typeof module === "undefined" ? this : module.exports);
`,
    },
    wrapper: `import lib from "old-classes";
/** @differentiable */
export function f(x: number, y: number): number {
  return new lib.Unit().times(x) * new lib.Body(x, y).faster(2).energy();
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "no-declarations",
    files: {
      "package.json": manifest("no-declarations"),
      "index.js": `"use strict";
exports.root = function (f, x) {
  for (var i = 0; i < 30; i++) {
    if (console && console.warn && i > 28) console.warn("slow");
    var y = f(x), d = (f(x + 1e-4) - y) / 1e-4;
    if (isNaN(y)) return;
    if (Math.abs(y) < 1e-12) return x;
    x = x - y / d;
  }
  return x;
};
exports.pair = function (x, out) {
  var out = out || [];
  out[0] = x;
  out[1] = x * x;
  return out;
};
`,
    },
    wrapper: `import { pair, root } from "no-declarations";
/** @differentiable */
export function f(a: number, b: number): number {
  const p = pair(root((x: number) => x * x * x + a * x - b, 1));
  return p[0] + p[1] * 2;
}
`,
    points: [[0.4, 1.7]],
  },
  {
    name: "older-classes",
    files: {
      "package.json": manifest("older-classes"),
      "index.js": `"use strict";
var __extends = (this && this.__extends) || (function () {
  return function (d, b) { Object.setPrototypeOf(d, b); function __() { this.constructor = d; } __.prototype = b.prototype; d.prototype = new __(); };
})();
exports.__esModule = true;
var Shape = /** @class */ (function () {
  function Shape(x) {
    if (x === void 0) { x = 1; }
    this.x = x;
  }
  Shape.prototype.area = function () { return 0; };
  Shape.prototype.scaled = function (k) { return k * this.area(); };
  Object.defineProperty(Shape.prototype, "double", {
    get: function () { return this.scaled(2); },
    enumerable: false,
    configurable: true
  });
  Shape.unit = function () { return new Shape(1); };
  return Shape;
}());
exports.Shape = Shape;
var Circle = /** @class */ (function (_super) {
  __extends(Circle, _super);
  function Circle(x, r) {
    var _this = _super.call(this, x) || this;
    _this.r = r;
    return _this;
  }
  Circle.prototype.area = function () { return Math.PI * this.r * this.r * this.x; };
  Circle.prototype.scaled = function (k) { return _super.prototype.scaled.call(this, k) + this.r; };
  return Circle;
}(Shape));
exports.Circle = Circle;
var Square = (function () {
  function Square2(a) { this.a = a; }
  Square2.prototype.area = function () { return this.a * this.a; };
  return Square2;
})();
exports.Square = Square;
`,
    },
    wrapper: `import lib from "older-classes";
/** @differentiable */
export function f(x: number, y: number): number {
  const c = new lib.Circle(x, y);
  const s = new lib.Square(2 * x).area();
  return c.double * c.area() + lib.Shape.unit().scaled(y) + s;
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "through-require",
    files: {
      "package.json": manifest("through-require"),
      "index.js": `"use strict";
var sqrt = require("./sqrt.js");
var Number = require("./number.js");
var limit = Number.MAX_VALUE;
module.exports = function (x) {
  if (x > limit || x === Number.POSITIVE_INFINITY) return x;
  return x * sqrt(x);
};
`,
      "sqrt.js": `"use strict";
var sqrt = Math.sqrt;
module.exports = sqrt;
`,
      "number.js": `"use strict";
module.exports = Number;
`,
    },
    wrapper: `import power from "through-require";
/** @differentiable */
export function f(x: number): number {
  return power(x) * x;
}
`,
    points: [[0.4], [3]],
  },
  {
    name: "own-scratch",
    files: {
      "package.json": esm("own-scratch"),
      "index.js": `
var tmp = [1, 2];
export var turned = (function () {
  var tmp = [0, 0];
  function set(x, y) { tmp[0] = x; tmp[1] = y; }
  return function (a, angle) {
    set(Math.cos(angle), Math.sin(angle));
    return [tmp[0] * a[0] - tmp[1] * a[1], tmp[1] * a[0] + tmp[0] * a[1]];
  };
})();
export var grown = (function () {
  var tmp = new Float64Array(2);
  return function (a, k) {
    for (var i = 0; i < 2; i++) tmp[i] = a[i] * k;
    return tmp[0] * tmp[1];
  };
}());
export function first() { return tmp[0]; }
`,
      "index.d.ts": `export function turned(a: any, angle: any): any;
export function grown(a: number[], k: number): number;
export function first(): number;
`,
    },
    wrapper: `import { first, grown, turned } from "own-scratch";
/** @differentiable */
export function f(x: number, angle: number): number {
  const v = turned([x, 1], angle);
  const w = turned(v, x);
  return grown(v, x) + grown([w[1], angle], 2) * first();
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "late-functions",
    files: {
      "package.json": manifest("late-functions"),
      "index.js": `"use strict";
var square, slopes;
square = function (x) { return x * x; };
slopes = function (p, n) {
  var s = [], i;
  for (i = 0; i < n; i += 1) s[i] = (p[i + 1] - p[i]) / square(i + 1);
  return s;
};
/** @returns {Object} */
function both(p) {
  var filled = [];
  for (var i = 0; i < 2; i++) filled[i] = new Array(2).fill(1);
  filled[1][0] = p[0];
  return { s: slopes(p, p.length - 1), u: filled };
}
module.exports = function (p) {
  var first = p[0], inner, n = p.length - 1;
  inner = function (x) { return first + x * p[n]; };
  var r = both(p);
  return function (x) { return inner(x) * r.s[1] + r.u[1][0] * r.u[0][1]; };
};
`,
    },
    wrapper: `import late from "late-functions";
/** @differentiable */
export function f(x: number, y: number): number {
  return late([x, y, x * y])(y);
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "behind-other-code",
    files: {
      "package.json": manifest("behind-other-code"),
      "index.js": `"use strict";
var lib = (function () {
  function Line(a, b) {
    if (!(this instanceof Line)) return new Line(a, b);
    this.a = a;
    this.b = b;
  }
  Line.prototype.at = function (x) { return this.a * x + this.b; };
  function cubed(x) { return x * x * x; }
  return { Line: Line, cubed: cubed };
})();
module.exports = lib;
`,
    },
    wrapper: `import lib from "behind-other-code";
/** @differentiable */
export function f(x: number, y: number): number {
  return lib.cubed(new lib.Line(x, y).at(2));
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "functions-by-name",
    files: {
      "package.json": manifest("functions-by-name", { types: "index.d.ts" }),
      "index.d.ts": `export declare class Line { constructor(a: number, b: number); at(x: number): number; }
export declare function twice(f: (x: number) => number, x: number): number;
export declare function half(x: number): number;
export declare function tried(f: (x: number) => number, x: number, n: number): any;
`,
      "index.js": `"use strict";
exports.Line = require("./line.js");
exports.twice = function (f, x) { return f(f(x)); };
exports.half = function (x) { return (x * x) / 2; };
exports.tried = function (f, x, n) {
  var y = x;
  for (var i = 0; i < n; i++) {
    if (y > 50) throw new Error("too far");
    y = f(y) + 0.1;
  }
  var z = y > 1 ? f(y) : y;
  return f(z) * y;
};
`,
      "line.js": `"use strict";
function Line(a, b) { this.a = a; this.b = b; }
module.exports = Line;
Line.prototype.at = function (x) { return this.a * x + this.b; };
`,
    },
    wrapper: `import { half, Line, tried, twice } from "functions-by-name";
/** @differentiable */
export function f(x: number, y: number): number {
  const line = new Line(x, y);
  const t = tried(half, y, 3);
  return line.at(2) * twice(half, x) + t * line.at(y);
}
`,
    points: [
      [0.4, 0.7],
      [0.4, 3.1],
    ],
  },
  {
    name: "second-names",
    files: {
      "package.json": manifest("second-names", {
        type: "module",
        types: "index.d.ts",
      }),
      "index.d.ts": `export class Pair { constructor(x: number, y: number); x: number; y: number; add(o: Pair): number; plus(o: Pair): number; }
export class Far extends Pair {}
`,
      "index.js": `function Pair(x, y) { this.x = x; this.y = y; }
Pair.prototype.add = function (o) { return this.x + o.x * this.y; };
Pair.prototype.plus = Pair.prototype.add;
class Far extends Pair {
  add(o) { return 10 * o.x * this.y; }
}
export { Pair, Far };
`,
    },
    wrapper: `import { Far, Pair } from "second-names";
/** @differentiable */
export function f(x: number, y: number): number {
  const far = new Far(x, y);
  return far.plus(new Pair(y, x)) + far.add(new Pair(x, x)) * new Pair(y, x).plus(far);
}
`,
    points: [
      [0.4, 0.7],
      [2, 3],
    ],
  },
  {
    name: "kinds-of-values",
    files: {
      "package.json": manifest("kinds-of-values"),
      "is-list.js": `"use strict";
function isList(value) {
  return Object.prototype.toString.call(value) === "[object Array]";
}
module.exports = Array.isArray || isList;
`,
      "index.js": `"use strict";
var isArray = require("./is-list.js");
var norm = Math.hypot || function (a, b) { return Math.sqrt(a * a + b * b); };
const tagOf = Object.prototype.toString;
function isAny(value) {
  const tag = tagOf.call(value);
  return tag.endsWith("Array]") && !tag.includes("Big");
}
function dot(x, y, k) {
  if (!isArray(x) || !isAny(y)) throw new TypeError("no list");
  if (arguments.length > 2 && isArray(k)) throw new TypeError("no number");
  var s = arguments.length > 2 ? k : 0;
  for (var i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
}
/** @param {number | number[]} p */
function spread(p, x) {
  if (Array.isArray(p)) return p[0] * x;
  return isAny(p) ? 0 : p + norm(p, x) * x;
}
module.exports = { dot: dot, spread: spread };
`,
    },
    wrapper: `import lib from "kinds-of-values";
/** @differentiable */
export function f(x: number, y: number): number {
  const v = [x, y];
  const n = lib.dot(v, [y, 2], x * y);
  return lib.dot(v, v) * n + lib.spread(x, y) * lib.spread([y], x);
}
`,
    points: [
      [0.4, 0.7],
      [-2, 3],
    ],
  },
  {
    name: "called-with-exports",
    files: {
      "package.json": manifest("called-with-exports"),
      "index.js": `(function (exports) {
  var Bell = function (mean, variance) {
    this.mean = mean;
    this.variance = variance;
  };
  Bell.prototype.pdf = function (x) {
    var m = this.variance * Math.sqrt(2 * Math.PI);
    return Math.exp(-Math.pow(x - this.mean, 2) / (2 * this.variance)) / m;
  };
  var bell = function (mean, variance) { return new Bell(mean, variance); };
  exports(bell);
})
(typeof exports !== "undefined"
  ? function (e) { module.exports = e; }
  : function (e) { this["bell"] = e; });
`,
    },
    wrapper: `import bell from "called-with-exports";
/** @differentiable */
export function f(x: number, y: number): number {
  return bell(x, y).pdf(0.3);
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "chosen-functions",
    files: {
      "package.json": manifest("chosen-functions"),
      "index.js": `"use strict";
module.exports = function (points) {
  if (points.length === 0) return function () { return 0; };
  points = points.sort(function (a, b) { return a[0] - b[0]; });
  var first = points[0], last = points[points.length - 1];
  if (points.length === 1) return function () { return first[1]; };
  return function (x) {
    return first[1] + ((x - first[0]) * (last[1] - first[1])) / (last[0] - first[0]);
  };
};
`,
    },
    wrapper: `import line from "chosen-functions";
/** @differentiable */
export function f(x: number, y: number): number {
  return line([[2, y], [x, 1]])(y) + line([[x, y]])(2);
}
`,
    points: [
      [0.4, 0.7],
      [3, 0.2],
    ],
  },
  {
    name: "options-of-classes",
    files: {
      "package.json": manifest("options-of-classes"),
      "index.js": `"use strict";
function _classCallCheck(a, b) { if (!(a instanceof b)) throw new TypeError("no new"); }
var Filter = /*#__PURE__*/function () {
  function Filter() {
    var _ref = arguments.length > 0 && arguments[0] !== undefined ? arguments[0] : {},
      _ref$r = _ref.r,
      r = _ref$r === void 0 ? 1 : _ref$r,
      _ref$q = _ref.q,
      q = _ref$q === void 0 ? 3 : _ref$q;
    _classCallCheck(this, Filter);
    this.r = r;
    this.q = q;
    this.at = NaN;
  }
  Filter.prototype.filter = function (z) {
    if (isNaN(this.at)) this.at = z / this.q;
    else this.at = this.at + (z - this.at) * this.r;
    return this.at;
  };
  return Filter;
}();
exports.Filter = Filter;
`,
    },
    wrapper: `import { Filter } from "options-of-classes";
/** @differentiable */
export function f(x: number, y: number): number {
  const filter = new Filter({ r: x });
  const other = new Filter({ r: y, q: x });
  let last = 0;
  for (const z of [x, y, x * y]) last = filter.filter(z) + other.filter(last);
  return last * new Filter().filter(x);
}
`,
    points: [[0.4, 0.7]],
  },
  {
    name: "elements-not-there",
    files: {
      "package.json": manifest("elements-not-there"),
      "index.js": `"use strict";
/** @param {number[][]} rows @param {number} i */
exports.second = function (rows, i) {
  const row = rows[i];
  return row?.[1] ?? 7;
};
/** @param {number[][]} rows @param {number} i */
exports.first = function (rows, i) {
  const [x] = rows[i] ?? [3];
  return x;
};
const held = (row) => (row ? row[1] : 7);
exports.asked = function (rows, i) {
  const row = rows[i];
  if (!row) return 2;
  const other = rows[i + 1] || [4, 5];
  return row[0] * other[1] + held(rows[i + 1]) + (row && row[1] > 1 ? row[1] : 3);
};
`,
    },
    wrapper: `import { asked, first, second } from "elements-not-there";
/** @differentiable */
export function f(x: number): number {
  const rows = [[x, x * x], [2 * x, 5]];
  let sum = 0;
  for (let i = 0; i < 4; i++)
    sum +=
      second(rows, i) * x + first(rows, i) * second(rows, 0) * i + asked(rows, i);
  return sum;
}
`,
    points: [[0.4], [-2]],
  },
  {
    name: "constants-of-scratch",
    files: {
      "package.json": manifest("constants-of-scratch", { type: "module" }),
      "index.js": `
const S = { s: 0, t: 0 };
const read = function (a, b) {
  const p = S;
  if (a === undefined || a === null) {
    p["s"] = p["t"] = 0;
  } else if (b !== undefined) {
    p["s"] = a;
    p["t"] = b;
  } else
    switch (typeof a) {
      case "object":
        if ("s" in a && "t" in a) {
          p["s"] = a["s"];
          p["t"] = a["t"];
        } else if ("hours" in a) {
          if (!isFinite(a["hours"])) return Dual["NEVER"];
          p["s"] = a["hours"] * 60;
          p["t"] = 1;
        } else throw new TypeError("no pair");
        break;
      case "number":
        p["t"] = 0;
        p["s"] = a;
        break;
      default:
        throw new TypeError("no pair");
    }
  return p;
};
export function Dual(a, b) {
  if (!(this instanceof Dual)) return new Dual(a, b);
  const p = read(a, b);
  this["s"] = p["s"];
  this["t"] = p["t"];
}
Dual.prototype = {
  s: 0,
  t: 0,
  times: function (a, b) {
    const p = read(a, b);
    if (p["s"] === 0 && p["t"] === 0) return Dual["ZERO"];
    if (!isFinite(p["s"])) return Dual["NEVER"];
    return new Dual(this.s * p.s, this.s * p.t + this.t * p.s);
  },
  plus: function (a, b) {
    const p = read(a, b);
    return new Dual(this.s + p.s, this.t + p.t);
  },
};
Dual["ZERO"] = new Dual(0, 0);
Dual["NEVER"] = new Dual(Infinity, NaN);
Dual["UNIT"] = Dual({ s: 1, t: -0 });
`,
      "index.d.ts": `
type Of = number | Dual | { s: number; t: number };
export declare class Dual {
  constructor(a: Of, b?: number);
  readonly s: number;
  readonly t: number;
  times(a: Of, b?: number): Dual;
  plus(a: Of, b?: number): Dual;
  static readonly ZERO: Dual;
  static readonly UNIT: Dual;
}
`,
    },
    wrapper: `import { Dual } from "constants-of-scratch";
/** @differentiable */
export function f(x: number, y: number): number {
  const d = new Dual(x, 1).times(new Dual(y, x)).plus(2);
  const e = new Dual(3).times(x - 0.4, y);
  return d.s * d.t + e.s * e.t;
}
`,
    points: [
      [0.5, 0.7],
      [0.4, 0.6],
      [-2, 3],
    ],
  },
  {
    name: "errors-of-the-module",
    files: {
      "package.json": esm("errors-of-the-module"),
      "index.js": `
export const errorTooFew = new Error("at least two points are needed");
const errorNoStep = new RangeError("a step of 0");
export class Chord {
  constructor(start, end, ys) {
    if (ys.length < 2) throw errorTooFew;
    const step = (end - start) / (ys.length - 1);
    if (step === 0) throw errorNoStep;
    this.start = start;
    this.step = step;
    this.ys = ys;
  }
  at(x) {
    const t = (x - this.start) / this.step;
    let k = 0;
    while (k < this.ys.length - 2 && k + 1 <= t) k++;
    return this.ys[k] + (t - k) * (this.ys[k + 1] - this.ys[k]);
  }
}
export default { errorTooFew, Chord };
`,
      "index.d.ts": `
export declare class Chord {
  constructor(start: number, end: number, ys: number[]);
  at(x: number): number;
}
`,
    },
    wrapper: `import { Chord } from "errors-of-the-module";
/** @differentiable */
export function f(x: number, y: number): number {
  return new Chord(1, y, [x, 2, x * y]).at(1.4);
}
`,
    points: [
      [0.5, 2],
      [1.5, -0.3],
    ],
  },
];
