import type { Activity } from "../analysis/activity.js";
import { find, type MemoryNode } from "../analysis/memoryGraph.js";
import { RegionBuilder } from "../ir/builder.js";
import type { Func, Instr, Param, Value } from "../ir/ir.js";
import { gradTy } from "../ir/shapes.js";
import { isNum, isRef, num } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { augmentBody, twinOrZero } from "./augment.js";
import { sweepBack, takeCotangent } from "./backward.js";
import { callersOwn } from "./callersOwn.js";
import { asReturned } from "./asReturned.js";
import type { Environment } from "./environment.js";
import {
  gradientRecord,
  gradientRecordTy,
  newRecord,
  type Reported,
  reportedParams,
  reportedTy,
  reportGradient,
} from "./gradients.js";
import { needTwin } from "./need.js";
import { enter, mustCopyResult } from "./prologue.js";
import { contribute, newScope, type Scope } from "./scope.js";
import { forwardAugmenter } from "./forwardSweep.js";
import { planSweep } from "./sweep.js";
import type { SweepState } from "./sweepState.js";
import { notesOf } from "./sweepNotes.js";
import type { Entry } from "../ir/program.js";

/**
 * Reverse mode of an annotated function: forward sweep and backward sweep in one body.
 * The backward sweep is built first, since it decides what the forward sweep keeps for it.
 */
export function reverseEntry(
  environment: Environment,
  activity: Activity,
  entry: Entry,
  name: string,
  mode: "grad" | "vjp",
  gives: "both" | "into" | "grad" = "both",
): Func {
  const { fn } = activity;
  const { state, built } = planSweep(environment, activity, false, (one) =>
    buildBackward(one, mode),
  );
  const { scope, cotangent } = built;
  environment.notes.set(name, notesOf(state));
  const backward = scope.builder;
  const [result] = fn.body.yields as [Value];
  const forward = new RegionBuilder(state.ids, fn.span);
  const params = enter(activity, forward);
  const augmenter = forwardAugmenter(state);
  const wanted = reportedParams(fn.params, entry.wrt);
  const out =
    gives === "into"
      ? state.ids.fresh(gradientRecordTy(wanted), "out")
      : undefined;
  const kept = out && callersOwn(activity, wanted, out);
  for (const [i, param] of fn.params.entries()) {
    if (kept?.take(param, params[i]!.value, state, forward) === true) continue;
    if (state.twins.has(param.value))
      forward.emit({
        kind: "struct",
        what: "zeros",
        ...forward.plain([param.value], [state.twins.of(param.value)]),
      });
  }
  augmentBody(fn.body, forward, augmenter);
  const value = ownValue(state, result, forward);
  const slopes = wanted.flatMap((reported) => {
    const { param } = reported;
    // The shape is that of the argument as it came, not of the copy, which the function may have changed.
    const primal = param.effective ?? params[fn.params.indexOf(param)]!.value;
    if (kept?.isTaken(param) === true) {
      kept.give(param, primal, backward);
      return [];
    }
    const slope = slopeOf(state, scope, reported);
    if (kept?.write(reported, slope, backward) === true) return [];
    // a default may be (a part of) another parameter: `y = x`
    const shared = param.effective !== undefined;
    const ty = reportedTy(reported);
    const given = reportGradient(backward, ty, primal, slope, shared);
    return [[param.name, given] as const];
  });
  if (out !== undefined) {
    for (const [field, slope] of slopes)
      backward.emit({
        kind: "setField",
        field,
        ...backward.plain([out, slope], []),
      });
    const all = [...tapeStart(state), ...forward.body, ...backward.body];
    return derivedFunc(name, fn, params, out, {
      params: [],
      body: all,
      yields: [value],
    });
  }
  const grad = gradientRecord(
    backward,
    wanted,
    slopes.map(([, slope]) => slope),
  );
  const both = [
    ["value", asReturned(fn, entry, value, backward)],
    ["grad", grad],
  ] as const;
  const yielded = gives === "grad" ? grad : newRecord(backward, both);
  const body = [...tapeStart(state), ...forward.body, ...backward.body];
  return derivedFunc(name, fn, params, cotangent, {
    params: [],
    body,
    yields: [yielded],
  });
}

