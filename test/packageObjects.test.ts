import { afterAll, describe, expect, test } from "vitest";
import { newBox } from "./cliBox.js";
import { checkStyle } from "./harness/moduleStyle.js";

/** Objects, prototypes and classes as JavaScript of all ages has written them. */

const box = newBox({
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      target: "es2022",
      module: "nodenext",
      types: [],
    },
  }),
  "package.json": '{ "type": "module" }',
});
afterAll(() => box.remove());

const styles: readonly [string, string, string][] = [
  [
    "methods that stand apart from their constructor",
    `"use strict";
var lib = {};
function Vec(x, y) { this["x"] = x || 0; this["y"] = y || 0; }
lib["Vec"] = Vec;
function twice(x) { return 2 * x; }
/** @param {Vec} o @return {number} */
Vec.prototype["dot"] = Vec.prototype.dot = function (o) { return this["x"] * o["x"] + this["y"] * o["y"]; };
var k = 0.5;
Vec.prototype.scale = function (by) { this.x *= by; this.y *= twice(by) * k; return this; };
exports.f = function (x) { return new Vec(x, 2).scale(x).dot(new Vec(3, x)); };
`,
    "f(x)",
  ],
  [
    "a variable with a function, and a table of methods",
    `"use strict";
exports.f = function (x) { var s = 0; for (var i = 1; i < 4; i++) s += new Spring(i, x).force(x * i); return s; };
var Spring = function Spring(k, rest) { this.k = k; this.rest = rest; };
Spring.prototype = {
  constructor: Spring,
  kind: "linear",
  k: 1,
  /** @param {number} at */
  force: function (at) { return -this.k * (at * at - this.stretched); },
  get stretched() { return this.rest * 2; },
};
`,
    "f(x)",
  ],
  [
    "defined properties and a mixin",
    `"use strict";
function Circle(r) { this.r = r; }
Object.defineProperty(Circle.prototype, "area", { get: function () { return Math.PI * this.r * this.r; } });
Object.defineProperties(Circle.prototype, {
  d: { get: function () { return 2 * this.r; }, set: function (v) { this.r = v / 2; } },
});
Object.assign(Circle.prototype, { grow: function (by) { this.r += by; return this; } });
Object.defineProperty(Circle, "of", { value: function (d) { var c = new Circle(1); c.d = d; return c; } });
exports.f = function (x) { return x > 1 ? Circle.of(x).grow(x * x).area : new Circle(x).d * x; };
`,
    "f(x)",
  ],
  [
    "prototypes that inherit",
    `"use strict";
function Shape(k) { this.k = k; }
Shape.prototype.weight = function () { return this.k * this.area(); };
Shape.prototype.area = function () { return 0; };
function Square(k, a) { Shape.call(this, k * 2); this.a = a; }
Square.prototype = Object.create(Shape.prototype);
Square.prototype.constructor = Square;
Square.prototype.area = function () { return this.a * this.a; };
Square.prototype.weight = function () { return 1 + Shape.prototype.weight.call(this); };
exports.f = function (x) { return new Square(x, 3 * x).weight(); };
`,
    "f(x)",
  ],
  [
    "second names of methods that a class below has anew",
    `"use strict";
function Base(k) { this.k = k; }
Base.prototype.size = function () { return this.k * this.k; };
Base.prototype.norm = Base.prototype.size;
function Below(k) { Base.call(this, k); }
Below.prototype = Object.create(Base.prototype);
Below.prototype.size = function () { return 3 * this.k; };
exports.f = function (x) { return new Below(x).norm() * new Below(x).size() + new Base(x).norm(); };
`,
    "f(x)",
  ],
  [
    "classes as tsc writes them",
    `"use strict";
var __extends = (this && this.__extends) || (function () {
    var extendStatics = function (d, b) {
        extendStatics = Object.setPrototypeOf || function (d, b) { for (var p in b) d[p] = b[p]; };
        return extendStatics(d, b);
    };
    return function (d, b) {
        extendStatics(d, b);
        function __() { this.constructor = d; }
        d.prototype = b === null ? Object.create(b) : (__.prototype = b.prototype, new __());
    };
})();
Object.defineProperty(exports, "__esModule", { value: true });
var Shape = /** @class */ (function () {
    function Shape(k) {
        if (k === void 0) { k = 2; }
        this.k = k;
    }
    Shape.prototype.weight = function () { return this.k * this.area; };
    Object.defineProperty(Shape.prototype, "area", {
        get: function () { return 1; },
        enumerable: false,
        configurable: true
    });
    Shape.unit = function (k) { return new Shape(k); };
    return Shape;
}());
var Square = /** @class */ (function (_super) {
    __extends(Square, _super);
    function Square(a) {
        var _this = _super.call(this, 3) || this;
        _this.a = a;
        return _this;
    }
    Object.defineProperty(Square.prototype, "area", {
        get: function () { return this.a * this.a; },
        enumerable: false,
        configurable: true
    });
    Square.prototype.weight = function () { return _super.prototype.weight.call(this) + this.a; };
    return Square;
}(Shape));
exports.f = function (x) { return new Square(x).weight() + Shape.unit(x).weight() * new Shape().weight(); };
`,
    "f(x)",
  ],
  [
    "classes as Babel writes them",
    `"use strict";
function _classCallCheck(a, n) { if (!(a instanceof n)) throw new TypeError("Cannot call a class as a function"); }
function _defineProperties(e, r) { for (var t = 0; t < r.length; t++) { var o = r[t]; o.enumerable = o.enumerable || false, o.configurable = true, "value" in o && (o.writable = true), Object.defineProperty(e, o.key, o); } }
function _createClass(e, r, t) { return r && _defineProperties(e.prototype, r), t && _defineProperties(e, t), e; }
var Filter = /*#__PURE__*/function () {
  function Filter() {
    var _ref = arguments.length > 0 && arguments[0] !== undefined ? arguments[0] : {},
        _ref$r = _ref.r,
        r = _ref$r === void 0 ? 1 : _ref$r,
        _ref$q = _ref.q,
        q = _ref$q === void 0 ? 0.5 : _ref$q;
    _classCallCheck(this, Filter);
    this.r = r;
    this.q = q;
    this.x = 0;
    this.p = 1;
  }
  _createClass(Filter, [{
    key: "filter",
    value: function filter(z) {
      var u = arguments.length > 1 && arguments[1] !== undefined ? arguments[1] : 0;
      var p = this.p + this.r;
      var k = p / (p + this.q);
      this.x = this.x + u + k * (z - this.x);
      this.p = (1 - k) * p;
      return this.x;
    }
  }, {
    key: "gain",
    get: function get() {
      return this.p / this.q;
    }
  }], [{
    key: "of",
    value: function of(q) {
      return new Filter({ q: q });
    }
  }]);
  return Filter;
}();
exports.f = function (x) { var a = new Filter({ r: x }); a.filter(x); a.filter(2, x); return a.filter(x * x) + Filter.of(x).gain; };
`,
    "f(x)",
  ],
  [
    "instances without their constructor",
    `"use strict";
function Vec(x, y) { if (!(this instanceof Vec)) return new Vec(x, y); this.x = x; this.y = y; }
function make(x, y) {
  const v = Object.create(Vec.prototype);
  v.x = x;
  v.y = y;
  return v;
}
Vec.prototype.add = function (o) { return new (this.constructor)(this.x + o.x, this.y + o.y); };
Vec.prototype.turned = function () { return make(-this.y, this.x); };
Vec.prototype.norm = function () { return Math.sqrt(this.x * this.x + this.y * this.y); };
exports.f = function (x) { return make(x, 1).add(Vec(x * x, 2)).turned().norm(); };
`,
    "f(x)",
  ],
  [
    "a namespace that a function fills",
    `(function (global) {
  function Noise(seed) {
    function Grad(x, y) { this.x = x; this.y = y; }
    Grad.prototype.dot = function (x, y) { return this.x * x + this.y * y; };
    this.grads = [new Grad(1, seed), new Grad(-1, seed * seed)];
  }
  Noise.prototype.at = function (x) { return this.grads[0].dot(x, 1) * this.grads[1].dot(x, 2); };
  global.f = function (x) { return new Noise(0.5).at(x); };
})(typeof module === "undefined" ? this : module.exports);
`,
    "f(x)",
  ],
  [
    "objects put together, and helpers of compilers",
    `"use strict";
var __assign = (this && this.__assign) || function () { return Object.assign.apply(Object, arguments); };
var defaults = { a: 2, b: 3 };
function _slicedToArray(r, e) { return r; }
function area(options) {
  var o = __assign(__assign({}, defaults), options);
  var pair = Object.assign({}, o, { c: 4 });
  return o.a * o.b + pair.c * pair.a;
}
function sum(p) { var _p = _slicedToArray(p, 2), x = _p[0], y = _p[1]; return x * y; }
exports.f = function (x) { return area({ a: x }) + sum([x, x * x]); };
`,
    "f(x)",
  ],
  [
    "functions with properties",
    `"use strict";
function poly(e) {
  function ease(t) { return Math.pow(t, e) * ease.scale; }
  ease.scale = 2;
  ease.exponent = poly;
  ease.scaled = function (k) { ease.scale = k; return ease; };
  return ease;
}
exports.f = function (x) { return poly(2).exponent(3).scaled(x)(x) + poly(x).scaled(3)(2); };
`,
    "f(x)",
  ],
  [
    "builders that give and take by the number of arguments",
    `"use strict";
function scale() {
  var lo = 0, hi = 1, k = 1;
  function at(x) { return lo + (hi - lo) * x * k; }
  at.range = function (a, b) { return arguments.length ? (lo = a, hi = b, at) : hi - lo; };
  at.slope = function (v) { if (!arguments.length) return k; k = v; return at; };
  return at;
}
/** @returns {number} */
function one(x, i) {
  var s = scale().range(x, i * x);
  if (x > 1) s.slope(x);
  return s(x) + s.range() * s.slope();
}
exports.f = function (x) {
  var total = 0;
  for (var i = 1; i < 4; i++) total += one(x, i);
  return total;
};
`,
    "f(x)",
  ],
  [
    "fields that are lists, filled by other methods",
    `"use strict";
function Vec(x, y) { this.x = x || 0; this.y = y || 0; }
function Poly(pos, points) { this["pos"] = pos || new Vec(); this.angle = 0; this.sizes = new Array(2); this.setPoints(points || []); }
Poly.prototype.setPoints = function (points) {
  var edges = this.edges = [];
  for (var i = 0; i < points.length; i++) edges.push(new Vec());
  this.points = points;
  this.recalc();
  return this;
};
Poly.prototype.recalc = function () {
  for (var i = 0; i < this.points.length; i++) {
    var e = this.edges[i], p = this.points[i];
    e.x = p.x * 2; e.y = p.y + this.angle;
    this.sizes[i] = e.x * e.y;
  }
};
Poly.prototype.turn = function (by) { this.angle += by; this.recalc(); return this; };
Poly.prototype.sum = function () {
  var s = this.pos.x;
  for (var i = 0; i < this.edges.length; i++) s += this.edges[i].x * this.sizes[i];
  return s;
};
exports.f = function (x) { return new Poly(new Vec(x, 1), [new Vec(x, 1), new Vec(2, x)]).turn(x).sum() + new Poly().sum(); };
`,
    "f(x)",
  ],
  [
    "constructors that are called with new and without, and do the same",
    `"use strict";
function Turn(w, x) {
  if (this instanceof Turn) {
    fill(this, w, x);
  } else {
    const t = Object.create(Turn.prototype); // one of its own
    fill(t, w, x);
    return t;
  }
}
function fill(turn, w, x) { turn.w = w; turn.x = x; }
Turn.prototype = {
  w: 1,
  x: 0,
  mul: function (o) { return new Turn(this.w * o.w - this.x * o.x, this.w * o.x + this.x * o.w); },
  norm: function () { return Math.sqrt(this.w * this.w + this.x * this.x); },
};
exports.f = function (x) { return new Turn(x, 2).mul(Turn(3, x)).norm(); };
`,
    "f(x)",
  ],
  [
    "functions of the library as members of exports",
    `"use strict";
var lib = { turn: Math.tanh, half: function (x) { return x / 2; } };
exports.cosh = Math.cosh;
exports.f = function (x) { return lib.turn(x) * lib.half(x) + exports.cosh(x); };
`,
    "f(x)",
  ],
];

