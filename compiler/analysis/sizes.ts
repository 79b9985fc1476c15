import type { Func, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { integersOf } from "./integers.js";
import { naturalsOf } from "./signs.js";

/** Integers that are not negative, whatever the arguments are: what an array may be as long as. */
export function lengthsOf(fn: Func): ReadonlySet<Value> {
  const integers = integersOf(fn);
  const isNatural = naturalsOf(fn);
  const lengths = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results)
      if (isNatural(result)) lengths.add(result);
    const [result] = instr.results;
    if (result === undefined || !integers.has(result)) return;
    const isLength =
      instr.kind === "op" &&
      (instr.op === "max"
        ? instr.args.some((arg) => lengths.has(arg))
        : (instr.op === "mul" || instr.op === "add") &&
          instr.args.every((arg) => lengths.has(arg)));
    if (isLength) lengths.add(result);
  });
  return lengths;
}
