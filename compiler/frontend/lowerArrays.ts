import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import {
  arrayOf,
  bare,
  isRef,
  num,
  sameTy,
  type ArrayTy,
  type Ty,
} from "../ir/types.js";
import { arrayOfElements, copyOf } from "./lowerArrayLiteral.js";
import { isListFresh, lowerListed } from "./lowerArrayQueries.js";
import { isAtModuleLevel, isGlobalName } from "./lowerCallee.js";
import { coerce, describeTy, tyOfNode } from "./lowerCoerce.js";
import { lowerExpression } from "./lowerExpressions.js";
import { holeOfNumbers } from "./lowerHoles.js";
import { noteLength } from "./lowerFacts.js";
import { isFilledInOrder } from "./lowerFillOrder.js";
import { choose } from "./lowerJoin.js";
import { throwUnlessLength } from "./lowerEmptyArrays.js";
import { callValue } from "./lowerFunctionValues.js";
import { loopState, repeat } from "./lowerLoopParts.js";
import { assignedIn, bareExpression, definedSymbol } from "./lowerScan.js";
import { constant, emit, op, perform, type Site } from "./lowerSite.js";
import { lengthOf, load } from "./lowerElements.js";

/** Arrays that are made: `new Float64Array(n)`, `new Array(n).fill(v)`, `Array.from(...)`. */

export const typedArrayNames: ReadonlySet<string> = new Set([
  "Float64Array",
  "Float32Array",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
]);

/** The name of the library's array constructor that an expression is, or that a module variable keeps. */
export function arrayConstructor(
  site: Site,
  given: ts.Expression,
): string | undefined {
  const node = bareExpression(given);
  const { ctx } = site;
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  if (!ts.isIdentifier(name)) return undefined;
  const isArray = name.text === "Array" || typedArrayNames.has(name.text);
  if (isArray && name === node && isGlobalName(ctx.checker, name, name.text))
    return name.text;
  const decl = definedSymbol(ctx.checker, name)?.valueDeclaration;
  const made =
    decl !== undefined &&
    ts.isVariableDeclaration(decl) &&
    isAtModuleLevel(decl) &&
    ts.isIdentifier(decl.name)
      ? decl.initializer
      : undefined;
  const symbol = definedSymbol(ctx.checker, name);
  return made && symbol && ctx.keepsValue(symbol)
    ? arrayConstructor(site, made)
    : undefined;
}

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
  if (isRef(ty.elem) && isFilledInOrder(site, node, first))
    return growing(site, node, lowerExpression(site, first, num), ty);
  if (isRef(ty.elem) && ty.elem.kind !== "maybe")
    return withHoles(site, node, lowerExpression(site, first, num), ty);
  return filled(
    site,
    node,
    lowerExpression(site, first, num),
    holeOf(site, node, ty),
    ty,
  );
}

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
): Value {
  if (!site.ctx.allows("holes"))
    return site.ctx.refuse(
      node,
      "DC2106",
      "an array of arrays or objects is made without them",
      "start with [] and push, or use Array.from({ length: n }, () => ...)",
    );
  const array = emit(site, node, "newArray", [length], ty, {});
  noteLength(site.facts, length, array);
  return array;
}

function holeOf(site: Site, node: ts.Node, ty: ArrayTy): Value {
  if (ty.elem.kind === "num") return holeOfNumbers(site, node);
  if (ty.elem.kind === "maybe") return constant(site, node, undefined, ty.elem);
  return site.ctx.refuse(
    node,
    "DC2106",
    "an array of arrays or objects is made without them",
    "start with [] and push, or use Array.from({ length: n }, () => ...)",
  );
}

function sized(
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
): Value {
  const array = emit(site, node, "newArray", [length, value], ty, {});
  noteLength(site.facts, length, array);
  return array;
}

/** `new Array(n).fill(v)`, `Array.from({ length: n }).fill(v)`: one instruction; undefined where it is not that. */
export function lowerFilled(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value | undefined {
  const callee = node.expression;
  const [value] = node.arguments;
  if (
    !ts.isPropertyAccessExpression(callee) ||
    callee.name.text !== "fill" ||
    value === undefined ||
    node.arguments.length !== 1
  )
    return undefined;
  const length = emptySize(site, bareExpression(callee.expression));
  if (length === undefined) return undefined;
  const isAsked = want !== undefined && bare(want).kind === "array";
  const isOpen = !isAsked && holdsAny(site, node);
  const ty = isOpen ? arrayOf(num) : madeTy(site, node, want);
  const size = wholeNumber(site, length.node, length.clamps);
  return filled(site, node, size, lowerExpression(site, value, ty.elem), ty);
}

/** `new Array(16).fill(0)`, an `any[]` that holds numbers. */
function holdsAny({ ctx }: Site, node: ts.CallExpression): boolean {
  const { checker } = ctx;
  const [value] = node.arguments;
  const ty = ctx.tryTyOf(checker.getTypeAtLocation(node));
  const held = value && ctx.tryTyOf(checker.getTypeAtLocation(value));
  return ty.kind === "problem" && ty.isAny && held?.kind === "num";
}

/** The `n` of `new Array(n)` and `Array.from({ length: n })`. */
export function emptySize(
  site: Site,
  node: ts.Expression,
): { node: ts.Expression; clamps: boolean } | undefined {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const [size] = node.arguments ?? [];
    if (size === undefined || node.arguments?.length !== 1) return undefined;
    if (
      arrayConstructor(site, node.expression) === "Array" &&
      bare(tyOfNode(site, size)).kind === "num"
    )
      return { node: size, clamps: false };
    if (ts.isCallExpression(node) && isStatic(site, node, "from")) {
      const length = lengthProperty(size);
      return length && { node: length, clamps: true };
    }
  }
  return undefined;
}

/** `Array.from`, `Float64Array.of` */
export function isStatic(
  site: Site,
  node: ts.CallExpression,
  name: string,
): boolean {
  const callee = node.expression;
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === name &&
    arrayConstructor(site, callee.expression) !== undefined
  );
}

/** The `n` of `{ length: n }`. */
export function lengthProperty(
  given: ts.Expression,
): ts.Expression | undefined {
  const node = bareExpression(given);
  if (!ts.isObjectLiteralExpression(node) || node.properties.length !== 1)
    return undefined;
  const [property] = node.properties;
  if (property === undefined || property.name === undefined) return undefined;
  if (!ts.isIdentifier(property.name) || property.name.text !== "length")
    return undefined;
  if (ts.isPropertyAssignment(property)) return property.initializer;
  return ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
}

/** A length as `Array.from` takes it: rounded down, and 0 for what is no length. */
export function wholeNumber(
  site: Site,
  node: ts.Expression,
  clamps: boolean,
): Value {
  const value = lowerExpression(site, node, num);
  if (!clamps) return value;
  const known = site.facts.constants.get(value);
  if (known !== undefined && Number.isInteger(known) && known >= 0)
    return value;
  if (site.facts.lengthOf.has(value)) return value;
  const zero = constant(site, node, 0);
  if (site.facts.isInteger(node)) return op(site, node, "max", [value, zero]);
  const isLength = op(site, node, "gt", [value, zero]);
  const whole = (): Value => op(site, node, "trunc", [value]);
  return choose(site, node, isLength, num, whole, () => zero);
}

// ---- Array.from, Array.of ----

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
  const fromTy = listed?.ty ?? bare(tyOfNode(site, from));
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
