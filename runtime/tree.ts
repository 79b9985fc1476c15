import {
  copyView,
  isNil,
  isRecord,
  isTypedArray,
  remember,
  type Memo,
  type TypedArray,
} from "./memory.js";

/**
 * Trees: what gradients look like. A tree is a number, an array or typed array, or an object, of trees. Anything else
 * in it (a string, a missing part) is carried over as it is.
 */

type Fn = (x: number, y: number, z: number) => number;
type Others = readonly [] | readonly [unknown] | readonly [unknown, unknown];

/**
 * `fn` over the numbers of `tree`, in fresh memory of the same kinds. Up to two further trees give `fn` its further
 * arguments: they have a number wherever `tree` has one.
 *
 * @throws TypeError where they have none
 * @example
 * treeMap((x) => 2 * x, { w: [1, 2], b: 3 }); // { w: [2, 4], b: 6 }
 * treeMap((x, y) => x - y, [3, 4], [1, 1]); // [2, 3]
 */
export function treeMap<T>(fn: Fn, tree: T, ...others: Others): T {
  return mapPart(fn, tree, others, "") as T;
}

function mapPart(
  fn: Fn,
  tree: unknown,
  others: readonly unknown[],
  path: string,
): unknown {
  if (typeof tree === "number") {
    const [y = 0, z = 0] = others.map((other) => numberAt(other, path));
    return fn(tree, y, z);
  }
  if (isTypedArray(tree) || Array.isArray(tree))
    return mapList(fn, tree, others, path);
  if (!isRecord(tree)) return tree;
  const result = emptyLike(tree);
  for (const key of Object.keys(tree))
    result[key] = mapPart(
      fn,
      tree[key],
      partsAt(others, key),
      fieldPath(path, key),
    );
  return result;
}

function mapList(
  fn: Fn,
  list: TypedArray | readonly unknown[],
  others: readonly unknown[],
  path: string,
): unknown {
  const result = list.slice() as unknown[];
  const [a, b] = others;
  for (let i = 0; i < list.length; i++) {
    const x = list[i];
    // the long way only for what is no number: arrays of weights are long
    if (typeof x !== "number")
      result[i] = mapPart(fn, x, partsAt(others, i), `${path}[${i}]`);
    else if (others.length === 0) result[i] = fn(x, 0, 0);
    else if (others.length === 1) result[i] = fn(x, numberIn(a, i, path), 0);
    else result[i] = fn(x, numberIn(a, i, path), numberIn(b, i, path));
  }
  return result;
}

function numberIn(list: unknown, i: number, path: string): number {
  const x = partAt(list, i);
  return typeof x === "number" ? x : numberAt(x, `${path}[${i}]`);
}

/** An object to fill that keeps the class of `x`. */
const emptyLike = (x: object): Record<string, unknown> =>
  Object.create(Object.getPrototypeOf(x)) as Record<string, unknown>;

const partsAt = (trees: readonly unknown[], key: string | number): unknown[] =>
  trees.map((tree) => partAt(tree, key));

const partAt = (tree: unknown, key: string | number): unknown =>
  isNil(tree) ? undefined : (tree as Record<string | number, unknown>)[key];

const fieldPath = (path: string, key: string): string =>
  path === "" ? key : `${path}.${key}`;

function numberAt(x: unknown, path: string): number {
  if (typeof x === "number") return x;
  throw new TypeError(
    `trees of different shape: ${whereIs(path)} is a number in one and ${kindOf(x)} in another`,
  );
}

const whereIs = (path: string): string => (path === "" ? "the tree" : path);

function kindOf(x: unknown): string {
  if (isNil(x)) return "missing";
  return isTypedArray(x) || Array.isArray(x)
    ? "an array"
    : typeof x === "object"
      ? "an object"
      : `a ${typeof x}`;
}

/**
 * `base` with `fn(number of base, number of part)` wherever `part` has a number; what `part` leaves out is carried
 * over. The result keeps the kinds of `base` and shares no array or object with it on the way to a changed number.
 *
 * @throws TypeError where part has a number and base has none, RangeError where two arrays differ in length
 * @example
 * treeMerge((p, u) => p + u, { w: [1], name: "a" }, { w: [2] }); // { w: [3], name: "a" }
 */
export function treeMerge<T>(
  fn: (base: number, part: number) => number,
  base: T,
  part: unknown,
): T {
  return mergePart(fn, base, part, "") as T;
}

