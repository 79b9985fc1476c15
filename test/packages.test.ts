import { symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newBox } from "./cliBox.js";
import { toCommonJs } from "./harness/load.js";
import { compileProject } from "../compiler/compile.js";
import * as runtime from "../runtime/index.js";

/** Code of npm packages and plain JavaScript, differentiated as it was published. */

const wrappers = `import gamma from "gamma";
import { blackScholes, stdNormCDF } from "black-scholes";
import haversine from "haversine-distance";
import { euclidean } from "ml-distance-euclidean";

export const gammaOf = (x: number): number => gamma(x);
export const callPrice = (s: number, k: number, v: number): number =>
  blackScholes(s, k, 1.5, v, 0.03, "call");
export const cdf = (x: number): number => stdNormCDF(x);
export const arc = (
  a: { lat: number; lon: number },
  b: { lat: number; lon: number },
): number => haversine(a, b);
export const distance = (p: number[], q: number[]): number =>
  euclidean(p, q);
`;

const tsconfig = JSON.stringify({
  compilerOptions: {
    strict: true,
    target: "es2022",
    module: "nodenext",
    types: [],
  },
});

const box = newBox({
  "tsconfig.json": tsconfig,
  "package.json": '{ "type": "module" }',
  "wrappers.ts": wrappers,
});
const modules = join(process.cwd(), "node_modules");
beforeAll(() => symlinkSync(modules, join(box.folder, "node_modules")));
afterAll(() => box.remove());

type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** What a module of the box exports; packages are those of this repository. */
function load(path: string): Functions {
  const exports: Functions = {};
  const native = createRequire(join(process.cwd(), "package.json"));
  const require = (specifier: string): unknown =>
    specifier === "diffc/runtime" ? runtime : native(specifier);
  const code = toCommonJs(box.read(path));
  new Function("exports", "require", code)(exports, require);
  return exports;
}

const points: Readonly<Record<string, readonly unknown[][]>> = {
  gammaOf: [[3.3], [0.2], [-1.5], [120.5]],
  callPrice: [
    [100, 95, 0.2],
    [80, 120, 0.4],
  ],
  cdf: [[0.3], [-2], [9]],
  arc: [
    [
      { lat: 52.5, lon: 13.4 },
      { lat: 48.9, lon: 2.3 },
    ],
  ],
  distance: [
    [
      [1, 2, 3],
      [2, 4, 7],
    ],
  ],
};

describe("functions of packages", () => {
  test.each(Object.keys(points))("%s", async (name) => {
    box.write("points.json", JSON.stringify({ [name]: points[name] }));
    const named = ["wrappers.ts", "--fn", name];
    const checked = await box.diffc(
      ...["gradcheck", ...named, "--points", "points.json"],
    );
    expect(checked.err).toBe("");
    expect(checked.status).toBe(0);
    const built = await box.diffc(...named, "--out-dir", name);
    expect(built.err).not.toContain("error");
    expect(built.status).toBe(0);
    const derived = load(`${name}/wrappers.diff.ts`)[`${name}ValueAndGrad`];
    // haversine-distance and the rest are what Node loads for this repository
    const original = original_(name);
    for (const args of points[name] ?? []) {
      const { value } = derived?.(...structuredClone(args)) as {
        value: number;
      };
      expect(value).toBe(original(...structuredClone(args)));
    }
  });

  test("the module says whose code it holds", () => {
    const text = box.read("gammaOf/wrappers.diff.ts");
    expect(text).toContain(
      "\n// derived from code of gamma 1.0.0 (license: MIT)\n",
    );
    expect(text).not.toContain("haversine");
    expect(text).not.toMatch(/from "gamma"/);
  });
});

function original_(name: string): (...args: unknown[]) => unknown {
  const require = createRequire(join(process.cwd(), "package.json"));
  const found: Functions = {
    gammaOf: require("gamma"),
    callPrice: (s, k, v) =>
      require("black-scholes").blackScholes(s, k, 1.5, v, 0.03, "call"),
    cdf: require("black-scholes").stdNormCDF,
    arc: require("haversine-distance"),
    distance: require("ml-distance-euclidean").euclidean,
  };
  const one = found[name];
  if (one === undefined) throw new Error(`no function ${name}`);
  return one;
}

