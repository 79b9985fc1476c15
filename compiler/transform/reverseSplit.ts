import type { Activity } from "../analysis/activity.js";
import { RegionBuilder } from "../ir/builder.js";
import type { Func, Param, Value } from "../ir/ir.js";
import { isNum } from "../ir/types.js";
import { useCounts } from "../ir/visit.js";
import { augmentBody, twinOrZero } from "./augment.js";
import { popFrame, sweepBack, takeCotangent } from "./backward.js";
import type { Environment } from "./environment.js";
import { contribute, type Frame, newScope, type Scope } from "./scope.js";
import { forwardAugmenter } from "./forwardSweep.js";
import { planSweep } from "./sweep.js";
import type { SweepState } from "./sweepState.js";
import { notesOf } from "./sweepNotes.js";

/**
 * The two functions that a call becomes in reverse mode, for one context of activity. Indices are positions among the
 * primal's parameters and results.
 *
 * forward:  primal parameters, shadows of `shadowParams`, tape -> primal results, shadows of `shadowResults`
 * backward: `backwardParams`, shadows of `backwardShadows`, cotangents of `activeResults`, tape
 *           -> cotangents of `activeParams`
 */
export interface Variant {
  readonly forward: string;
  /** Undefined where the backward function would do nothing. */
  readonly backward: string | undefined;
  readonly shadowParams: readonly number[];
  readonly shadowResults: readonly number[];
  readonly backwardParams: readonly number[];
  readonly backwardShadows: readonly number[];
  readonly activeParams: readonly number[];
  readonly activeResults: readonly number[];
  readonly usesTape: boolean;
}

const indices = (
  values: readonly Value[],
  test: (value: Value) => boolean,
): number[] => values.flatMap((value, i) => (test(value) ? [i] : []));

export function splitVariant(
  environment: Environment,
  activity: Activity,
): Variant {
  const key = `reverse ${activity.key}`;
  const known = environment.variants.get(key) as Variant | undefined;
  if (known !== undefined) {
    if (environment.building.has(key)) environment.recursive.add(key);
    return known;
  }
  const { fn } = activity;
  const params = fn.body.params;
  const shadowParams = indices(params, activity.needsShadow);
  const widest: Variant = {
    forward: environment.uniqueName(`${fn.name}Forward`),
    backward: environment.uniqueName(`${fn.name}Backward`),
    shadowParams,
    shadowResults: indices(fn.body.yields, activity.needsShadow),
    backwardParams: params.map((_, i) => i),
    backwardShadows: shadowParams,
    activeParams: indices(params, activity.isActive),
    activeResults: indices(fn.body.yields, activity.isActive),
    usesTape: true,
  };
  // Seen by a recursive call while the functions are still being built.
  environment.variants.set(key, widest);
  environment.building.add(key);
  const built = buildSplit(environment, activity, widest, key);
  environment.building.delete(key);
  environment.variants.set(key, built);
  return built;
}

function buildSplit(
  environment: Environment,
  activity: Activity,
  variant: Variant,
  key: string,
): Variant {
  const { state, built } = planSweep(environment, activity, true, (one) =>
    buildBackward(one, variant),
  );
  environment.notes.set(variant.forward, notesOf(state));
  const backward = environment.clean(built.func);
  const forward = environment.clean(buildForward(state, variant));
  const tape = state.tape();
  const isFixed = environment.recursive.has(key);
  const counts = useCounts(backward);
  const isUsed = (value: Value): boolean =>
    isFixed || (counts.get(value) ?? 0) > 0;
  const usesTape =
    isFixed || isUsed(tape) || (useCounts(forward).get(tape) ?? 0) > 0;
  const dropped = new Set(
    [...built.primals, ...built.shadows].filter((value) => !isUsed(value)),
  );
  if (!usesTape) dropped.add(tape);
  const isIdle =
    !isFixed &&
    backward.body.body.length === 0 &&
    variant.activeParams.length === 0;
  const shape = (func: Func): Func =>
    withParams(func, (value) => !dropped.has(value));
  environment.helpers.set(variant.forward, shape(forward));
  if (!isIdle) environment.helpers.set(variant.backward!, shape(backward));
  return {
    ...variant,
    backwardParams: variant.backwardParams.filter((_, n) =>
      isUsed(built.primals[n]!),
    ),
    backwardShadows: variant.backwardShadows.filter((_, n) =>
      isUsed(built.shadows[n]!),
    ),
    usesTape,
    backward: isIdle ? undefined : variant.backward,
  };
}

