import { noSpan } from "../../compiler/diagnostics/span.js";
import { newIds, RegionBuilder } from "../../compiler/ir/builder.js";
import type { Func, Instr, Region, Value } from "../../compiler/ir/ir.js";
import {
  arrayOf,
  f64Array,
  maybe,
  num,
  recordOf,
  type ArrayStore,
  type RecordTy,
  type Ty,
} from "../../compiler/ir/types.js";
import { newRandom, type Random } from "../fuzz/random.js";

/** Every array has at least this many elements, so that a constant index below it is inside. */
export const leastLength = 4;

const point: RecordTy = recordOf([
  { name: "p", ty: num },
  { name: "q", ty: num },
]);

/** Memory below memory, and a number that may be missing. */
const box: RecordTy = recordOf([
  { name: "w", ty: arrayOf(num) },
  { name: "inner", ty: point },
  { name: "c", ty: maybe(num), optional: true },
]);

/** The parameters of the random function f; `g`, which f may call, has the same. */
const paramTys: readonly (readonly [name: string, ty: Ty])[] = [
  ["x", num],
  ["y", num],
  ["a", f64Array],
  ["b", arrayOf(num)],
  ["r", point],
  ["m", arrayOf(arrayOf(num))],
  ["box", box],
  ["at", arrayOf(num, "i32")],
  ["n", num],
];

/** What f gives back: a number, an array, or a record that may reach one array twice. */
export type ResultKind = "number" | "array" | "box";

/**
 * A random pair of functions: nested control flow, arrays and records written in place, aliases that go through regions,
 * early stops, calls. Values stay tame, so that finite differences make sense.
 */
export function randomIr(
  seed: number,
  stores: readonly ArrayStore[] = ["js", "f64", "f32"],
  result: ResultKind = "number",
): ReadonlyMap<string, Func> {
  const random = newRandom(seed);
  const g = randomFunc("g", random, [], stores, "number");
  const f = randomFunc("f", random, ["g"], stores, result);
  return new Map([
    ["g", g],
    ["f", f],
  ]);
}

export interface RandomArgs {
  readonly args: readonly unknown[];
  readonly tangents: Readonly<Record<string, unknown>>;
}

export function randomArgs(seed: number): RandomArgs {
  const random = newRandom(seed);
  const real = (): number => random.decimal(-2, 2, 3);
  const reals = (): number[] => Array.from({ length: leastLength + 1 }, real);
  const isWhole = random.chance(0.5);
  const make = (): unknown[] => [
    real(),
    real(),
    new Float64Array(reals()),
    reals(),
    { p: real(), q: real() },
    Array.from({ length: leastLength }, reals),
    {
      w: reals(),
      inner: { p: real(), q: real() },
      ...(isWhole ? { c: real() } : {}),
    },
    Int32Array.from({ length: leastLength }, () =>
      random.int(0, leastLength - 1),
    ),
    random.int(0, 2),
  ];
  const tangents = make();
  return {
    args: make(),
    tangents: Object.fromEntries(
      paramTys.slice(0, -2).map(([name], k) => [name, tangents[k]]),
    ),
  };
}

/** What a region under construction may use. */
interface Scope {
  readonly b: RegionBuilder;
  readonly random: Random;
  readonly callees: readonly string[];
  /** Kinds of arrays that are made. */
  readonly stores: readonly ArrayStore[];
  readonly nums: Value[];
  readonly indices: Value[];
  readonly arrays: Value[];
  readonly records: Value[];
  /** Of the function's parameters: rows, which change places, and indices, which are written too. */
  readonly rows: Value;
  readonly box: Value;
  readonly places: Value;
  /** Depth of recursion that is left. */
  readonly calls: Value;
  /** Nesting left. */
  readonly depth: number;
}

