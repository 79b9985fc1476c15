import type { Activity } from "../analysis/activity.js";
import { find } from "../analysis/memoryGraph.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { CallInstr, Value } from "../ir/ir.js";
import { isRef, num } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { type Augmenter, zeroTwin } from "./augment.js";
import { give, takeCotangent } from "./backward.js";
import type { Environment } from "./environment.js";
import { need, needTwin } from "./need.js";
import { splitVariant, type Variant } from "./reverseSplit.js";
import type { Scope } from "./scope.js";
import type { SweepState } from "./sweepState.js";

/**
 * Calls in reverse mode: the forward sweep calls the callee's forward function, the backward sweep its backward
 * function; the callee's primal runs once. A callee that has nothing active and writes nothing visible is called as it is.
 */
export function forwardCall(
  state: SweepState,
  call: CallInstr,
  out: RegionBuilder,
  at: Augmenter,
): void {
  const variant = variantOf(state, call);
  if (variant === undefined) {
    state.environment.primals.add(call.callee);
    out.emit(call);
    zerosForResults(call, new Set(), out, at);
    return;
  }
  const shadows = variant.shadowParams.map((i) =>
    twinOf(call.args[i]!, out, at),
  );
  const resultTwins = variant.shadowResults.map((i) =>
    at.twins.of(call.results[i]!),
  );
  const tape = variant.usesTape ? [state.tape()] : [];
  out.emit({
    ...call,
    callee: variant.forward,
    args: [...call.args, ...shadows, ...tape],
    results: [...call.results, ...resultTwins],
  });
  zerosForResults(call, new Set(variant.shadowResults), out, at);
}

function twinOf(value: Value, out: RegionBuilder, at: Augmenter): Value {
  return at.twins.has(value)
    ? at.twins.of(value)
    : zeroTwin(value, at.twins.of(value).ty, out);
}

/** Fresh memory that only the caller makes active gets its shadow here. */
export function zerosForResults(
  call: CallInstr,
  done: ReadonlySet<number>,
  out: RegionBuilder,
  at: Augmenter,
): void {
  call.results.forEach((result, i) => {
    if (done.has(i) || !at.twins.has(result) || !isRef(result.ty)) return;
    out.emit({
      kind: "struct",
      what: "zeros",
      ...out.plain([result], [at.twins.of(result)]),
    });
  });
}

export function backwardCall(
  state: SweepState,
  scope: Scope,
  call: CallInstr,
): void {
  const variant = variantOf(state, call);
  const cotangentOf = (i: number): Value | undefined => {
    const result = call.results[i]!;
    return state.activity.isActive(result)
      ? takeCotangent(state, scope, result)
      : undefined;
  };
  if (variant === undefined) return;
  const cotangents = variant.activeResults.map(cotangentOf);
  if (variant.backward === undefined) return;
  const out = scope.builder;
  const primals = variant.backwardParams.map((i) =>
    need(state, scope, call.args[i]!),
  );
  const shadows = variant.backwardShadows.map((i) => {
    const arg = call.args[i]!;
    return state.twins.has(arg)
      ? needTwin(state, scope, arg)
      : zeroTwin(need(state, scope, arg), state.twins.of(arg).ty, out);
  });
  const seeds = cotangents.map((value) => value ?? out.constant(0));
  const tape = variant.usesTape ? [state.tape()] : [];
  const results = variant.activeParams.map((i) =>
    out.ids.fresh(num, hintFor(call.args[i]!)),
  );
  out.emit({
    ...call,
    callee: variant.backward,
    args: [...primals, ...shadows, ...seeds, ...tape],
    results,
  });
  variant.activeParams.forEach((i, n) =>
    give(state, scope, call.args[i]!, results[n]),
  );
}

const hintFor = (value: Value): string | undefined =>
  value.hint === undefined ? undefined : `b${value.hint}`;

function variantOf(state: SweepState, call: CallInstr): Variant | undefined {
  const activity = state.activity.ofCall(call);
  return isTouched(activity, state.environment)
    ? splitVariant(state.environment, activity)
    : undefined;
}

/** Does a call in this context take part in the derivative, or write memory that its caller sees? */
export function isTouched(
  activity: Activity,
  environment: Environment,
): boolean {
  const { fn } = activity;
  if (writesOutside(fn.name, environment)) return true;
  return hasActive(activity);
}

export function hasActive(activity: Activity): boolean {
  const values = [...activity.fn.body.params, ...activity.fn.body.yields];
  return values.some(
    (value) => activity.isActive(value) || activity.needsShadow(value),
  );
}

function writesOutside(name: string, environment: Environment): boolean {
  const fn = environment.funcs.get(name)!;
  const memory = environment.memories.get(name)!;
  let found = false;
  eachInstr(fn.body, (instr) => {
    if (memory.writes(instr).some(({ node }) => memory.outside.has(find(node))))
      found = true;
  });
  return found;
}
