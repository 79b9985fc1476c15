import type { Func } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { eachInstr } from "../ir/visit.js";
import { keepAccumulators } from "./accumulators.js";
import { shareCommonSubexpressions } from "./cse.js";
import { eliminateDeadCode } from "./dce.js";
import { dropGiveBacks } from "./giveBack.js";
import { hoistInvariants } from "./hoist.js";
import { mergeIfs } from "./mergeIfs.js";
import { simplify } from "./simplify.js";

/**
 * The optimisations in their order, again while they still take something out. Hoisting comes after sharing, so that one
 * copy moves; dead code goes last, since every other pass leaves some. `settled` remembers functions in which there is
 * nothing left to do.
 */
export function optimise(
  fn: Func,
  took: Took = () => undefined,
  isOn: (pass: PassName) => boolean = () => true,
  settled = new WeakSet<Func>(),
): Func {
  let current = fn;
  if (settled.has(fn)) return fn;
  for (let round = 0; round < 4; round++) {
    const start = current;
    for (const [name, pass] of passes) {
      if (!isOn(name)) continue;
      const before = current;
      current = pass(before);
      if (current !== before) took(name, size(before) - size(current));
    }
    if (current === start) settled.add(current);
    if (current === start || (round > 0 && size(current) === size(start)))
      break;
  }
  return current;
}

/** Told after each pass how many instructions it took out (put in, where negative). */
export type Took = (pass: string, count: number) => void;

export type PassName =
  | "simplify"
  | "mergeIfs"
  | "cse"
  | "giveBack"
  | "hoist"
  | "accumulators"
  | "dce";

const passes: readonly (readonly [PassName, (fn: Func) => Func])[] = [
  ["simplify", simplify],
  ["mergeIfs", mergeIfs],
  ["cse", shareCommonSubexpressions],
  ["giveBack", dropGiveBacks],
  ["hoist", hoistInvariants],
  ["accumulators", keepAccumulators],
  ["dce", eliminateDeadCode],
];

export const size = perFunc((fn) => {
  let count = 0;
  eachInstr(fn.body, () => count++);
  return count;
});
