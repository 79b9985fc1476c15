import { integersOf } from "../analysis/integers.js";
import type { Func, Instr, Region } from "../ir/ir.js";
import { withParts } from "../ir/visit.js";

/** Lengths that are whole anyway need no rounding up. */
export function dropRoundings(fn: Func): Func {
  let integers: ReturnType<typeof integersOf> | undefined;
  let isChanged = false;
  const visit = (instr: Instr): Instr => {
    if (instr.regions.length > 0)
      return withParts(instr, { regions: instr.regions.map(visitRegion) });
    if (instr.kind !== "newArray" || instr.roundsUp !== true) return instr;
    if (!(integers ??= integersOf(fn)).has(instr.args[0]!)) return instr;
    isChanged = true;
    const { roundsUp: _, ...plain } = instr;
    return plain;
  };
  const visitRegion = (region: Region): Region => ({
    ...region,
    body: region.body.map(visit),
  });
  const body = visitRegion(fn.body);
  return isChanged ? { ...fn, body } : fn;
}