const model = `import { lerp, norm, square } from "./helpers.js";

/**
 * @param {number} x
 * @param {number} y
 * @returns {number}
 * @differentiable
 */
export function energy(x, y) {
  var s = 0;
  for (var i = 0; i < 3; i++) {
    var t = square(x + i);
    s += t;
  }
  return s + lerp(x, y) * norm([x, y]);
}

/**
 * @differentiable
 * @param {number[]} xs
 */
export const total = (xs) => {
  var sum = 0, n = xs.length;
  while (n--) sum += xs[n] * xs[n];
  return sum;
};

/**
 * @differentiable wrt=x
 * @param {number} x
 * @param {{scale?: number, offset?: number}} [options]
 */
export function scaled(x, options) {
  options = options || {};
  var k = options.scale || 2;
  if (options.offset === undefined) return k * x * x;
  return k * x + options.offset;
}
`;

const helpers = `"use strict";
export var square = function (x) { return x * x; };
export function lerp(a, b, t) {
  if (t === undefined) t = 0.25;
  var d;
  return (d = b - a, a + d * t);
}
export function norm(v, p) {
  p = p || 2;
  var s = 0;
  for (var i = 0, n = v.length; i < n; ++i) s += Math.pow(Math.abs(v[i]), p);
  return Math.pow(s, 1 / p);
}
`;

describe("JavaScript of the project", () => {
  test("typed by JSDoc, and by the arguments of calls where it is not", async () => {
    box.write("model.js", model);
    box.write("helpers.js", helpers);
    const { status, out, err } = await box.diffc("gradcheck", "model.js");
    expect(err).toBe("");
    expect(status).toBe(0);
    expect(out).toContain("no mismatch");
    await box.diffc("model.js");
    expect(box.read("model.diff.ts").split("\n")[0]).toMatch(
      / from model\.js$/,
    );
  });

  test("called by TypeScript, CommonJS among it", async () => {
    box.write(
      "half.cjs",
      "module.exports = { half: function (x) { return x / 2; } };\n",
    );
    box.write(
      "caller.ts",
      'import { half } from "./half.cjs";\nimport { norm } from "./helpers.js";\n' +
        "/** @differentiable */\nexport const f = (x: number): number => half(x) * norm([x, 2]);\n",
    );
    const { status, err } = await box.diffc("caller.ts");
    expect(err).toBe("");
    expect(status).toBe(0);
  });
});

describe("functions that are named and not wrapped", () => {
  test.each([
    ["euclidean", 'export { euclidean } from "ml-distance-euclidean";'],
    ["stdNormCDF", 'export { stdNormCDF } from "black-scholes";'],
    ["own", 'import gamma from "gamma";\nexport const own = gamma;'],
  ])("%s", async (name, text) => {
    box.write("named.ts", `${text}\n`);
    const { status, out, err } = await box.diffc(
      ...["gradcheck", "named.ts", "--fn", name],
    );
    expect(err).toBe("");
    expect(status).toBe(0);
    expect(out).toContain("no mismatch");
  });
});

