import type { Func } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { shareCommonSubexpressions } from "./cse.js";
import { eliminateDeadCode } from "./dce.js";
import { hoistInvariants } from "./hoist.js";
import { simplify } from "./simplify.js";

/**
 * The optimisations in their order, again while they still take something out. Hoisting comes after sharing, so that one
 * copy moves; dead code goes last, since every other pass leaves some.
 */
export function optimise(fn: Func): Func {
  let current = fn;
  for (let round = 0; round < 4; round++) {
    const before = size(current);
    current = eliminateDeadCode(hoistInvariants(shareCommonSubexpressions(simplify(current))));
    if (round > 0 && size(current) === before) break;
  }
  return current;
}

export function size(fn: Func): number {
  let count = 0;
  eachInstr(fn.body, () => count++);
  return count;
}
