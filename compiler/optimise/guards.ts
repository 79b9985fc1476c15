import { finitePartialsOf } from "../analysis/finitePartials.js";
import type { Func, Instr, OpInstr, Value } from "../ir/ir.js";
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

/**
 * A slope of 0 stays one through a factor that is finite, or NaN only where the slope is NaN too: `t === 0 ? 0 : t * p`
 * becomes `t * p`. The one thing that may change is the sign of a 0. And the slope of a logarithm is NaN below 0 by itself
 * where it is made of that logarithm: `t / (x < 0 ? NaN : x)` becomes `t / x`.
 */
export function dropNeedlessGuards(fn: Func): Func {
  const partials = finitePartialsOf(fn);
  const domains = logarithmsOf(fn);
  const withoutDomain = ({ args }: OpInstr): readonly Value[] => {
    const [slope, by] = args as [Value, Value];
    const domain = domains.get(by);
    const isNeedless =
      domain?.values.some((log) => partials.isNaNWith(slope, log)) === true;
    return isNeedless ? [slope, domain!.of] : args;
  };
  return rewrite(fn, {
    instr: (instr) => {
      if (instr.kind !== "op") return undefined;
      const isQuotient = instr.op === "div" || instr.op === "guardDiv";
      const args = isQuotient ? withoutDomain(instr) : instr.args;
      const [slope, by] = args as [Value, Value];
      const isOpen =
        instr.op === "guardMul"
          ? partials.keepsZeroTimes(slope, by)
          : instr.op === "guardDiv" && partials.keepsZeroOver(slope, by);
      if (!isOpen && args === instr.args) return undefined;
      const op = isOpen ? unguarded.get(instr.op)! : instr.op;
      return { instrs: [{ ...instr, op, args }] };
    },
  });
}

/** Of `x < 0 ? NaN : x` the number x, and the values of its logarithm. */
interface Domain {
  readonly of: Value;
  readonly values: readonly Value[];
}

function logarithmsOf(fn: Func): ReadonlyMap<Value, Domain> {
  const makers = new Map<Value, Instr>();
  const logs = new Map<Value, Value[]>();
  const domains = new Map<Value, Domain>();
  const isConstant = (value: Value, wanted: number): boolean => {
    const maker = makers.get(value);
    return maker?.kind === "const" && Object.is(maker.value, wanted);
  };
  const isBelowZero = (condition: Value, x: Value): boolean => {
    const test = makers.get(condition);
    const isTest = test?.kind === "op" && test.op === "lt";
    return isTest && test.args[0] === x && isConstant(test.args[1]!, 0);
  };
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
    if (instr.kind !== "op") return;
    const [result] = instr.results as [Value];
    const [first, second, x] = instr.args as [Value, Value, Value];
    if (instr.op === "log")
      logs.set(first, [...(logs.get(first) ?? []), result]);
    if (
      instr.op === "select" &&
      isConstant(second, NaN) &&
      isBelowZero(first, x)
    )
      domains.set(result, { of: x, values: logs.get(x) ?? [] });
  });
  return domains;
}

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
