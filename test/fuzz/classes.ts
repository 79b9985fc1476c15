import { bounded, condition, type Expr } from "./expressions.js";
import { findTarget } from "./places.js";
import { declare, type Gen, inner, type Scope } from "./scope.js";
import { num } from "./shapes.js";
import { type FormTable, indent } from "./statements.js";

/** Slice 6: classes, immutable and mutating, a family with virtual methods, and a discriminated union. */

type Kind = "Vec" | "Acc" | "Shape" | "Item" | "Box";

/** A variable that holds an instance. */
export interface Instance {
  readonly name: string;
  readonly kind: Kind;
  readonly mutable: boolean;
}

/** The classes of a program, with bodies of its own. */
export function writeClasses(gen: Gen): string {
  const { random } = gen;
  const head = (): string =>
    gen.library || random.chance(0.4) ? "export " : "";
  const body = (names: readonly string[], depth = 2): string => {
    const scope = methodScope(names);
    return bounded(gen, scope, depth, 2).text;
  };
  const own = random.pick(["private ", "readonly ", "public "]);
  const hash = random.chance(0.5) ? "#sum" : "sum";
  // one family is exported as a whole, so that its classes are told apart in one way
  const family = head();
  return `${head()}class Vec {
  constructor(readonly x: number, readonly y: number) {}
  static of(v: number): Vec {
    return new Vec(v, ${body(["v"], 1)});
  }
  plus(o: Vec): Vec {
    return new Vec(this.x + o.x, this.y + o.y);
  }
  times(k: number): Vec {
    return new Vec(this.x * k, ${random.chance(0.5) ? "this.y * k" : body(["this.x", "this.y", "k"], 1)});
  }
  dot(o: Vec): number {
    return this.x * o.x + this.y * o.y;
  }
  get size(): number {
    return Math.sqrt(1 + this.dot(this));
  }
}
${head()}class Acc {
  ${hash} = ${random.decimal(0.1, 1)};
  count = 0;
  level: number;
  constructor(level: number, ${own}scale = ${random.decimal(0.2, 1)}) {
    this.level = level;
    if (level > 0.5) this.level *= this.scale;
  }
  add(x: number): this {
    this.${hash} += ${body(["x", "this.level", `this.${hash}`])};
    this.count++;
    if (${condition(gen, methodScope(["x", "this.level"]), 1)}) this.level = ${body(["x", "this.level"])};
    return this;
  }
  get value(): number {
    return ${body([`this.${hash}`, "this.level", "this.scale"])};
  }
  set top(v: number) {
    this.level = v > 0 ? v : 0.5 * v;
  }
  get top(): number {
    return this.level;
  }
}
${family}abstract class Shape {
  abstract area(k: number): number;
  scaled(k: number): number {
    return k * this.area(${body(["k"], 1)});
  }
}
${family}class Disk extends Shape {
  constructor(readonly r: number) {
    super();
  }
  area(k: number): number {
    return ${body(["this.r", "k"])};
  }
}
${family}class Slab extends Shape {
  constructor(readonly w: number, readonly h: number) {
    super();
  }
  area(k: number): number {
    return this.w * this.h + (${body(["this.w", "k"], 1)});
  }
  override scaled(k: number): number {
    return super.scaled(k) + this.w;
  }
}
${family}class Ring extends Disk {
  hole: number;
  constructor(r: number, share: number) {
    super(r);
    this.hole = r * share;
  }
  override area(k: number): number {
    return super.area(k) - this.hole;
  }
}
${family}class Box<T> {
  constructor(public item: T, readonly extra: number) {}
  get(): T {
    return this.item;
  }
  swap(next: T): T {
    const old = this.item;
    this.item = next;
    return old;
  }
}
${family}type Item =
  | { kind: "a"; v: number }
  | { kind: "b"; u: number; w: number }
  | { kind: "c"; n?: number };
${family}function worth(item: Item, k: number): number {
  ${random.pick([
    `switch (item.kind) {
    case "a":
      return ${body(["item.v", "k"])};
    case "b":
      return item.u * item.w;
    default:
      return item.n ?? k;
  }`,
    `if (item.kind === "b") return ${body(["item.u", "item.w", "k"])};
  return item.kind === "a" ? item.v * k : (item.n ?? 1);`,
  ])}
}
${family}function areaOf(s: Shape, k: number): number {
  if (s instanceof Slab) return s.w * ${random.decimal(0.1, 1)};
  return s.area(k);
}
`;
}

