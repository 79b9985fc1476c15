import { ownerTy } from "../lowerVariables.js";
import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  bare,
  isRef,
  num,
  sameTy,
  type ArrayTy,
  type Ty,
} from "../../../ir/types.js";
import { isListFresh, lowerListed } from "./lowerArrayQueries.js";
import { coerce, tyOfNode } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import { noteLength } from "../facts/lowerFacts.js";
import {
  holdsTag,
  knownOf,
  united,
  type Known,
} from "../functions/lowerKnown.js";
import { repeat } from "../control/lowerLoopParts.js";
import { carryExpression } from "../values/lowerOpaque.js";
import { makeRecord } from "../records/lowerRecords.js";
import { refuseUndefined } from "./shortTuples.js";
import { constant, emit, op, perform, type Site } from "../lowerSite.js";
import { lengthOf, load } from "./lowerElements.js";

/** `[a, b]`, `[...xs, y]`, and tuples. */
export function lowerArrayLiteral(
  site: Site,
  node: ts.ArrayLiteralExpression,
  want: Ty | undefined,
): Value {
  const asked = want === undefined ? undefined : bare(want);
  const isSequence =
    asked?.kind === "array" || (asked?.kind === "record" && asked.tuple);
  const ty = isSequence ? asked : bare(tyOfNode(site, node));
  if (ty.kind === "record" && ty.tuple) {
    const values = node.elements.map(
      (one, k) =>
        [String(k), lowerExpression(site, one, ty.fields[k]?.ty)] as const,
    );
    return makeRecord(site, node, ty, new Map(values));
  }
  if (ty.kind !== "array") return carryExpression(site, node, want);
  return arrayOfElements(site, node, node.elements, ty);
}

/** A fresh array of these elements, spreads among them. */
export function arrayOfElements(
  site: Site,
  node: ts.Node,
  elements: readonly ts.Expression[],
  ty: ArrayTy,
): Value {
  const hole = elements.find(ts.isOmittedExpression);
  if (hole !== undefined)
    return site.ctx.refuse(
      node,
      "DC2106",
      "an array with holes is not carried",
      "write every element",
    );
  if (ts.isArrayLiteralExpression(node)) {
    const list = site.ctx.checker.getContextualType(node);
    for (const one of elements) refuseUndefined(site, list, one, ty.elem);
  }
  if (!elements.some(ts.isSpreadElement)) {
    const values = elements.map((one) => lowerExpression(site, one, ty.elem));
    return arrayOfValues(site, node, values, ty);
  }
  return isRef(ty.elem) || ty.elem.kind !== "num"
    ? pushed(site, node, elements, ty)
    : concatenated(site, node, elements, ty);
}

export function arrayOfValues(
  site: Site,
  node: ts.Node,
  values: readonly Value[],
  ty: ArrayTy,
): Value {
  const [first] = values;
  const holds = values.some((one) => holdsTag(site, one));
  const made =
    holds && first && values.every((one) => sameTy(one.ty, first.ty))
      ? { ...ty, elem: first.ty }
      : ty;
  const array = emit(site, node, "arrayLit", values, made, {});
  site.facts.sizeOf.set(array, values.length);
  if (made !== ty) noteFunctions(site, array, values);
  return array;
}

function noteFunctions(
  site: Site,
  array: Value,
  values: readonly Value[],
): void {
  const members = new Map<string, Known>();
  const all = values.map((one, k) => {
    const known = knownOf(site, one);
    if (known !== undefined) members.set(String(k), known);
    return known;
  });
  const elements = all.reduce((sum, one) => united(sum, one));
  site.facts.known.set(array, { members, ...(elements && { elements }) });
}

/** Parts of a sequence in order: single values, and arrays whose elements go there. */
type Part = {
  readonly value: Value;
  readonly isSpread: boolean;
  /** An array of its own, that nobody else has. */
  readonly isFresh?: boolean;
};

function partsOf(
  site: Site,
  elements: readonly ts.Expression[],
  ty: ArrayTy,
): Part[] {
  return elements.map((one) =>
    ts.isSpreadElement(one)
      ? {
          value: spreadArray(site, one),
          isSpread: true,
          isFresh: isListFresh(one.expression),
        }
      : {
          value: lowerExpression(site, one, ty.elem),
          isSpread: false,
        },
  );
}