/** What is not seen must not be taken for what it looks like. */
const refused: readonly [string, string][] = [
  [
    "members by names that are known only at run time",
    `"use strict";
function Vec(x) { this.x = x; }
Vec.prototype.size = function () { return this.x; };
["size"].forEach(function (name) { Vec.prototype[name] = function () { return 5 * this.x; }; });
exports.f = function (x) { return new Vec(x).size(); };
`,
  ],
  [
    "a call without new that passes other arguments",
    `"use strict";
function Vec(x) { if (!(this instanceof Vec)) return new Vec(x * 2); this.x = x; }
Vec.prototype.size = function () { return this.x; };
exports.f = function (x) { return Vec(x).size(); };
`,
  ],
  [
    "a member that gets another function later",
    `"use strict";
var lib = { sign: Math.sign };
lib.sign = function (x) { return x * x; };
exports.f = function (x) { return lib.sign(x) * x; };
`,
  ],
  [
    "a call without new that does something else",
    `"use strict";
function Turn(w, x) {
  if (this instanceof Turn) { this.w = w; this.x = x; }
  else { var t = Object.create(Turn.prototype); t.w = x; t.x = w; return t; }
}
Turn.prototype.size = function () { return this.w * this.w * this.x; };
exports.f = function (x) { return Turn(x, 2).size() + new Turn(x, 3).size(); };
`,
  ],
  [
    "properties of a function of the module",
    `"use strict";
function ease(t) { return t * ease.k; }
ease.k = 2;
exports.f = function (x) { ease.k = ease.k + x; return ease(x); };
`,
  ],
  [
    "an instance of which a field is missing",
    `"use strict";
function Vec(x, y) { this.x = x; this.y = y; }
Vec.prototype.size = function () { return this.x + (this.y || 1); };
exports.f = function (x) { const v = Object.create(Vec.prototype); v.x = x; return v.size() + new Vec(x, x).size(); };
`,
  ],
];