/** Modules as bundlers and hands have written them. */
const styles: readonly [string, string, string][] = [
  [
    "lists that are made empty",
    `"use strict";
exports.f = function (x) {
  var p = [], r = [];
  p[0] = x - 1;
  p[1] = x * x;
  r[0] = p[0];
  r[1] = p[1] * Math.cos(x) - p[0];
  return r[0] * r[1];
};
`,
    "f(x)",
  ],
  [
    "callbacks that may be left out",
    `"use strict";
function mean(values, valueof) {
  let count = 0, sum = 0;
  if (valueof === undefined) {
    for (let value of values)
      if (value != null && (value = +value) >= value) ++count, sum += value;
  } else {
    let index = -1;
    for (let value of values)
      if ((value = valueof(value, ++index, values)) != null && (value = +value) >= value)
        ++count, sum += value;
  }
  if (count) return sum / count;
}
exports.f = (x) => mean([x, 2, x * x]) * x;
`,
    "f(x)",
  ],
  [
    "one number, or a list of them",
    `"use strict";
/** @param {number[] | number} p */
function powers(x, p) {
  if (Array.isArray(p)) {
    var results = [];
    for (var i = 0; i < p.length; i++) results[i] = Math.pow(x, p[i]);
    return results;
  } else {
    return Math.pow(x, p);
  }
}
exports.f = (x) => powers(x, 3) * powers(x * x, 0.5);
`,
    "f(x)",
  ],
  [
    "a table of units, and options that may be left out",
    `"use strict";
var radius = 6371;
var factors = { km: radius / 1e3, m: radius, miles: radius / 1609.344, deg: 360 / (2 * Math.PI) };
function inUnits(a, units = "m") {
  const factor = factors[units];
  if (!factor) throw new Error(units + " is no unit");
  return a * factor;
}
function arc(x, y, options = {}) {
  const scale = options.scale || 1;
  return scale * inUnits(2 * Math.asin(Math.sin((x - y) / 2)), options.units);
}
module.exports = { arc, f: (x) => arc(x, 0.1) + arc(x, 0.2, { units: "km" }) * x };
`,
    "f(x)",
  ],
  [
    "UMD that fills exports",
    `(function (global, factory) {
  typeof exports === "object" && typeof module !== "undefined" ? factory(exports) :
  typeof define === "function" && define.amd ? define(["exports"], factory) :
  (global = global || self, factory(global.lib = {}));
}(this, (function (exports) { "use strict";
  var tau = 2 * Math.PI;
  function f(x, k) { k = k || 3; return k * Math.sin(tau * x); }
  exports.f = f;
})));
`,
    "f(x) + f(x, x)",
  ],
  [
    "UMD that returns",
    `(function (root, factory) {
  if (typeof define === "function" && define.amd) define([], factory);
  else if (typeof module === "object" && module.exports) module.exports = factory();
  else root.lib = factory();
}(this, function () {
  function sq(x) { return x * x; }
  return { f: function (x) { return sq(sq(x)); } };
}));
`,
    "f(x)",
  ],
  [
    "an immediately called function",
    `;(function () {
  var lib = {};
  lib.f = function (x, w) { if (arguments.length < 2) w = 2; return Math.exp(-x * x / w); };
  if (typeof exports !== "undefined") module.exports = lib;
}).call(this);
`,
    "f(x)",
  ],
  [
    "a constructor function and its prototype",
    `"use strict";
function Vec(x, y) { this.x = x; this.y = y || 1; }
Vec.prototype.dot = function (o) { return this.x * o.x + this.y * o.y; };
Vec.prototype.scaled = function (k) { return new Vec(k * this.x, k * this.y); };
exports.f = function (x) { return new Vec(x, 2).scaled(x).dot(new Vec(3)); };
`,
    "f(x)",
  ],
  [
    "a constructor function with a guard, static functions and second names",
    `"use strict";
function Vec(x, y) {
  if (!(this instanceof Vec)) {
    return new Vec(x, y);
  }
  this.x = x || 0;
  this.y = y || 0;
}
/** @return {Vec} */
Vec.fromArray = function (list) { return new Vec(list[0], list[1]); };
Vec.prototype.normalize = function () {
  var length = this.magnitude();
  if (length === 0) { this.x = 1; this.y = 0; }
  else this.divide(new Vec(length, length));
  return this;
};
Vec.prototype.norm = Vec.prototype.normalize;
Vec.prototype.magnitude = function () { return Math.sqrt(this.x * this.x + this.y * this.y); };
Vec.prototype.divide = function (by) { this.x /= by.x; this.y /= by.y; return this; };
exports.f = function (x) { return new Vec(x * x, 2).norm().x + Vec.fromArray([x, x]).magnitude(); };
`,
    "f(x)",
  ],
  [
    "a class without declared fields",
    `"use strict";
class Vec {
  constructor(x, y) { this.x = x; this.y = y || 0; }
  add(o) { return new Vec(this.x + o.x, this.y + o.y); }
  get length() { return Math.sqrt(this.x * this.x + this.y * this.y); }
}
module.exports = { f: (x) => new Vec(x, 2).add(new Vec(3 * x)).length };
`,
    "f(x)",
  ],
  [
    "properties of exports",
    `"use strict";
exports.g = function (x) { var y = null; if (x > 0) { y = x * x; } else { y = -x; } return y; };
exports.f = function f(n) { return n < 1 ? exports.g(n) : n * f(n - 1); };
`,
    "f(x)",
  ],
];

