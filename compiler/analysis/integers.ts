import type { Func, Instr, OpInstr, Value } from "../ir/ir.js";
import { integerOps } from "../ir/ops.js";
import { perFunc } from "../ir/perFunc.js";
import { eachInstr } from "../ir/visit.js";
import { inductiveValues, type Source } from "./inductiveValues.js";

/** Ops that make integers of integers, as long as they stay small enough to be exact. */
const closed: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "neg",
  "max",
  "min",
  "abs",
]);

const always: ReadonlySet<string> = new Set(integerOps);

/**
 * Numbers that are finite integers whatever the arguments are: constants, lengths, indices, bits, and what sums, products
 * and loops make of these.
 */
export const integersOf = perFunc((fn: Func): ReadonlySet<Value> => {
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
  });
  return inductiveValues(fn, (instr) => sourceOf(instr, makers));
});

function sourceOf(instr: Instr, makers: ReadonlyMap<Value, Instr>): Source {
  switch (instr.kind) {
    case "const":
    case "global":
      return Number.isSafeInteger(instr.value) && !Object.is(instr.value, -0)
        ? "always"
        : "never";
    case "op":
      if (always.has(instr.op)) return "always";
      if (instr.op === "select") return instr.args.slice(1);
      return closed.has(instr.op) ? instr.args : halfOf(instr, makers);
    default:
      return "always"; // lengths, and the indices of counted loops
  }
}

/** (x * x - x) / 2 */
function halfOf(instr: OpInstr, makers: ReadonlyMap<Value, Instr>): Source {
  const [twice, two] = instr.args.map((arg) => makers.get(arg));
  const isHalf = instr.op === "div" && two?.kind === "const" && two.value === 2;
  if (!isHalf || twice?.kind !== "op" || twice.op !== "sub") return "never";
  const [square, x] = twice.args as [Value, Value];
  const maker = makers.get(square);
  const isSquare =
    maker?.kind === "op" &&
    maker.op === "mul" &&
    maker.args.every((arg) => arg === x);
  return isSquare ? [x] : "never";
}
