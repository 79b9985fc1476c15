import {
  entryOf,
  keysOf,
  newFields,
  newTable,
  setEntry,
  typedArrays,
  type Table as Plain,
} from "../../compiler/ir/jsValues.js";
import type {
  ArrayStore,
  ArrayTy,
  RecordTy,
  TableTy,
  Ty,
} from "../../compiler/ir/types.js";
import { holdsFloat, isFloatStore } from "../../compiler/ir/types.js";

/** A number in flight: its value and its derivative in the direction that is looked at. */
export class Dual {
  readonly v: number;
  readonly d: number;
  constructor(v: number, d = 0) {
    this.v = v;
    this.d = d;
  }
}

/** Memory: what JavaScript's arrays and objects are to the interpreter. A view shares `cells` with its array. */
export class Cells {
  readonly store: ArrayStore;
  readonly cells: unknown[];
  readonly offset: number;
  length: number;
  /** How far an index may be that is said to be inside: 5 in an array that was made with a length of 4.5. */
  claimable: number | undefined;
  constructor(
    store: ArrayStore,
    cells: unknown[],
    offset = 0,
    length = cells.length,
  ) {
    this.store = store;
    this.cells = cells;
    this.offset = offset;
    this.length = length;
  }
  get(index: number): unknown {
    return this.isInside(index) ? this.cells[this.offset + index] : undefined;
  }
  set(index: number, value: unknown): void {
    this.cells[this.offset + index] = stored(this.store, value);
  }
  isInside(index: number): boolean {
    return Number.isInteger(index) && index >= 0 && index < this.length;
  }
  list(): unknown[] {
    return this.cells.slice(this.offset, this.offset + this.length);
  }
}

export class Fields {
  readonly ty: RecordTy;
  readonly values: Record<string, unknown>;
  constructor(ty: RecordTy, values: Record<string, unknown>) {
    this.ty = ty;
    this.values = values;
  }
}

export class Table {
  readonly ty: TableTy;
  readonly entries = new Map<unknown, unknown>();
  constructor(ty: TableTy) {
    this.ty = ty;
  }
  /** The keys in the order in which JavaScript gives them. */
  keys(): unknown[] {
    const names = [...this.entries.keys()];
    if (this.ty.form !== "object") return names;
    return Object.keys(Object.fromEntries(names.map((name) => [name, 0])));
  }
  keyOf(key: unknown): unknown {
    return this.ty.form === "object" ? String(key) : key;
  }
}

/** What a cell keeps of a value: a typed array rounds it, but not its derivative; integers have none. */
export function stored(store: ArrayStore, value: unknown): unknown {
  if (store === "js") return value;
  // undefined becomes NaN
  const dual = value instanceof Dual ? value : new Dual(Number(value));
  if (store === "f64") return dual;
  if (!isFloatStore(store) && dual.d !== 0)
    throw new Error(`an active value is stored into an array of ${store}`);
  return new Dual(typedArrays[store].of(dual.v)[0]!, dual.d);
}

/** The value without derivatives; memory as JavaScript objects, aliases kept. */
export function plainOf(
  value: unknown,
  images = new Map<unknown, unknown>(),
): unknown {
  if (value instanceof Dual) return value.v;
  const isMemory =
    value instanceof Cells || value instanceof Fields || value instanceof Table;
  if (!isMemory) return value;
  if (images.has(value)) return images.get(value);
  if (value instanceof Table) {
    const table = newTable(value.ty);
    images.set(value, table);
    for (const [key, part] of value.entries)
      setEntry(table, key, plainOf(part, images));
    return table;
  }
  if (value instanceof Cells && value.store !== "js") {
    const typed = typedArrays[value.store].from(
      value.list().map((cell) => (cell as Dual).v),
    );
    images.set(value, typed);
    return typed;
  }
  if (value instanceof Cells) {
    const array: unknown[] = [];
    images.set(value, array);
    for (const cell of value.list()) array.push(plainOf(cell, images));
    return array;
  }
  const record = newFields(value.ty);
  images.set(value, record);
  for (const [name, field] of Object.entries(value.values))
    record[name] = plainOf(field, images);
  return record;
}

const isNil = (value: unknown): boolean =>
  value === undefined || value === null;