/** What a library gives to the module beside it. */
export const classNames: readonly string[] = [
  "Vec",
  "Acc",
  "type Shape",
  "Disk",
  "Slab",
  "Ring",
  "Box",
  "type Item",
  "worth",
  "areaOf",
];

function methodScope(names: readonly string[]): Scope {
  const scope: Scope = {
    vars: [],
    depth: 3,
    times: 20,
    loops: [],
    result: num,
    functions: [],
    instances: [],
    mayGrow: false,
    budget: { statements: 0, cost: 0, grows: false, throws: false },
  };
  for (const name of names) declare(scope, name, num);
  return scope;
}

const value = (gen: Gen, scope: Scope): string =>
  bounded(gen, scope, 2, 2).text;

function instanceOf(
  gen: Gen,
  scope: Scope,
  kind: Kind,
  mutable = false,
): Instance | undefined {
  const found = scope.instances.filter(
    (one) => one.kind === kind && (one.mutable || !mutable),
  );
  return found.length === 0 ? undefined : gen.random.pick(found);
}

/** An expression that gives an instance. */
function made(gen: Gen, scope: Scope, kind: Kind, depth = 2): string {
  const { random } = gen;
  const known = instanceOf(gen, scope, kind);
  const v = (): string => value(gen, scope);
  switch (kind) {
    case "Vec": {
      if (known !== undefined && random.chance(0.4)) return known.name;
      if (depth <= 0 || random.chance(0.4))
        return random.pick([`new Vec(${v()}, ${v()})`, `Vec.of(${v()})`]);
      const from = made(gen, scope, kind, depth - 1);
      return random.chance(0.5)
        ? `${from}.plus(${made(gen, scope, kind, depth - 1)}).times(0.5)`
        : `${from}.times(${bounded(gen, scope, 1, 1).text})`;
    }
    case "Acc":
      return random.pick([
        `new Acc(${v()})`,
        `new Acc(${v()}, ${v()}).add(${v()})`,
      ]);
    case "Shape": {
      if (depth > 0 && random.chance(0.25))
        return `(${condition(gen, scope, 1)} ? ${made(gen, scope, kind, 0)} : ${made(gen, scope, kind, 0)})`;
      return random.pick([
        `new Disk(${v()})`,
        `new Slab(${v()}, ${v()})`,
        `new Ring(${v()}, ${v()})`,
      ]);
    }
    case "Item":
      return random.pick([
        `{ kind: "a", v: ${v()} } as Item`,
        `{ kind: "b", u: ${v()}, w: ${v()} } as Item`,
        `{ kind: "c", n: ${v()} } as Item`,
        `{ kind: "c" } as Item`,
      ]);
    case "Box":
      return `new Box(${v()}, ${v()})`;
  }
}

const kinds: readonly Kind[] = [
  "Vec",
  "Vec",
  "Acc",
  "Acc",
  "Shape",
  "Item",
  "Box",
];

function declareInstance(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.times > 60) return undefined;
  const { random } = gen;
  const kind = random.pick(kinds);
  const text = made(gen, scope, kind);
  const name = gen.fresh(kind.toLowerCase());
  const mutable = random.chance(0.4);
  const isFamily = kind === "Shape" || kind === "Item";
  const type = isFamily ? `: ${kind}` : "";
  scope.instances.push({ name, kind, mutable });
  return [`${mutable ? "let" : "const"} ${name}${type} = ${text};`];
}

function changeInstance(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const kind = random.pick(kinds);
  const again = instanceOf(gen, scope, kind, true);
  if (again !== undefined && random.chance(0.5))
    return [`${again.name} = ${made(gen, scope, kind)};`];
  const acc = instanceOf(gen, scope, "Acc");
  const box = instanceOf(gen, scope, "Box");
  const lines: string[] = [];
  if (acc !== undefined)
    lines.push(
      `${acc.name}.add(${value(gen, scope)});`,
      `${acc.name}.add(${value(gen, scope)}).add(${value(gen, scope)});`,
      `${acc.name}.top = ${value(gen, scope)};`,
      `${acc.name}.level = ${value(gen, scope)};`,
    );
  if (box !== undefined)
    lines.push(
      `${box.name}.item = ${value(gen, scope)};`,
      `${box.name}.swap(${value(gen, scope)});`,
    );
  return lines.length === 0 ? undefined : [random.pick(lines)];
}

