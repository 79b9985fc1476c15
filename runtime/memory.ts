/** What the shape-driven helpers (structs.ts, tree.ts) know of JavaScript memory. */

export type TypedArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

export const isTypedArray = (x: unknown): x is TypedArray =>
  ArrayBuffer.isView(x) && !(x instanceof DataView);

/** An object whose own properties are its contents: no Map, Date, function or other built-in. */
export function isRecord(x: unknown): x is Record<string, unknown> {
  return Object.prototype.toString.call(x) === "[object Object]";
}

export const isNil = (x: unknown): x is null | undefined =>
  x === undefined || x === null;

/**
 * Where `array[i] = value` may write: at an integer index inside a plain array, or at its end. A store beyond the
 * end would leave a hole in the array and in its shadow.
 *
 * @param array the array that is written
 * @param i the index
 * @throws RangeError when i is not an integer in [0, array.length]
 * @example
 * checkStore([1, 2], 2); // fine: it appends
 * checkStore([1, 2], 3); // RangeError
 */
export function checkStore(
  array: { readonly length: number },
  i: number,
): void {
  if (Number.isInteger(i) && i >= 0 && i <= array.length) return;
  throw new RangeError(
    `store at index ${i} of an array of length ${array.length}: ` +
      "a differentiated function may write inside an array or at its end",
  );
}

/** What became of each object of a value on a walk, so that one that is met again stays one. */
export interface Memo {
  get(x: unknown): unknown;
  set(x: unknown, made: unknown): unknown;
}

export function remember<T>(memo: Memo, x: unknown, made: T): T {
  memo.set(x, made);
  return made;
}

/** Copies the whole buffer, once, since another view inside the same argument may share it. */
export function copyView(x: TypedArray, memo: Memo): TypedArray {
  const known = memo.get(x.buffer) as ArrayBuffer | undefined;
  const buffer = known ?? remember(memo, x.buffer, x.buffer.slice(0));
  const make = x.constructor as new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => TypedArray;
  return new make(buffer, x.byteOffset, x.length);
}

/**
 * The array that a caller owns for a gradient, cleared.
 *
 * @param out the caller's array
 * @param like the argument whose gradient it shall hold
 * @param from cells before this one are left as they are: they are written before they are read
 * @returns `out`, all zeros from there on
 * @throws RangeError where the two have different lengths
 * @example
 * cleared(new Float64Array([1, 2]), new Float64Array(2)); // Float64Array [0, 0]
 */
export function cleared<T extends number[] | Float64Array>(
  out: T,
  like: { readonly length: number },
  from = 0,
): T {
  const { length } = out;
  if (length !== like.length) throw otherLength(length, like.length);
  if (from < length) clear(out, from < 0 ? 0 : from);
  return out;
}

/**
 * `array.fill(0, from)`. V8 of Node 24 takes a plain array that is filled as a whole for one of integers, and copies it all
 * when the first fraction comes: in two parts, it stays what it is.
 */
export function clear(array: number[] | Float64Array, from = 0): void {
  if (!Array.isArray(array)) {
    array.fill(0, from);
    return;
  }
  const last = array.length - 1;
  array.fill(0, from, last);
  array.fill(0, last);
}

/**
 * A new plain array of zeros: `new Array(length).fill(0)`, which takes six times as long for a dozen of them on V8 13 and
 * twice as long on V8 11 (calls of a builtin, and elements that change their kind).
 *
 * @param length how many, a whole number
 * @returns the array, which belongs to the caller
 * @throws RangeError where `length` is no length of an array
 * @example
 * const bw = zeros(w.length); // [0, 0, 0] for three weights
 */
export function zeros(length: number): number[] {
  const made = new Array<number>(length);
  for (let i = 0; i < length; i++) made[i] = 0;
  return made;
}

/**
 * A plain array of zeros. V8 is to see from the start that there will be fractions in it. And it is to be one of those arrays
 * that may have holes: where a loop meets one without holes beside a plain array that V8 keeps as objects (`[...floats]`
 * makes such), V8 turns all that have none into objects too. `fill` would take the holes away.
 */
export function plainZeros(length: number): number[] {
  const made = new Array<number>(length);
  for (let i = 0; i < length; i++) made[i] = 0.5;
  for (let i = 0; i < length; i++) made[i] = 0;
  return made;
}

/** Apart, so that the function above stays small enough to be inlined everywhere. */
const otherLength = (length: number, wanted: number): RangeError =>
  new RangeError(
    `the array for the gradient has ${length} elements, its argument ${wanted}`,
  );

/** How many cells of a work array have ever been written; the others are NaN. */
let written: WeakMap<Float64Array, number> | undefined;

/**
 * Copies an array into a longer one that is kept for such copies; behind the copy it reads as NaN, as what is no number
 * does in sums and products.
 *
 * @param work the array that is kept
 * @param x the array to copy
 * @returns whether there was room; if not, nothing has been done
 * @example
 * const work = new Float64Array(100);
 * copyInto(work, Float64Array.of(1, 2)); // true; work is 1, 2, NaN, NaN, ...
 */
export function copyInto(work: Float64Array, x: Float64Array): boolean {
  const { length } = x;
  if (length > work.length) return false;
  written ??= new WeakMap();
  const before = written.get(work) ?? work.length;
  work.set(x);
  if (before > length) work.fill(NaN, length, before);
  if (before !== length) written.set(work, length);
  return true;
}

/**
 * An array of `length` numbers that a module keeps from call to call, behind a function that gives it: V8 takes the
 * array for a constant, also where a bundler has made a variable of the module-level `const` that holds the function.
 *
 * @example
 * const WORK = workspace(16);
 * WORK() === WORK(); // true
 */
export function workspace(length: number): () => Float64Array {
  const array = new Float64Array(length);
  return () => array;
}

/**
 * The length that all rows have; NaN where they differ, or there are none.
 *
 * @example
 * rowLength([[1, 2], [3, 4]]); // 2
 */
export function rowLength(rows: readonly ArrayLike<unknown>[]): number {
  const length = rows[0]?.length ?? NaN;
  for (let i = 1; i < rows.length; i++)
    if (rows[i]?.length !== length) return NaN;
  return length;
}
