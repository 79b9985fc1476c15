import type { Func } from "../ir/ir.js";
import { rewrite } from "./rewrite.js";

/** When nothing more is differentiated, a value with a slope of its own is the value, and a constant of it too. */
export function dropSlopes(fn: Func): Func {
  return rewrite(fn, {
    instr: (instr) => {
      const isDone =
        instr.kind === "op" &&
        (instr.op === "detach" || instr.op === "withSlope");
      return isDone ? { values: [instr.args[0]!] } : undefined;
    },
  });
}
