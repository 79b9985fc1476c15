import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { type ArrayTy } from "../../../ir/types.js";
import { copyOf } from "./lowerArrayLiteral.js";
import { repeat } from "../control/lowerLoopParts.js";
import { constant, emit, op, perform, type Site } from "../lowerSite.js";
import { lengthOf } from "./lowerElements.js";
import { withoutFixed } from "./lowerArrayMethods.js";

export function lowerToReversed(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const copy = copyOf(site, node, array, withoutFixed(ty));
  return lowerReverse(site, node, copy, ty);
}

/** In place, from both ends to the middle. */
export function lowerReverse(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const length = lengthOf(site, node, array);
  const two = constant(site, node, 2);
  const half = op(site, node, "floor", [op(site, node, "div", [length, two])]);
  const last = op(site, node, "sub", [length, constant(site, node, 1)]);
  const inside = { inBounds: true };
  repeat(site, node, constant(site, node, 0), half, (i) => {
    const j = op(site, node, "sub", [last, i]);
    const low = emit(site, node, "load", [array, i], ty.elem, inside);
    const high = emit(site, node, "load", [array, j], ty.elem, inside);
    perform(site, node, "store", [array, i, high], inside);
    perform(site, node, "store", [array, j, low], inside);
  });
  return array;
}
