import type { Instr } from "../ir/ir.js";

/** Computes from its operands alone. */
export const isArithmetic = ({ kind }: Instr): boolean =>
  kind === "op" || kind === "const" || kind === "global";

/** Looks at memory, and does nothing else. */
export const isRead = ({ kind }: Instr): boolean =>
  kind === "load" || kind === "getField" || kind === "length";

/** May an instruction without used results be left out? Loads and allocations may; writes, throws and calls may not. */
export function isRemovable(instr: Instr): boolean {
  switch (instr.kind) {
    case "const":
    case "op":
    case "global":
    case "newArray":
    case "arrayLit":
    case "newRecord":
    case "load":
    case "length":
    case "newTable":
    case "keys":
    case "has":
    case "getField":
    case "slice":
    case "subarray":
    case "newTape":
      return true;
    case "opaque":
      return instr.effect === "none";
    case "struct":
      return (
        instr.what !== "addSeed" &&
        instr.what !== "into" &&
        instr.what !== "shadowIn" &&
        instr.what !== "deliver" &&
        instr.what !== "distinct"
      );
    default:
      return false;
  }
}
