import { argument, bounded, condition, fits } from "./expressions.js";
import { findPlace, findTarget, indexBelow } from "./places.js";
import { declare, type Gen, type Scope } from "./scope.js";
import { num, type Shape, typeText } from "./shapes.js";
import { built, type FormTable } from "./statements.js";

export const memoryForms: FormTable = [
  [3, 1, (g, s) => newArray(g, s)],
  [2, 1, (g, s) => swapCells(g, s)],
  [1, 1, (g, s) => fill(g, s)],
  [1, 1, (g, s) => newMatrix(g, s)],
  [3, 3, (g, s) => secondName(g, s)],
  [2, 3, (g, s) => eitherName(g, s)],
  [2, 3, (g, s) => assignReference(g, s)],
  [2, 3, (g, s) => swapRows(g, s)],
  [2, 3, (g, s) => view(g, s)],
  [3, 3, (g, s) => newRecord(g, s)],
  [2, 3, (g, s) => destructure(g, s)],
  [1, 3, (g, s) => pair(g, s)],
  [1, 3, (g, s) => swapByPattern(g, s)],
  [2, 4, (g, s) => grow(g, s)],
  [2, 4, (g, s) => copyOf(g, s)],
  [1, 4, (g, s) => setInto(g, s)],
  [1, 4, (g, s) => integerTable(g, s)],
];

const isArr = (shape: Shape): boolean => shape.k === "arr";
type Arr = Extract<Shape, { k: "arr" }>;

/** How many cells of an array one name may be trusted to have. */
const lenOf = (shape: Shape): number => (shape as Arr).len;

function newArray(gen: Gen, scope: Scope): string[] {
  const { random } = gen;
  const len = random.int(2, 5);
  const number = (): string => bounded(gen, scope, 1, 2).text;
  const numbers = (): string => Array.from({ length: len }, number).join(", ");
  const f64 = { k: "arr", store: "f64", len } as const;
  const js = { k: "arr", store: "js", len } as const;
  const [text, shape] = random.pick<() => [string, Shape]>([
    () => [`new Float64Array(${len})`, f64],
    () => [`[${numbers()}]`, js],
    ...(gen.slice < 4
      ? []
      : [
          (): [string, Shape] => [
            `new Array<number>(${len}).fill(${number()})`,
            js,
          ],
          (): [string, Shape] => [`Float64Array.of(${numbers()})`, f64],
          (): [string, Shape] => [`new Float64Array([${numbers()}])`, f64],
          (): [string, Shape] => [
            `new Float32Array(${len})`,
            { k: "arr", store: "f32", len },
          ],
        ]),
  ])();
  const name = gen.fresh(random.pick(["xs", "buf", "out"]));
  const mutable = gen.slice >= 3 && random.chance(0.2);
  declare(scope, name, shape, { mutable });
  const type = `: ${typeText(shape)}`;
  return [
    mutable ? `let ${name}${type} = ${text};` : `const ${name} = ${text};`,
  ];
}

function newMatrix(gen: Gen, scope: Scope): string[] {
  const [rows, cols] = [gen.random.int(2, 3), gen.random.int(2, 3)];
  const text = Array.from(
    { length: rows },
    () =>
      `[${Array.from({ length: cols }, () => bounded(gen, scope, 1, 2).text).join(", ")}]`,
  ).join(", ");
  const name = gen.fresh("m");
  if (gen.slice >= 4 && gen.random.chance(0.4)) {
    const store = gen.random.pick(["js", "f64"] as const);
    declare(scope, name, { k: "mat", rows, cols, store });
    const row =
      store === "js"
        ? `new Array<number>(${cols}).fill(0)`
        : `new Float64Array(${cols})`;
    return [`const ${name} = Array.from({ length: ${rows} }, () => ${row});`];
  }
  declare(scope, name, { k: "mat", rows, cols, store: "js" });
  return [`const ${name} = [${text}];`];
}

function swapCells(gen: Gen, scope: Scope): string[] | undefined {
  const place = findTarget(gen, scope, isArr);
  if (place === undefined) return undefined;
  const len = lenOf(place.shape);
  const [i, j] = [indexBelow(gen, scope, len), indexBelow(gen, scope, len)];
  const t = gen.fresh("tmp");
  declare(scope, t, num);
  return [
    `const ${t} = ${place.text}[${i}];`,
    `${place.text}[${i}] = ${place.text}[${j}];`,
    `${place.text}[${j}] = ${t};`,
  ];
}

/** `[a, b] = [b, a]` on cells and on variables: a parallel assignment. */
function swapByPattern(gen: Gen, scope: Scope): string[] | undefined {
  const a = findTarget(gen, scope, (shape) => shape.k === "num");
  const b = findTarget(gen, scope, (shape) => shape.k === "num");
  if (a === undefined || b === undefined) return undefined;
  return [`[${a.text}, ${b.text}] = [${b.text}, ${a.text}];`];
}

