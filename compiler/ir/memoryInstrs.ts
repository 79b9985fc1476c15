import type { Base } from "./ir.js";

// The instructions that make, read and change arrays, objects and tables.

/** `new Float64Array(n)`, `new Array(n).fill(v)`: args [n] or [n, v]; without v the cells are 0 (false, for booleans). */
export interface NewArrayInstr extends Base {
  readonly kind: "newArray";
  /**
   * Seen by nothing outside this call: it may be one and the same array in every call. "unsure": the length may be no
   * length at all, which has to be seen at run time. "row": several of them may be alive at once, each in each call the
   * same; "again": it is gone when the code is run again, which may have the same one.
   */
  readonly workspace?: "sized" | "unsure" | "row" | "again";
  /** Of a workspace: a shorter array is made anew, since cells beyond its end are read. */
  readonly notBelow?: number;
  /**
   * A length that is not whole is rounded up, not down: a loop to 4.5 runs five times, and its slopes want five cells,
   * where the array itself has four.
   */
  readonly roundsUp?: true;
  /**
   * From the frontend to `settleHoles`: there may be places where nothing is yet. "mapped": where the array has them that
   * it is made from, place by place.
   */
  readonly hollow?: "made" | "mapped";
}

/** `[a, b, c]`: args the elements; the result's type is an array with store js (or typed: `Float64Array.of`). */
export interface ArrayLitInstr extends Base {
  readonly kind: "arrayLit";
}

/** `{ x, y }`: args in the order of the result type's fields. An absent optional field is a const undefined. */
export interface NewRecordInstr extends Base {
  readonly kind: "newRecord";
}

/** `{ a: x, b: y }`, or an empty `new Map()`: args the values under `names`. The result's type is a table. */
export interface NewTableInstr extends Base {
  readonly kind: "newTable";
  readonly names: readonly string[];
}

/** args [table or record]: the keys that have a value, a fresh array. */
export interface KeysInstr extends Base {
  readonly kind: "keys";
}

/** args [table or record, key]: is there a value under the key? */
export interface HasInstr extends Base {
  readonly kind: "has";
}

/**
 * args [array, index]. `inBounds`: proven to be inside, or in the fifth cell of a typed array made with a length of 4.5: it
 * has only four, so that reading gives undefined and a store does nothing. Elsewhere an index outside gives undefined, as in
 * JavaScript.
 * Of a table: args [table, key]; `inBounds`: there is a value under the key.
 */
export interface LoadInstr extends Base {
  readonly kind: "load";
  readonly inBounds: boolean;
  /**
   * From the frontend to `settleHoles`, where there may be nothing at the place: "skip" asks whether there is, "refuse" is
   * not carried there.
   */
  readonly atHole?: "skip" | "refuse";
}

/**
 * args [array, index, value]; no result. Not `inBounds`, store js: at the length it grows the array, beyond it throws.
 * Not `inBounds`, typed: outside it does nothing.
 * Of a table: args [table, key, value]; not `inBounds`, it may bring in the key. In derivative code the value may be
 * missing: that takes the key out again.
 */
export interface StoreInstr extends Base {
  readonly kind: "store";
  readonly inBounds: boolean;
}

/** args [array, index, value]: array[index] += value. Only in derivative code: outside the array it does nothing. */
export interface AccumInstr extends Base {
  readonly kind: "accum";
  readonly inBounds: boolean;
}

/**
 * A matrix product that is added to cells: c[c0 + i*cn + j*cm] += sum over l < k of a[a0 + i*an + l*ak] * b[b0 + j*bm + l*bk],
 * for i < n and j < m, each sum from its cell's value on, in the order of l. Args [c, c0, cn, cm, a, a0, an, ak, b, b0, bm,
 * bk, n, m, k]; no result. Float64Arrays, of which c is none of the others. All else are integers.
 */
export interface ProductInstr extends Base {
  readonly kind: "product";
}

/** args [array] */
export interface LengthInstr extends Base {
  readonly kind: "length";
}

/** `array.length = n`: args [array, n], only to shorten; in derivative code. */
export interface SetLengthInstr extends Base {
  readonly kind: "setLength";
}

/** args [array, value], or [array, value, index]: there instead of at the end (0 <= index <= length); no result. */
export interface PushInstr extends Base {
  readonly kind: "push";
}

/**
 * args [array], or [array, index]: from there instead of the end (index < length, or 0); result: maybe element.
 * What lies behind the index moves down by one.
 */
export interface PopInstr extends Base {
  readonly kind: "pop";
}

/** args [array, start, end]: a fresh copy; start and end are resolved (0 <= start <= end <= length) integers. */
export interface SliceInstr extends Base {
  readonly kind: "slice";
  /** The copy lives at module level: made anew in each call, and seen by nothing outside it. */
  readonly near?: true;
  /** From the frontend to `settleHoles`: places where nothing is stay so in the copy. */
  readonly keepsHoles?: true;
  /** An array that the module hands out, as for `newArray`. */
  readonly workspace?: "row";
}

/** args [typed array, start, end]: a view on the same memory, resolved as for slice. */
export interface SubarrayInstr extends Base {
  readonly kind: "subarray";
}

/** args [record] */
export interface GetFieldInstr extends Base {
  readonly kind: "getField";
  readonly field: string;
}

/** args [record, value]; no result. */
export interface SetFieldInstr extends Base {
  readonly kind: "setField";
  readonly field: string;
  /** In derivative code: where the value is undefined, the field goes. */
  readonly mayGo?: true;
}

/** args [record, value]: record.field += value; in derivative code. */
export interface AccumFieldInstr extends Base {
  readonly kind: "accumField";
  readonly field: string;
}
