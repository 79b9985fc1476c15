import type { Instr, Region, Value } from "../ir/ir.js";
import { bare, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";

/**
 * Which kinds of memory cells an instruction may write or read, told apart by type alone: elements by what they are
 * stored as, fields by name, lengths. Coarse, but right without any knowledge of what points where.
 */
export function cellsWritten(instr: Instr): readonly string[] | "all" {
  switch (instr.kind) {
    case "store":
      return instr.inBounds ? [elementCell(instr.args[0]!)] : [elementCell(instr.args[0]!), "length"];
    case "accum":
      return [elementCell(instr.args[0]!)];
    case "push":
    case "pop":
    case "setLength":
      return [elementCell(instr.args[0]!), "length"];
    case "setField":
    case "accumField":
      return [`.${instr.field}`];
    case "call":
      return "all";
    case "struct":
      return instr.what === "addSeed" || instr.what === "into" ? "all" : [];
    case "opaque":
      return [];
    default:
      return [];
  }
}

/** The cell that a load reads; undefined for instructions that read none, "all" for deep copies. */
export function cellRead(instr: Instr): string | undefined {
  switch (instr.kind) {
    case "load":
      return elementCell(instr.args[0]!);
    case "length":
      return "length";
    case "getField":
      return `.${instr.field}`;
    default:
      return undefined;
  }
}

function elementCell(array: Value): string {
  const ty = bare(array.ty);
  if (ty.kind !== "array") return "[]";
  // Typed arrays of different kinds may be views on one buffer.
  return ty.store === "js" ? `[${kindOf(ty.elem)}]` : "[typed]";
}

const kindOf = (ty: Ty): string => bare(ty).kind;

/** All that a region may write. */
export function regionWrites(region: Region): Set<string> | "all" {
  const written = new Set<string>();
  let isAll = false;
  eachInstr(region, (instr) => {
    const cells = cellsWritten(instr);
    if (cells === "all") isAll = true;
    else for (const cell of cells) written.add(cell);
  });
  return isAll ? "all" : written;
}
