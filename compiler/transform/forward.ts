import type { Activity } from "../analysis/activity.js";
import { type Positions, positionsOf } from "../analysis/positions.js";
import { idsAfter, RegionBuilder } from "../ir/builder.js";
import type { CallInstr, Func, Param, Value } from "../ir/ir.js";
import { gradTy } from "../ir/shapes.js";
import { type Field, isNum, maybe, num, recordOf } from "../ir/types.js";
import { type Augmenter, augmentBody, twinOrZero } from "./augment.js";
import { hasActive, zerosForResults } from "./calls.js";
import { asReturned } from "./asReturned.js";
import type { Environment } from "./environment.js";
import {
  newRecord,
  type Reported,
  reportedParams,
  reportedTy,
  reportGradient,
} from "./gradients.js";
import { enter } from "./prologue.js";
import { derivedFunc } from "./reverse.js";
import { plainParam } from "./reverseSplit.js";
import { newTwins } from "./shadows.js";
import type { Entry } from "../ir/program.js";

/** Forward mode of an annotated function: every active value beside its tangent. */
export function forwardEntry(
  environment: Environment,
  activity: Activity,
  entry: Entry,
  name: string,
): Func {
  const { fn } = activity;
  const at = tangentAugmenter(environment, activity);
  const out = new RegionBuilder(at.ids, fn.span);
  const reported = reportedParams(fn.params, entry.wrt);
  const fields = reported.map((one): Field => ({
    name: one.param.name,
    ty: maybe(reportedTy(one)),
    optional: true,
  }));
  const tangent = at.ids.fresh(recordOf(fields), "tangent");
  const params = enter(activity, out);
  seedParams(fn, reported, tangent, out, at);
  augmentBody(fn.body, out, at);
  const [result] = fn.body.yields as [Value];
  const twin = at.twins.has(result)
    ? at.twins.of(result)
    : zeroOf(result, out, at);
  const ty = gradTy(result.ty)!;
  const reportedTangent = reportGradient(out, ty, result, twin);
  const value = isNum(result.ty) ? result : copied(result, out);
  const yielded = newRecord(out, [
    ["value", asReturned(fn, entry, value, out)],
    ["tangent", reportedTangent],
  ]);
  return derivedFunc(name, fn, params, tangent, out.finish([], [yielded]));
}

function copied(value: Value, out: RegionBuilder): Value {
  const copy = out.ids.fresh(value.ty, "value");
  out.emit({ kind: "struct", what: "apart", ...out.plain([value], [copy]) });
  return copy;
}

const zeroOf = (value: Value, out: RegionBuilder, at: Augmenter): Value =>
  twinOrZero(value, out, at);

/** Gives the parameters their tangents; a missing key is zero. */
function seedParams(
  fn: Func,
  reported: readonly Reported[],
  tangent: Value,
  out: RegionBuilder,
  at: TangentAugmenter,
): void {
  for (const param of fn.params) {
    const isReported = reported.find((one) => one.param === param);
    const value = param.value;
    const { effective } = param;
    if (
      effective !== undefined &&
      isReported !== undefined &&
      at.twins.has(effective)
    ) {
      const seed = isNum(effective.ty) ? seedNumber : fieldOfTangent;
      at.defaulted.set(effective, () => seed(param, tangent, out));
    }
    if (!at.twins.has(value)) continue;
    const twin = at.twins.of(value);
    if (effective !== undefined && isNum(effective.ty)) {
      out.emit({ kind: "const", value: 0, ...out.plain([], [twin]) });
    } else if (isReported === undefined || effective !== undefined) {
      out.emit({
        kind: "struct",
        what: "zeros",
        ...out.plain([value], [twin]),
      });
    } else if (isNum(value.ty)) {
      const given = seedNumber(param, tangent, out);
      out.emit({ kind: "op", op: "unwrap", ...out.plain([given], [twin]) });
    } else {
      const given = fieldOfTangent(param, tangent, out);
      out.emit({
        kind: "struct",
        what: "seed",
        ...out.plain([given, value], [twin]),
      });
    }
  }
}

function fieldOfTangent(
  param: Param,
  tangent: Value,
  out: RegionBuilder,
): Value {
  const ty =
    tangent.ty.kind === "record"
      ? tangent.ty.fields.find((f) => f.name === param.name)!.ty
      : num;
  const given = out.ids.fresh(ty);
  out.emit({
    kind: "getField",
    field: param.name,
    ...out.plain([tangent], [given]),
  });
  return given;
}

