import {
  copyView,
  isNil,
  isTypedArray,
  plainZeros,
  remember,
  type Memo,
  type TypedArray,
} from "./memory.js";
import { entryOf, everyKey, keysOf, setEntry, type Table } from "./tables.js";

/**
 * Template of a value for the helpers below, printed as a literal in generated code:
 *
 * - `0` a number
 * - `""` a value that is only carried: in templates for {@link copyDeep}, which shares it
 * - `"typed"` a typed array; of which kind, the value says
 * - `[s]` an array whose elements all are like s
 * - `[s, t, ...]` a tuple, entry by entry
 * - `{ w: s }` an object with these fields. Those that are not named have no derivative: they are left out of shadows
 *   and gradients. A tuple with entries that have none is `{ 1: s }`, and so is its gradient.
 * - `{ "[key]": s }` a table, that is an object, a Map or a Set with an s under every key that it has
 *
 * A value may be missing (`undefined`, `null`, a key that is not there) wherever its type says so: a missing number
 * has 0 in its shadow, a missing array or object is missing there too.
 */
export type Shape =
  | 0
  | ""
  | "typed"
  | readonly [Shape]
  | readonly [Shape, Shape, ...Shape[]]
  | { readonly [field: string]: Shape };

/**
 * The template of a value that holds others of its own kind: `make` is given the template itself.
 *
 * @example
 * recursiveShape((same) => ({ value: 0, children: [same] })); // for { value: number; children: Node[] }
 */
export function recursiveShape(
  make: (same: Shape) => { readonly [field: string]: Shape },
): Shape {
  const same: { [field: string]: Shape } = {};
  Object.defineProperty(same, recursive, { value: true });
  return Object.assign(same, make(same));
}

/** Marks a template that holds itself; no key that is listed. */
const recursive = "[recursive]";

type ListShape = readonly [Shape] | readonly [Shape, Shape, ...Shape[]];
type Parts = Record<string, unknown>;

export const isList = (shape: Shape): shape is ListShape =>
  Array.isArray(shape);

/**
 * The template of an object with fields like `constructor` or `toString`, which TypeScript takes for the functions that
 * every object has where it is written as a literal.
 *
 * @example
 * zerosLike<{ constructor: number }[]>(x, [fieldsShape({ constructor: 0 })]);
 */
export function fieldsShape(fields: object): Shape {
  return fields as Shape;
}

/** The template of a table's values; undefined for what is none. */
const tableEntry = (shape: Shape): Shape | undefined =>
  typeof shape === "object" && !isList(shape)
    ? (shape as Parts as Record<string, Shape>)[everyKey]
    : undefined;

const emptyLike = (table: Table): Table =>
  table instanceof Map ? new Map() : {};

/** A table with what is made of each value, which is known before its values are. */
function eachEntry(
  x: object,
  memo: Memo,
  make: (part: unknown) => unknown,
): unknown {
  const from = x as Table;
  const made = remember(memo, x, emptyLike(from));
  for (const key of keysOf(from)) setEntry(made, key, make(entryOf(from, key)));
  return made;
}

/** The template of entry i: `[s]` stands for every entry. */
export const entry = (shape: ListShape, i: number): Shape =>
  shape.length === 1 ? shape[0] : (shape[i] ?? "");

// ---- copies ----

/**
 * A deep copy that keeps the aliases inside `x`: what is reached by two paths is copied once, and views of one
 * buffer stay views of one buffer. Fields that `shape` does not name, and those that it marks as carried, are shared
 * with the original. Objects keep their prototype.
 *
 * @example
 * const row = [1, 2];
 * const rows = copyDeep<number[][]>([row, row], [[0]]); // rows[0] === rows[1], rows[0] !== row
 */
export function copyDeep<T>(x: unknown, shape: Shape): T {
  return (isTypedArray(x) ? x.slice() : copyPart(x, shape, new Map())) as T;
}

/**
 * A deep copy of what a function returns, for its caller: like {@link copyDeep}, but what is reached by two paths is
 * copied twice, and so are views of one buffer, so that no part of it is seen to change with another.
 *
 * @example
 * const row = [1, 2];
 * const rows = copyApart<number[][]>([row, row], [[0]]); // [[1, 2], [1, 2]], rows[0] !== rows[1]
 */
export function copyApart<T>(x: unknown, shape: Shape): T {
  return copyPart(x, shape, forgetful) as T;
}

/** Knows nothing of what was met. */
const forgetful: Memo = { get: () => undefined, set: () => undefined };