describe("styles of modules", () => {
  test.each(styles)("%s", async (style, text, call) => {
    const lib = `./lib/${style.replaceAll(" ", "")}.cjs`;
    box.write(lib, text);
    box.write(
      "style.ts",
      `import { f } from "${lib}";\n` +
        `export const g = (x: number): number => ${call};\n`,
    );
    const { status, err } = await box.diffc("style.ts", "--fn", "g");
    expect(err).toBe("");
    expect(status).toBe(0);
    const native = createRequire(join(box.folder, "x.js"));
    const f = native(lib).f as (...args: number[]) => number;
    const original = new Function("f", "x", `return ${call};`) as (
      ...args: unknown[]
    ) => number;
    const derived = load("style.diff.ts")["gValueAndGrad"];
    for (const x of [0.3, 1.7, 2.4]) {
      const { value, grad } = derived?.(x) as {
        value: number;
        grad: { x: number };
      };
      const at = (one: number): number => original(f, one);
      expect(value).toBe(at(x));
      const slope = (at(x + 1e-6) - at(x - 1e-6)) / 2e-6;
      expect(Math.abs(grad.x - slope)).toBeLessThan(
        1e-6 * (1 + Math.abs(slope)),
      );
    }
  });
});

describe("code whose text is not there", () => {
  test.each([
    ["declare function f(x: number): number;", "f(x)", "DC2119"],
    ["", 'eval("x * 2") as number', "DC2117"],
    [
      'const f = new Function("x", "return x") as (x: number) => number;',
      "f(x)",
      "DC2117",
    ],
    ["", 'x * [import("./helpers.js")].length', "DC2117"],
    ["", "structuredClone(x) * 2", "DC3001"],
    ['import { f } from "only-types";', "f(x)", "DC3001"],
    ['import { f } from "nowhere";', "f(x)", "DC2118"],
  ])("%s %s", async (before, call, code) => {
    box.write(
      "types/index.d.ts",
      "export declare function f(x: number): number;\n",
    );
    box.write(
      "refused.ts",
      `${before.replace("only-types", "./types/index.js")}\nexport const g = (x: number): number => ${call};\n`,
    );
    const { status, err } = await box.diffc("refused.ts", "--fn", "g");
    expect(status).toBe(1);
    expect(err).toContain(`error ${code}: `);
  });

  test.each([
    "var r = [][0]; r = x; var q = r; q = q * 2; return q * r;",
    "const o = { list: [] }; o.list.push(x); return o.list[0] * x;",
    "const o = { v: null }; o.v = x; return o.v * x;",
    "const o = [null, null]; o[0] = x; return o[0] * x;",
  ])("no number is lost in silence: %s", async (body) => {
    const doc = "/** @param {number} x\n * @returns {number} */\n";
    box.write("nothing.js", `${doc}export function g(x) { ${body} }\n`);
    const { status, err } = await box.diffc("nothing.js", "--fn", "g");
    expect(status).toBe(1);
    expect(err).toContain("error DC2003: ");
  });

  test("in JavaScript, where no type checker says so", async () => {
    box.write(
      "lost.js",
      'import { f } from "nowhere";\n/** @param {number} x */\nexport function g(x) { return f(x); }\n',
    );
    const { err } = await box.diffc("lost.js", "--fn", "g");
    expect(err).toContain('DC2118: f comes from "nowhere"');
  });
});

