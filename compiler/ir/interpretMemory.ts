import { irFault } from "./fault.js";
import type { Outside } from "./interpretHost.js";
import { runStruct } from "./interpretStruct.js";
import {
  entryOf,
  hasKey,
  keysOf,
  newFields,
  newTable,
  setEntry,
  typedArrays,
  type Table,
  type TypedArray,
} from "./jsValues.js";
import { constantOf, type Machine, type PlainInstr } from "./machine.js";
import { evaluateOp } from "./scalar.js";
import type { ArrayTy, RecordTy, TableTy, Ty } from "./types.js";

type Cells = unknown[] | TypedArray;
type Fields = Record<string, unknown>;

const none: readonly unknown[] = [];

/** The machine whose values are JavaScript's own: numbers, arrays, typed arrays, objects. */
export function memoryMachine(outside: Outside): Machine {
  return {
    plain: (value) => value,
    lift: (value) => value,
    execute: (instr, args) => execute(instr, args, outside),
  };
}

function execute(
  instr: PlainInstr,
  args: readonly unknown[],
  outside: Outside,
): readonly unknown[] {
  switch (instr.kind) {
    case "const":
      return [constantOf(instr.value)];
    case "op":
      return [evaluateOp(instr.op, args)];
    case "global":
      return [instr.value ?? outside.binding(instr.binding)];
    case "opaque": {
      const result = outside.opaque(instr, args);
      if (instr.effect === "throw")
        return irFault("an opaque throw has returned");
      return instr.results.length === 0 ? none : [result];
    }
    case "newArray":
      return [
        newArray(resultTy(instr) as ArrayTy, args, instr.roundsUp === true),
      ];
    case "arrayLit":
      return [arrayLiteral(resultTy(instr) as ArrayTy, args)];
    case "newRecord":
      return [recordLiteral(resultTy(instr) as RecordTy, args)];
    case "newTable": {
      const table = newTable(resultTy(instr) as TableTy);
      instr.names.forEach((name, k) => setEntry(table, name, args[k]));
      return [table];
    }
    case "keys":
      return [keysOf(args[0] as Table)];
    case "has":
      return [hasKey(args[0] as Table, args[1])];
    case "load":
      if (isTable(instr)) return [entryOf(args[0] as Table, args[1])];
      return [load(args[0] as Cells, args[1] as number, instr.inBounds)];
    case "store":
      if (isTable(instr)) setEntry(args[0] as Table, args[1], args[2]);
      else store(args[0] as Cells, args[1] as number, args[2], instr.inBounds);
      return none;
    case "accum":
      if (isTable(instr)) addToEntry(args);
      else
        accumulate(
          args[0] as Cells,
          args[1] as number,
          args[2] as number,
          instr.inBounds,
        );
      return none;
    case "product":
      addProduct(args);
      return none;
    case "length":
      return [
        isTable(instr)
          ? keysOf(args[0] as Table).length
          : (args[0] as Cells).length,
      ];
    case "setLength":
      shorten(args[0] as unknown[], args[1] as number);
      return none;
    case "push":
      insert(args[0] as unknown[], args[1], args[2] as number | undefined);
      return none;
    case "pop":
      return [remove(args[0] as unknown[], args[1] as number | undefined)];
    case "slice":
      checkRange(args[0] as Cells, args[1] as number, args[2] as number);
      return [(args[0] as Cells).slice(args[1] as number, args[2] as number)];
    case "subarray":
      checkRange(args[0] as Cells, args[1] as number, args[2] as number);
      return [
        (args[0] as TypedArray).subarray(args[1] as number, args[2] as number),
      ];
    case "getField":
      return [(args[0] as Fields)[instr.field]];
    case "setField":
      if (instr.mayGo === true && args[1] === undefined)
        delete (args[0] as Fields)[instr.field];
      else (args[0] as Fields)[instr.field] = args[1];
      return none;
    case "accumField": {
      const record = args[0] as Record<string, number>;
      record[instr.field] = record[instr.field]! + (args[1] as number);
      return none;
    }
    case "struct":
      return runStruct(instr, args);
    case "newTape":
      return [[]];
    case "tapePush":
      (args[0] as unknown[]).push(...args.slice(1));
      return none;
    case "tapePop":
      return popTape(args[0] as unknown[], instr.results.length);
  }
}

export const isTable = (instr: PlainInstr): boolean =>
  instr.args[0]?.ty.kind === "table";

/** Where there is no such key, there is nothing to add to. */
function addToEntry([into, key, by]: readonly unknown[]): void {
  const table = into as Table;
  const old = entryOf(table, key) as number | undefined;
  if (old !== undefined) setEntry(table, key, old + (by as number));
}

export function resultTy(instr: PlainInstr): Ty {
  return (
    instr.results[0]?.ty ?? irFault(`${instr.kind} has no result to be made`)
  );
}