export function spreadArray(site: Site, node: ts.SpreadElement): Value {
  const listed = lowerListed(site, node.expression);
  if (listed !== undefined) return listed;
  const value = lowerExpression(
    site,
    node.expression,
    ownerTy(site, node.expression),
  );
  if (value.ty.kind === "array") return value;
  return site.ctx.refuse(
    node,
    "DC2106",
    `a value of type ${describeTy(value.ty)} is spread here`,
    "spread an array",
  );
}

/** Numbers: an array of the whole length, then filled. */
function concatenated(
  site: Site,
  node: ts.Node,
  elements: readonly ts.Expression[],
  ty: ArrayTy,
): Value {
  const parts = partsOf(site, elements, ty);
  const [only] = parts;
  if (only !== undefined && parts.length === 1)
    return only.isFresh && sameTy(only.value.ty, ty)
      ? only.value
      : copyOf(site, node, only.value, ty);
  const one = constant(site, node, 1);
  const sizes = parts.map((part) =>
    part.isSpread ? lengthOf(site, node, part.value) : one,
  );
  const total = sizes.reduce((sum, size) => op(site, node, "add", [sum, size]));
  const array = emit(site, node, "newArray", [total], ty, {});
  noteLength(site.facts, total, array);
  let offset = constant(site, node, 0);
  parts.forEach((part, k) => {
    const start = offset;
    if (part.isSpread) copyInto(site, node, part.value, array, start);
    else
      perform(site, node, "store", [array, start, part.value], {
        inBounds: true,
      });
    const size = sizes[k];
    if (size !== undefined && k < parts.length - 1)
      offset = op(site, node, "add", [offset, size]);
  });
  return array;
}

/** `to[start + i] = from[i]` for all elements, where there is room for them. */
export function copyInto(
  site: Site,
  node: ts.Node,
  from: Value,
  to: Value,
  start: Value | undefined,
): void {
  const isAtStart =
    start === undefined || site.facts.constants.get(start) === 0;
  const zero = constant(site, node, 0);
  repeat(site, node, zero, lengthOf(site, node, from), (i) => {
    const at = isAtStart ? i : op(site, node, "add", [start, i]);
    const value = load(site, node, from, i, true);
    const elem = to.ty.kind === "array" ? to.ty.elem : num;
    perform(site, node, "store", [to, at, coerce(site, node, value, elem)], {
      inBounds: true,
    });
  });
}

/** A fresh array with the same elements. */
export function copyOf(
  site: Site,
  node: ts.Node,
  from: Value,
  ty: ArrayTy,
  holes: { keepsHoles?: true } = {},
): Value {
  const length = lengthOf(site, node, from);
  if (from.ty.kind === "array" && from.ty.store === ty.store)
    return emit(
      site,
      node,
      "slice",
      [from, constant(site, node, 0), length],
      ty,
      holes,
    );
  const array = emit(site, node, "newArray", [length], ty, {});
  noteLength(site.facts, length, array);
  copyInto(site, node, from, array, undefined);
  return array;
}

/** References have no value to fill an array with: it grows. */
function pushed(
  site: Site,
  node: ts.Node,
  elements: readonly ts.Expression[],
  ty: ArrayTy,
): Value {
  const parts = partsOf(site, elements, ty);
  const [only] = parts;
  if (only !== undefined && parts.length === 1)
    return only.isFresh && sameTy(only.value.ty, ty)
      ? only.value
      : copyOf(site, node, only.value, ty);
  const leading = parts.findIndex((part) => part.isSpread);
  const first = parts.slice(0, leading).map((part) => part.value);
  const array = emit(site, node, "arrayLit", first, ty, {});
  for (const part of parts.slice(leading)) pushPart(site, node, array, part);
  return array;
}

export function pushPart(
  site: Site,
  node: ts.Node,
  array: Value,
  part: Part,
): void {
  if (array.ty.kind !== "array") throw new TypeError("push to no array");
  const { elem } = array.ty;
  const push = (value: Value): void =>
    perform(site, node, "push", [array, coerce(site, node, value, elem)], {});
  if (!part.isSpread) return push(part.value);
  const length = lengthOf(site, node, part.value);
  repeat(site, node, constant(site, node, 0), length, (i) =>
    push(load(site, node, part.value, i, true)),
  );
}
