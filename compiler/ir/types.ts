import type { Binding } from "./ir.js";

/**
 * The types of IR values. They say what a derivative needs to know of a TypeScript type: where the floats are.
 * Everything that holds no float that could be active (strings, enums, maps, functions ...) is `opaque`.
 */
export type Ty =
  NumTy | BoolTy | OpaqueTy | ArrayTy | RecordTy | TableTy | MaybeTy | TapeTy;

/** A JavaScript number; whether it is active is the business of analysis/activity. */
export interface NumTy {
  readonly kind: "num";
  /** TypeScript knows the numbers that it may be (`1 | -1`): it finds fault with a comparison with others. */
  readonly literal?: true;
  /** These numbers, where all are written out. They are there for whoever makes up a value. */
  readonly values?: readonly number[];
}
export interface BoolTy {
  readonly kind: "bool";
}
/** A passive value that is only carried; `text` is its TypeScript type. Strings are `opaque("string")`. */
export interface OpaqueTy {
  readonly kind: "opaque";
  readonly text: string;
  /** What its text names; what it means is in the text alone. */
  readonly needs?: readonly Binding[];
}
/** Uniform sequence, a heap reference. Uniform tuples (`[number, number]`) are arrays with `fixed` length. */
export interface ArrayTy {
  readonly kind: "array";
  readonly store: ArrayStore;
  readonly elem: Ty;
  /** Set for tuples: the number of elements. Two array types that differ only here are compatible. */
  readonly fixed?: number;
  /** Declared `readonly`: nobody writes through this reference. It matters only where the type is printed. */
  readonly readonly?: true;
  /** It may be a copy of a list of another kind: what it was, nobody may ask. It matters only while a program is read. */
  readonly copied?: true;
}
/** `js` is `T[]`; the others are the typed arrays. Only js, f64 and f32 can hold active numbers. */
export type ArrayStore =
  "js" | "f64" | "f32" | "i8" | "u8" | "u8c" | "i16" | "u16" | "i32" | "u32";
export const typedArrayName: Readonly<
  Record<Exclude<ArrayStore, "js">, string>
> = {
  f64: "Float64Array",
  f32: "Float32Array",
  i8: "Int8Array",
  u8: "Uint8Array",
  u8c: "Uint8ClampedArray",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
};
/** Object with known fields, a heap reference. A tuple of mixed types is a record with fields "0", "1", ... and `tuple`. */
export interface RecordTy {
  readonly kind: "record";
  readonly fields: readonly Field[];
  readonly tuple: boolean;
  /** A tuple declared `readonly`. It matters only where the type is printed. */
  readonly readonly?: true;
  /** What the source calls the type. It says nothing about the values: it is there for whoever prints the type. */
  readonly called?: string;
  /**
   * It holds itself, somewhere below: its fields lead back to this very object. Whoever walks through a type stops where
   * such a record comes again; every cycle goes through one.
   */
  readonly recursive?: true;
}
export interface Field {
  readonly name: string;
  readonly ty: Ty;
  /** Declared with `?`: the key may be missing (the type is then a `maybe`). */
  readonly optional?: boolean;
}
/**
 * Values under keys that only the running program knows, a heap reference: `Record<string, T>`, a `Map`, or a `Set`, which
 * has `true` under each of its keys. The keys are passive, and under each there is a value or none.
 */
export interface TableTy {
  readonly kind: "table";
  readonly form: "object" | "map" | "set";
  readonly key: Ty;
  readonly elem: Ty;
}
/** `T | undefined`, `T | null`, or both: one value of T, or nothing. Never nested. */
export interface MaybeTy {
  readonly kind: "maybe";
  readonly of: Ty;
  /** How "nothing" may look, for printing the type. */
  readonly nil: "undefined" | "null" | "both";
}
/** The stack on which a forward sweep leaves what its backward sweep needs. Only transforms make one. */
export interface TapeTy {
  readonly kind: "tape";
}

export const num: NumTy = { kind: "num" };
export const bool: BoolTy = { kind: "bool" };
export const str: OpaqueTy = { kind: "opaque", text: "string" };
export const tapeTy: TapeTy = { kind: "tape" };
export const arrayOf = (elem: Ty, store: ArrayStore = "js"): ArrayTy => ({
  kind: "array",
  store,
  elem,
});
export const f64Array: ArrayTy = arrayOf(num, "f64");
export const recordOf = (
  fields: readonly Field[],
  tuple = false,
  called?: string,
): RecordTy => ({
  kind: "record",
  fields,
  tuple,
  ...(called === undefined ? {} : { called }),
});
export const tableOf = (
  elem: Ty,
  form: TableTy["form"] = "object",
  key: Ty = str,
): TableTy => ({ kind: "table", form, key, elem });

/** A record type whose fields may hold it. */
export function recursiveRecord(
  like: Omit<RecordTy, "fields" | "kind" | "recursive">,
  fieldsOf: (self: RecordTy) => readonly Field[],
): RecordTy {
  const self: { -readonly [K in keyof RecordTy]: RecordTy[K] } = {
    ...like,
    kind: "record",
    fields: [],
    recursive: true,
  };
  self.fields = fieldsOf(self);
  return self;
}

/** Is it a recursive record whose fields are still being made out? They may hold floats. */
export const isUnfinished = (ty: Ty): boolean =>
  ty.kind === "record" && ty.recursive === true && ty.fields.length === 0;

/** What became of the recursive records above, while a type is made over. */
export type Made = ReadonlyMap<RecordTy, RecordTy>;

