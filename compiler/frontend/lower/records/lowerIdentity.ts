import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, isRef, type RecordTy, type Ty } from "../../../ir/types.js";
import type { LowerContext } from "../../context.js";
import { standsFor } from "../lowerCoerce.js";
import { decidedConstant, op, type Site } from "../lowerSite.js";

/**
 * `out === a` of two arrays or objects: are they one? References stay what they are on the way through lowering, but for
 * objects that may be one of several kinds, which are sometimes made over (`convertRecord`). Undefined where neither
 * operand is a reference.
 */
export function lowerIdentity(
  site: Site,
  node: ts.Node,
  left: Value,
  right: Value,
  /** `==`, by which `[5]` is 5. */
  loose: boolean,
): Value | undefined {
  if (!isRef(left.ty) && !isRef(right.ty)) return undefined;
  if (left === right) return decidedConstant(site, node, true);
  const [a, b] = [bare(left.ty), bare(right.ty)];
  refuseSameFunction(site, node, left, right);
  const mayBothBeMissing =
    left.ty.kind === "maybe" && right.ty.kind === "maybe";
  const isNoObject = !loose && (isPlain(a) || isPlain(b));
  if ((areApart(a, b) || isNoObject) && !mayBothBeMissing)
    return decidedConstant(site, node, false);
  const isEither = standsFor(a, b) || standsFor(b, a);
  if (isEither && isKept(site, a) && isKept(site, b))
    return op(site, node, "eq", [left, right]);
  return site.ctx.refuse(
    node,
    "DC2102",
    "two objects are compared by identity that may be of several kinds",
    "compare what is in them, or a number that tells them apart",
  );
}

/** A function in a list is a record that is made where it is put there: nobody knows it for the function again. */
export function refuseSameFunction(
  site: Site,
  node: ts.Node,
  left: Value,
  right: Value,
): void {
  const isKeptWith = (one: Value, other: Value): boolean =>
    site.ctx.kept.kindOf(bare(one.ty)) !== undefined &&
    other.ty.kind !== "opaque";
  if (!isKeptWith(left, right) && !isKeptWith(right, left)) return;
  site.ctx.refuse(
    node,
    "DC2104",
    "it is asked here whether two functions are the same",
    "give them names or numbers, and compare those",
  );
}

/** Values of these types are never one: `Float64Array` and `number[]`, an array and an object. */
function areApart(a: Ty, b: Ty): boolean {
  if (a.kind === "array" && b.kind === "array") return a.store !== b.store;
  return isRef(a) && isRef(b) && isList(a) !== isList(b);
}

/** A number, a truth value or text: never an object. */
const isPlain = (ty: Ty): boolean =>
  ty.kind === "num" ||
  ty.kind === "bool" ||
  (ty.kind === "opaque" && /^(string|"[^"\\]*"|true|false)$/.test(ty.text));

const isList = (ty: Ty): boolean =>
  ty.kind === "array" || (ty.kind === "record" && ty.tuple);

/** Does no copy ever stand for it? */
const isKept = ({ ctx }: Site, ty: Ty): boolean =>
  // lists of words are made over
  !(ty.kind === "array" && ty.elem.kind === "opaque") &&
  !(ty.kind === "record" && isMadeOver(ctx, ty));

/** One of several kinds is made over where nobody can tell; where a field is assigned, that is refused. */
function isMadeOver({ classes }: LowerContext, ty: RecordTy): boolean {
  return (
    classes.familyOf(ty) !== undefined &&
    !ty.fields.some((field) => classes.isWritten(ty, field.name))
  );
}