function newArray(
  ty: ArrayTy,
  args: readonly unknown[],
  roundsUp: boolean,
): Cells {
  const given = args[0] as number;
  const length = roundsUp ? Math.ceil(given) : given;
  if (ty.store !== "js") {
    const cells = new typedArrays[ty.store](length);
    if (!Number.isInteger(given)) wantedLengths.set(cells, Math.ceil(given));
    return args.length > 1 ? cells.fill(args[1] as number) : cells;
  }
  return new Array(length).fill(args.length > 1 ? args[1] : emptyCell(ty.elem));
}

/** What a cell of a fresh array holds where nothing is said. */
export function emptyCell(elem: Ty): unknown {
  if (elem.kind === "num") return 0;
  return elem.kind === "bool" ? false : undefined;
}

function arrayLiteral(ty: ArrayTy, args: readonly unknown[]): Cells {
  return ty.store === "js"
    ? [...args]
    : typedArrays[ty.store].from(args as readonly number[]);
}

/** Mixed tuples are JavaScript arrays; an optional field that is undefined is a missing key. */
export function recordLiteral(ty: RecordTy, args: readonly unknown[]): Fields {
  const record: Fields = newFields(ty);
  ty.fields.forEach((field, k) => {
    if (field.optional !== true || args[k] !== undefined)
      record[field.name] = args[k];
  });
  return record;
}

export const isInside = (length: number, index: number): boolean =>
  Number.isInteger(index) && index >= 0 && index < length;

/** Of typed arrays that were made with a length that is not whole: that length, rounded up. */
const wantedLengths = new WeakMap<Cells, number>();

const claimable = (cells: Cells): number =>
  wantedLengths.get(cells) ?? cells.length;

export function checkInBounds(
  length: number,
  index: number,
  inBounds: boolean,
): void {
  if (inBounds && !isInside(length, index))
    irFault(`index ${index} was said to be inside an array of ${length}`);
}

function load(cells: Cells, index: number, inBounds: boolean): unknown {
  checkInBounds(claimable(cells), index, inBounds);
  return cells[index];
}

function store(
  cells: Cells,
  index: number,
  value: unknown,
  inBounds: boolean,
): void {
  checkInBounds(claimable(cells), index, inBounds);
  if (isInside(cells.length, index)) (cells as unknown[])[index] = value;
  else if (Array.isArray(cells)) grow(cells, index, value);
}

/** A store at the length adds an element; a hole is never made. */
export function grow(cells: unknown[], index: number, value: unknown): void {
  if (index !== cells.length)
    throw new RangeError(
      `store at index ${index} of an array with ${cells.length} elements`,
    );
  cells.push(value);
}

function addProduct(args: readonly unknown[]): void {
  const [c, c0, cn, cm, a, a0, an, ak, b, b0, bm, bk, n, m, k] = args as [
    ...[Float64Array, number, number, number],
    ...[Float64Array, number, number, number],
    ...[Float64Array, number, number, number],
    ...[number, number, number],
  ];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      const cell = c0 + i * cn + j * cm;
      let sum = c[cell]!;
      for (let l = 0; l < k; l++)
        sum += a[a0 + i * an + l * ak]! * b[b0 + j * bm + l * bk]!;
      c[cell] = sum;
    }
}

function accumulate(
  cells: Cells,
  index: number,
  by: number,
  inBounds: boolean,
): void {
  checkInBounds(claimable(cells), index, inBounds);
  if (isInside(cells.length, index))
    cells[index] = (cells[index] as number) + by;
}

/** Puts a value at an index, or at the end; what is behind moves up. */
export function insert<T>(cells: T[], value: T, at = cells.length): void {
  if (!(at >= 0 && at <= cells.length))
    irFault(`a value is put at ${at} in an array of ${cells.length}`);
  cells.splice(at, 0, value);
}

/** Takes the value at an index out, or the last one; what is behind moves down. */
export function remove<T>(cells: T[], at?: number): T | undefined {
  if (at === undefined || cells.length === 0) return cells.pop();
  if (!(at >= 0 && at < cells.length))
    irFault(`a value is taken from ${at} in an array of ${cells.length}`);
  return cells.splice(at, 1)[0];
}

function shorten(cells: unknown[], length: number): void {
  if (!(length >= 0 && length <= cells.length))
    irFault(`length ${length} for an array of ${cells.length}`);
  cells.length = length;
}

export function checkRange(
  cells: { readonly length: number },
  start: number,
  end: number,
): void {
  if (!(0 <= start && start <= end && end <= cells.length))
    irFault(`slice ${start}..${end} of an array of ${cells.length}`);
}

function popTape(tape: unknown[], count: number): readonly unknown[] {
  if (tape.length < count) irFault("the tape is empty");
  return tape.splice(tape.length - count);
}