function mergePart(
  fn: (base: number, part: number) => number,
  base: unknown,
  part: unknown,
  path: string,
): unknown {
  if (typeof part === "number") return fn(numberAt(base, path), part);
  if (isTypedArray(part) || Array.isArray(part)) {
    const list = part as ArrayLike<unknown>;
    // a tuple's gradient may be an object, and so may what belongs to it
    if (!isTypedArray(base) && !Array.isArray(base))
      throw shapeError(base, part, path);
    if (base.length !== list.length) throw lengthError(base, list, path);
    const result = base.slice() as unknown[];
    for (let i = 0; i < list.length; i++) {
      const [x, y] = [base[i], list[i]];
      result[i] =
        typeof x === "number" && typeof y === "number"
          ? fn(x, y)
          : mergePart(fn, x, y, `${path}[${i}]`);
    }
    return result;
  }
  if (!isRecord(part)) return base;
  const isList = Array.isArray(base);
  if (!isList && !isRecord(base)) throw shapeError(base, part, path);
  const result = (isList
    ? base.slice()
    : Object.assign(emptyLike(base), base)) as unknown as typeof part;
  for (const key of Object.keys(part))
    if (!isNil(part[key]))
      result[key] = mergePart(fn, result[key], part[key], fieldPath(path, key));
  return result;
}

const shapeError = (base: unknown, part: unknown, path: string): TypeError =>
  new TypeError(
    `trees of different shape: ${whereIs(path)} is ${kindOf(base)} in one and ${kindOf(part)} in another`,
  );

const lengthError = (
  a: ArrayLike<unknown>,
  b: ArrayLike<unknown>,
  path: string,
): RangeError =>
  new RangeError(
    `trees of different shape: ${whereIs(path)} has ${a.length} elements in one and ${b.length} in another`,
  );

/** `fn` over all numbers of a tree, in order, carrying a result along. */
export function treeReduce<T>(
  fn: (result: T, x: number) => T,
  start: T,
  tree: unknown,
): T {
  if (typeof tree === "number") return fn(start, tree);
  let result = start;
  if (isTypedArray(tree)) for (const x of tree) result = fn(result, x);
  else if (Array.isArray(tree))
    for (const part of tree as unknown[]) result = treeReduce(fn, result, part);
  else if (isRecord(tree))
    for (const key of Object.keys(tree))
      result = treeReduce(fn, result, tree[key]);
  return result;
}

/** One number of a tree, and where it is. */
export interface Leaf {
  /** Keys and indices from the root. */
  readonly keys: readonly (string | number)[];
  readonly value: number;
}

/**
 * Every number of a tree, in order.
 *
 * @example
 * treeLeaves({ w: [1, 2], name: "a" }).map((leaf) => leaf.value); // [1, 2]
 */
export function treeLeaves(tree: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (part: unknown, keys: readonly (string | number)[]): void => {
    if (typeof part === "number") leaves.push({ keys, value: part });
    else if (isTypedArray(part) || Array.isArray(part))
      for (let i = 0; i < part.length; i++) visit(part[i], [...keys, i]);
    else if (isRecord(part))
      for (const key of Object.keys(part)) visit(part[key], [...keys, key]);
  };
  visit(tree, []);
  return leaves;
}

/** `["net", "w", 0, 2]` as a person writes it: `net.w[0][2]`. */
export function pathText(keys: readonly (string | number)[]): string {
  return keys.reduce<string>(
    (path, key) =>
      typeof key === "number" ? `${path}[${key}]` : fieldPath(path, key),
    "",
  );
}

/** A copy of all arrays and objects of a tree that keeps the aliases among them. */
export function treeCopy<T>(tree: T): T {
  const memo: Memo = new Map();
  const copy = (x: unknown): unknown => {
    if (typeof x !== "object" || x === null) return x;
    const known = memo.get(x);
    if (known !== undefined) return known;
    if (isTypedArray(x)) return remember(memo, x, copyView(x, memo));
    if (x instanceof Set) return remember(memo, x, new Set<unknown>(x));
    if (x instanceof Map) {
      const table = remember(memo, x, new Map<unknown, unknown>());
      for (const [key, value] of x) table.set(key, copy(value));
      return table;
    }
    if (!Array.isArray(x) && !isRecord(x)) return x;
    const made = remember(memo, x, Array.isArray(x) ? x.slice() : emptyLike(x));
    for (const key of Object.keys(x))
      (made as Record<string, unknown>)[key] = copy(
        (x as Record<string, unknown>)[key],
      );
    return made;
  };
  return copy(tree) as T;
}