function copyPart(x: unknown, shape: Shape, memo: Memo): unknown {
  if (isNil(x) || shape === 0 || shape === "") return x;
  const known = memo.get(x);
  if (known !== undefined) return known;
  if (isTypedArray(x))
    return memo === forgetful
      ? x.slice()
      : remember(memo, x, copyView(x, memo));
  if (isList(shape)) {
    const copy = remember(memo, x, (x as readonly unknown[]).slice());
    if (shape.length === 1 && (shape[0] === 0 || shape[0] === "")) return copy;
    // by index, not by map: a hole stays a hole
    for (const i of copy.keys())
      if (i in copy) copy[i] = copyPart(copy[i], entry(shape, i), memo);
    return copy;
  }
  if (x instanceof Set) return remember(memo, x, new Set<unknown>(x));
  const part = tableEntry(shape);
  if (part !== undefined)
    return eachEntry(x, memo, (one) => copyPart(one, part, memo));
  const from = x as Parts;
  const copy = Object.create(Object.getPrototypeOf(x)) as Parts;
  remember(memo, x, Object.assign(copy, from));
  for (const key of Object.keys(shape as object))
    if (key in from) copy[key] = copyPart(from[key], field(shape, key), memo);
  return copy;
}

const field = (shape: Shape, key: string): Shape =>
  (shape as { readonly [field: string]: Shape })[key] ?? "";

// ---- shadows ----

/**
 * A shadow of `x`: 0 for every number, a `Float64Array` for every typed array, only the fields that `shape` names.
 * Aliases inside x, also between views of one buffer, are aliases in the shadow.
 *
 * @example
 * zerosLike<{ w: number[] }>({ w: [1, 2], name: "a" }, { w: [0] }); // { w: [0, 0] }
 */
export function zerosLike<S>(x: unknown, shape: Shape): S {
  // aliases are possible only where the shape is nested
  if (shape === "typed" && isTypedArray(x))
    return new Float64Array(x.length) as S;
  return shadowOf(x, shape, new Map()) as S;
}

function shadowOf(x: unknown, shape: Shape, memo: Memo): unknown {
  if (shape === 0) return 0;
  if (isNil(x)) return x;
  const known = memo.get(x);
  if (known !== undefined) return known;
  if (isTypedArray(x)) return remember(memo, x, shadowView(x, memo));
  if (isList(shape)) {
    const list = x as readonly unknown[];
    if (shape.length === 1 && shape[0] === 0)
      return remember(memo, x, plainZeros(list.length));
    const shadow = remember(memo, x, new Array<unknown>(list.length).fill(0));
    for (const i of shadow.keys())
      shadow[i] = shadowOf(list[i], entry(shape, i), memo);
    return shadow;
  }
  const part = tableEntry(shape);
  if (part !== undefined)
    return eachEntry(x, memo, (one) => shadowOf(one, part, memo));
  const from = x as Parts;
  const shadow = remember(memo, x, {} as Parts);
  for (const key of Object.keys(shape as object))
    if (key in from || field(shape, key) === 0)
      shadow[key] = shadowOf(from[key], field(shape, key), memo);
  return shadow;
}

/** Cells of 4 bytes and cells of 8 in one buffer are not the same ones: each size has a shadow of the whole buffer. */
function shadowView(x: TypedArray, memo: Memo): Float64Array {
  const size = x.BYTES_PER_ELEMENT;
  const known = memo.get(x.buffer) as Map<number, Float64Array> | undefined;
  const shadows = known ?? remember(memo, x.buffer, new Map());
  let whole = shadows.get(size);
  if (whole === undefined) {
    whole = new Float64Array(Math.floor(x.buffer.byteLength / size));
    shadows.set(size, whole);
  }
  const start = x.byteOffset / size;
  return whole.subarray(start, start + x.length);
}

/**
 * A shadow of `x` as {@link zerosLike} makes it, with the numbers of the user's tangent or cotangent `t` added at
 * every path. `t` is shaped like the gradient of x; what is missing in it is zero.
 *
 * @throws RangeError where an array in t has another length than in x
 * @example
 * seedLike<{ w: number[]; b: number }>({ b: 1 }, { w: [3], b: 2 }, { w: [0], b: 0 }); // { w: [0], b: 1 }
 */
export function seedLike<S>(t: unknown, x: unknown, shape: Shape): S {
  if (shape === 0) return (isNil(t) ? 0 : t) as S;
  const shadow = zerosLike<S>(x, shape);
  addSeed(shadow, t, shape);
  return shadow;
}

/**
 * Adds the user's cotangent `t` into the shadow `s`, part by part and in place. What is missing in t adds nothing;
 * where s reaches one object by two paths, the cotangents of both are added.
 *
 * @throws RangeError where an array in t has another length than in s
 * @example
 * const s = { w: [1, 2] };
 * addSeed(s, { w: [10, 20] }, { w: [0] }); // s.w is [11, 22]
 */
