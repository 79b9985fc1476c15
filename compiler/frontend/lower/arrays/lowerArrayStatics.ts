import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { isRef, sameTy, type ArrayTy, type Ty } from "../../../ir/types.js";
import { isStatic } from "./arrayConstructors.js";
import { arrayOfElements, copyOf } from "./lowerArrayLiteral.js";
import { isListFresh, lowerListed } from "./lowerArrayQueries.js";
import { coerce } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { ownerTy } from "../lowerVariables.js";
import { lengthOf, load } from "./lowerElements.js";
import { lowerExpression } from "../lowerExpressions.js";
import { noteLength } from "../facts/lowerFacts.js";
import { lengthProperty, wholeNumber } from "./lowerFilled.js";
import { callValue } from "../functions/lowerFunctionValues.js";
import { loopState, repeat } from "../control/lowerLoopParts.js";
import { filled, holeOf, madeTy, sized } from "./lowerNewArray.js";
import { assignedIn } from "../../syntax/scan.js";
import { constant, emit, perform, type Site } from "../lowerSite.js";

/** Arrays made of what is listed: `Array.from(xs, f)`, `Float64Array.of(a, b)`. */

/** `Array.from(...)`, `Float64Array.of(...)`; undefined where it is neither. */
export function lowerArrayStatic(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value | undefined {
  if (isStatic(site, node, "of"))
    return arrayOfElements(
      site,
      node,
      node.arguments,
      madeTy(site, node, want),
    );
  if (!isStatic(site, node, "from")) return undefined;
  const [from, callback] = node.arguments;
  if (from === undefined) return undefined;
  const ty = madeTy(site, node, want);
  const length = lengthProperty(from);
  if (length !== undefined) {
    const size = wholeNumber(site, length, true);
    if (callback !== undefined)
      return generated(site, node, size, undefined, callback, ty);
    if (ty.store !== "js") return sized(site, node, size, true, ty);
    return filled(site, node, size, holeOf(site, node, ty), ty);
  }
  const listed = lowerListed(site, from);
  const fromTy = listed?.ty ?? ownerTy(site, from);
  if (fromTy.kind !== "array")
    return site.ctx.refuse(
      from,
      "DC2106",
      `an array is made from a value of type ${describeTy(fromTy)}`,
      "make it from an array or from { length: n }",
    );
  const array = listed ?? lowerExpression(site, from, fromTy);
  if (callback === undefined)
    return isListFresh(from) && sameTy(array.ty, ty)
      ? array
      : copyOf(site, node, array, ty);
  return generated(
    site,
    node,
    lengthOf(site, node, array),
    array,
    callback,
    ty,
  );
}

/** `Array.from({ length }, (_, i) => ...)`: the function's body, once for each element. */
function generated(
  site: Site,
  node: ts.Node,
  length: Value,
  from: Value | undefined,
  callback: ts.Expression,
  ty: ArrayTy,
): Value {
  const fn = lowerExpression(site, callback);
  const grows = isRef(ty.elem) || ty.elem.kind !== "num";
  const array = grows
    ? emit(site, node, "arrayLit", [], ty, {})
    : emit(site, node, "newArray", [length], ty, {});
  if (!grows) noteLength(site.facts, length, array);
  const written = assignedIn(site.ctx.checker, [callback]);
  const state = loopState(site, [], written);
  repeat(
    site,
    node,
    constant(site, node, 0),
    length,
    (i) => {
      const element = from && load(site, node, from, i, true);
      const value = callValue(site, callback, fn, [element, i], ty.elem);
      if (value === undefined) return;
      const stored = coerce(site, callback, value, ty.elem);
      if (grows) perform(site, node, "push", [array, stored], {});
      else perform(site, node, "store", [array, i, stored], { inBounds: true });
    },
    state,
  );
  return array;
}
