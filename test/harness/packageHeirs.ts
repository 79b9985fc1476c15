import { esm, type Idiom } from "./packageIdioms.js";

/** Families of classes in JavaScript, and instances that a package makes itself. */
export const heirIdioms: readonly Idiom[] = [
  {
    name: "methods-below",
    files: {
      "package.json": esm("methods-below"),
      "index.js": `
export class Grid {
  static filled(rows, columns, value) {
    const grid = new Table(rows, columns);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) grid.set(i, j, value * (i + 1) + j);
    return grid;
  }
  static isGrid(value) {
    return value != null && value.kind === "Grid";
  }
  static asGrid(value) {
    return Grid.isGrid(value) ? value : new Table(value);
  }
  get() {
    throw new Error("only below");
  }
  set() {
    throw new Error("only below");
  }
  times(other) {
    other = Grid.asGrid(other);
    const m = this.rows;
    const n = this.columns;
    const p = other.columns;
    const result = new Table(m, p);
    const column = new Float64Array(n);
    for (let j = 0; j < p; j++) {
      for (let k = 0; k < n; k++) column[k] = other.get(k, j);
      for (let i = 0; i < m; i++) {
        let s = 0;
        for (let k = 0; k < n; k++) s += this.get(i, k) * column[k];
        result.set(i, j, s);
      }
    }
    return result;
  }
  turned() {
    const result = new Table(this.columns, this.rows);
    for (let i = 0; i < this.rows; i++)
      for (let j = 0; j < this.columns; j++) result.set(j, i, this.get(i, j));
    return result;
  }
}
Grid.prototype.kind = "Grid";

export class Table extends Grid {
  /** @type {Float64Array[]} */
  cells;
  #start(rows, columns) {
    this.cells = [];
    for (let i = 0; i < rows; i++) this.cells.push(new Float64Array(columns));
    this.rows = rows;
    this.columns = columns;
  }
  constructor(rows, columns) {
    super();
    if (Grid.isGrid(rows)) {
      this.#start(rows.rows, rows.columns);
      for (let i = 0; i < rows.rows; i++)
        for (let j = 0; j < rows.columns; j++) this.set(i, j, rows.get(i, j));
    } else if (Number.isInteger(rows) && rows >= 0) {
      this.#start(rows, columns);
    } else if (Array.isArray(rows)) {
      const given = rows;
      rows = given.length;
      columns = rows ? given[0].length : 0;
      this.cells = [];
      for (let i = 0; i < rows; i++) this.cells.push(Float64Array.from(given[i]));
      this.rows = rows;
      this.columns = columns;
    } else {
      throw new TypeError("no grid");
    }
  }
  get(i, j) {
    return this.cells[i][j];
  }
  set(i, j, value) {
    this.cells[i][j] = value;
    return this;
  }
}
`,
      "index.d.ts": `
export declare abstract class Grid {
  static filled(rows: number, columns: number, value: number): Table;
  readonly rows: number;
  readonly columns: number;
  get(i: number, j: number): number;
  set(i: number, j: number, value: number): this;
  times(other: Grid | number[][]): Table;
  turned(): Table;
}
export declare class Table extends Grid {
  constructor(rows: number, columns: number);
  constructor(rows: number[][]);
  constructor(other: Grid);
}
`,
    },
    wrapper: `
import { Table } from "methods-below";
/** @differentiable */
export function f(x: number, y: number): number {
  const a = new Table([[x, y], [1, x * y]]);
  return a.times(a.turned()).get(0, 1) + a.turned().get(0, 1) * a.get(1, 1);
}
`,
    points: [
      [0.7, 1.3],
      [-1.5, 2],
    ],
  },
  {
    name: "instances-given",
    files: {
      "package.json": esm("instances-given"),
      "index.js": `
export class Pair {
  constructor(a, b) {
    this.a = a;
    this.b = b;
  }
  static both(v) {
    return new Pair(v, v * v);
  }
  total(by) {
    switch (by) {
      case "each":
        return [this.a, this.b];
      case undefined:
        return this.a + 3 * this.b;
      default:
        throw new Error("no such total");
    }
  }
}
export function pairOf(a, b) {
  return new Pair(a * b, b);
}
`,
      "index.d.ts": `
export declare class Pair {
  a: number;
  b: number;
  constructor(a: number, b: number);
  static both(v: number): Pair;
  total(): number;
  total(by: "each"): number[];
}
export declare function pairOf(a: number, b: number): Pair;
`,
    },
    wrapper: `
import { Pair, pairOf } from "instances-given";
/** @differentiable */
export function f(x: number, y: number): number {
  return Pair.both(x).total() * y + pairOf(x, y).total() * Pair.both(y).a;
}
`,
    points: [
      [0.7, 1.3],
      [-1.5, 2],
    ],
  },
  {
    name: "methods-never-called",
    files: {
      "package.json": esm("methods-never-called"),
      "index.js": `
export const Spin = (function () {
  function Spin(angle) {
    if (!(this instanceof Spin)) return new Spin(angle);
    if (typeof angle === "number") {
      this.setAngle(angle);
    } else if (typeof angle === "object") {
      this.setSpin(angle);
    } else {
      this.setNone();
    }
  }
  Spin.none = function () {
    var made = Object.create(Spin.prototype);
    made.s = 0;
    made.c = 1;
    return made;
  };
  Spin.parse = function (text) {
    var made = Object.create(Spin.prototype);
    made.s = text.s;
    made.c = text.c;
    return made;
  };
  Spin.prototype.setNone = function () {
    this.s = 0;
    this.c = 1;
  };
  Spin.prototype.setSpin = function (other) {
    this.s = other.s;
    this.c = other.c;
  };
  Spin.prototype.setAngle = function (angle) {
    this.s = Math.sin(angle);
    this.c = Math.cos(angle);
  };
  Spin.prototype.add = function (other) {
    var s = this.s * other.c + this.c * other.s;
    this.c = this.c * other.c - this.s * other.s;
    this.s = s;
    return this;
  };
  Spin.around = function (x) {
    var spin = Spin.none();
    spin.c = x.c * x.c - x.s * x.s;
    return spin;
  };
  return Spin;
})();
export class Place {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
  moveTo(other, back) {
    this.x = other.x;
    this.y = back;
  }
  static parse(text) {
    return new Place(text.x, text.y);
  }
  far() {
    return this.x * this.x + this.y;
  }
}
`,
      "index.d.ts": `
export declare class Spin {
  s: number;
  c: number;
  constructor(angle?: number | Spin);
  static none(): Spin;
  static parse(text: object): Spin;
  static around(spin: Spin): Spin;
  add(other: Spin): this;
  setAngle(angle: number): void;
  setSpin(other: Spin): void;
  setNone(): void;
}
export declare class Place {
  x: number;
  y: number;
  constructor(x: number, y: number);
  moveTo(other: Place, back: number): void;
  static parse(text: object): Place;
  far(): number;
}
`,
    },
    wrapper: `
import { Place, Spin } from "methods-never-called";
/** @differentiable */
export function f(x: number, y: number): number {
  const spin = new Spin(x).add(new Spin(y));
  const none = Spin.none().add(spin);
  return spin.s * x + none.c + Spin.around(spin).c + new Place(x, spin.c).far();
}
`,
    points: [
      [0.7, 1.3],
      [-1.5, 2],
    ],
  },
];
