import { integersOf } from "../analysis/integers.js";
import { type Ids, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Value, WhileInstr } from "../ir/ir.js";
import { eachInstr, replaceOperands, substitute } from "../ir/visit.js";
import { gainOf, type Range, rangeOf } from "./countedRange.js";
import {
  collect,
  constantOf,
  type Facts,
  type Guarded,
  guardedShape,
} from "./countedShape.js";
import { rewrite, type Rewriting } from "./rewrite.js";

/**
 * `while (i < n) { ...; i++ }` becomes a counted loop, which needs no count of its trips and no record of i. The loop's
 * test must compare the counter (or the counter and a constant) with something from outside the loop; the counter must be an
 * integer whatever the arguments, and gain the same constant in every trip that goes on.
 */
export function countLoops(fn: Func): Func {
  const facts: Facts = {
    integers: integersOf(fn),
    constants: new Map(),
    naturals: new Set(),
    makers: new Map(),
  };
  eachInstr(fn.body, (instr) => collect(instr, facts));
  return rewrite(fn, {
    instr: (instr, ids, now) =>
      instr.kind === "while" ? counted(instr, facts, ids, now) : undefined,
  });
}

function counted(
  loop: WhileInstr,
  facts: Facts,
  ids: Ids,
  now: (value: Value) => Value,
): Rewriting | undefined {
  const guarded = guardedShape(loop, facts);
  if (guarded === undefined) return undefined;
  const params = loop.regions[0]!.params;
  const [again, ...next] = guarded.next;
  for (const [at, counter] of params.entries()) {
    if (!facts.integers.has(counter)) continue;
    const step = gainOf(counter, next[at]!, { value: again!, is: true }, facts);
    if (typeof step !== "number" || step === 0) continue;
    const range = rangeOf(guarded, counter, loop.args[at]!, step, facts);
    if (range !== undefined)
      return asFor(guarded, { counter, step, ...range }, facts, ids, now);
  }
  return undefined;
}

interface Counter extends Range {
  readonly counter: Value;
  readonly step: number;
}

function asFor(
  guarded: Guarded,
  range: Counter,
  facts: Facts,
  ids: Ids,
  now: (value: Value) => Value,
): Rewriting | undefined {
  const { loop, pre, trip, next, last, otherwise } = guarded;
  const { params } = loop.regions[0]!;
  const again = next[0]!;
  const breaks = constantOf(again, facts) !== true;
  const staysSame = params.every((param, i) => last[i + 1] === param);
  // After a break, what the last test would have computed was never computed.
  if (breaks && !staysSame) return undefined;

  const before = new RegionBuilder(ids, loop.span);
  const bound = boundBefore(before, range, facts, now);
  const inside = new RegionBuilder(ids, loop.span);
  const index = ids.fresh(range.counter.ty, range.counter.hint);
  const isIndex = substitute(new Map([[range.counter, index]]));
  for (const instr of trip) inside.emit(replaceOperands(instr, isIndex));
  const carried = next.slice(1).map(isIndex);
  const yields = breaks
    ? [inside.op("not", [isIndex(again)]), ...carried]
    : carried;
  const results = params.map(({ ty, hint }) => ids.fresh(ty, hint));
  const counted: ForInstr = {
    kind: "for",
    test: range.test,
    step: range.step,
    breaks,
    args: [loop.args[params.indexOf(range.counter)]!, bound, ...loop.args],
    results,
    regions: [inside.finish([index, ...params], yields)],
    span: loop.span,
  };
  const instrs = [...before.body, counted];
  if (staysSame) return { instrs, values: results };
  const after = new Map(params.map((param, i) => [param, results[i]!]));
  for (const instr of [...pre, ...otherwise]) {
    const copy = replaceOperands(instr, substitute(after));
    const made = instr.results.map(({ ty, hint }) => ids.fresh(ty, hint));
    instrs.push({ ...copy, results: made });
    instr.results.forEach((result, i) => after.set(result, made[i]!));
  }
  return { instrs, values: last.slice(1).map(substitute(after)) };
}

/**
 * i + 1 < n is i < n - 1 for integers; a bound that may not be one is first rounded to the integer that decides alike, since
 * n - 1 may round across it.
 */
function boundBefore(
  out: RegionBuilder,
  { test, bound, shift }: Range,
  facts: Facts,
  now: (value: Value) => Value,
): Value {
  const known = facts.constants.get(bound);
  if (known !== undefined && (shift === 0 || Number.isSafeInteger(known)))
    return out.constant(known - shift);
  // the counter of a loop before this one, which may have become another value
  const current = now(bound);
  if (shift === 0) return current;
  const rounding = test === "<" || test === ">=" ? "ceil" : "floor";
  const whole = facts.integers.has(bound)
    ? current
    : out.op(rounding, [current]);
  return out.op("sub", [whole, out.constant(shift)]);
}
