import type { ArrayStore, RecordTy } from "./types.js";

/** The JavaScript values that stand for the memory of the IR. */
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

export const typedArrays = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  u8: Uint8Array,
  u8c: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
} as const satisfies Record<Exclude<ArrayStore, "js">, unknown>;

/** An empty record; mixed tuples are JavaScript arrays. */
export const newFields = (ty: RecordTy): Record<string, unknown> =>
  ty.tuple ? ([] as unknown as Record<string, unknown>) : {};
