import { clear, isNil, isTypedArray, type TypedArray } from "./memory.js";
import { zerosOfEach } from "./records.js";
import { entry, isList, type Shape, zerosLike } from "./structs.js";

/**
 * Gradients that are kept in what the caller gives for them (`fValueAndGradInto`). A value of the caller's can hold the
 * shadow of an argument where it is built like it and where no object is reached twice in either of them. That is looked
 * at once; in later calls only whether all parts still are the same objects, which allocates nothing.
 */
interface Seen {
  /** All objects in it, in order. */
  readonly parts: readonly object[];
  readonly kinds: readonly Kind[];
  /** With which others it has been seen to share nothing. */
  readonly apart: WeakSet<Seen>;
}

/** Elements that are numbers; no further objects; a list of parts; a record with objects under these keys. */
type Kind = "numbers" | "leaf" | "list" | readonly string[];
type Parts = Record<string | number, unknown>;

let known: WeakMap<object, Seen> | undefined;

/**
 * The caller's value, its arrays of numbers cleared, where an earlier call has seen that it can hold the shadow of `like`.
 * Numbers elsewhere (fields, entries of tuples) are left as they are.
 *
 * @example
 * const [w, out] = [[[1, 2]], [[5, 5]]];
 * reused(out, w); // undefined
 * shadowIn(out, w, [[0]]); // out, which is [[0, 0]] now
 * reused(out, w); // out
 */
export function reused<T extends object>(own: T, like: object): T | undefined {
  const mine = known?.get(own);
  const theirs = known?.get(like);
  if (mine === undefined || theirs === undefined) return undefined;
  if (!mine.apart.has(theirs)) return undefined;
  return clearSame(own, like, mine, theirs, 0) === mine.parts.length
    ? own
    : undefined;
}

/** Goes through both; gives the number of parts up to here, or NaN where one of them is not what it was. */
function clearSame(
  own: object,
  like: object,
  mine: Seen,
  theirs: Seen,
  at: number,
): number {
  if (mine.parts[at] !== own || theirs.parts[at] !== like) return NaN;
  const kind = mine.kinds[at];
  let end = at + 1;
  if (kind === "leaf") return end;
  if (typeof kind === "object") {
    for (const key of kind) {
      const part = (own as Parts)[key] as object;
      end = clearSame(part, (like as Parts)[key] as object, mine, theirs, end);
    }
    return end;
  }
  const { length } = own as readonly unknown[];
  if (length !== (like as readonly unknown[]).length) return NaN;
  if (kind === "numbers") {
    clear(own as number[]);
    return end;
  }
  for (let i = 0; i < length; i++) {
    const part = (own as readonly unknown[])[i];
    if (typeof part !== "object") continue;
    const other = (like as readonly unknown[])[i];
    if (mine.kinds[end] === "leaf" && mine.parts[end] === part) {
      // most elements: looked at without a call
      if (theirs.parts[end] !== other) return NaN;
      end++;
    } else end = clearSame(part!, other as object, mine, theirs, end);
  }
  return end;
}

/**
 * The shadow of `like`, in the caller's value where it can be, else in fresh memory; all arrays of numbers are zero.
 *
 * @param own what the caller gives for the gradient
 * @param like the argument
 * @param shape template of the shadow
 * @example
 * const out = [[5, 5]];
 * shadowIn(out, [[1, 2]], [[0]]); // out, which is [[0, 0]] now
 * shadowIn(out, [[1], [2]], [[0]]); // a fresh [[0], [0]]
 */
export function shadowIn<T extends object>(
  own: T,
  like: object,
  shape: Shape,
): T {
  return fits(own, like, shape) ? own : zerosLike<T>(like, shape);
}

/**
 * The same for an array of objects that hold numbers, which are left as they are in what is the caller's.
 *
 * @param zero makes one of the objects
 * @example
 * const out = [{ x: 5 }];
 * shadowOfEachIn(out, [{ x: 1 }], () => ({ x: 0 })); // out
 */
export function shadowOfEachIn<S extends object>(
  own: S[],
  like: readonly object[],
  zero: () => S,
): S[] {
  const { length } = like;
  if (own.length !== length) return zerosOfEach(like, zero);
  if (length > 0 && !fits(own, like, [{ ...zero() } as Shape]))
    return zerosOfEach(like, zero);
  return own;
}

/** Looks at all parts, takes note of them where they fit, and clears the arrays of numbers. */
function fits(own: object, like: object, shape: Shape): boolean {
  const mine: object[] = [];
  const theirs: object[] = [];
  const kinds: Kind[] = [];
  if (!collect(own, like, shape, mine, theirs, kinds)) return false;
  if (!areApart([...mine, ...theirs])) return false;
  noted(own, mine, kinds).apart.add(noted(like, theirs, kinds));
  mine.forEach((part, i) => {
    if (kinds[i] === "numbers") clear(part as number[]);
  });
  return true;
}

function noted(
  root: object,
  parts: readonly object[],
  kinds: readonly Kind[],
): Seen {
  known ??= new WeakMap();
  const before = known.get(root);
  const isSame =
    before?.parts.length === parts.length &&
    parts.every((part, i) => part === before.parts[i]);
  if (isSame) return before;
  const seen = { parts, kinds, apart: new WeakSet<Seen>() };
  known.set(root, seen);
  return seen;
}

/** Puts the objects of both into the lists, where the two are built alike. */
function collect(
  own: unknown,
  like: unknown,
  shape: Shape,
  mine: object[],
  theirs: object[],
  kinds: Kind[],
): boolean {
  if (shape === 0) return typeof own === "number";
  if (isNil(own) || isNil(like)) return false;
  mine.push(own);
  theirs.push(like);
  const add = (key: string | number, part: Shape): boolean =>
    collect(
      (own as Parts)[key],
      (like as Parts)[key],
      part,
      mine,
      theirs,
      kinds,
    );
  const isNumbers =
    shape === "typed" ||
    (isList(shape) && shape.length === 1 && shape[0] === 0);
  if (isNumbers || isList(shape)) {
    const isRight =
      shape === "typed"
        ? own instanceof Float64Array && like instanceof Float64Array
        : Array.isArray(own);
    const { length } = like as readonly unknown[];
    kinds.push(isNumbers ? "numbers" : "list");
    if (!isRight || (own as readonly unknown[]).length !== length) return false;
    for (let i = 0; i < length && !isNumbers; i++)
      if (!add(i, isList(shape) ? entry(shape, i) : 0)) return false;
    return true;
  }
  const parts = Object.entries(shape);
  const inner = parts.filter(([, part]) => part !== 0).map(([key]) => key);
  kinds.push(inner.length === 0 ? "leaf" : inner);
  return !Array.isArray(own) && parts.every(([key, part]) => add(key, part));
}

/** Is no object among them twice, and do no two views share memory? Views of one buffer may follow each other. */
function areApart(parts: readonly object[]): boolean {
  if (new Set(parts).size < parts.length) return false;
  const ends = new Map<unknown, number>();
  for (const part of parts) {
    if (!isTypedArray(part)) continue;
    const { buffer, byteOffset, byteLength } = part as TypedArray;
    if (byteOffset < (ends.get(buffer) ?? 0)) return false;
    ends.set(buffer, byteOffset + byteLength);
  }
  return true;
}
