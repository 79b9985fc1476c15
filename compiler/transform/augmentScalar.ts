import type { RegionBuilder } from "../ir/builder.js";
import type { ConstInstr, GlobalInstr, OpInstr, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import { applySlope } from "../rules/algebra.js";
import { rules } from "../rules/rules.js";
import { type Augmenter, twinOrZero } from "./augment.js";
import { lazy, lazyAlgebra, type Lazy } from "./lazyAlgebra.js";

export function augmentScalar(
  instr: ConstInstr | GlobalInstr | OpInstr,
  out: RegionBuilder,
  at: Augmenter,
): void {
  out.emit(instr);
  const [result] = instr.results;
  if (result === undefined || !at.twins.has(result)) return;
  const twin = at.twins.of(result);
  if (instr.kind === "const") {
    // undefined, null or poison: the shadow of nothing is nothing
    out.emit({ ...instr, results: [twin] });
  } else if (instr.kind === "global") {
    out.emit({ kind: "struct", what: "zeros", ...out.plain([result], [twin]) });
  } else if (isRef(result.ty)) {
    const args =
      instr.op === "select"
        ? selectTwins(instr, out, at)
        : [twinOrZero(instr.args[0]!, out, at)];
    out.emit({ ...instr, args, results: [twin] });
  } else {
    defineAs(twin, tangentOf(instr, out, at), out);
  }
}

function selectTwins(
  instr: OpInstr,
  out: RegionBuilder,
  at: Augmenter,
): Value[] {
  const [condition, ...arms] = instr.args;
  return [condition!, ...arms.map((arm) => twinOrZero(arm, out, at))];
}

/** dz = sum of slope_i dx_i over the operands that vary. */
function tangentOf(instr: OpInstr, out: RegionBuilder, at: Augmenter): Value {
  const rule = rules[instr.op];
  const k = lazyAlgebra(out);
  const args = instr.args.map((arg) => lazy(() => arg, at.known(arg)));
  const result = lazy(() => instr.results[0]!);
  const terms: Lazy[] = [];
  instr.args.forEach((arg, i) => {
    if (rule.kind !== "smooth" || !at.twins.has(arg)) return;
    const tangent = lazy(() => at.twins.of(arg));
    const term = applySlope(k, tangent, rule.slope(k, args, result, i));
    if (term !== undefined) terms.push(term);
  });
  return addAll(
    terms.map((term) => term.get()),
    out,
  );
}

export function addAll(terms: readonly Value[], out: RegionBuilder): Value {
  const [first, ...rest] = terms;
  if (first === undefined) return out.constant(0);
  return rest.reduce((sum, term) => out.op("add", [sum, term]), first);
}

/** Gives a value that already has an identity the contents of another one. */
export function defineAs(
  target: Value,
  source: Value,
  out: RegionBuilder,
): void {
  const last = out.body.at(-1);
  if (
    last !== undefined &&
    last.results[0] === source &&
    last.results.length === 1
  ) {
    out.body[out.body.length - 1] = { ...last, results: [target] };
    return;
  }
  out.emit({ kind: "op", op: "unwrap", ...out.plain([source], [target]) });
}
