import type { Func, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";

/** The values that are numbers known to the compiler. */
export function constantsIn(fn: Func): Map<Value, number> {
  const constants = new Map<Value, number>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
  });
  return constants;
}