/** A JavaScript value in this world, with derivative zero. Aliases, and views on one buffer, are kept. */
export function lifted(
  ty: Ty,
  x: unknown,
  images = new Map<unknown, unknown>(),
): unknown {
  if (isNil(x)) return x;
  switch (ty.kind) {
    case "num":
      return new Dual(x as number);
    case "maybe":
      return lifted(ty.of, x, images);
    case "array":
      return liftedArray(ty, x, images);
    case "table": {
      if (images.has(x)) return images.get(x);
      const table = new Table(ty);
      images.set(x, table);
      for (const key of keysOf(x as Plain))
        table.entries.set(
          key,
          lifted(ty.elem, entryOf(x as Plain, key), images),
        );
      return table;
    }
    case "record": {
      if (images.has(x)) return images.get(x);
      const record = new Fields(ty, {});
      images.set(x, record);
      // in the order of the object: a function may list its keys
      for (const field of inOrderOf(ty, x as object))
        if (field.name in (x as object))
          record.values[field.name] = lifted(
            field.ty,
            (x as Record<string, unknown>)[field.name],
            images,
          );
      return record;
    }
    default:
      return x;
  }
}

function inOrderOf(
  ty: RecordTy,
  x: object,
): readonly RecordTy["fields"][number][] {
  const keys = Object.keys(x);
  const placeOf = (name: string): number =>
    keys.includes(name) ? keys.indexOf(name) : keys.length;
  return ty.fields.toSorted((a, b) => placeOf(a.name) - placeOf(b.name));
}

function liftedArray(
  ty: ArrayTy,
  x: unknown,
  images: Map<unknown, unknown>,
): unknown {
  if (images.has(x)) return images.get(x);
  if (ty.store === "js") {
    const array = new Cells("js", []);
    images.set(x, array);
    for (const cell of x as readonly unknown[])
      array.cells.push(lifted(ty.elem, cell, images));
    array.length = array.cells.length;
    return array;
  }
  const view = x as Float64Array;
  const whole = typedArrays[ty.store];
  // The part of the buffer that begins at a multiple of the element's size, as every view of this kind does.
  const length = Math.floor(view.buffer.byteLength / view.BYTES_PER_ELEMENT);
  let cells = images.get(view.buffer) as unknown[] | undefined;
  if (cells === undefined) {
    cells = Array.from(
      new whole(view.buffer as ArrayBuffer, 0, length),
      (v) => new Dual(v),
    );
    images.set(view.buffer, cells);
  }
  const array = new Cells(
    ty.store,
    cells,
    view.byteOffset / view.BYTES_PER_ELEMENT,
    view.length,
  );
  images.set(x, array);
  return array;
}

/** The value with a tangent of gradient shape added; memory is written into. What is missing in it is zero. */
export function withTangent(ty: Ty, value: unknown, tangent: unknown): unknown {
  if (isNil(tangent) || isNil(value) || !holdsFloat(ty)) return value;
  if (ty.kind === "maybe") return withTangent(ty.of, value, tangent);
  if (value instanceof Dual)
    return new Dual(value.v, value.d + (tangent as number));
  if (value instanceof Cells) {
    const { elem } = ty as ArrayTy;
    for (let i = 0; i < value.length; i++)
      value.cells[value.offset + i] = withTangent(
        elem,
        value.get(i),
        (tangent as readonly unknown[])[i],
      );
  }
  if (value instanceof Table)
    for (const [key, part] of value.entries)
      value.entries.set(
        key,
        withTangent(value.ty.elem, part, entryOf(tangent as Plain, key)),
      );
  if (value instanceof Fields)
    for (const field of (ty as RecordTy).fields)
      if (field.name in value.values)
        value.values[field.name] = withTangent(
          field.ty,
          value.values[field.name],
          (tangent as Record<string, unknown>)[field.name],
        );
  return value;
}

/** The derivative part of a value in gradient shape; fresh memory at every place. */
export function tangentOf(ty: Ty, value: unknown): unknown {
  switch (ty.kind) {
    case "num":
      return value instanceof Dual ? value.d : 0;
    case "maybe":
      return isNil(value) ? value : tangentOf(ty.of, value);
    case "array": {
      const parts = (value as Cells)
        .list()
        .map((cell) => tangentOf(ty.elem, cell));
      return ty.store === "js"
        ? parts
        : typedArrays[ty.store].from(parts as number[]);
    }
    case "table": {
      const table = value as Table;
      const parts = newTable(ty);
      for (const key of table.keys())
        setEntry(parts, key, tangentOf(ty.elem, table.entries.get(key)));
      return parts;
    }
    case "record": {
      const { values } = value as Fields;
      const fields = ty.fields.filter((field) => holdsFloat(field.ty));
      const parts = newFields({ ...ty, fields });
      for (const field of fields)
        if (field.optional !== true || field.name in values)
          parts[field.name] = tangentOf(field.ty, values[field.name]);
      return parts;
    }
    default:
      return undefined;
  }
}
