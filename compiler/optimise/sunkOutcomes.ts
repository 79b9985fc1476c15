import type { Instr, Value, ForInstr, Region, OpInstr } from "../ir/ir.js";
import { isArithmetic, isRead } from "./effects.js";
import type { Facts } from "./sinkSlopes.js";

/** What a result is where the slopes are 0: 0 again, or the other term of a sum. */
type Outcome = "zero" | Value;

export function note(
  result: Value,
  what: Outcome,
  zero: Set<Value>,
  sums: Map<Value, Value>,
): void {
  if (what === "zero") zero.add(result);
  else sums.set(result, sums.get(what) ?? what);
}

/**
 * What comes of an instruction's results where the slopes in `zero` are 0, if it does nothing else there: an addition to a
 * cell adds nothing, a loop of such additions is no loop. Undefined: something else.
 */
export function whatBecomes(
  instr: Instr,
  zero: ReadonlySet<Value>,
  sums: ReadonlyMap<Value, Value>,
  facts: Facts,
): readonly Outcome[] | undefined {
  if (instr.kind === "accum" || instr.kind === "accumField")
    return zero.has(instr.args.at(-1)!) ? [] : undefined;
  if (instr.kind === "for") return loopBecomes(instr, zero, sums, facts);
  if (instr.kind !== "op" || facts.exact.has(instr.results[0]!))
    return undefined;
  const outcome = opBecomes(instr, zero);
  return outcome && [outcome];
}

/** What carries a sum through the loop carries it as it came. */
function loopBecomes(
  loop: ForInstr,
  zero: ReadonlySet<Value>,
  sums: ReadonlyMap<Value, Value>,
  facts: Facts,
): readonly Outcome[] | undefined {
  const [body] = loop.regions as [Region];
  if (loop.breaks || loop.results.some((result) => facts.exact.has(result)))
    return undefined;
  const inner = { zero: new Set(zero), sums: new Map(sums) };
  let adds = false;
  for (const instr of body.body) {
    const outcome = whatBecomes(instr, inner.zero, inner.sums, facts);
    adds ||= outcome !== undefined && instr.kind !== "op";
    outcome?.forEach((what, i) =>
      note(instr.results[i]!, what, inner.zero, inner.sums),
    );
    if (outcome === undefined && !isArithmetic(instr) && !isRead(instr))
      return undefined;
  }
  const isSum = (yielded: Value, i: number): boolean =>
    yielded === body.params[i + 1] ||
    inner.sums.get(yielded) === body.params[i + 1];
  if (!adds || !body.yields.every(isSum)) return undefined;
  return loop.args.slice(2);
}

function opBecomes(
  instr: OpInstr,
  zero: ReadonlySet<Value>,
): Outcome | undefined {
  const [a, b] = instr.args as [Value, Value];
  switch (instr.op) {
    case "mul":
      return zero.has(a) || zero.has(b) ? "zero" : undefined;
    case "neg":
    case "div":
    case "guardMul":
    case "guardDiv":
      return zero.has(a) ? "zero" : undefined;
    case "add":
      if (zero.has(a)) return zero.has(b) ? "zero" : b;
      return zero.has(b) ? a : undefined;
    case "sub":
      if (!zero.has(b)) return undefined;
      return zero.has(a) ? "zero" : a;
    default:
      return undefined;
  }
}
