import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  bare,
  isRef,
  maybe,
  num,
  type ArrayTy,
  type Ty,
} from "../../../ir/types.js";
import { mayBeNil, tyOfNode } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import { isInside, noteLength } from "../facts/lowerFacts.js";
import { branch, choose } from "../control/lowerJoin.js";
import { functionOrMissing } from "../functions/lowerAbsentFunctions.js";
import { knownOf, type Known } from "../functions/lowerKnown.js";
import { carryExpression, throwError } from "../values/lowerOpaque.js";
import { constant, emit, op, type Site } from "../lowerSite.js";
import { bareExpression } from "../../syntax/scan.js";
import {
  constantAs,
  localVariable,
  lowerUntoldOwner,
  ownerTy,
} from "../lowerVariables.js";
import { constantMember } from "../lowerAccess.js";
import { lowerNamedFunction } from "../functions/lowerFunctionTables.js";
import { lowerKeyed } from "../records/lowerKeyed.js";
import { isTable, lowerEntry } from "../records/lowerTables.js";

/** `a[i]`. `present`: by the user's word (`!`) or by the place, nobody asks whether it is there. */
export function lowerElementAccess(
  site: Site,
  node: ts.ElementAccessExpression,
  want: Ty | undefined,
  present = false,
): Value {
  const literal = constantMember(site, node);
  if (literal !== undefined) return constantAs(site, node, literal, want);
  const fn = lowerNamedFunction(site, node);
  if (fn !== undefined) return fn;
  const made = lowerUntoldOwner(site, node.expression);
  if (made !== undefined) return lowerElementOf(site, node, made, present);
  const ty = ownerTy(site, node.expression);
  if (ty.kind !== "array" && ty.kind !== "record" && ty.kind !== "table")
    return carryExpression(site, node, want);
  const owner = lowerExpression(site, node.expression, ty);
  return lowerElementOf(site, node, owner, present);
}

export function lowerElementOf(
  site: Site,
  node: ts.ElementAccessExpression,
  owner: Value,
  present = false,
): Value {
  if (owner.ty.kind === "record") return lowerKeyed(site, node, owner);
  if (isTable(owner)) return lowerEntry(site, node, owner, present);
  const index = lowerIndex(site, node);
  const checked =
    !present && mayBeNil(site.ctx.checker.getTypeAtLocation(node));
  return checked
    ? loadMaybe(site, node, owner, index, isIntegerIndex(site, node))
    : load(site, node, owner, index);
}

export const isIntegerIndex = (
  site: Site,
  node: ts.ElementAccessExpression,
): boolean =>
  site.facts.isInteger(node.argumentExpression) ||
  placeOfText(site, node.argumentExpression) !== undefined;

/** The place of an element that a text stands for: the `k` of `for (const k in xs)`. */
export function placeOfText(
  site: Site,
  node: ts.Expression,
): Value | undefined {
  const variable = localVariable(site, bareExpression(node));
  const value = variable && site.env.values.get(variable);
  return value && site.facts.placeOf.get(value);
}

export function lowerIndex(
  site: Site,
  node: ts.ElementAccessExpression,
): Value {
  const { argumentExpression } = node;
  const ty = tyOfNode(site, argumentExpression);
  const type = site.ctx.checker.getTypeAtLocation(argumentExpression);
  if (type.flags & ts.TypeFlags.ESSymbolLike)
    return site.ctx.refuse(
      argumentExpression,
      "DC2122",
      "a symbol says here which member is meant",
      "loop over the array with for-of, or use members with names",
    );
  const place = placeOfText(site, argumentExpression);
  if (place !== undefined) return place;
  if (bare(ty).kind !== "num")
    return site.ctx.refuse(
      node.argumentExpression,
      "DC2106",
      `an array is indexed with a value of type ${describeTy(ty)}`,
      "index arrays with numbers",
    );
  return lowerExpression(site, node.argumentExpression, num);
}