function randomFunc(
  name: string,
  random: Random,
  callees: readonly string[],
  stores: readonly ArrayStore[],
  kind: ResultKind,
): Func {
  const b = new RegionBuilder(newIds());
  const params = paramTys.map(([hint, ty]) => b.ids.fresh(ty, hint));
  const [x, y, a, array, record, rows, ownBox, places, calls] = params as [
    Value,
    Value,
    Value,
    Value,
    Value,
    Value,
    Value,
    Value,
    Value,
  ];
  const scope: Scope = {
    b,
    random,
    callees,
    stores,
    nums: [x, y],
    indices: [],
    arrays: [a, array],
    records: [record],
    rows,
    box: ownBox,
    places,
    calls,
    depth: 3,
  };
  statements(scope, random.int(4, 8));
  if (name === "g") recurse(scope);
  const result = resultOf(scope, kind);
  return {
    name,
    params: params.map((value) => ({
      name: value.hint!,
      value,
      optional: false,
      span: noSpan,
    })),
    body: b.finish(params, [result]),
    results: [result.ty],
    span: noSpan,
  };
}

function resultOf(scope: Scope, kind: ResultKind): Value {
  const { b, random } = scope;
  if (kind === "array") return random.pick(scope.arrays);
  if (kind === "number") return b.op("add", [fetch(scope), fetch(scope)]);
  const ty = recordOf([
    { name: "first", ty: arrayOf(num) },
    { name: "second", ty: arrayOf(num) },
    { name: "point", ty: point },
    { name: "box", ty: box },
    { name: "v", ty: num },
  ]);
  const out = b.ids.fresh(ty);
  const list = (): Value => random.pick(listsOf(scope, "js"));
  const args = [
    list(),
    list(),
    random.pick(scope.records),
    scope.box,
    compute(scope),
  ];
  emit(scope, { kind: "newRecord", ...b.plain(args, [out]) });
  return out;
}

const inner = (scope: Scope): Scope => ({
  ...scope,
  b: scope.b.child(),
  nums: [...scope.nums],
  indices: [...scope.indices],
  arrays: [...scope.arrays],
  records: [...scope.records],
  depth: scope.depth - 1,
});

function statements(scope: Scope, count: number): void {
  for (let k = 0; k < count; k++) statement(scope);
}

function statement(scope: Scope): void {
  const nested = scope.depth > 0 ? 1 : 0;
  scope.random.weighted<(scope: Scope) => void>([
    [5, arithmetic],
    [3, storeSomewhere],
    [2, setField],
    [1, newArray],
    [1, copyArray],
    [1, pushAndPop],
    [1, row],
    [1, movePlace],
    [1, partOfBox],
    [1, intoBox],
    [1, missingNumber],
    [1, storeAnywhere],
    [0.5, guard],
    [1, newRecord],
    [2 * nested, branch],
    [2 * nested, countedLoop],
    [1 * nested, openLoop],
    [scope.callees.length > 0 && scope.depth === 3 ? 2 : 0, call],
  ])(scope);
}

const emit = (scope: Scope, instr: Instr): void => void scope.b.emit(instr);

/** A number: one in scope, a constant, or one read from memory. */
function fetch(scope: Scope): Value {
  const { b, random } = scope;
  return random.weighted<() => Value>([
    [5, () => random.pick(scope.nums)],
    [1, () => b.constant(random.decimal(-2, 2))],
    [3, () => load(scope)],
    [1, () => getField(scope)],
  ])();
}

function load(scope: Scope): Value {
  const { b } = scope;
  const out = b.ids.fresh(num);
  const args = [scope.random.pick(scope.arrays), index(scope)];
  emit(scope, { kind: "load", inBounds: true, ...b.plain(args, [out]) });
  return out;
}

function index(scope: Scope): Value {
  const { b, random, indices } = scope;
  if (random.chance(0.15)) return place(scope, b.constant(random.int(0, 3)));
  return indices.length > 0 && random.chance(0.7)
    ? random.pick(indices)
    : b.constant(random.int(0, leastLength - 1));
}

function place(scope: Scope, at: Value): Value {
  const { b } = scope;
  const out = b.ids.fresh(num);
  const args = [scope.places, at];
  emit(scope, { kind: "load", inBounds: true, ...b.plain(args, [out]) });
  return out;
}

/** `at[k] = (at[k] + 1) & 3` */
function movePlace(scope: Scope): void {
  const { b } = scope;
  const k = index(scope);
  const next = b.op("add", [place(scope, k), b.constant(1)]);
  const inside = b.op("bitand", [next, b.constant(leastLength - 1)]);
  const args = [scope.places, k, inside];
  emit(scope, { kind: "store", inBounds: true, ...b.plain(args, []) });
}