/** A record type with other fields. Where it is recursive, `map` meets it again in `made`. */
export function withFields(
  ty: RecordTy,
  made: Made,
  map: (fields: readonly Field[], made: Made) => readonly Field[],
  like: RecordTy = ty,
): RecordTy {
  const known = made.get(ty);
  if (known !== undefined) return known;
  if (ty.recursive === undefined)
    return { ...like, fields: map(ty.fields, made) };
  return recursiveRecord(like, (self) =>
    map(ty.fields, new Map([...made, [ty, self]])),
  );
}

/** Does the test hold for a type or for something in it? */
export function someTy(
  ty: Ty,
  test: (ty: Ty) => boolean,
  above: readonly Ty[] = [],
): boolean {
  if (test(ty)) return true;
  if (ty.kind === "array") return someTy(ty.elem, test, above);
  if (ty.kind === "table")
    return someTy(ty.key, test, above) || someTy(ty.elem, test, above);
  if (ty.kind === "maybe") return someTy(ty.of, test, above);
  if (ty.kind !== "record" || above.includes(ty)) return false;
  const inside = ty.recursive === undefined ? above : [...above, ty];
  return ty.fields.some((field) => someTy(field.ty, test, inside));
}

export const maybe = (of: Ty, nil: MaybeTy["nil"] = "undefined"): MaybeTy =>
  of.kind === "maybe" ? of : { kind: "maybe", of, nil };

/** The array type of fresh memory, which whoever made it may fill. */
export function writable(ty: ArrayTy): ArrayTy {
  if (ty.readonly === undefined) return ty;
  const { readonly: _, ...open } = ty;
  return open;
}

/** What a caller is given is fresh all the way down. */
export function writableThroughout(ty: Ty, made: Made = new Map()): Ty {
  switch (ty.kind) {
    case "array":
      return { ...writable(ty), elem: writableThroughout(ty.elem, made) };
    case "table":
      return { ...ty, elem: writableThroughout(ty.elem, made) };
    case "record":
      return withFields(ty, made, (fields, inside) =>
        fields.map((field) => ({
          ...field,
          ty: writableThroughout(field.ty, inside),
        })),
      );
    case "maybe":
      return { ...ty, of: writableThroughout(ty.of, made) };
    default:
      return ty;
  }
}

export function fieldOf(ty: RecordTy, name: string): Field | undefined {
  return ty.fields.find((field) => field.name === name);
}

/** The type without "or nothing". */
export const bare = (ty: Ty): Ty => (ty.kind === "maybe" ? ty.of : ty);

/** Arrays, records and tables are references into memory, also when they may be missing. */
export function isRef(ty: Ty): boolean {
  const t = bare(ty);
  return t.kind === "array" || t.kind === "record" || t.kind === "table";
}

/** What the elements of an array, or the values of a table, are; undefined for what has none. */
export function elemOf(ty: Ty): Ty | undefined {
  const t = bare(ty);
  return t.kind === "array" || t.kind === "table" ? t.elem : undefined;
}

export const isNum = (ty: Ty): boolean => bare(ty).kind === "num";

/** May an array with this store hold an active number? */
export const isFloatStore = (store: ArrayStore): boolean =>
  store === "js" || store === "f64" || store === "f32";

/** Does the type hold a float that could be active: a number, or memory with one in it? */
export function holdsFloat(ty: Ty, above: readonly Ty[] = []): boolean {
  switch (ty.kind) {
    case "num":
      return true;
    case "array":
      return isFloatStore(ty.store) && holdsFloat(ty.elem, above);
    case "table":
      return holdsFloat(ty.elem, above);
    case "record": {
      if (isUnfinished(ty)) return true;
      if (above.includes(ty)) return false;
      const inside = ty.recursive === undefined ? above : [...above, ty];
      return ty.fields.some((field) => holdsFloat(field.ty, inside));
    }
    case "maybe":
      return holdsFloat(ty.of, above);
    case "bool":
    case "opaque":
    case "tape":
      return false;
  }
}

/** Pairs of records that are being compared further up; where they come again, they are taken to be the same. */
export type Compared = readonly (readonly [Ty, Ty])[];

/** The pairs with one more, or undefined where it is among them. */
export function withPair(
  pairs: Compared,
  a: RecordTy,
  b: RecordTy,
): Compared | undefined {
  if (a.recursive === undefined && b.recursive === undefined) return pairs;
  const isKnown = pairs.some(([one, other]) => one === a && other === b);
  return isKnown ? undefined : [...pairs, [a, b]];
}

/** Same type; `fixed` lengths, `readonly` and kinds of nothing aside. */
export function sameTy(a: Ty, b: Ty, above: Compared = []): boolean {
  if (a === b) return true;
  if (a.kind === "maybe" && b.kind === "maybe")
    return sameTy(a.of, b.of, above);
  if (a.kind === "array" && b.kind === "array")
    return a.store === b.store && sameTy(a.elem, b.elem, above);
  if (a.kind === "record" && b.kind === "record") {
    const pairs = withPair(above, a, b);
    if (pairs === undefined) return true;
    return (
      a.tuple === b.tuple &&
      a.fields.length === b.fields.length &&
      a.fields.every(
        (f, i) =>
          f.name === b.fields[i]?.name && sameTy(f.ty, b.fields[i].ty, pairs),
      )
    );
  }
  if (a.kind === "table" && b.kind === "table")
    return a.form === b.form && sameTy(a.elem, b.elem, above);
  if (a.kind === "opaque" && b.kind === "opaque") return a.text === b.text;
  return a.kind === b.kind;
}
