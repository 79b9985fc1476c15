import type { RegionBuilder } from "../ir/builder.js";
import type { Param, Value } from "../ir/ir.js";
import { gradTy } from "../ir/shapes.js";
import {
  bare,
  type Field,
  fieldOf,
  isNum,
  maybe,
  num,
  recordOf,
  type RecordTy,
  type Ty,
} from "../ir/types.js";

/** The gradient record `{ w, b }` of an entry: one key for each parameter of `wrt`, shaped like it. */
export interface Reported {
  readonly param: Param;
  readonly paths: readonly (readonly string[])[];
}

/** The parameters that `wrt` names, in the order of the parameters, with the paths into each. */
export function reportedParams(
  params: readonly Param[],
  wrt: readonly (readonly string[])[],
): Reported[] {
  return params.flatMap((param) => {
    const paths = wrt
      .filter(([root]) => root === param.name)
      .map(([, ...rest]) => rest);
    return paths.length === 0 ? [] : [{ param, paths }];
  });
}

/** The gradient type of a parameter, cut down to the paths that were asked for. */
export function reportedTy({ param, paths }: Reported): Ty {
  const ty = gradTy(param.effective?.ty ?? param.value.ty)!;
  return paths.some((path) => path.length === 0) ? ty : restrict(ty, paths);
}

/** The type of the record that holds the gradients of several parameters. */
export const gradientRecordTy = (reported: readonly Reported[]): RecordTy =>
  recordOf(
    reported.map((one) => ({
      name: one.param.name,
      ty: reportedTy(one),
      ...mayBeAbsent(one),
    })),
  );

/** `y?: number`: where the argument is not there, its slope is not either. */
const mayBeAbsent = ({ param }: Reported): Pick<Field, "optional"> =>
  param.optional &&
  param.effective === undefined &&
  param.value.ty.kind === "maybe"
    ? { optional: true }
    : {};

/** A plain array of numbers whose shadow is what the user gets. */
export function isFlat(reported: Reported): boolean {
  const { param } = reported;
  const ty = param.value.ty;
  return (
    ty.kind === "array" &&
    isNum(ty.elem) &&
    ty.elem.kind === "num" &&
    ty.store !== "f32" &&
    param.effective === undefined
  );
}

function restrict(ty: Ty, paths: readonly (readonly string[])[]): Ty {
  if (ty.kind === "maybe") return maybe(restrict(ty.of, paths), ty.nil);
  if (ty.kind !== "record") return ty;
  const fields = ty.fields.flatMap((field): Field[] => {
    const below = paths
      .filter(([head]) => head === field.name)
      .map(([, ...rest]) => rest);
    if (below.length === 0) return [];
    return [
      below.some((path) => path.length === 0)
        ? field
        : { ...field, ty: restrict(field.ty, below) },
    ];
  });
  return recordOf(fields, ty.tuple, ty.called);
}

/**
 * What the user gets for one parameter: a number as it is; for a reference a value of its own. The shadow of a flat
 * array is private memory of the call already and is handed out itself, unless it may be another one's too: `shared`.
 */
export function reportGradient(
  out: RegionBuilder,
  ty: Ty,
  primal: Value,
  slope: Value | undefined,
  shared = false,
): Value {
  if (isNum(ty)) return reportNumber(out, ty, primal, slope ?? out.constant(0));
  const shadow = slope!;
  const parts = restrictedRecord(out, ty, primal, shadow, shared);
  if (parts !== undefined) return parts;
  if (
    !shared &&
    ty.kind === "array" &&
    isNum(ty.elem) &&
    ty.elem.kind === "num" &&
    ty.store !== "f32"
  ) {
    if (bare(primal.ty) === primal.ty && ty.fixed === undefined) return shadow;
  }
  const result = out.ids.fresh(ty);
  out.emit({
    kind: "struct",
    what: "gradOf",
    ...out.plain([shadow, primal], [result]),
  });
  return shared && isShallow(bare(ty)) ? copied(out, result) : result;
}