function getField(scope: Scope): Value {
  const { b, random } = scope;
  const out = b.ids.fresh(num);
  const field = random.pick(["p", "q"]);
  const args = [random.pick(scope.records)];
  emit(scope, { kind: "getField", field, ...b.plain(args, [out]) });
  return out;
}

/** A number whose size stays within bounds. */
function compute(scope: Scope): Value {
  const { b, random } = scope;
  const one = fetch(scope);
  const other = fetch(scope);
  const tame = (v: Value): Value => b.op("sin", [v]);
  return random.weighted<() => Value>([
    [3, () => b.op(random.pick(["add", "sub"]), [tame(one), other])],
    [3, () => b.op("mul", [tame(one), b.op("cos", [other])])],
    [
      1,
      () => b.op("div", [tame(one), b.op("add", [b.constant(2), tame(other)])]),
    ],
    [1, () => b.op("exp", [tame(one)])],
    [1, () => b.op(random.pick(["tanh", "atan", "asinh"]), [other])],
    [1, () => b.op("sqrt", [b.op("add", [b.constant(1.5), tame(one)])])],
    [
      1,
      () => b.op("pow", [b.op("add", [b.constant(2), tame(one)]), tame(other)]),
    ],
    [1, () => b.op(random.pick(["max", "min"]), [one, tame(other)])],
    [1, () => b.op("hypot", [tame(one), tame(other), b.constant(1)])],
    [1, () => b.op("abs", [tame(other)])],
  ])();
}

function arithmetic(scope: Scope): void {
  scope.nums.push(compute(scope));
}

function storeSomewhere(scope: Scope): void {
  const { b, random } = scope;
  const args = [random.pick(scope.arrays), index(scope), compute(scope)];
  emit(scope, { kind: "store", inBounds: true, ...b.plain(args, []) });
}

function setField(scope: Scope): void {
  const { b, random } = scope;
  const field = random.pick(["p", "q"]);
  const args = [random.pick(scope.records), compute(scope)];
  emit(scope, { kind: "setField", field, ...b.plain(args, []) });
}

function newArray(scope: Scope): void {
  const { b, random } = scope;
  const store = random.pick(scope.stores);
  const out = b.ids.fresh(arrayOf(num, store));
  const args = [
    b.constant(leastLength),
    ...(random.chance(0.5) ? [fetch(scope)] : []),
  ];
  emit(scope, { kind: "newArray", ...b.plain(args, [out]) });
  scope.arrays.push(out);
}

/** A copy, or a view on the last elements. */
function copyArray(scope: Scope): void {
  const { b, random } = scope;
  const from = random.pick(scope.arrays);
  const length = lengthOf(scope, from);
  const start = b.op("sub", [length, b.constant(leastLength)]);
  const out = b.ids.fresh(from.ty);
  const isView =
    from.ty.kind === "array" && from.ty.store !== "js" && random.chance(0.6);
  const kind = isView ? "subarray" : "slice";
  emit(scope, { kind, ...b.plain([from, start, length], [out]) });
  scope.arrays.push(out);
}

function lengthOf(scope: Scope, array: Value): Value {
  const { b } = scope;
  const out = b.ids.fresh(num);
  emit(scope, { kind: "length", ...b.plain([array], [out]) });
  return out;
}

const listsOf = (scope: Scope, store: string): Value[] =>
  scope.arrays.filter(({ ty }) => ty.kind === "array" && ty.store === store);

/** Lengths never fall below the least: what is popped was pushed before. */
function pushAndPop(scope: Scope): void {
  const { b, random } = scope;
  const list = random.pick(listsOf(scope, "js"));
  const front = random.chance(0.3) ? [b.constant(random.pick([0, 1]))] : [];
  const value = compute(scope);
  emit(scope, { kind: "push", ...b.plain([list, value, ...front], []) });
  if (random.chance(0.3)) return;
  if (scope.depth > 0 && random.chance(0.5)) statement(scope);
  const last = b.ids.fresh(maybe(num));
  const from = random.chance(0.3) ? [b.constant(random.pick([0, 1]))] : [];
  emit(scope, { kind: "pop", ...b.plain([list, ...from], [last]) });
  scope.nums.push(b.op("unwrap", [last]));
}