function buildBackward(
  state: SweepState,
  mode: "grad" | "vjp",
): { scope: Scope; cotangent: Value | undefined } {
  const { fn } = state.activity;
  const builder = new RegionBuilder(state.ids, fn.span);
  const scope = newScope("body", fn.body, undefined, builder, {
    kind: "direct",
  });
  const [result] = fn.body.yields as [Value];
  const cotangent =
    mode === "vjp"
      ? state.ids.fresh(gradTy(result.ty)!, "cotangent")
      : undefined;
  if (cotangent !== undefined) state.given.add(cotangent);
  seedResult(state, scope, result, cotangent);
  sweepBack(state, scope);
  return { scope, cotangent };
}

function tapeStart(state: SweepState): Instr[] {
  const tape = state.usedTape();
  if (tape === undefined) return [];
  const out = new RegionBuilder(state.ids, state.activity.fn.span);
  out.emit({ kind: "newTape", ...out.plain([], [tape]) });
  return out.body;
}

function seedResult(
  state: SweepState,
  scope: Scope,
  result: Value,
  cotangent: Value | undefined,
): void {
  const { activity } = state;
  if (isNum(result.ty)) {
    if (!activity.isActive(result)) return;
    const seed =
      cotangent === undefined
        ? scope.builder.constant(1)
        : numberOf(cotangent, scope.builder);
    if (cotangent === undefined) state.seeds.set(seed, 1);
    contribute(scope, result, state.positions.home(result), seed);
  } else if (cotangent !== undefined && activity.needsShadow(result)) {
    const shadow = needTwin(state, scope, result);
    scope.builder.emit({
      kind: "struct",
      what: "addSeed",
      ...scope.builder.plain([shadow, cotangent], []),
    });
  }
}

/** 0 for a cotangent that is missing, as the result may be. */
function numberOf(cotangent: Value, out: RegionBuilder): Value {
  if (cotangent.ty.kind !== "maybe") return cotangent;
  const isMissing = out.op("isNil", [cotangent]);
  const present = out.op("unwrap", [cotangent], { ty: num });
  return out.op("select", [isMissing, out.constant(0), present], { ty: num });
}

/** The value as the caller gets it: memory of its own, that the backward sweep does not put back. */
function ownValue(state: SweepState, result: Value, out: RegionBuilder): Value {
  if (!isRef(result.ty)) return result;
  const { fn, memory } = state.activity;
  // A callee's backward sweep puts back whatever the callee wrote outside of itself.
  const byCalls = new Set<MemoryNode>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "call")
      for (const { node } of memory.writes(instr)) byCalls.add(find(node));
  });
  const isPutBack = (node: MemoryNode): boolean =>
    state.reload.isUndone(node) || byCalls.has(find(node));
  if (!mustCopyResult(state.activity, result, isPutBack)) return result;
  const copy = out.ids.fresh(result.ty, "value");
  out.emit({ kind: "struct", what: "apart", ...out.plain([result], [copy]) });
  return copy;
}

/** The cotangent, or the shadow, that is reported for a parameter. */
function slopeOf(
  state: SweepState,
  scope: Scope,
  { param }: Reported,
): Value | undefined {
  const value = param.effective ?? param.value;
  if (isNum(value.ty))
    return param.effective === undefined
      ? takeCotangent(state, scope, value)
      : state.observed.get(value);
  if (state.activity.needsShadow(value)) return needTwin(state, scope, value);
  return twinOrZero(value, scope.builder, forwardAugmenter(state));
}

/** Puts a derivative function together; its parameters are the primal's, and one more in vjp and jvp. */
export function derivedFunc(
  name: string,
  fn: Func,
  params: readonly Param[],
  last: Value | undefined,
  body: Func["body"],
): Func {
  const all: Param[] =
    last === undefined
      ? [...params]
      : [...params.map(holdPlace), ownParam(last, fn)];
  return {
    name,
    params: all,
    body: { ...body, params: all.map((param) => param.value) },
    results: body.yields.map((value) => value.ty),
    span: fn.span,
  };
}

const ownParam = (value: Value, fn: Func): Param => ({
  name: value.hint ?? "last",
  value,
  optional: false,
  span: fn.span,
});

/** Where an argument follows, an optional parameter is `T | undefined` and holds its place, and `...xs` is one array. */
function holdPlace({ rest: _, ...param }: Param): Param {
  if (!param.optional || param.tsType === undefined)
    return { ...param, optional: false };
  const text = `${param.tsType.text} | undefined`;
  return { ...param, optional: false, tsType: { ...param.tsType, text } };
}