test("what is passive is imported from the package by its name", () => {
  const { outputs, diagnostics } = compileProject({
    sources: {
      "main.ts": `import { half, tau as TAU, unit } from "lib";
import * as lib from "lib";
/** @differentiable */
export const f = (x: number, u: string): number =>
  half(x) * TAU * lib.table[1]! * unit(u);
`,
      "node_modules/lib/package.json": '{ "version": "1.2.3" }',
      "node_modules/lib/index.js":
        "exports.tau = 6.28; exports.table = [1, 2];\n" +
        "exports.half = function (x) { return x / 2; };\n" +
        "exports.unit = function (u) { return { m: 1, km: 1000 }[u]; };\n",
      "node_modules/lib/index.d.ts":
        "export const tau: number; export const table: number[];\n" +
        "export function half(x: number): number; export function unit(u: string): number;\n",
    },
  });
  expect(diagnostics).toEqual([]);
  const text = outputs[0]?.text ?? "";
  expect(text).toContain('import { table, tau as TAU, unit } from "lib";\n');
  expect(text).toContain(
    "// derived from code of lib 1.2.3 (its package.json names no license)\n",
  );
});

test("classes of a package are read in its code, with the memory that its module keeps", () => {
  const { outputs, diagnostics } = compileProject({
    sources: {
      "main.ts": `import { Vec } from "vecs";
/** @differentiable */
export function f(x: number, y: number): number {
  const a = new Vec(x, 1);
  return a.reflect(new Vec(0, y)).dot(new Vec(1, 2)) + a.mixed(y);
}
/** @differentiable */
export function g(v: Vec, k: number): number {
  return v.dot(v) * k;
}
`,
      "node_modules/vecs/package.json":
        '{ "name": "vecs", "version": "2.0.0", "license": "MIT", "type": "module", "types": "index.d.ts", "exports": { "types": "./index.d.ts", "default": "./index.js" } }',
      "node_modules/vecs/index.js": `const scratch = new Float64Array(2);
class Vec {
  constructor(x = 0, y = 0) {
    this.x = x;
    this.y = y;
    return this.set(x, y);
  }
  /** @param {number|Vec} x */
  set(x, y) {
    if (x.isVec) return this.set(x.x, x.y);
    if (y === undefined) y = this.y;
    this.x = x;
    this.y = y;
    return this;
  }
  clone() { return new Vec(this.x, this.y); }
  dot(v) { return this.x * v.x + this.y * v.y; }
  scale(k) { return this.set(this.x * k, this.y * k); }
  add(v) { this.x += v.x; this.y += v.y; return this; }
  reflect(n) {
    _n.set(n.x, n.y);
    _n.scale(-2 * this.dot(n));
    return this.clone().add(_n);
  }
  mixed(k) {
    scratch[0] = this.x * k;
    scratch[1] = this.y;
    return scratch[0] * scratch[1];
  }
}
const _n = new Vec();
export { Vec };
`,
      "node_modules/vecs/index.d.ts": `export class Vec {
  constructor(x?: number, y?: number);
  x: number;
  y: number;
  set(x: number, y?: number): this;
  clone(): Vec;
  dot(v: Vec): number;
  scale(k: number): this;
  add(v: Vec): this;
  reflect(n: Vec): Vec;
  mixed(k: number): number;
}
`,
    },
  });
  expect(diagnostics).toEqual([]);
  const text = outputs[0]?.text ?? "";
  expect(text).toContain("// derived from code of vecs 2.0.0 (license: MIT)");
  const exports: Functions = {};
  const code = toCommonJs(text);
  new Function("exports", "require", code)(exports, () => runtime);
  const value = (x: number, y: number): number =>
    x + 2 * (1 - 2 * y * y) + x * y;
  expect(exports["fValueAndGrad"]?.(0.5, 1.5)).toEqual({
    value: value(0.5, 1.5),
    grad: { x: 1 + 1.5, y: -8 * 1.5 + 0.5 },
  });
});

