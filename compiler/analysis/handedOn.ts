import type { Func, Value } from "../ir/ir.js";
import { isNum } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Positions } from "./positions.js";

/**
 * Numbers of a loop's trip that a carried value holds in the next one, with that value: `before = last; last = next;` hands
 * `last` on to `before`, and `next` to `last`. The backward sweep comes from the next trip, and knows what `before` was
 * there: neither has to be saved where `before` is.
 */
export function numbersHandedOn(
  fn: Func,
  positions: Positions,
): ReadonlyMap<Value, Value> {
  const found = new Map<Value, Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind !== "for" && instr.kind !== "while") return;
    const body = instr.regions[0]!;
    const isStopping = instr.kind === "while" || instr.breaks;
    const yields = body.yields.slice(isStopping ? 1 : 0);
    const carried = body.params.slice(instr.kind === "for" ? 1 : 0);
    yields.forEach((value, i) => {
      const isOwn = positions.home(value) === body;
      if (!isOwn || !isNum(value.ty) || value === carried[i]) return;
      if (!found.has(value)) found.set(value, carried[i]!);
    });
  });
  return found;
}