/** `const b = a;`: two names of one object. */
function aliasInstance(gen: Gen, scope: Scope): string[] | undefined {
  const kind = gen.random.pick(["Acc", "Box", "Vec"] as const);
  const from = instanceOf(gen, scope, kind);
  if (from === undefined) return undefined;
  const name = gen.fresh("same");
  scope.instances.push({ name, kind, mutable: false });
  return [`const ${name} = ${from.name};`];
}

/** Instances in an array, and a loop over them. */
function instanceLoop(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 2 || scope.times > 20) return undefined;
  const { random } = gen;
  const kind = random.pick(["Shape", "Shape", "Item", "Vec", "Acc"] as const);
  const list = gen.fresh("list");
  const count = random.int(2, 3);
  const elements = Array.from({ length: count }, () =>
    made(gen, scope, kind, 1),
  );
  const one = gen.fresh("one");
  const body = inner(scope, {
    times: scope.times * 4,
    mayGrow: false,
  });
  body.instances.push({ name: one, kind, mutable: false });
  const lines = [`const ${list}: ${kind}[] = [${elements.join(", ")}];`];
  if (random.chance(0.3))
    lines.push(`${list}.push(${made(gen, scope, kind, 1)});`);
  const target = findTarget(gen, scope, (shape) => shape.k === "num");
  const inside: string[] = [];
  if (kind === "Acc") inside.push(`${one}.add(${value(gen, body)});`);
  if (target !== undefined)
    inside.push(
      `${target.text} += 0.2 * Math.tanh(${readInstance(gen, body, kind, one)});`,
    );
  return [...lines, `for (const ${one} of ${list}) {`, ...indent(inside), "}"];
}

function readInstance(
  gen: Gen,
  scope: Scope,
  kind: Kind,
  name: string,
): string {
  const { random } = gen;
  const v = (): string => bounded(gen, scope, 1, 2).text;
  switch (kind) {
    case "Vec":
      return random.pick([
        `${name}.x`,
        `${name}.size`,
        `${name}.dot(${made(gen, scope, "Vec", 1)})`,
        `${made(gen, scope, "Vec", 1)}.y`,
      ]);
    case "Acc":
      return random.pick([
        `${name}.value`,
        `${name}.top`,
        `${name}.count`,
        `${name}.add(${v()}).value`,
      ]);
    case "Shape":
      return random.pick([
        `${name}.area(${v()})`,
        `${name}.scaled(${v()})`,
        `areaOf(${name}, ${v()})`,
        `(${name} instanceof Disk ? ${name}.r : ${v()})`,
        `(${name} instanceof Ring ? ${name}.hole : ${v()})`,
      ]);
    case "Item":
      return random.pick([
        `worth(${name}, ${v()})`,
        // a number behind the colon: the name is narrowed there, and may not be asked again
        `(${name}.kind === "a" ? ${name}.v : ${random.decimal(-1, 1)})`,
      ]);
    case "Box":
      return random.pick([
        `${name}.get()`,
        `${name}.extra`,
        `${name}.item`,
        `${name}.swap(${v()})`,
      ]);
  }
}

/** A number out of an instance. */
export function instanceRead(
  gen: Gen,
  scope: Scope,
  depth: number,
): Expr | undefined {
  if (scope.times > 60) return undefined;
  scope.budget.cost += scope.times * 10;
  const known = scope.instances;
  if (known.length === 0) {
    if (depth <= 0) return undefined;
    return {
      text: `${made(gen, scope, "Vec", 1)}.size`,
      bound: 30,
      tight: true,
    };
  }
  const one = gen.random.pick(known);
  const text = readInstance(gen, scope, one.kind, one.name);
  return { text, bound: 30, tight: true };
}

export const classForms: FormTable = [
  [9, 6, declareInstance],
  [6, 6, changeInstance],
  [2, 6, aliasInstance],
  [5, 6, instanceLoop],
];