/** The element at an index that the program takes to be inside. */
export function load(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
  inBounds = isInBounds(site, array, index),
): Value {
  if (array.ty.kind !== "array") throw new TypeError("load of no array");
  const value = mayBeHole(site, array.ty)
    ? loadPresent(site, node, array, index, inBounds)
    : emit(site, node, "load", [array, index], array.ty.elem, { inBounds });
  if (!inBounds && isRef(value.ty)) site.facts.unsure.add(value);
  if (!inBounds && value.ty.kind === "num") {
    const fns = elementKnown(site, array, index)?.fns;
    if (fns !== undefined) return functionOrMissing(site, node, value, fns);
  }
  noteElement(site, array, index, value);
  return value;
}

const elementKnown = (
  site: Site,
  array: Value,
  index: Value,
): Known | undefined => {
  const known = knownOf(site, array);
  const place = site.facts.constants.get(index);
  return known?.members?.get(String(place)) ?? known?.elements;
};

/** What is known of an array's elements is known of this one. */
export function noteElement(
  site: Site,
  array: Value,
  index: Value,
  value: Value,
): void {
  if (site.facts.ofModule.has(array)) site.facts.ofModule.add(value);
  const member = elementKnown(site, array, index);
  if (member !== undefined) site.facts.known.set(value, member);
}

/** May such an array have places where nothing is yet, of which its type does not tell? */
const mayBeHole = (site: Site, { store, elem }: ArrayTy): boolean =>
  site.ctx.hasHoles && store === "js" && isRef(elem) && elem.kind !== "maybe";

/** A place where nothing is yet cannot be read: what comes of it would be undefined against its type. */
function loadPresent(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
  inBounds: boolean,
): Value {
  const { elem } = array.ty as ArrayTy;
  const value = emit(site, node, "load", [array, index], maybe(elem), {
    inBounds,
  });
  const isMissing = op(site, node, "isUndefined", [value]);
  const isHole = inBounds
    ? isMissing
    : op(site, node, "and", [
        isMissing,
        op(site, node, "lt", [index, lengthOf(site, node, array)]),
      ]);
  branch(
    site,
    node,
    isHole,
    [],
    () => throwError(site, node, notFilled),
    () => undefined,
  );
  return op(site, node, "unwrap", [value], elem);
}

export const notFilled =
  'TypeError("an element is read before there is one: fill the array first")';

export function isInBounds(site: Site, array: Value, index: Value): boolean {
  const { facts } = site;
  if (isInside(facts, index, array)) return true;
  const at = facts.constants.get(index);
  if (at === undefined || !Number.isInteger(at) || at < 0) return false;
  const fixed = array.ty.kind === "array" ? array.ty.fixed : undefined;
  const size = facts.sizeOf.get(array) ?? fixed;
  if (size === undefined || at >= size) return false;
  return fixed !== undefined || facts.neverShrinks();
}

/** The element, or undefined where the index is outside. */
export function loadMaybe(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
  isInteger: boolean,
): Value {
  if (array.ty.kind !== "array") throw new TypeError("load of no array");
  const { elem } = array.ty;
  if (elem.kind === "maybe") return load(site, node, array, index);
  const ty = maybe(elem);
  const { ty: arrayTy } = array;
  const present = (): Value =>
    mayBeHole(site, arrayTy)
      ? emit(site, node, "load", [array, index], ty, { inBounds: true })
      : op(site, node, "wrap", [load(site, node, array, index, true)], ty);
  if (isInBounds(site, array, index)) return present();
  const inside = op(site, node, "and", [
    op(site, node, "ge", [index, constant(site, node, 0)]),
    op(site, node, "lt", [index, lengthOf(site, node, array)]),
  ]);
  const there = isInteger
    ? inside
    : op(site, node, "and", [inside, op(site, node, "isInteger", [index])]);
  return choose(site, node, there, ty, present, () =>
    constant(site, node, undefined, ty),
  );
}

export function lengthOf(site: Site, node: ts.Node, array: Value): Value {
  const value = emit(site, node, "length", [array], num, {});
  noteLength(site.facts, value, array);
  return value;
}
