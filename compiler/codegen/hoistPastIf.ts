import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { withParts } from "../ir/visit.js";
import { flagCount } from "./placement.js";

/**
 * In a loop whose way out is decided by an `if`, pure arithmetic after that `if` that has nothing to do with it
 * (`trips + 1`) moves before it, so that the `if` comes last and its arms can leave by `break`. Only for printing.
 */
export function hoistPastIf(fn: Func): Func {
  return { ...fn, body: hoistIn(fn.body) };
}

function hoistIn(region: Region): Region {
  const body = region.body.map((instr) =>
    withParts(instr, {
      regions: instr.regions.map((inner) =>
        flagCount(instr) === 1 ? reordered(hoistIn(inner)) : hoistIn(inner),
      ),
    }),
  );
  return { ...region, body };
}

function reordered(region: Region): Region {
  const flag = region.yields[0] as Value;
  const at = region.body.findIndex((instr) => instr.results.includes(flag));
  const decider = region.body[at];
  if (decider?.kind !== "if") return region;
  const after = region.body.slice(at + 1);
  const isFree = (instr: Instr): boolean =>
    (instr.kind === "op" || instr.kind === "const") &&
    !instr.args.some((arg) => decider.results.includes(arg));
  if (!after.every(isFree)) return region;
  return {
    ...region,
    body: [...region.body.slice(0, at), ...after, decider],
  };
}
