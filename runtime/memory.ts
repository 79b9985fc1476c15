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
