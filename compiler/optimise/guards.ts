import type { Func, OpInstr, Value } from "../ir/ir.js";
import type { OpName } from "../ir/ops.js";
import { eachInstr, useCounts } from "../ir/visit.js";
import { rewrite } from "./rewrite.js";

/**
 * A quotient that is guarded against a cotangent of 0, and is looked at only where the cotangent is not 0, needs no guard:
 * `t === 0 ? 0 : (t === 0 ? 0 : t / y) * z` becomes `t === 0 ? 0 : (t / y) * z`.
 */
export function dropInnerGuards(fn: Func): Func {
  const ops = new Map<Value, OpInstr>();
  const zeros = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "op") ops.set(instr.results[0]!, instr);
    if (instr.kind === "const" && instr.value === 0)
      zeros.add(instr.results[0]!);
  });
  const uses = useCounts(fn);
  const spare = new Set<Value>();
  for (const { op, args } of ops.values()) {
    const [condition, no, yes] = args as [Value, Value, Value];
    const test = op === "select" ? ops.get(condition) : undefined;
    if (test?.op !== "eq" || !zeros.has(test.args[1]!) || !zeros.has(no))
      continue;
    const inner = guardedIn(yes, ops, uses);
    if (inner?.args[0] === test.args[0]) spare.add(inner!.results[0]!);
  }
  return rewrite(fn, {
    instr: (instr) =>
      instr.kind === "op" && spare.has(instr.results[0]!)
        ? { instrs: [{ ...instr, op: unguarded.get(instr.op)! }] }
        : undefined,
  });
}

const unguarded: ReadonlyMap<OpName, OpName> = new Map([
  ["guardDiv", "div"],
  ["guardMul", "mul"],
]);

/** The guarded quotient, or product, that a product begins with, if nobody else looks at it. */
function guardedIn(
  value: Value,
  ops: ReadonlyMap<Value, OpInstr>,
  uses: ReadonlyMap<Value, number>,
): OpInstr | undefined {
  const made = ops.get(value);
  if (made === undefined || uses.get(value) !== 1) return undefined;
  if (unguarded.has(made.op)) return made;
  return made.op === "mul" || made.op === "neg"
    ? guardedIn(made.args[0]!, ops, uses)
    : undefined;
}