function fill(gen: Gen, scope: Scope): string[] | undefined {
  const place = findTarget(gen, scope, isArr);
  if (place === undefined || gen.slice < 4) return undefined;
  const value = bounded(gen, scope, 1, 2).text;
  return gen.random.chance(0.6)
    ? [`${place.text}.fill(${value});`]
    : [`${place.text}.fill(${value}, 1, ${lenOf(place.shape)});`];
}

const isMemory = (shape: Shape): boolean =>
  ["arr", "mat", "rec", "recs", "pair"].includes(shape.k);

/** `const b = a;`: two names of one thing. */
function secondName(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(gen, scope, isMemory, (root) => !root.frozen);
  if (place === undefined) return undefined;
  const name = gen.fresh("ref");
  const mutable = gen.random.chance(0.4);
  declare(scope, name, place.shape, { mutable });
  const type = `: ${typeText(place.shape)}`;
  return [
    mutable
      ? `let ${name}${type} = ${place.text};`
      : `const ${name} = ${place.text};`,
  ];
}

/** `const r = c ? a : b;` */
function eitherName(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(gen, scope, isMemory, (root) => !root.frozen);
  if (place === undefined) return undefined;
  const other = argument(gen, scope, place.shape, 1);
  if (other === undefined) return undefined;
  const test = condition(gen, scope, 1);
  const name = gen.fresh("one");
  declare(scope, name, place.shape);
  return [`const ${name} = ${test} ? ${place.text} : ${other};`];
}

/** `ref = other;` and `m[i] = row;`, `p.v = xs;`: the place now means other memory. */
function assignReference(gen: Gen, scope: Scope): string[] | undefined {
  const target = findTarget(gen, scope, isMemory);
  if (target === undefined) return undefined;
  const other = argument(gen, scope, target.shape, 1);
  if (other === undefined || other === target.text) return undefined;
  return [`${target.text} = ${other};`];
}

function swapRows(gen: Gen, scope: Scope): string[] | undefined {
  const place = findTarget(
    gen,
    scope,
    (shape) => shape.k === "mat" || shape.k === "recs",
  );
  if (place === undefined) return undefined;
  const { shape } = place;
  const len = shape.k === "mat" ? shape.rows : (shape as { len: number }).len;
  const [i, j] = [indexBelow(gen, scope, len), indexBelow(gen, scope, len)];
  const t = gen.fresh("row");
  const row: Shape =
    shape.k === "mat"
      ? { k: "arr", store: shape.store, len: shape.cols }
      : { k: "rec", decl: (shape as Extract<Shape, { k: "recs" }>).decl };
  declare(scope, t, row);
  return [
    `const ${t} = ${place.text}[${i}];`,
    `${place.text}[${i}] = ${place.text}[${j}];`,
    `${place.text}[${j}] = ${t};`,
  ];
}

/** `const v = a.subarray(1, 3);`: a view that writes through. */
function view(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(
    gen,
    scope,
    (shape) => shape.k === "arr" && shape.store === "f64" && shape.len >= 3,
    (root) => !root.frozen,
  );
  if (place === undefined) return undefined;
  const len = lenOf(place.shape);
  const from = gen.random.int(0, 1);
  const to = gen.random.int(from + 2, len);
  const name = gen.fresh("part");
  declare(scope, name, { k: "arr", store: "f64", len: to - from });
  const end = to === len && gen.random.chance(0.5) ? "" : `, ${to}`;
  return [`const ${name} = ${place.text}.subarray(${from}${end});`];
}

function newRecord(gen: Gen, scope: Scope): string[] | undefined {
  if (gen.records.length === 0) return undefined;
  const decl = gen.random.pick(gen.records);
  const shape: Shape = { k: "rec", decl };
  const name = gen.fresh("rec");
  const old = findPlace(
    gen,
    scope,
    (one) => fits(one, shape),
    (root) => !root.frozen,
  );
  const text =
    old !== undefined && gen.random.chance(0.35)
      ? `{ ...${old.text}, ${decl.fields
          .filter((field) => field.shape.k === "num")
          .slice(0, 1)
          .map((field) => `${field.name}: ${bounded(gen, scope, 2, 2).text}`)
          .join(", ")} }`
      : built(gen, scope, shape);
  const mutable = gen.random.chance(0.3);
  declare(scope, name, shape, { mutable });
  return [`${mutable ? "let" : "const"} ${name}: ${decl.name} = ${text};`];
}

