import type { StructInstr } from "./ir.js";
import {
  entryOf,
  hasKey,
  keysOf,
  newFields,
  newTable,
  setEntry,
  typedArrays,
  type Table,
} from "./jsValues.js";
import { type ArrayTy, type Ty } from "./types.js";
import { isNil, NoImages, copy, zeros, floatPart } from "./interpretImages.js";

export type Fields = Record<string, unknown>;

/**
 * Deep structure operations. All of them walk a value along its type; a Map from each object (for typed arrays: their
 * buffer) to what was made of it keeps aliases, views on one buffer among them.
 */
export function runStruct(
  instr: StructInstr,
  args: readonly unknown[],
): readonly unknown[] {
  const ty = (k: number): Ty => instr.args[k]!.ty;
  switch (instr.what) {
    case "copy":
      return [copy(ty(0), args[0], new Map())];
    case "apart":
      return [copy(ty(0), args[0], new NoImages())];
    case "zeros":
      return [zeros(ty(0), args[0], new Map())];
    case "seed": {
      const shadow = zeros(ty(1), args[1], new Map());
      return [addInto(ty(1), shadow, args[0], args[1])];
    }
    case "gradOf":
      return [gradOf(ty(1), args[0], args[1])];
    case "addSeed": {
      const sum = addInto(ty(0), args[0], args[1], args[0]);
      return instr.results.length === 0 ? [] : [sum];
    }
    case "into":
      return [cleared(args[0], args[1], args[2])];
    case "shadowIn":
      return [shadowIn(ty(1), args[0], args[1])];
    case "deliver":
      if (args[0] !== args[2])
        (args[3] as Fields)[instr.text ?? ""] = gradOf(ty(1), args[0], args[1]);
      return [];
    case "instances":
      return [args[0]];
    case "rowLength":
      return [rowLength(args[0] as unknown[][])];
    case "distinct":
      checkDistinct(ty(0), args[0], ty(1), args[1], instr.text);
      return [];
  }
}

function rowLength(rows: readonly unknown[][]): number {
  const [first] = rows;
  const isEven = rows.every((row) => row?.length === first?.length);
  return first !== undefined && isEven ? first.length : NaN;
}

/** Cells that are not cleared get NaN, so that it shows where one is read. */
function cleared(out: unknown, like: unknown, from: unknown = 0): unknown {
  const array = out as number[];
  const start = Math.max(0, from as number);
  if (array.length !== (like as number[]).length)
    throw new RangeError("the array for the gradient has another length");
  return array.fill(NaN).fill(0, start);
}

/** The caller's value where it can hold the shadow of x; numbers outside of arrays get NaN, so that it shows who reads them. */
function shadowIn(ty: Ty, own: unknown, x: unknown): unknown {
  const met = new Set<unknown>();
  return isBuiltLike(ty, own, x, met) ? own : zeros(ty, x, new Map());
}

function isBuiltLike(
  ty: Ty,
  own: unknown,
  x: unknown,
  met: Set<unknown>,
): boolean {
  if (ty.kind !== "array" && ty.kind !== "record")
    return typeof own === "number";
  if (isNil(own) || isNil(x)) return false;
  for (const one of [own, x]) {
    const key = ArrayBuffer.isView(one) ? one.buffer : one;
    if (met.has(key)) return false;
    met.add(key);
  }
  const into = own as Fields;
  const parts = x as Fields;
  const fits = (part: Ty, key: string): boolean => {
    if (!isBuiltLike(part, into[key], parts[key], met)) return false;
    if (part.kind === "num") into[key] = ty.kind === "array" ? 0 : NaN;
    return true;
  };
  if (ty.kind === "record")
    return floatPart(ty).fields.every(({ name, ty: of }) => fits(of, name));
  const { length } = x as readonly unknown[];
  if ((own as readonly unknown[]).length !== length) return false;
  return Array.from({ length }, (_, i) => String(i)).every((i) =>
    fits(ty.elem, i),
  );
}

/**
 * Adds the user's tangent or cotangent `t` into the shadow `s` of `x` and gives the shadow (a sum, for a number). What is
 * missing in `t` is zero. An object that is reached twice receives both parts: that makes it the transpose of `gradOf`.
 */