/** A reference to nothing but numbers: what is reported of it may be the shadow itself. */
const isShallow = (ty: Ty): boolean =>
  ty.kind === "array"
    ? isNum(ty.elem)
    : ty.kind === "record" && ty.fields.every((field) => isNum(field.ty));

function copied(out: RegionBuilder, value: Value): Value {
  const copy = out.ids.fresh(value.ty);
  out.emit({ kind: "struct", what: "copy", ...out.plain([value], [copy]) });
  return copy;
}

/** Only some fields were asked for: the record is put together from what is reported for each. */
function restrictedRecord(
  out: RegionBuilder,
  ty: Ty,
  primal: Value,
  shadow: Value,
  shared: boolean,
): Value | undefined {
  if (
    ty.kind !== "record" ||
    primal.ty.kind !== "record" ||
    shadow.ty.kind !== "record"
  )
    return undefined;
  if (
    ty.fields.length === shadow.ty.fields.length &&
    !ty.fields.some((field) => isRestricted(field.ty, shadow, field.name))
  )
    return undefined;
  const part = (owner: Value, name: string): Value => {
    const fieldTy =
      owner.ty.kind === "record" ? fieldOf(owner.ty, name)!.ty : num;
    const value = out.ids.fresh(fieldTy);
    out.emit({ kind: "getField", field: name, ...out.plain([owner], [value]) });
    return value;
  };
  // two fields of an argument may be one array
  const several = ty.fields.filter(({ ty: inner }) => !isNum(inner)).length > 1;
  const values = ty.fields.map((field) =>
    reportGradient(
      out,
      field.ty,
      part(primal, field.name),
      part(shadow, field.name),
      shared || several,
    ),
  );
  const result = out.ids.fresh(
    recordOf(
      ty.fields.map((field, i) => ({ ...field, ty: values[i]!.ty })),
      ty.tuple,
    ),
  );
  out.emit({ kind: "newRecord", ...out.plain(values, [result]) });
  return result;
}

function isRestricted(ty: Ty, shadow: Value, name: string): boolean {
  const inner =
    shadow.ty.kind === "record" ? fieldOf(shadow.ty, name)?.ty : undefined;
  const [a, b] = [bare(ty), inner && bare(inner)];
  return (
    a.kind === "record" &&
    b?.kind === "record" &&
    a.fields.length !== b.fields.length
  );
}

/** The record of the slopes of several parameters, in their order. */
export function gradientRecord(
  out: RegionBuilder,
  reported: readonly Reported[],
  values: readonly Value[],
): Value {
  const fields = reported.map((one, k) => ({
    name: one.param.name,
    ty: values[k]!.ty,
    ...mayBeAbsent(one),
  }));
  const result = out.ids.fresh(recordOf(fields));
  out.emit({ kind: "newRecord", ...out.plain(values, [result]) });
  return result;
}

/** An absent optional gives an absent entry. */
function reportNumber(
  out: RegionBuilder,
  ty: Ty,
  primal: Value,
  slope: Value,
): Value {
  if (ty.kind !== "maybe" || primal.ty.kind !== "maybe") return slope;
  const isAbsent = out.op("isNil", [primal]);
  const present = out.op("wrap", [slope], { ty });
  const absent =
    ty.nil === "both"
      ? primal
      : out.constant(ty.nil === "null" ? null : undefined, ty);
  return out.op("select", [isAbsent, absent, present], { ty });
}

export function newRecord(
  out: RegionBuilder,
  fields: readonly (readonly [string, Value])[],
  hint?: string,
): Value {
  const ty = recordOf(fields.map(([name, value]) => ({ name, ty: value.ty })));
  const result = out.ids.fresh(ty, hint);
  out.emit({
    kind: "newRecord",
    ...out.plain(
      fields.map(([, value]) => value),
      [result],
    ),
  });
  return result;
}
