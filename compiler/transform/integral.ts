import type { Positions } from "../analysis/positions.js";
import type { Value } from "../ir/ir.js";
import { isIntegerOp } from "../ir/ops.js";

const rounding: ReadonlySet<string> = new Set([
  "floor",
  "ceil",
  "round",
  "trunc",
]);
const closed: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "neg",
  "max",
  "min",
]);

/** Is the number surely an integer (or NaN or infinite)? Only what the code itself shows counts. */
export function isIntegral(positions: Positions, value: Value): boolean {
  const instr = positions.definition(value);
  if (instr === undefined) return positions.isLoopIndex(value);
  switch (instr.kind) {
    case "const":
    case "global":
      return Number.isInteger(instr.value);
    case "length":
      return true;
    case "op":
      if (rounding.has(instr.op) || isIntegerOp(instr.op)) return true;
      return (
        closed.has(instr.op) &&
        instr.args.every((arg) => isIntegral(positions, arg))
      );
    default:
      return false;
  }
}
