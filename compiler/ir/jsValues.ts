import type { ArrayStore, RecordTy, TableTy } from "./types.js";

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

/**
 * An empty record. Mixed tuples are JavaScript arrays; the shadow or gradient of one in which some entry has no
 * derivative is an object with the others' positions as keys.
 */
export const newFields = (ty: RecordTy): Record<string, unknown> =>
  ty.tuple && ty.fields.every((field, k) => field.name === String(k))
    ? ([] as unknown as Record<string, unknown>)
    : {};

/** A table as JavaScript has it: an object of its own properties, a Map, or a Set. */
export type Table =
  Record<string, unknown> | Map<unknown, unknown> | Set<unknown>;

export const newTable = ({ form }: TableTy): Table =>
  form === "map" ? new Map() : form === "set" ? new Set() : {};

export const isCollection = (
  table: unknown,
): table is Map<unknown, unknown> | Set<unknown> =>
  table instanceof Map || table instanceof Set;

export const keysOf = (table: Table): unknown[] =>
  isCollection(table) ? [...table.keys()] : Object.keys(table);

export const hasKey = (table: Table, key: unknown): boolean =>
  isCollection(table) ? table.has(key) : Object.hasOwn(table, String(key));

export function entryOf(table: Table, key: unknown): unknown {
  if (table instanceof Map) return table.get(key);
  if (table instanceof Set) return table.has(key) || undefined;
  return table[String(key)];
}

/** A missing value takes the key out. */
export function setEntry(table: Table, key: unknown, value: unknown): void {
  if (isCollection(table))
    if (value === undefined) table.delete(key);
    else if (table instanceof Map) table.set(key, value);
    else table.add(key);
  else if (value === undefined) delete table[String(key)];
  else table[String(key)] = value;
}
