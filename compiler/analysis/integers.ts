import type { Func, Instr, Value } from "../ir/ir.js";
import { integerOps } from "../ir/ops.js";
import { inductiveValues, type Source } from "./inductiveValues.js";

/** Ops that make integers of integers, as long as they stay small enough to be exact. */
const closed: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "neg",
  "max",
  "min",
  "abs",
]);

const always: ReadonlySet<string> = new Set(integerOps);

/**
 * Numbers that are finite integers whatever the arguments are: constants, lengths, indices, bits, and what sums, products
 * and loops make of these.
 */
export const integersOf = (fn: Func): ReadonlySet<Value> =>
  inductiveValues(fn, sourceOf);

function sourceOf(instr: Instr): Source {
  switch (instr.kind) {
    case "const":
    case "global":
      return Number.isSafeInteger(instr.value) && !Object.is(instr.value, -0)
        ? "always"
        : "never";
    case "op":
      if (always.has(instr.op)) return "always";
      return closed.has(instr.op) ? instr.args : "never";
    default:
      return "always"; // lengths, and the indices of counted loops
  }
}