function seedNumber(param: Param, tangent: Value, out: RegionBuilder): Value {
  const given = fieldOfTangent(param, tangent, out);
  const isMissing = out.op("isNil", [given]);
  return out.op(
    "select",
    [isMissing, out.constant(0), out.op("unwrap", [given], { ty: num })],
    { ty: num },
  );
}

interface TangentAugmenter extends Augmenter {
  readonly ids: ReturnType<typeof idsAfter>;
  /** Tangents that a caller gives for a parameter with a default, added where the value is defined. */
  readonly defaulted: Map<Value, () => Value>;
}

function tangentAugmenter(
  environment: Environment,
  activity: Activity,
): TangentAugmenter {
  const ids = idsAfter(activity.fn);
  const positions = positionsOf(activity.fn);
  const twins = newTwins(activity, ids, "tangent");
  const augmenter: TangentAugmenter = {
    ids,
    defaulted: new Map(),
    activity,
    twins,
    mode: "tangent",
    known: (value) => knownNumber(positions, value),
    hooks: {
      before: () => undefined,
      atEnd: () => undefined,
      handedOut: () => [],
      countedIn: () => undefined,
      fused: () => undefined,
      trips: () => undefined,
      givenTangent: (value) => augmenter.defaulted.get(value),
      call: (call, out) => tangentCall(environment, augmenter, call, out),
    },
  };
  return augmenter;
}

function knownNumber(positions: Positions, value: Value): number | undefined {
  const instr = positions.definition(value);
  if (instr?.kind !== "const" && instr?.kind !== "global") return undefined;
  return typeof instr.value === "number" ? instr.value : undefined;
}

/** A callee with active values becomes a function that takes and gives their tangents beside them. */
function tangentCall(
  environment: Environment,
  at: TangentAugmenter,
  call: CallInstr,
  out: RegionBuilder,
): void {
  const callee = at.activity.ofCall(call);
  if (!hasActive(callee)) {
    environment.primals.add(call.callee);
    out.emit(call);
    zerosForResults(call, new Set(), out, at);
    return;
  }
  const variant = tangentVariant(environment, callee);
  const twins = variant.params.map((i) => twinOrZero(call.args[i]!, out, at));
  const results = variant.results.map((i) => at.twins.of(call.results[i]!));
  out.emit({
    ...call,
    callee: variant.name,
    args: [...call.args, ...twins],
    results: [...call.results, ...results],
  });
  zerosForResults(call, new Set(variant.results), out, at);
}

interface TangentVariant {
  readonly name: string;
  /** Which parameters and results have twins. */
  readonly params: readonly number[];
  readonly results: readonly number[];
}

function tangentVariant(
  environment: Environment,
  activity: Activity,
): TangentVariant {
  const key = `forward ${activity.key}`;
  const known = environment.variants.get(key) as TangentVariant | undefined;
  if (known !== undefined) return known;
  const { fn } = activity;
  const at = tangentAugmenter(environment, activity);
  const withTwin = (values: readonly Value[]): number[] =>
    values.flatMap((value, i) => (at.twins.has(value) ? [i] : []));
  const variant: TangentVariant = {
    name: environment.uniqueName(`${fn.name}Tangent`),
    params: withTwin(fn.body.params),
    results: withTwin(fn.body.yields),
  };
  environment.variants.set(key, variant);
  const out = new RegionBuilder(at.ids, fn.span);
  augmentBody(fn.body, out, at);
  const twinParams = variant.params.map((i) => at.twins.of(fn.body.params[i]!));
  const yields = [
    ...fn.body.yields,
    ...variant.results.map((i) => at.twins.of(fn.body.yields[i]!)),
  ];
  const func: Func = {
    name: variant.name,
    params: [
      ...fn.params.map((param) => ({
        ...plainParam(param.value, fn),
        name: param.name,
      })),
      ...twinParams.map((value) => plainParam(value, fn)),
    ],
    body: out.finish([...fn.body.params, ...twinParams], yields),
    results: yields.map((value) => value.ty),
    span: fn.span,
  };
  environment.helpers.set(variant.name, environment.clean(func));
  return variant;
}
