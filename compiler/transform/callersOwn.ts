import type { Activity } from "../analysis/activity.js";
import {
  find,
  lengthCell,
  type MemoryNode,
  reachable,
} from "../analysis/memoryGraph.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { Param, Value } from "../ir/ir.js";
import { gradTy, shadowTy } from "../ir/shapes.js";
import { isRef, num, sameTy, type Ty } from "../ir/types.js";
import { isFlat, type Reported, reportedTy } from "./gradients.js";
import type { SweepState } from "./sweepState.js";

/**
 * How `fValueAndGradInto` leaves the gradient of a parameter in the record of its caller:
 *
 * - `flat` the shadow of a flat array is kept in the caller's array
 * - `nested` so is the shadow of arrays in arrays, in records, of records, where the caller's value is built like the
 *   argument and no object is reached twice, which is seen at run time; else the entry is replaced
 * - `fields` the numbers of a flat record are written at the end: until then they are locals
 * - `replaced` the entry is replaced: numbers, and what may be missing or is rounded
 */
export type Kept = "flat" | "nested" | "fields" | "replaced";

export function howKept(activity: Activity, reported: Reported): Kept {
  const { param, paths } = reported;
  if (isFlat(reported)) return "flat";
  const { ty } = param.value;
  if (!isRef(ty) || param.effective !== undefined) return "replaced";
  const grad = reportedTy(reported);
  if (isOfFields(grad)) return "fields";
  const isWhole = paths.some((path) => path.length === 0);
  const shadow = shadowTy(ty);
  return isWhole &&
    isSolid(ty) &&
    shadow !== undefined &&
    sameTy(grad, shadow) &&
    activity.needsShadow(param.value) &&
    !isRebuilt(activity, param.value)
    ? "nested"
    : "replaced";
}

/** Numbers in a record, all of them there. */
const isOfFields = (ty: Ty): boolean =>
  ty.kind === "record" &&
  ty.fields.every(
    (field) => field.optional !== true && field.ty.kind === "num",
  );

/** Nothing that has a slope may be missing in it. */
function isSolid(ty: Ty): boolean {
  if (ty.kind === "array") return isSolid(ty.elem);
  if (ty.kind !== "record") return ty.kind === "num";
  // where its numbers are, is not known before it is gone through
  if (ty.recursive) return false;
  return ty.fields.every(
    (field) =>
      gradTy(field.ty) === undefined ||
      (field.optional !== true && isSolid(field.ty)),
  );
}

/** Does the function change the lengths of the argument's arrays, or which of its parts are where? */
function isRebuilt({ memory }: Activity, value: Value): boolean {
  const isChanged = (node: MemoryNode): boolean =>
    [...node.written].some(
      (cell) => cell === lengthCell || find(node).children.has(cell),
    );
  return [...reachable(memory.nodeOf(value))].some(isChanged);
}

/** What the record of the caller is used for, parameter by parameter. */
export interface CallersOwn {
  /** Has the shadow of a parameter kept in the record, if it can be. */
  take(
    param: Param,
    argument: Value,
    state: SweepState,
    out: RegionBuilder,
  ): boolean;
  isTaken(param: Param): boolean;
  /** Puts into the record what is not there yet of such a shadow. */
  give(param: Param, argument: Value, out: RegionBuilder): void;
  /** Writes numbers into a record in the record, if that is what there is to do. */
  write(
    reported: Reported,
    slope: Value | undefined,
    out: RegionBuilder,
  ): boolean;
}

export function callersOwn(
  activity: Activity,
  wanted: readonly Reported[],
  record: Value,
): CallersOwn {
  const kept = new Map(
    wanted.map((one) => [one.param, howKept(activity, one)]),
  );
  const nested = new Map<Param, { shadow: Value; own: Value }>();
  return {
    take: (param, argument, state, out) => {
      const how = kept.get(param);
      if (how !== "flat" && how !== "nested") return false;
      const shadow = state.twins.of(param.value);
      const hint = how === "nested" ? "own" : param.name;
      const own = fieldOf(record, param.name, shadow.ty, out, hint);
      out.emit({
        kind: "struct",
        what: how === "flat" ? "into" : "shadowIn",
        ...out.plain([own, how === "flat" ? param.value : argument], [shadow]),
      });
      if (how === "nested") {
        clearNumbers(shadow, out);
        nested.set(param, { shadow, own });
      }
      return true;
    },
    isTaken: (param) => ["flat", "nested"].includes(kept.get(param)!),
    give: (param, argument, out) => {
      const pair = nested.get(param);
      if (pair === undefined) return;
      out.emit({
        kind: "struct",
        what: "deliver",
        text: param.name,
        ...out.plain([pair.shadow, argument, pair.own, record], []),
      });
    },
    write: (reported, slope, out) => {
      const { param } = reported;
      if (kept.get(param) !== "fields" || slope === undefined) return false;
      const own = fieldOf(record, param.name, reportedTy(reported), out);
      writeFields(own, slope, out);
      return true;
    },
  };
}

/** Sets what is no element of a flat array to 0: where the type is known, that is a few stores. */
function clearNumbers(shadow: Value, out: RegionBuilder): void {
  const { ty } = shadow;
  if (!holdsLooseNumbers(ty)) return;
  if (ty.kind === "record")
    for (const field of ty.fields) {
      if (field.ty.kind === "num")
        setField(shadow, field.name, out.constant(0), out);
      else if (holdsLooseNumbers(field.ty))
        clearNumbers(fieldOf(shadow, field.name, field.ty, out), out);
    }
  if (ty.kind !== "array") return;
  const length = out.ids.fresh(num);
  out.emit({ kind: "length", ...out.plain([shadow], [length]) });
  const index = out.ids.fresh(num, "i");
  const body = out.child();
  const part = body.ids.fresh(ty.elem);
  body.emit({
    kind: "load",
    inBounds: true,
    ...body.plain([shadow, index], [part]),
  });
  clearNumbers(part, body);
  out.emit({
    kind: "for",
    test: "<",
    step: 1,
    breaks: false,
    args: [out.constant(0), length],
    results: [],
    regions: [body.finish([index], [])],
    span: out.span,
  });
}

/** Numbers that are no elements of arrays. */
function holdsLooseNumbers(ty: Ty): boolean {
  if (ty.kind === "array") return holdsLooseNumbers(ty.elem);
  return (
    ty.kind === "record" &&
    ty.fields.some(
      (field) => field.ty.kind === "num" || holdsLooseNumbers(field.ty),
    )
  );
}

/** Writes the numbers of a shadow into the fields of the caller's record. */
function writeFields(own: Value, shadow: Value, out: RegionBuilder): void {
  if (own.ty.kind !== "record") return;
  for (const { name } of own.ty.fields)
    setField(own, name, fieldOf(shadow, name, num, out), out);
}

function fieldOf(
  owner: Value,
  name: string,
  ty: Ty,
  out: RegionBuilder,
  hint = name,
): Value {
  const result = out.ids.fresh(ty, hint);
  out.emit({ kind: "getField", field: name, ...out.plain([owner], [result]) });
  return result;
}

function setField(
  owner: Value,
  field: string,
  value: Value,
  out: RegionBuilder,
): void {
  out.emit({ kind: "setField", field, ...out.plain([owner, value], []) });
}
