import type { Func, Instr, Value } from "../ir/ir.js";
import { integerOps, numericOps } from "../ir/ops.js";
import { eachInstr } from "../ir/visit.js";
import { definiteValues } from "./definite.js";

/**
 * A load from outside of an array gives undefined under the type of a number, and a store into a Float64Array makes it
 * NaN. Whoever passes a stored value on without storing it asks here whether anybody could tell the difference.
 */
export interface UndefinedNumbers {
  /** May the stored value stand for what is loaded from the cell of that array? */
  mayBypass(array: Value, stored: Value, loaded: Value): boolean;
}

/** `given`: values that are numbers, since the caller says so. */
export function undefinedNumbers(
  fn: Func,
  given: Iterable<Value> = [],
): UndefinedNumbers {
  const numbers = definiteValues(fn, given);
  const seen = new Set<Value>();
  const see = (values: readonly Value[]): void =>
    values.forEach((value) => seen.add(value));
  eachInstr(fn.body, (instr) => {
    if (!isArithmetic(instr)) see(instr.args);
    for (const region of instr.regions) see(region.yields);
  });
  see(fn.body.yields);
  return {
    mayBypass: ({ ty }, stored, loaded) =>
      ty.kind !== "array" ||
      ty.store === "js" ||
      numbers.has(stored) ||
      !seen.has(loaded),
  };
}

const arithmetic: ReadonlySet<string> = new Set<string>([
  ...numericOps,
  ...integerOps,
  ...["lt", "le", "gt", "ge"],
]);

/** Undefined is NaN there. */
const isArithmetic = (instr: Instr): boolean =>
  instr.kind === "op" && arithmetic.has(instr.op);