function destructure(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(
    gen,
    scope,
    (shape) =>
      shape.k === "rec" ||
      shape.k === "pair" ||
      (isArr(shape) && lenOf(shape) >= 2),
    (root) => !root.frozen,
  );
  if (place === undefined) return undefined;
  const { shape } = place;
  if (shape.k !== "rec") {
    if (shape.k === "arr" && gen.random.chance(0.5)) return undefined;
    const names = [gen.fresh("p"), gen.fresh("q")];
    for (const name of names) declare(scope, name, num);
    return [`const [${names.join(", ")}] = ${place.text};`];
  }
  const chosen = shape.decl.fields.filter(
    (field) => field.shape.k !== "str" && gen.random.chance(0.6),
  );
  if (chosen.length === 0) return undefined;
  const parts = chosen.map((field) => {
    const name = gen.fresh(field.name);
    declare(scope, name, field.shape);
    return name === field.name ? name : `${field.name}: ${name}`;
  });
  return [`const { ${parts.join(", ")} } = ${place.text};`];
}

function pair(gen: Gen, scope: Scope): string[] {
  const [a, b] = [bounded(gen, scope, 2, 2), bounded(gen, scope, 2, 2)];
  const name = gen.fresh("pair");
  declare(scope, name, { k: "pair" });
  return [`const ${name}: [number, number] = [${a.text}, ${b.text}];`];
}

const isGrowable = (shape: Shape): boolean =>
  shape.k === "arr" && shape.store === "js";

/** push, and pop of what was pushed: an array never gets shorter than its least length. */
function grow(gen: Gen, scope: Scope): string[] | undefined {
  if (!scope.mayGrow || scope.times > 12) return undefined;
  const place = findPlace(gen, scope, isGrowable, (root) => !root.frozen);
  if (place === undefined) return undefined;
  scope.budget.grows = true;
  const value = bounded(gen, scope, 2, 2).text;
  const len = lenOf(place.shape);
  const name = gen.fresh("last");
  return gen.random.pick([
    [`${place.text}.push(${value});`],
    [`${place.text}.push(${value}, ${bounded(gen, scope, 1, 2).text});`],
    [`if (${place.text}.length > ${len}) ${place.text}.pop();`],
    [
      `${place.text}.push(${value});`,
      `const ${name} = ${place.text}.pop() ?? 0;`,
    ],
  ]);
}

/** slice, spread, `Array.from({ length })`: fresh copies. */
function copyOf(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(gen, scope, isArr);
  if (place === undefined) return undefined;
  const { store, len } = place.shape as Arr;
  const name = gen.fresh("copy");
  const from = gen.random.int(0, len - 2);
  const value = bounded(gen, scope, 1, 2).text;
  const js = store === "js";
  const [text, size] = gen.random.pick<[string, number]>([
    [`${place.text}.slice()`, len],
    [`${place.text}.slice(${from}, ${len})`, len - from],
    [`${place.text}.slice(-2)`, 2],
    js
      ? [`[${value}, ...${place.text}]`, len + 1]
      : [`new Float64Array(${place.text})`, len],
    js
      ? [`[...${place.text}]`, len]
      : [`Float64Array.from(${place.text})`, len],
  ]);
  const result = text.includes("Float64Array") ? "f64" : store;
  declare(scope, name, { k: "arr", store: result, len: size });
  return [`const ${name} = ${text};`];
}

/** `a.set(b)` and `a.set(b, 1)` */
function setInto(gen: Gen, scope: Scope): string[] | undefined {
  const target = findTarget(
    gen,
    scope,
    (shape) => shape.k === "arr" && shape.store === "f64",
  );
  if (target === undefined) return undefined;
  const len = lenOf(target.shape);
  const source = findPlace(
    gen,
    scope,
    // typed, because a number[] may have grown beyond the target
    (shape) => shape.k === "arr" && shape.store !== "js" && shape.len <= len,
  );
  if (source === undefined) return undefined;
  // a name may stand for a longer array than its shape says: take no more than fits
  const room = lenOf(source.shape);
  const offset = room < len && gen.random.chance(0.5) ? ", 1" : "";
  const whole = `${source.text}.subarray(0, ${room})`;
  return [`${target.text}.set(${whole}${offset});`];
}

/** An `Int32Array` as index table. */
function integerTable(gen: Gen, scope: Scope): string[] | undefined {
  const place = findTarget(gen, scope, isArr);
  if (place === undefined) return undefined;
  const len = lenOf(place.shape);
  const name = gen.fresh("idx");
  // an integer parameter may be active, and is then refused as an element of an integer array
  const passive = {
    ...scope,
    vars: scope.vars.filter((one) => one.shape.k !== "int" || !one.frozen),
  };
  const at = (): number => gen.random.int(0, len - 1);
  return [
    `const ${name} = Int32Array.of(${at()}, ${at()}, ${at()});`,
    `${name}[1] = (${name}[0] + ${indexBelow(gen, passive, 3)}) % ${len};`,
    `${place.text}[${name}[1]] = ${bounded(gen, scope, 2, 2).text};`,
  ];
}
