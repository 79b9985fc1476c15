import type { Func, Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { isGrowable } from "./memoryEffects.js";
import type { Positions } from "./positions.js";

/**
 * Stores into memory that was made a moment before, and that nobody has looked at since: between the allocation and the
 * store, or the loop that it stands in, the reference serves as the target of stores and for its length only. What such a
 * store overwrites nobody has seen, so that nothing has to be put back.
 */
export function firstStores(fn: Func, positions: Positions): Set<Instr> {
  const uses = usesOf(fn);
  const found = new Set<Instr>();
  eachInstr(fn.body, (made, region) => {
    const [result] = made.results;
    if (result === undefined || !isAllocation(made)) return;
    const own = uses.get(result) ?? [];
    // what the region hands on at its end comes last
    const stepOf = (use: Instr): number =>
      positions.path(use).find((step) => step.region === region)?.index ??
      Number.POSITIVE_INFINITY;
    // up to here nobody looks
    const end = own.reduce(
      (least, use) =>
        isTarget(use, result) || use.kind === "length"
          ? least
          : Math.min(least, stepOf(use)),
      Number.POSITIVE_INFINITY,
    );
    for (const use of own)
      if (isTarget(use, result) && stepOf(use) < end) found.add(use);
  });
  return found;
}

const isAllocation = ({ kind }: Instr): boolean =>
  kind === "newArray" || kind === "newRecord" || kind === "arrayLit";

const isTarget = (use: Instr, value: Value): boolean =>
  (use.kind === "setField" ||
    (use.kind === "store" && (use.inBounds || !isGrowable(value)))) &&
  use.args[0] === value &&
  !use.args.includes(value, 1);

/** Who mentions a value; what a region yields is mentioned by its owner. */
function usesOf(fn: Func): Map<Value, Instr[]> {
  const found = new Map<Value, Instr[]>();
  const add = (value: Value, instr: Instr): void => {
    const known = found.get(value);
    if (known === undefined) found.set(value, [instr]);
    else known.push(instr);
  };
  eachInstr(fn.body, (instr) => {
    for (const arg of new Set(instr.args)) add(arg, instr);
    for (const region of instr.regions)
      for (const value of region.yields) add(value, instr);
  });
  return found;
}
