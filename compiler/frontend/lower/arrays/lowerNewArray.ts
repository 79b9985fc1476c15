import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, isRef, num, type ArrayTy, type Ty } from "../../../ir/types.js";
import { arrayOfElements, copyOf } from "./lowerArrayLiteral.js";
import { tyOfNode } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import { holeOfNumbers } from "./lowerHoles.js";
import { noteLength } from "../facts/lowerFacts.js";
import { isFilledInOrder } from "./lowerFillOrder.js";
import { throwUnlessLength } from "./lowerEmptyArrays.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, emit, type Site } from "../lowerSite.js";
import type { NewArrayInstr } from "../../../ir/memoryInstrs.js";

/** Arrays that are made for a length: `new Float64Array(n)`, `new Array(n)`. */

/** The type of an array that is made here, by its place or by itself. */
export function madeTy(
  site: Site,
  node: ts.Expression,
  want: Ty | undefined,
): ArrayTy {
  const asked = want === undefined ? undefined : bare(want);
  if (asked?.kind === "array") return withoutFixed(asked);
  const own = bare(tyOfNode(site, node));
  if (own.kind === "array") return withoutFixed(own);
  return site.ctx.refuse(
    node,
    "DC2106",
    `what is made here has type ${describeTy(own)}, which is no array of numbers, arrays or objects`,
    "say what it holds: const a: number[] = ...",
  );
}

function withoutFixed(ty: ArrayTy): ArrayTy {
  const { fixed: _, ...open } = ty;
  return open;
}

/** `new Array(n)`, `Array(n)`, `new Float64Array(x)` */
export function lowerNewArray(
  site: Site,
  node: ts.NewExpression | ts.CallExpression,
  name: string,
  want: Ty | undefined,
): Value {
  const args = node.arguments ?? [];
  const ty = madeTy(site, node, want);
  const [first] = args;
  if (name === "Array") return lowerPlainArray(site, node, args, ty);
  if (first === undefined)
    return sized(site, node, constant(site, node, 0), true, ty);
  if (args.length > 1) return refuseView(site, node);
  const literal = bareExpression(first);
  if (ts.isArrayLiteralExpression(literal))
    return arrayOfElements(site, node, literal.elements, ty);
  const firstTy = bare(tyOfNode(site, first));
  if (firstTy.kind === "num")
    return sized(
      site,
      node,
      lowerExpression(site, first, num),
      site.facts.isInteger(first),
      ty,
    );
  if (firstTy.kind !== "array") return refuseView(site, node);
  return copyOf(site, node, lowerExpression(site, first, firstTy), ty);
}

function refuseView(site: Site, node: ts.Node): never {
  return site.ctx.refuse(
    node,
    "DC2106",
    "a typed array over a buffer is not carried",
    "make it from a length or from an array, or use subarray",
  );
}

/** `new Array(n)` has holes, which arithmetic reads as NaN; `new Array(a, b)` has elements. */
function lowerPlainArray(
  site: Site,
  node: ts.Expression,
  args: readonly ts.Expression[],
  ty: ArrayTy,
): Value {
  const [first] = args;
  const isSize =
    args.length === 1 &&
    first !== undefined &&
    !ts.isSpreadElement(first) &&
    bare(tyOfNode(site, first)).kind === "num";
  if (!isSize) return arrayOfElements(site, node, args, ty);
  const isFilled = isFilledInOrder(site, node, first);
  const size = lowerExpression(site, first, num);
  if (isRef(ty.elem) && isFilled) return growing(site, node, size, ty);
  if (!isFilled) site.ctx.meetsHoles("made");
  const hollow = isFilled ? {} : ({ hollow: "made" } as const);
  if (isRef(ty.elem) && ty.elem.kind !== "maybe")
    return withHoles(site, node, size, ty, hollow);
  return filled(site, node, size, holeOf(site, node, ty), ty, hollow);
}

/** Is there still a place without anything in it when the array is looked at? Where that is not known, `settleHoles` looks. */
type Hollow = Pick<NewArrayInstr, "hollow">;

/** An empty array that the next loop fills from the start: it grows to the length that it was made with. */
function growing(
  site: Site,
  node: ts.Expression,
  length: Value,
  ty: ArrayTy,
): Value {
  throwUnlessLength(site, node, length);
  return emit(site, node, "arrayLit", [], ty, {});
}

/** An array of objects that are put in later, in any order. */
function withHoles(
  site: Site,
  node: ts.Node,
  length: Value,
  ty: ArrayTy,
  hollow: Hollow,
): Value {
  if (!site.ctx.allows("holes"))
    return site.ctx.refuse(
      node,
      "DC2106",
      "an array of arrays or objects is made without them",
      "start with [] and push, or use Array.from({ length: n }, () => ...)",
    );
  const array = emit(site, node, "newArray", [length], ty, hollow);
  noteLength(site.facts, length, array);
  return array;
}

export function holeOf(site: Site, node: ts.Node, ty: ArrayTy): Value {
  if (ty.elem.kind === "num") return holeOfNumbers(site, node);
  const isNothing = ty.elem.kind === "opaque" && ty.elem.text === "undefined";
  if (ty.elem.kind === "maybe" || isNothing)
    return constant(site, node, undefined, ty.elem);
  return site.ctx.refuse(
    node,
    "DC2106",
    "an array of arrays or objects is made without them",
    "start with [] and push, or use Array.from({ length: n }, () => ...)",
  );
}

export function sized(
  site: Site,
  node: ts.Node,
  length: Value,
  isInteger: boolean,
  ty: ArrayTy,
): Value {
  const array = emit(site, node, "newArray", [length], ty, {});
  if (isInteger || ty.store === "js") noteLength(site.facts, length, array);
  return array;
}

export function filled(
  site: Site,
  node: ts.Node,
  length: Value,
  value: Value,
  ty: ArrayTy,
  hollow: Hollow = {},
): Value {
  const array = emit(site, node, "newArray", [length, value], ty, hollow);
  noteLength(site.facts, length, array);
  return array;
}

// ---- Array.from, Array.of ----