function addInto(ty: Ty, s: unknown, t: unknown, x: unknown): unknown {
  if (isNil(t) || isNil(s)) return s;
  switch (ty.kind) {
    case "num":
      return (s as number) + (t as number);
    case "maybe":
      return isNil(x) ? s : addInto(ty.of, s, t, x);
    case "array": {
      const [cells, parts, values] = [s, t, x] as (readonly unknown[])[];
      addCells(ty, cells as unknown[], parts!, values!);
      return s;
    }
    case "table": {
      const [cells, parts, values] = [s, t, x] as [Table, Table, Table];
      for (const key of keysOf(cells))
        if (hasKey(parts, key)) {
          const [cell, part] = [entryOf(cells, key), entryOf(parts, key)];
          const sum = addInto(ty.elem, cell, part, entryOf(values, key));
          setEntry(cells, key, sum);
        }
      return s;
    }
    case "record": {
      const [cells, parts, values] = [s, t, x] as [Fields, Fields, Fields];
      for (const { name, ty: of } of floatPart(ty).fields)
        if (name in cells)
          cells[name] = addInto(of, cells[name], parts[name], values[name]);
      return s;
    }
    default:
      return s;
  }
}

function addCells(
  ty: ArrayTy,
  cells: unknown[],
  parts: readonly unknown[],
  values: readonly unknown[],
): void {
  if (parts.length !== cells.length)
    throw new RangeError(
      `a tangent or cotangent has ${parts.length} elements where the value has ${cells.length}`,
    );
  for (let i = 0; i < cells.length; i++)
    cells[i] = addInto(ty.elem, cells[i], parts[i], values[i]);
}

function gradOf(ty: Ty, s: unknown, x: unknown): unknown {
  switch (ty.kind) {
    case "num":
      return s ?? 0;
    case "maybe":
      return isNil(x) ? x : gradOf(ty.of, s, x);
    case "array": {
      const cells = (s ?? []) as readonly unknown[];
      const grads = Array.from(x as readonly unknown[], (value, i) =>
        gradOf(ty.elem, cells[i], value),
      );
      return ty.store === "js"
        ? grads
        : typedArrays[ty.store].from(grads as number[]);
    }
    case "table": {
      const grad = newTable(ty);
      for (const key of keysOf(x as Table)) {
        const part = entryOf((s ?? newTable(ty)) as Table, key);
        setEntry(grad, key, gradOf(ty.elem, part, entryOf(x as Table, key)));
      }
      return grad;
    }
    case "record": {
      const [shadow, record] = [s ?? {}, x] as [Fields, Fields];
      const { fields } = floatPart(ty);
      const grad = newFields({ ...ty, fields });
      for (const field of floatPart(ty).fields)
        if (field.optional !== true || field.name in record)
          grad[field.name] = gradOf(
            field.ty,
            shadow[field.name],
            record[field.name],
          );
      return grad;
    }
    default:
      return undefined;
  }
}

function checkDistinct(
  tyA: Ty,
  a: unknown,
  tyB: Ty,
  b: unknown,
  names = "two arguments",
): void {
  const inA = new Set<unknown>();
  eachObject(tyA, a, (object) => inA.add(object));
  eachObject(tyB, b, (object) => {
    for (const other of inA)
      if (object === other || overlaps(object, other))
        throw new TypeError(
          `${names} share memory, and one of them is written: pass a copy of one`,
        );
  });
}

function eachObject(ty: Ty, x: unknown, see: (object: unknown) => void): void {
  if (isNil(x)) return;
  switch (ty.kind) {
    case "maybe":
      return eachObject(ty.of, x, see);
    case "array":
      see(x);
      for (const cell of x as Iterable<unknown>) eachObject(ty.elem, cell, see);
      return;
    case "table":
      see(x);
      for (const key of keysOf(x as Table))
        eachObject(ty.elem, entryOf(x as Table, key), see);
      return;
    case "record":
      see(x);
      for (const { name, ty: of } of ty.fields)
        eachObject(of, (x as Fields)[name], see);
  }
}

function overlaps(a: unknown, b: unknown): boolean {
  return (
    ArrayBuffer.isView(a) &&
    ArrayBuffer.isView(b) &&
    a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength
  );
}
