import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { bare, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { type Apart, apartIn } from "./apart.js";
import { type OwnMemory, ownMemory } from "./ownMemory.js";
import { privateArrays } from "./privateArrays.js";

/**
 * Kinds of memory cells, told apart by type: elements by what they are stored as, fields by name, lengths. The cells of a
 * private array (see privateArrays.ts), and those of a structure of the function's own (see ownMemory.ts), are kinds of their
 * own, which no other reference and no call can reach.
 */
export type Cell = string;

/** Stands for all cells but those of private arrays. */
const anything: Cell = "all";

export type Cells = ReadonlySet<Cell>;

export interface MemoryView {
  /** The cells that an instruction may write, without its regions. */
  written(instr: Instr): readonly Cell[];
  /** The cell that a load reads; undefined for all other instructions. */
  read(instr: Instr): Cell | undefined;
  /** All that a region may write. */
  writtenIn(region: Region): Cells;
  /** May a region write what is read of an owner? References that are never the same are told apart. */
  writesTo(region: Region): (cell: Cell, owner: Value) => boolean;
  /** The elements of an array. */
  elements(array: Value): Cell;
  readonly apart: Apart;
}

export function isAmong(cells: Cells, cell: Cell): boolean {
  return cells.has(cell) || (!isPrivate(cell) && cells.has(anything));
}

export const isPrivate = (cell: Cell): boolean => cell.startsWith("#");

/** As seen in a whole function. */
export const memoryOf = perFunc((fn: Func): MemoryView =>
  memoryView(privateArrays(fn), ownMemory(fn), apartIn(fn)),
);

export function memoryView(
  privates: ReadonlySet<Value>,
  own: OwnMemory = () => undefined,
  apart: Apart = () => false,
): MemoryView {
  const cellOf = (owner: Value, kind: string): Cell => {
    const piece = own(owner);
    return piece === undefined ? kind : `#own${piece}${kind}`;
  };
  const elements = (array: Value): Cell =>
    privates.has(array) ? `#${array.id}` : cellOf(array, elementCell(array));
  const length = (array: Value): Cell =>
    privates.has(array) ? `#${array.id}.length` : cellOf(array, "length");
  const written = (instr: Instr): readonly Cell[] => {
    const [owner] = instr.args as [Value];
    switch (instr.kind) {
      case "store":
        return instr.inBounds || isTyped(owner)
          ? [elements(owner)]
          : [elements(owner), length(owner)];
      case "accum":
        return [elements(owner)];
      case "product":
        // Its operands too: whoever keeps values apart from writes keeps them apart from what is read here.
        return [owner, instr.args[4]!, instr.args[8]!].map(elements);
      case "push":
      case "pop":
      case "setLength":
        return [elements(owner), length(owner)];
      case "setField":
      case "accumField":
        return [cellOf(owner, `.${instr.field}`)];
      case "call":
        return [anything];
      case "struct":
        return ["addSeed", "into", "shadowIn", "deliver"].includes(instr.what)
          ? [anything]
          : [];
      default:
        return [];
    }
  };
  return {
    written,
    elements,
    apart,
    writesTo: (region) => {
      const owners = new Map<Cell, Set<Value | undefined>>();
      eachInstr(region, (instr) =>
        written(instr).forEach((cell, k) => {
          const own = owners.get(cell) ?? new Set();
          owners.set(cell, own.add(ownersOf(instr)[k]));
        }),
      );
      return (cell, owner) =>
        (!isPrivate(cell) && owners.has(anything)) ||
        [...(owners.get(cell) ?? [])].some(
          (other) => other === undefined || !apart(other, owner),
        );
    },
    read: (instr) => {
      switch (instr.kind) {
        case "load":
          return elements(instr.args[0]!);
        case "keys":
        case "has":
          // of a record, they read of every field whether it is there
          return instr.args[0]!.ty.kind === "record"
            ? undefined
            : length(instr.args[0]!);
        case "length":
          return length(instr.args[0]!);
        case "getField":
          return cellOf(instr.args[0]!, `.${instr.field}`);
        default:
          return undefined;
      }
    },
    writtenIn: (region) => {
      const cells = new Set<Cell>();
      eachInstr(region, (instr) =>
        written(instr).forEach((cell) => cells.add(cell)),
      );
      return cells;
    },
  };
}

/** Whose cells an instruction writes, in the order of `written`; undefined: anybody's. */
function ownersOf(instr: Instr): readonly (Value | undefined)[] {
  const [owner] = instr.args;
  switch (instr.kind) {
    case "product":
      return [owner, instr.args[4], instr.args[8]];
    case "call":
    case "struct":
      return [];
    default:
      return [owner, owner];
  }
}

const isTyped = ({ ty }: Value): boolean =>
  ty.kind === "array" && ty.store !== "js";

function elementCell(array: Value): Cell {
  const ty = bare(array.ty);
  if (ty.kind === "table") return `[table ${kindOf(ty.elem)}]`;
  if (ty.kind !== "array") return "[]";
  // Typed arrays of different kinds may be views on one buffer.
  return ty.store === "js" ? `[${kindOf(ty.elem)}]` : "[typed]";
}

const kindOf = (ty: Ty): string => bare(ty).kind;