describe("refused styles", () => {
  test.each(refused)("%s", async (style, text) => {
    const lib = `./lib/${style.replaceAll(" ", "")}.cjs`;
    box.write(lib, text);
    box.write(
      "refused.ts",
      `import { f } from "${lib}";\nexport const g = (x: number): number => f(x);\n`,
    );
    const { status, err } = await box.diffc("refused.ts", "--fn", "g");
    expect(err).toContain(`${lib.slice(2)}:`);
    expect(status).toBe(1);
  });
});

describe("styles of objects", () => {
  test.each(styles)("%s", (style, text, call) =>
    checkStyle(box, style, text, call),
  );
});

test("what a module exports as a whole is named in the refusal", async () => {
  box.write(
    "node_modules/air/package.json",
    '{ "name": "air", "version": "1.0.0", "main": "index.js" }',
  );
  box.write(
    "node_modules/air/index.js",
    `function Air() { var k = 2; this.warm = function (x) { return x * k; }; }
(function (root, factory) {
  if (typeof module === "object" && module.exports) module.exports = factory();
  else root.air = factory();
}(this, function () { return new Air(); }));
`,
  );
  box.write(
    "whole.ts",
    'import air from "air";\nexport const g = (x: number): number => air.warm(x) * x;\n',
  );
  const { status, err } = await box.diffc("whole.ts", "--fn", "g");
  expect(err).toContain("air is what a module exports as a whole");
  expect(status).toBe(1);
});