/** A row gets a name, or another array takes its place. */
function row(scope: Scope): void {
  const { b, random } = scope;
  if (random.chance(0.5)) {
    const args = [scope.rows, index(scope), random.pick(listsOf(scope, "js"))];
    emit(scope, { kind: "store", inBounds: true, ...b.plain(args, []) });
    return;
  }
  const out = b.ids.fresh(arrayOf(num));
  const args = [scope.rows, index(scope)];
  emit(scope, { kind: "load", inBounds: true, ...b.plain(args, [out]) });
  scope.arrays.push(out);
}

function newRecord(scope: Scope): void {
  const { b } = scope;
  const out = b.ids.fresh(point);
  const args = [fetch(scope), compute(scope)];
  emit(scope, { kind: "newRecord", ...b.plain(args, [out]) });
  scope.records.push(out);
}

/** `box.w`, `box.inner`: names for what lies below. */
function partOfBox(scope: Scope): void {
  const { b, random } = scope;
  const field = random.pick(["w", "inner"]);
  const out = b.ids.fresh(field === "w" ? arrayOf(num) : point);
  emit(scope, { kind: "getField", field, ...b.plain([scope.box], [out]) });
  publish(scope, [out]);
}

/** `box.w = list`, `box.inner = record`, `box.c = 1.5` */
function intoBox(scope: Scope): void {
  const { b, random } = scope;
  const field = random.pick(["w", "inner", "c"]);
  const value = {
    w: () => random.pick(listsOf(scope, "js")),
    inner: () => random.pick(scope.records),
    c: () => b.op("wrap", [compute(scope)], { ty: maybe(num) }),
  }[field]!();
  emit(scope, { kind: "setField", field, ...b.plain([scope.box, value], []) });
}

/** `box.c === undefined ? x : box.c` */
function missingNumber(scope: Scope): void {
  const { b } = scope;
  const c = b.ids.fresh(maybe(num));
  emit(scope, { kind: "getField", field: "c", ...b.plain([scope.box], [c]) });
  const isMissing = b.op("isUndefined", [c]);
  const otherwise = inner(scope);
  const given = b.child();
  const out = b.ids.fresh(num);
  const regions = [
    otherwise.b.finish([], [compute(otherwise)]),
    given.finish([], [given.op("unwrap", [c])]),
  ];
  emit(scope, { ...b.plain([isMissing], [out]), kind: "if", regions });
  scope.nums.push(out);
}

/** Beyond a typed array, where nothing happens, or at the end of a list, which grows. */
function storeAnywhere(scope: Scope): void {
  const { b, random } = scope;
  const array = random.pick(scope.arrays);
  const isList = array.ty.kind === "array" && array.ty.store === "js";
  const at =
    isList && random.chance(0.7)
      ? lengthOf(scope, array)
      : b.op("add", [index(scope), b.constant(isList ? 0 : random.int(0, 5))]);
  const args = [array, at, compute(scope)];
  emit(scope, { kind: "store", inBounds: false, ...b.plain(args, []) });
}

/** `if (x > 1.95) throw ...`, which is rare. */
function guard(scope: Scope): void {
  const { b } = scope;
  const args = [b.op("gt", [fetch(scope), b.constant(1.95)])];
  const stop = b.child();
  const parts = ["throw new RangeError()"];
  stop.emit({
    kind: "opaque",
    effect: "throw",
    parts,
    needs: [],
    ...stop.plain([], []),
  });
  const regions = [stop.finish([], []), b.child().finish([], [])];
  emit(scope, { ...b.plain(args, []), kind: "if", regions });
}

const condition = (scope: Scope): Value =>
  scope.b.op(scope.random.pick(["lt", "ge"]), [compute(scope), fetch(scope)]);

/** Both arms give a number and a reference: afterwards two names may stand for one piece of memory. */
function branch(scope: Scope): void {
  const { b, random } = scope;
  const array = random.pick(scope.arrays);
  const ty = array.ty;
  const args = [condition(scope)];
  const arm = (): Region => {
    const body = inner(scope);
    statements(body, random.int(0, 3));
    const same = body.arrays.filter(
      (other) =>
        other.ty.kind === "array" &&
        ty.kind === "array" &&
        other.ty.store === ty.store,
    );
    return body.b.finish(
      [],
      [fetch(body), random.pick(same), random.pick(body.records)],
    );
  };
  const results = [b.ids.fresh(num), b.ids.fresh(ty), b.ids.fresh(point)];
  const regions = [arm(), arm()];
  emit(scope, { ...b.plain(args, results), kind: "if", regions });
  publish(scope, results);
}