export function addSeed(s: unknown, t: unknown, shape: Shape): void {
  if (isNil(s) || isNil(t) || shape === 0 || shape === "") return;
  const part = tableEntry(shape);
  if (part !== undefined) return addEntries(s as Table, t as Table, part);
  if (shape !== "typed" && !isList(shape)) {
    for (const key of Object.keys(shape))
      addPart(s as Parts, t as Parts, key, field(shape, key));
    return;
  }
  const into = s as Record<number, unknown> & { readonly length: number };
  const from = t as typeof into;
  if (into.length !== from.length) throw lengthError(into, from);
  for (let i = 0; i < into.length; i++)
    addPart(into, from, i, shape === "typed" ? 0 : entry(shape, i));
}

function addEntries(into: Table, from: Table, shape: Shape): void {
  for (const key of keysOf(into)) {
    const part = entryOf(from, key);
    if (isNil(part)) continue;
    if (shape !== 0) addSeed(entryOf(into, key), part, shape);
    else setEntry(into, key, (entryOf(into, key) as number) + (part as number));
  }
}

function addPart<K extends string | number>(
  into: Record<K, unknown>,
  from: Record<K, unknown>,
  key: K,
  shape: Shape,
): void {
  if (shape !== 0) addSeed(into[key], from[key], shape);
  else if (!isNil(from[key]))
    into[key] = (into[key] as number) + (from[key] as number);
}

function lengthError(
  value: { readonly length: number },
  seed: { readonly length: number },
): RangeError {
  return new RangeError(
    `a tangent or cotangent has ${seed.length} elements where the value has ${value.length}`,
  );
}

// ---- gradients ----

/**
 * What the user gets from the shadow `s` of `x`: fresh memory at every place, also where x has aliases; typed arrays
 * of the kinds that x has; nothing where x has nothing.
 *
 * @throws TypeError where an object of x holds itself: there is no end to its gradient
 * @example
 * gradOf<{ w: Float32Array }>(s, { w: new Float32Array(2), name: "a" }, { w: "typed" });
 */
export function gradOf<G>(s: unknown, x: unknown, shape: Shape): G {
  return gradPart(s, x, shape, { depth: 0, seen: new Set() }) as G;
}

/**
 * The objects that hold the one at hand, as far as their templates are recursive. They are looked at only where there are
 * so many that one of them may hold itself.
 */
interface Above {
  depth: number;
  readonly seen: Set<unknown>;
}

const suspicious = 500;

function gradPart(s: unknown, x: unknown, shape: Shape, above: Above): unknown {
  if (isNil(x)) return x;
  if (shape === 0) return s;
  if (isTypedArray(x)) {
    const numbers = s as Float64Array;
    return x instanceof Float32Array
      ? Float32Array.from(numbers)
      : numbers.slice();
  }
  if (isList(shape)) {
    const from = x as readonly unknown[];
    if (shape.length === 1 && shape[0] === 0)
      return gradOfNumbers(s as readonly number[], from);
    return (s as readonly unknown[]).map((part, i) =>
      gradPart(part, from[i], entry(shape, i), above),
    );
  }
  const part = tableEntry(shape);
  if (part !== undefined) return tableGrad(s as Table, x as Table, part, above);
  const isTree = typeof shape === "object" && recursive in shape;
  if (isTree) enter(x, above);
  const from = x as Parts;
  const grad: Parts = {};
  for (const key of Object.keys(shape as object))
    if (key in from)
      grad[key] = gradPart(
        (s as Parts)[key],
        from[key],
        field(shape, key),
        above,
      );
  if (isTree && above.depth-- > suspicious) above.seen.delete(x);
  return grad;
}

function tableGrad(s: Table, x: Table, shape: Shape, above: Above): Table {
  const grad = emptyLike(x);
  for (const key of keysOf(x))
    setEntry(
      grad,
      key,
      gradPart(entryOf(s, key), entryOf(x, key), shape, above),
    );
  return grad;
}

function enter(x: unknown, above: Above): void {
  if (++above.depth <= suspicious) return;
  if (above.seen.has(x))
    throw new TypeError(
      "an argument holds itself (a parent pointer, a ring): there is no end to its gradient",
    );
  above.seen.add(x);
}

/** Apart from the general case, since most lists are lists of numbers. */
function gradOfNumbers(
  s: readonly number[],
  from: readonly unknown[],
): unknown[] {
  const grad: unknown[] = s.slice();
  for (let i = 0; i < grad.length; i++) if (isNil(from[i])) grad[i] = from[i];
  return grad;
}