function withParams(func: Func, keep: (value: Value) => boolean): Func {
  return {
    ...func,
    params: func.params.filter((param) => keep(param.value)),
    body: { ...func.body, params: func.body.params.filter(keep) },
  };
}

export function plainParam(value: Value, func: Func): Param {
  return { name: value.hint ?? "x", value, optional: false, span: func.span };
}

function buildBackward(
  state: SweepState,
  variant: Variant,
): { func: Func; primals: Value[]; shadows: Value[] } {
  const { fn } = state.activity;
  const builder = new RegionBuilder(state.ids, fn.span);
  const frame: Frame = { kind: "tape", saved: new Map() };
  state.frames.set(fn.body, frame);
  const scope = newScope("body", fn.body, undefined, builder, frame);
  const copyOf = (value: Value): Value => {
    const copy = state.ids.fresh(value.ty, value.hint);
    scope.available.set(value, copy);
    return copy;
  };
  const primals = variant.backwardParams.map((i) => copyOf(fn.body.params[i]!));
  const shadows = variant.backwardShadows.map((i) =>
    copyOf(twinAt(state, fn.body.params[i]!)),
  );
  const seeds = variant.activeResults.map((i) =>
    seed(state, scope, fn.body.yields[i]!),
  );
  sweepBack(state, scope);
  const results = variant.activeParams.map(
    (i) =>
      takeCotangent(state, scope, fn.body.params[i]!) ?? builder.constant(0),
  );
  popFrame(state, scope);
  const params = [...primals, ...shadows, ...seeds, state.tape()];
  const func: Func = {
    name: variant.backward!,
    params: params.map((value) => plainParam(value, fn)),
    body: builder.finish(params, results),
    results: results.map((value) => value.ty),
    span: fn.span,
  };
  return { func, primals, shadows };
}

function twinAt(state: SweepState, value: Value): Value {
  const twin = state.twins.of(value);
  state.homes.set(twin, state.activity.fn.body);
  return twin;
}

function seed(state: SweepState, scope: Scope, result: Value): Value {
  const hint = result.hint === undefined ? "seed" : `b${result.hint}`;
  const value = state.ids.fresh({ kind: "num" }, hint);
  if (isNum(result.ty))
    contribute(scope, result, state.positions.home(result), value);
  return value;
}

function buildForward(state: SweepState, variant: Variant): Func {
  const { fn } = state.activity;
  const out = new RegionBuilder(state.ids, fn.span);
  const augmenter = forwardAugmenter(state);
  augmentBody(fn.body, out, augmenter);
  const twins = variant.shadowParams.map((i) =>
    state.twins.of(fn.body.params[i]!),
  );
  const yields = [
    ...fn.body.yields,
    ...variant.shadowResults.map((i) =>
      twinOrZero(fn.body.yields[i]!, out, augmenter),
    ),
  ];
  const params = [...fn.body.params, ...twins, state.tape()];
  return {
    name: variant.forward,
    params: [
      ...fn.params.map((param) => ({
        ...plainParam(param.value, fn),
        name: param.name,
      })),
      ...[...twins, state.tape()].map((value) => plainParam(value, fn)),
    ],
    body: out.finish(params, yields),
    results: yields.map((value) => value.ty),
    span: fn.span,
  };
}