/** Carries two numbers, which may change places, and a record. */
function countedLoop(scope: Scope): void {
  const { b, random } = scope;
  const body = inner(scope);
  const i = b.ids.fresh(num, "i");
  const params = [i, b.ids.fresh(num), b.ids.fresh(num), b.ids.fresh(point)];
  publish(body, params.slice(1));
  body.indices.push(i);
  const up = random.chance(0.7);
  const last = leastLength - 1;
  const bounds = up
    ? [
        b.constant(random.int(0, 1)),
        b.constant(random.pick([0, 2, last, leastLength])),
      ]
    : [b.constant(last), b.constant(random.int(0, 2))];
  const args = [
    ...bounds,
    fetch(scope),
    fetch(scope),
    random.pick(scope.records),
  ];
  statements(body, random.int(1, 4));
  const breaks = random.chance(0.3);
  const carried = [
    random.chance(0.3) ? params[2]! : compute(body),
    random.chance(0.3) ? params[1]! : compute(body),
    random.pick(body.records),
  ];
  const yields = breaks ? [condition(body), ...carried] : carried;
  const results = [b.ids.fresh(num), b.ids.fresh(num), b.ids.fresh(point)];
  emit(scope, {
    ...b.plain(args, results),
    kind: "for",
    test: up ? "<" : ">=",
    step: up ? random.int(1, 2) : -1,
    breaks,
    regions: [body.b.finish(params, yields)],
  });
  publish(scope, results);
}

/** Counts down beside a condition on numbers, so that it ends. */
function openLoop(scope: Scope): void {
  const { b, random } = scope;
  const body = inner(scope);
  const params = [b.ids.fresh(num, "left"), b.ids.fresh(num)];
  body.nums.push(params[1]!);
  const args = [b.constant(random.int(0, 3)), fetch(scope)];
  statements(body, random.int(1, 3));
  const left = body.b.op("sub", [params[0]!, body.b.constant(1)]);
  const more = body.b.op("gt", [left, body.b.constant(0)]);
  const again = body.b.op("and", [more, condition(body)]);
  const yields = [again, left, compute(body)];
  const results = [b.ids.fresh(num), b.ids.fresh(num)];
  emit(scope, {
    ...b.plain(args, results),
    kind: "while",
    regions: [body.b.finish(params, yields)],
  });
  publish(scope, results.slice(1));
}

function call(scope: Scope): void {
  scope.nums.push(callTo(scope, scope.random.pick(scope.callees), scope.calls));
}

function callTo(scope: Scope, callee: string, calls: Value): Value {
  const { b, random } = scope;
  const out = b.ids.fresh(num);
  const args = [
    fetch(scope),
    compute(scope),
    random.pick(listsOf(scope, "f64")),
    random.pick(listsOf(scope, "js")),
    random.pick(scope.records),
    scope.rows,
    scope.box,
    scope.places,
    calls,
  ];
  emit(scope, { kind: "call", callee, ...b.plain(args, [out]) });
  return out;
}

/** `n > 0 ? g(..., n - 1) : x` */
function recurse(scope: Scope): void {
  const { b } = scope;
  const arms = [inner(scope), inner(scope)] as const;
  const [deeper, end] = arms;
  const less = deeper.b.op("sub", [scope.calls, deeper.b.constant(1)]);
  const yields = [callTo(deeper, "g", less), fetch(end)];
  const args = [b.op("gt", [scope.calls, b.constant(0)])];
  const out = b.ids.fresh(num);
  const regions = arms.map((arm, k) => arm.b.finish([], [yields[k]!]));
  emit(scope, { ...b.plain(args, [out]), kind: "if", regions });
  scope.nums.push(out);
}

function publish(scope: Scope, values: readonly Value[]): void {
  for (const value of values)
    (value.ty.kind === "num"
      ? scope.nums
      : value.ty.kind === "array"
        ? scope.arrays
        : scope.records
    ).push(value);
}
