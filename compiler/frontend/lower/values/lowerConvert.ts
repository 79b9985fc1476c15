import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  bare,
  fieldOf,
  type Field,
  type RecordTy,
  type Ty,
} from "../../../ir/types.js";
import { isKind, memberOf, tagField } from "../../classes.js";
import { coerce, standsFor } from "../lowerCoerce.js";
import { tagOf } from "../classes/lowerTags.js";
import { knownOf } from "../functions/lowerKnown.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, emit, type Site } from "../lowerSite.js";
import { getterField, refuseComputed } from "../functions/lowerWritten.js";

/**
 * One of several as a value that may be any of them, or the other way round: a new record with the fields that are
 * asked for. It is another object, so this is done only where nobody can tell: where the object has just been made, or
 * where none of its fields is ever assigned.
 */
export function convertRecord(
  site: Site,
  node: ts.Node,
  value: Value,
  want: RecordTy,
): Value | undefined {
  const { ty } = value;
  if (ty.kind !== "record" || ty.tuple !== want.tuple) return undefined;
  const { kept } = site.ctx;
  // another kind of functions, which has other words for them
  if (kept.isUsed && kept.kindOf(ty) !== kept.kindOf(want)) return undefined;
  if (!isConvertible(site, ty, want)) return undefined;
  // a copy of all that hangs below would be another tree
  if (ty.recursive && want.recursive) return undefined;
  const { classes } = site.ctx;
  const wanted = classes.instanceOf(want)?.symbol;
  const family = classes.familyOf(ty);
  const isNarrowed = family?.some(
    (one) => classes.instanceOf(one)?.symbol === wanted,
  );
  if (wanted !== undefined && isNarrowed !== true) return undefined;
  if (isStranger(site, ty, want)) return undefined;
  refuseSharing(site, node, ty, want);
  const args = want.fields.map((field) => {
    const own = fieldOf(ty, field.name);
    if (own === undefined)
      return field.name === tagField
        ? tagOfInstance(site, node, value)
        : constant(site, node, undefined, field.ty);
    if (isNarrowedAway(site, node, own.ty, field))
      return constant(site, node, undefined, field.ty);
    refuseComputed(site, node, ty, field.name);
    const part = emit(site, node, "getField", [value], own.ty, {
      field: field.name,
    });
    const known = knownOf(site, value)?.members?.get(field.name);
    if (known !== undefined) site.facts.known.set(part, known);
    return narrowed(site, node, coerce(site, node, part, field.ty), field.ty);
  });
  return emit(site, node, "newRecord", args, want, {});
}

/**
 * An instance of a class that fits where several others are told apart, and is none of them: nobody would know its methods.
 * What is of several kinds may have been narrowed to those that fit.
 */
export function isStranger(
  { ctx: { checker, classes } }: Site,
  have: RecordTy,
  want: RecordTy,
): boolean {
  const asked = (classes.familyOf(want) ?? []).map((one) =>
    classes.instanceOf(one),
  );
  if (asked.length === 0 || !asked.every(isKind)) return false;
  const family = classes.familyOf(have);
  const type = classes.typeOf(want);
  return (family ?? [have]).some((one) => {
    const own = classes.instanceOf(one);
    if (own?.symbol === undefined) return false;
    if (asked.some((other) => other?.symbol === own.symbol)) return false;
    return (
      family === undefined ||
      type === undefined ||
      checker.isTypeAssignableTo(own.type, type)
    );
  });
}

/**
 * `r.ok ? Ok(f(r.value)) : r`, a Result<E, A> that is handed on as a Result<E, B>: the kind that it is there has no value,
 * of whichever type.
 */
function isNarrowedAway(
  { ctx }: Site,
  node: ts.Node,
  have: Ty,
  { name, optional, ty }: Field,
): boolean {
  if (!optional || ty.kind !== "maybe" || !ts.isExpression(node)) return false;
  if (standsFor(bare(have), ty.of)) return false;
  const type = ctx.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(
    (part) =>
      (part.flags & ts.TypeFlags.Object) !== 0 &&
      ctx.checker.getPropertyOfType(part, name) === undefined,
  );
}

/** A tag that says which member of a union it is: `e.kind as "mul"`. */
function narrowed(site: Site, node: ts.Node, value: Value, want: Ty): Value {
  const { ty } = value;
  if (ty.kind !== "opaque" || want.kind !== "opaque" || ty.text === want.text)
    return value;
  return emit(site, node, "opaque", [value], want, {
    parts: ["", ` as ${want.text}`],
    needs: want.needs ?? [],
    effect: "none",
  });
}

function isConvertible(site: Site, have: RecordTy, want: RecordTy): boolean {
  return want.fields.every((field) => {
    const own = fieldOf(have, field.name);
    if (own !== undefined) return true;
    if (field.name === tagField)
      return site.ctx.classes.instanceOf(have)?.symbol !== undefined;
    // an object that says its class is asked for its getter
    const isAsked = fieldOf(want, tagField) !== undefined;
    return (
      field.optional === true &&
      field.ty.kind === "maybe" &&
      (isAsked || !isMemberOf(site, have, field.name))
    );
  });
}

/** A method or a getter of the class: where the place asks for an optional field, it is there, though not in the object. */
function isMemberOf({ ctx }: Site, ty: RecordTy, name: string): boolean {
  const { classes, checker } = ctx;
  const kinds = [
    classes.instanceOf(ty),
    ...(classes.familyOf(ty) ?? []).map((one) => classes.instanceOf(one)),
  ];
  return (
    fieldOf(ty, getterField(name)) !== undefined ||
    kinds.some((one) => one && memberOf(checker, one, name) !== undefined)
  );
}

function tagOfInstance(site: Site, node: ts.Node, { ty }: Value): Value {
  const symbol = site.ctx.classes.instanceOf(ty)?.symbol;
  if (symbol === undefined) throw new TypeError("no instance");
  return tagOf(site, node, symbol);
}

function refuseSharing(
  site: Site,
  node: ts.Node,
  have: RecordTy,
  want: RecordTy,
): void {
  const made = ts.isExpression(node) && bareExpression(node);
  const isFresh =
    made !== false &&
    (ts.isNewExpression(made) || ts.isObjectLiteralExpression(made));
  if (isFresh) return;
  const { classes } = site.ctx;
  const written =
    have.fields.find((field) => classes.isWritten(have, field.name)) ??
    want.fields.find((field) => classes.isWritten(want, field.name));
  if (written === undefined) return;
  keepTogether(site, have, want);
  site.ctx.refuse(
    node,
    "DC2003",
    `an object that may be one of several kinds is shared here, and its field ${written.name} is assigned`,
    "make the object in this function (a copy of what comes from outside), or give it the type of the union where it is made",
  );
}

/** Next time, objects of the narrower type are kept as the wider one from the start: then it is one object. */
export function keepTogether(
  { ctx }: Site,
  have: RecordTy,
  want: RecordTy,
): void {
  const { classes, wide } = ctx;
  const [a, b] = [classes.typeOf(have), classes.typeOf(want)];
  if (a === undefined || b === undefined) return;
  const kinds = (ty: RecordTy): number => classes.familyOf(ty)?.length ?? 1;
  if (kinds(have) < kinds(want)) wide.want(a, b);
  else if (kinds(have) > kinds(want)) wide.want(b, a);
}

/** Is a value of one of several kinds known to be there? */
export const isUnionOf = (site: Site, ty: Ty): boolean =>
  site.ctx.classes.familyOf(ty) !== undefined;