describe("packages as they are declared", () => {
  const code = `${"/** a note */\n// and another\n".repeat(30)}
class Vec {
  constructor(x, y) {
    if (x === void 0) x = 0;
    if (y === void 0) y = 0;
    this.x = x;
    this.y = y;
  }
  turned(by, target) {
    if (target === void 0) target = new Vec();
    target.x = this.x * by.x - this.y * by.y;
    target.y = this.x * by.y + this.y * by.x;
    return target;
  }
  length() { return Math.sqrt(this.x * this.x + this.y * this.y); }
}
export { Vec, Vec as default };
`;
  const ambient = `declare module "math/Vec" {
  export class Vec {
    constructor(x?: number, y?: number);
    x: number;
    turned(by: Vec, target?: Vec): Vec;
    length(): number;
  }
}
declare module "plane" {
  export * from "math/Vec";
  export { Vec as default } from "math/Vec";
}
`;

  test.each([
    ["by another name", 'import { Vec as V } from "plane";', "V"],
    ["as the default", 'import V from "plane";', "V"],
    ["in a namespace", 'import * as plane from "plane";', "plane.Vec"],
  ])("ambient modules, imported %s", (_, line, name) => {
    const { outputs, diagnostics } = compileProject({
      sources: {
        "main.ts": `${line}
/** @differentiable */
export function f(a: number, b: number): number {
  const v = new ${name}(a, b).turned(new ${name}(1, 2));
  return v.x * v.length();
}
`,
        "node_modules/plane/package.json":
          '{ "name": "plane", "version": "1.0.0", "module": "index.js", "types": "index.d.ts" }',
        "node_modules/plane/index.js": code,
        "node_modules/plane/index.d.ts": ambient,
      },
    });
    expect(diagnostics).toEqual([]);
    const exports: Functions = {};
    const text = toCommonJs(outputs[0]?.text ?? "");
    new Function("exports", "require", text)(exports, () => runtime);
    const [x, y] = [1 * 0.5 - 2 * 0.25, 2 * 0.5 + 0.25];
    const { value } = exports["fValueAndGrad"]?.(0.5, 0.25) as {
      value: number;
    };
    expect(value).toBe(x * Math.sqrt(x * x + y * y));
  });

  test("a function of which the code says no more than that", () => {
    const { diagnostics } = compileProject({
      sources: {
        "main.ts": `import { line } from "lines";
/** @differentiable */
export const f = (x: number): number => line({ b: x * x, k: 2 })(x);
`,
        "node_modules/lines/package.json":
          '{ "name": "lines", "version": "1.0.0", "type": "module", "main": "index.js", "types": "index.d.ts" }',
        "node_modules/lines/index.js":
          "/** @return {Function} a line */\nexport function line(m) { return function (x) { return m.b + m.k * x; }; }\n",
        "node_modules/lines/index.d.ts":
          "export function line(m: { b: number; k: number }): (x: number) => number;\n",
      },
    });
    expect(diagnostics).toEqual([]);
  });

  test("an enum of JavaScript that its module changes is no constant", () => {
    const { diagnostics } = compileProject({
      sources: {
        "main.ts": `import { area } from "kinds";
/** @differentiable */
export const f = (x: number): number => area(x);
`,
        "node_modules/kinds/package.json":
          '{ "name": "kinds", "version": "1.0.0", "type": "module", "main": "index.js", "types": "index.d.ts" }',
        "node_modules/kinds/index.js": `var Kind;
(function (Kind) { Kind[Kind["Round"] = 2] = "Round"; })(Kind || (Kind = {}));
Object.assign(Kind, { Round: 5 });
export function area(r) { return Kind.Round * r; }
`,
        "node_modules/kinds/index.d.ts":
          "export function area(r: number): number;\n",
      },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["DC2005"]);
  });

  test("a name that its module assigns twice is no constant", () => {
    const diagnosed = (rest: string): readonly string[] =>
      compileProject({
        sources: {
          "main.ts": `import { half } from "names";
/** @differentiable */
export const f = (x: number): number => half(x);
`,
          "node_modules/names/package.json":
            '{ "name": "names", "version": "1.0.0", "main": "index.js", "types": "index.d.ts" }',
          "node_modules/names/index.js": `"use strict";
exports.k = exports.j = void 0;
exports.k = 0.5;
${rest}
exports.half = function (x) { return x * exports.k; };
`,
          "node_modules/names/index.d.ts":
            "export function half(x: number): number;\n",
        },
      }).diagnostics.map(({ code }) => code);
    expect(diagnosed("")).toEqual([]);
    expect(diagnosed("exports.k = 0.25;")).toEqual(["DC2005"]);
    // a function that would change it
    const setter = "exports.setK = function (v) { exports.k = v; };";
    expect(diagnosed(setter)).toHaveLength(1);
  });

  test("types that another package declares", () => {
    const { diagnostics } = compileProject({
      sources: {
        "main.ts": `import { dot } from "dots";
/** @differentiable */
export const f = (a: number[], b: Float64Array): number => dot(a, a) + dot(b, a);
`,
        "node_modules/dots/package.json":
          '{ "name": "dots", "version": "1.0.0", "main": "lib/index.js", "types": "lib/index.d.ts" }',
        "node_modules/dots/lib/index.js": "exports.dot = 0;\n",
        "node_modules/dots/src/index.ts":
          'import type { Numbers } from "kinds";\nexport function dot(a: Numbers, b: Numbers): number { return a[0]! * b[0]! + a[1]! * b[1]!; }\n',
        "node_modules/dots/lib/index.d.ts":
          "export declare function dot(a: ArrayLike<number>, b: ArrayLike<number>): number;\n",
        "node_modules/kinds/package.json":
          '{ "name": "kinds", "version": "1.0.0", "main": "index.js", "types": "index.d.ts" }',
        "node_modules/kinds/index.js": "module.exports = {};\n",
        "node_modules/kinds/index.d.ts":
          "export type Numbers = number[] | Float64Array;\n",
      },
    });
    expect(diagnostics).toEqual([]);
  });

  /** A bundle of two modules, with declarations unless `declares` says otherwise; its text would be refused. */
  const bundled = (
    manifest: Record<string, unknown>,
    sources: readonly string[],
    declares: boolean,
  ) => ({
    "node_modules/shapes/package.json": JSON.stringify({
      name: "shapes",
      version: "1.0.0",
      ...manifest,
    }),
    "node_modules/shapes/dist/shapes.mjs": "export const Spot = any();\n",
    "node_modules/shapes/dist/shapes.mjs.map": JSON.stringify({ sources }),
    "node_modules/shapes/src/index.ts": 'export { Spot } from "./spot.js";\n',
    "node_modules/shapes/src/numbers.ts":
      "export const square = (x: number) => x * x;\n",
    "node_modules/shapes/src/spot.ts": `import { square } from "./numbers.js";
export class Spot {
  constructor(readonly x = 0, readonly y = 0) {}
  far(from: Spot = MIDDLE) { return Math.sqrt(square(this.x - from.x) + square(this.y - from.y)); }
}
export const MIDDLE = new Spot(1, 2);
`,
    ...(declares
      ? {
          "node_modules/shapes/dist/index.d.ts": `export declare class Spot {
  readonly x: number;
  readonly y: number;
  constructor(x?: number, y?: number);
  far(from?: Spot): number;
}
`,
        }
      : {}),
    "main.ts": `import { Spot } from "shapes";
/** @differentiable */
export const f = (x: number): number => new Spot(x, 3 * x).far();
`,
  });
  const both = ["../src/numbers.ts", "../src/spot.ts"];
  const plain = { main: "dist/shapes.mjs", types: "dist/index.d.ts" };
  const hasSource = { ...plain, source: "src/index.ts" };
  test.each([
    ["named by the bundle's map", bundled(plain, both, true)],
    ["named by the package", bundled(hasSource, [], true)],
    [
      "named as the bundle is",
      {
        ...bundled(plain, [], true),
        "node_modules/shapes/src/shapes.ts":
          'export { Spot } from "./spot.js";\n',
      },
    ],
    [
      "where there are no declarations",
      bundled({ exports: "./dist/shapes.mjs" }, both, false),
    ],
  ])("TypeScript behind a bundle, %s", (_, sources) => {
    const { diagnostics, outputs } = compileProject({ sources });
    expect(diagnostics).toEqual([]);
    const exports: Functions = {};
    const code = toCommonJs(outputs[0]!.text);
    new Function("exports", "require", code)(exports, () => runtime);
    const distance = Math.hypot(2 - 1, 6 - 2);
    expect(exports["fGrad"]!(2)).toEqual({
      x: expect.closeTo((1 + 4 * 3) / distance, 12) as number,
    });
  });

  test("a bundle of which not all sources are there is read itself", () => {
    const some = [...both, "../src/gone.ts"];
    const { diagnostics } = compileProject({
      sources: bundled(plain, some, true),
    });
    expect(diagnostics).not.toEqual([]);
  });
});
