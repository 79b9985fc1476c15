import { idsAfter, type Ids } from "../ir/builder.js";
import type { Func, Instr, OpInstr, Region, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { eachInstr, keptBody, keptFunc, withRegions } from "../ir/visit.js";
import { exactValues, type Slopes } from "./exactValues.js";

/**
 * Slopes that are divided by the same number are multiplied with its reciprocal, which is computed once: a division takes as
 * long as several products. So is a slope that a loop divides by what does not change in it, since the reciprocal then moves
 * in front of the loop. Only slopes, which this may round once more: the value and whatever it depends on stay as they are.
 */
export function shareReciprocals(fn: Func, slopes: Slopes): Func {
  const exact = exactValues(fn, slopes);
  const ops = new Map<Value, OpInstr>();
  const nans = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "op") ops.set(instr.results[0]!, instr);
    if (instr.kind === "const" && Number.isNaN(instr.value))
      nans.add(instr.results[0]!);
  });
  const facts: Facts = { exact, ops, nans, ids: idsAfter(fn) };
  return keptFunc(fn, walk(fn.body, false, facts));
}

interface Facts {
  readonly exact: ReadonlySet<Value>;
  readonly ops: ReadonlyMap<Value, OpInstr>;
  readonly nans: ReadonlySet<Value>;
  readonly ids: Ids;
}

/** A number, or NaN where a condition holds: `x < 0 ? NaN : x`, the divisor in the slope of a logarithm. */
interface Divisor {
  readonly by: Value;
  readonly select?: OpInstr;
}

function divisorOf(instr: Instr, facts: Facts): Divisor | undefined {
  if (instr.kind !== "op" || (instr.op !== "div" && instr.op !== "guardDiv"))
    return undefined;
  if (facts.exact.has(instr.results[0]!)) return undefined;
  const [, by] = instr.args as [Value, Value];
  const select = facts.ops.get(by);
  return select?.op === "select" && facts.nans.has(select.args[1]!)
    ? { by: select.args[2]!, select }
    : { by };
}

function walk(region: Region, isLoop: boolean, facts: Facts): Region {
  const inside = new Set<Value>(region.params);
  const counts = new Map<Value, number>();
  for (const instr of region.body) {
    for (const result of instr.results) inside.add(result);
    const divisor = divisorOf(instr, facts);
    if (divisor !== undefined)
      counts.set(divisor.by, (counts.get(divisor.by) ?? 0) + 1);
  }
  const isWorth = (by: Value): boolean =>
    counts.get(by)! > 1 || (isLoop && !inside.has(by));
  const known = new Map<Value, Value>();
  const body = region.body.flatMap((instr): readonly Instr[] => {
    if (instr.regions.length > 0) {
      const isInner = instr.kind === "for" || instr.kind === "while";
      return [withRegions(instr, (one) => walk(one, isInner, facts))];
    }
    const divisor = divisorOf(instr, facts);
    if (divisor === undefined || !isWorth(divisor.by)) return [instr];
    return multiplied(instr as OpInstr, divisor, known, facts);
  });
  return keptBody(region, body);
}

function multiplied(
  instr: OpInstr,
  { by, select }: Divisor,
  known: Map<Value, Value>,
  { ids }: Facts,
): readonly Instr[] {
  const made: Instr[] = [];
  const plain = { regions: [], span: instr.span };
  let reciprocal = known.get(by);
  if (reciprocal === undefined) {
    const one = ids.fresh(num);
    reciprocal = ids.fresh(num);
    known.set(by, reciprocal);
    made.push(
      { kind: "const", value: 1, args: [], results: [one], ...plain },
      {
        kind: "op",
        op: "div",
        args: [one, by],
        results: [reciprocal],
        ...plain,
      },
    );
  }
  let factor = reciprocal;
  if (select !== undefined) {
    factor = ids.fresh(num);
    const args = [select.args[0]!, select.args[1]!, reciprocal];
    made.push({ ...select, args, results: [factor] });
  }
  const op = instr.op === "div" ? "mul" : "guardMul";
  return [...made, { ...instr, op, args: [instr.args[0]!, factor] }];
}
