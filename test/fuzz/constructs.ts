/** A way to write something, of which a combination has two: what it asks of the other is `f(u)`. */
export interface Construct {
  readonly name: string;
  /** What stands at module level; `$` makes its names its own. */
  readonly top?: string;
  /** The body of a function of the numbers v and w. */
  readonly body: (f: (u: string) => string) => string;
}

/** Each with memory, control flow or dispatch of its own kind; small, since two of them are one program. */
export const constructs: readonly Construct[] = [
  {
    name: "closure that assigns what it captures",
    body: (f) => `let total = v;
const add = (u: number): void => { total += ${f("u * total")}; };
add(w);
add(v);
return total;`,
  },
  {
    name: "curried",
    body: (
      f,
    ) => `const by = (a: number) => (b: number): number => ${f("a + b")} * a;
const half = by(w);
return half(v) + half(1);`,
  },
  {
    name: "functions in a record",
    top: `const ops$ = {
  twice: (a: number, g: (u: number) => number): number => g(a) * 2,
  again: (a: number, g: (u: number) => number): number => g(g(a)),
} as const;`,
    body: (f) => `const g = (u: number): number => ${f("u")};
return ops$.twice(v, g) + ops$.again(w, g);`,
  },
  {
    name: "map and reduce",
    body: (f) => `const cells = [v, w, v * w].map((u, i) => ${f("u")} + i);
return cells.reduce((a, b) => a + b * v, 0);`,
  },
  {
    name: "filter, sort, slice",
    body: (f) => `const cells = [v, w, 0.3, v - w];
const kept = cells.filter((u) => u > -1).sort((a, b) => a - b).slice(0, 3);
return kept.map((u) => ${f("u")}).reduce((a, b) => a + b, w);`,
  },
  {
    name: "class with a mutable field",
    top: `class Tally$ {
  private sum = 0;
  constructor(private readonly by: number) {}
  add(u: number): this { this.sum += u * this.by; return this; }
  get total(): number { return this.sum; }
}`,
    body: (f) => `const tally = new Tally$(w);
tally.add(v).add(${f("v")});
return tally.add(${f("tally.total")}).total;`,
  },
  {
    name: "classes that inherit",
    top: `abstract class Shape$ {
  constructor(protected readonly size: number) {}
  abstract area(): number;
  both(): number { return this.area() + this.size; }
}
class Disc$ extends Shape$ {
  area(): number { return 3 * this.size; }
}
class Box$ extends Shape$ {
  constructor(size: number, private readonly width: number) { super(size); }
  area(): number { return this.size * this.width; }
  override both(): number { return super.both() * 0.5; }
}`,
    body: (f) => `const shapes: Shape$[] = [new Disc$(v), new Box$(w, v)];
let sum = 0;
for (const shape of shapes) sum += ${f("shape.both()")};
return sum;`,
  },
  {
    name: "generic function",
    top: `function fold$<T, R>(items: readonly T[], start: R, step: (to: R, item: T) => R): R {
  let to = start;
  for (const item of items) to = step(to, item);
  return to;
}`,
    body: (f) => `const items = [{ u: v }, { u: w }];
return fold$(items, v, (to, { u }) => to * 0.5 + ${f("u")});`,
  },
  {
    name: "union",
    top: `type Part$ = { kind: "line"; a: number } | { kind: "curve"; a: number; b: number };`,
    body: (
      f,
    ) => `const parts: Part$[] = [{ kind: "line", a: v }, { kind: "curve", a: w, b: v }];
let sum = 0;
for (const part of parts)
  switch (part.kind) {
    case "line": sum += ${f("part.a")}; break;
    case "curve": sum += ${f("part.b")} * part.a; break;
  }
return sum;`,
  },
  {
    name: "optional field",
    top: "interface Some$ { base: number; more?: number }",
    body: (f) => `const one: Some$ = v > 0 ? { base: w, more: v } : { base: v };
const two: Some$ = { base: w };
return ${f("one.more ?? 0.7")} + (two.more === undefined ? ${f("two.base")} : 0) * one.base;`,
  },
  {
    name: "scratch at module level",
    top: "const scratch$ = new Float64Array(3);",
    body: (f) => `scratch$[0] = v;
scratch$[1] = w;
scratch$[2] = scratch$[0]! * scratch$[1]!;
let sum = 0;
for (let i = 0; i < 3; i++) sum += ${f("scratch$[i]!")};
return sum;`,
  },
  {
    name: "constant table",
    top: `const knots$ = [0.5, -1, 2, 0.25] as const;
const names$: Record<string, number> = { low: 0.5, high: 1.5 };`,
    body: (f) => `let sum = 0;
for (const [i, knot] of knots$.entries()) sum += knot * ${f("v + knot * w")} * i;
for (const key of ["low", "high"]) sum += names$[key]! * v;
return sum;`,
  },
  {
    name: "callback handed through",
    top: `function through$(g: (u: number) => number, n: number, u: number): number {
  return n === 0 ? u : through$(g, n - 1, g(u));
}`,
    body: (f) => `return through$((u) => ${f("u")} * w, 2, v);`,
  },
  {
    name: "recursion",
    top: `function power$(u: number, n: number): number {
  return n === 0 ? 1 : u * power$(u * 0.9, n - 1);
}`,
    body: (f) => `return power$(v, 3) + ${f("power$(w, 2)")};`,
  },
  {
    name: "loop with break and continue",
    body: (f) => `let u = v;
let trips = 0;
for (let i = 0; i < 9; i++) {
  if (i % 3 === 1) continue;
  u = ${f("u")} + w * i;
  trips++;
  if (u > 1.5) break;
}
return u * trips;`,
  },
  {
    name: "while that updates an array",
    body: (f) => `const cells = [v, w];
while (cells.length < 5) {
  const last = cells[cells.length - 1]!;
  cells.push(${f("last")} + cells[0]!);
  cells[0]! *= 0.9;
}
let sum = 0;
for (const cell of cells) sum += cell * cell;
return sum;`,
  },
  {
    name: "early return in a nest",
    body: (f) => `for (let i = 0; i < 3; i++)
  for (let k = 0; k <= i; k++) {
    const u = ${f("v * i - w * k")};
    if (u > 0.8) return u * (k + 1);
  }
return ${f("w")};`,
  },
  {
    name: "labels and switch",
    body: (f) => `let sum = 0;
outer: for (let i = 0; i < 4; i++) {
  switch (i) {
    case 1:
      continue outer;
    case 2:
      sum += ${f("v")};
    default:
      sum += w;
  }
  if (sum > 5) break outer;
}
return sum * v;`,
  },
  {
    name: "try and finally",
    body: (f) => `let sum = v;
try {
  sum = ${f("sum")};
  if (sum > 100) throw new Error("too large");
  sum *= w;
} finally {
  sum += v;
}
return sum;`,
  },
  {
    name: "patterns, rest and spread",
    top: "const sum$ = (first: number, ...rest: number[]): number => rest.reduce((a, b) => a + b, first);",
    body: (f) => `const { a, ...others } = { a: v, b: w, c: v * w };
const [one, ...more] = [a, others.b, ${f("others.c")}];
return sum$(one!, ...more, ${f("a")});`,
  },
  {
    name: "defaults",
    top: "const scaled$ = (u: number, by: number = u * 0.5, { more = by } = {}): number => u * by + more;",
    body: (f) =>
      `return scaled$(${f("v")}) + scaled$(w, v) + scaled$(v, w, { more: ${f("w")} });`,
  },
  {
    name: "rows that are one array",
    body: (f) => `const row = [v, w];
const rows = [row, [w, v], row];
rows[0]![1] = ${f("rows[2]![0]!")};
rows[1] = rows[2]!;
rows[1]![0]! += ${f("w")};
let sum = 0;
for (const r of rows) for (const u of r) sum += u * u;
return sum;`,
  },
  {
    name: "swap",
    body: (f) => `let [a, b] = [v, w];
for (let i = 0; i < 3; i++) [a, b] = [b, ${f("a")} + b * 0.5];
return a * b;`,
  },
  {
    name: "typed arrays and views",
    body: (f) => `const cells = Float64Array.from([v, w, 1, 2]);
const tail = cells.subarray(1);
for (let i = 0; i < tail.length; i++) tail[i] = ${f("tail[i]!")} * cells[i]!;
return cells.reduce((a, b) => a + b, 0);`,
  },
  {
    name: "single precision",
    body: (f) => `const cells = new Float32Array(3);
cells[0] = v;
cells[1] = ${f("cells[0]!")};
cells[2] = cells[0]! * cells[1]!;
return cells[1]! * cells[2]! + Math.fround(w);`,
  },
  {
    name: "record that is updated by copies",
    body: (f) => `let state = { at: v, speed: w, steps: 0 };
for (let i = 0; i < 3; i++)
  state = { ...state, at: state.at + 0.1 * state.speed, speed: ${f("state.at")}, steps: i };
return state.at * state.speed + state.steps;`,
  },
  {
    name: "objects in a list, changed in place",
    body: (f) => `const bodies = [{ m: v, p: { x: w } }, { m: w, p: { x: 1 } }];
for (const one of bodies)
  for (const other of bodies) {
    if (one === other) continue;
    one.p.x += ${f("other.m")} * 0.1 * other.p.x;
  }
return bodies.reduce((sum, { m, p }) => sum + m * p.x, 0);`,
  },
  {
    name: "map with passive keys",
    top: `const order$ = new Map<string, number>([["first", 1], ["second", 2]]);`,
    body: (f) => `let sum = 0;
for (const key of ["first", "second", "third"]) {
  const rank = order$.get(key);
  if (rank === undefined) continue;
  sum += rank * ${f("v * rank")};
}
return sum + w;`,
  },
  {
    name: "getter and method of a literal",
    body: (f) => `const gauge = {
  level: v,
  get double(): number { return this.level * 2; },
  fill(by: number): number { this.level += by; return this.double; },
};
return gauge.fill(${f("w")}) + gauge.double * ${f("gauge.level")};`,
  },
  {
    name: "short circuits with effects",
    body: (f) => `let calls = 0;
const test = (u: number): boolean => { calls++; return ${f("u")} > 0.3; };
const a = test(v) && test(w) ? v * w : v + w;
const b = test(v - w) || test(0.1) ? a : a * a;
return b * calls;`,
  },
  {
    name: "kinks",
    body: (f) =>
      `return Math.max(${f("v")}, w, 0.1) + Math.abs(v - w) + Math.min(v, ${f("w")}) + Math.hypot(v, w);`,
  },
  {
    name: "places that are not filled",
    body: (f) => `const cells = new Array<number>(6);
cells[1] = v;
if (w > 0) cells[4] = ${f("w")};
cells[3] = w * v;
let sum = 0;
cells.forEach((u, i) => { sum += u * i; });
return cells.map((u) => ${f("u")}).reduce((a, u) => a * 0.5 + u, sum);`,
  },
  {
    name: "what is not reached, and not finite",
    body: (f) => `const none = v - v;
let sum = w;
for (let i = 0; i < 3; i++) {
  if (none > 0) sum += (w / none) * v * ${f("w")};
  else sum += ${f("v + i")};
}
for (let i = 3; i < none; i++) sum += Math.log(none) * w * v;
return sum;`,
  },
  {
    name: "static members",
    top: `class Unit$ {
  static readonly scale = 1.5;
  static of(u: number): Unit$ { return new Unit$(u * Unit$.scale); }
  private constructor(readonly value: number) {}
  plus(other: Unit$): Unit$ { return new Unit$(this.value + other.value); }
}`,
    body: (f) => `const a = Unit$.of(v);
const b = a.plus(Unit$.of(${f("w")})).plus(a);
return ${f("b.value")} * a.value;`,
  },
];
