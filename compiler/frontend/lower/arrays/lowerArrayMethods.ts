import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { maybe, num, type ArrayTy, type Ty } from "../../../ir/types.js";
import {
  copyInto,
  copyOf,
  pushPart,
  spreadArray,
} from "./lowerArrayLiteral.js";
import {
  lowerIncludes,
  lowerIndexOf,
  lowerJoin,
  lowerLastIndexOf,
  lowerWith,
} from "./lowerArrayQueries.js";
import { lowerStored } from "../functions/lowerEscapes.js";
import { refuseModuleWrite } from "../lowerCoerce.js";
import { throwAtHoles } from "../facts/lowerPresent.js";
import { lowerExpression } from "../lowerExpressions.js";
import { branch, choose } from "../control/lowerJoin.js";
import { repeat } from "../control/lowerLoopParts.js";
import { carryOn, throwError } from "../values/lowerOpaque.js";
import {
  lowerCopyWithin,
  lowerShift,
  lowerSplice,
  lowerToSpliced,
  lowerUnshift,
} from "./lowerSplice.js";
import { lowerFlat } from "./lowerFlat.js";
import { lowerSort, lowerToSorted } from "./lowerSort.js";
import { constant, emit, op, perform, type Site } from "../lowerSite.js";
import { lengthOf, loadMaybe } from "./lowerElements.js";
import { resolvedRange } from "./lowerRange.js";
import { lowerReverse, lowerToReversed } from "./lowerReverse.js";

type Method = (
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
) => Value | undefined;

/** Methods of arrays, by name. The array has been evaluated, the arguments have not. */
const methods: Readonly<Record<string, Method>> = {
  push: lowerPush,
  pop: lowerPop,
  shift: lowerShift,
  unshift: lowerUnshift,
  splice: lowerSplice,
  toSpliced: lowerToSpliced,
  copyWithin: lowerCopyWithin,
  fill: lowerFill,
  slice: lowerSlice,
  subarray: lowerSubarray,
  set: lowerSet,
  concat: lowerConcat,
  at: lowerAt,
  reverse: lowerReverse,
  toReversed: lowerToReversed,
  sort: lowerSort,
  toSorted: lowerToSorted,
  with: lowerWith,
  flat: lowerFlat,
  indexOf: lowerIndexOf,
  lastIndexOf: lowerLastIndexOf,
  includes: lowerIncludes,
  join: lowerJoin,
};

/** Where the elements are text or the like, these are carried as they are. */
const carried: ReadonlySet<string> = new Set([
  "indexOf",
  "lastIndexOf",
  "includes",
  "join",
  "at",
]);

const writing: ReadonlySet<string> = new Set([
  "push",
  "pop",
  "shift",
  "unshift",
  "splice",
  "copyWithin",
  "fill",
  "set",
  "reverse",
  "sort",
]);

const resizing: ReadonlySet<string> = new Set([
  "push",
  "pop",
  "shift",
  "unshift",
  "splice",
]);

/** A tuple is as long as its type says, for all that looks at it. */
function refuseTupleResize(site: Site, node: ts.Node, ty: ArrayTy): void {
  if (ty.fixed === undefined) return;
  site.ctx.refuse(
    node,
    "DC2106",
    "a tuple changes its length here",
    "declare it as an array: number[]",
  );
}

export function lowerArrayMethod(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  name: string,
): Value | undefined {
  if (array.ty.kind !== "array") throw new TypeError("a method of no array");
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  const isPassive = isCarried(array.ty);
  if (method === undefined || (isPassive && carried.has(name)))
    return lowerOther(site, node, array, array.ty, name);
  if (writing.has(name)) refuseModuleWrite(site, node, array);
  if (resizing.has(name)) refuseTupleResize(site, node, array.ty);
  return method(site, node, array, array.ty);
}

function lowerOther(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
  name: string,
): Value {
  if (isCarried(ty)) return carryOn(site, node, array);
  return site.ctx.refuse(
    node,
    "DC2106",
    `the array method ${name} is not carried`,
    "write it as a loop over the indices",
  );
}

const isCarried = ({ elem }: ArrayTy): boolean =>
  elem.kind === "opaque" || elem.kind === "bool";

function lowerPush(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const parts = node.arguments.map((one) =>
    ts.isSpreadElement(one)
      ? { value: spreadArray(site, one), isSpread: true }
      : { value: lowerStored(site, one, ty.elem), isSpread: false },
  );
  for (const part of parts) pushPart(site, node, array, part);
  return emit(site, node, "length", [array], num, {});
}

function lowerPop(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  return emit(site, node, "pop", [array], maybe(ty.elem), {});
}

function lowerFill(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const [given, from, to] = node.arguments;
  const value =
    given === undefined
      ? constant(site, node, NaN)
      : lowerExpression(site, given, ty.elem);
  const [start, end] = resolvedRange(site, node, array, from, to);
  repeat(site, node, start, end, (i) =>
    perform(site, node, "store", [array, i, value], { inBounds: true }),
  );
  return array;
}

function lowerSlice(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const [from, to] = node.arguments;
  const range = resolvedRange(site, node, array, from, to);
  return emit(site, node, "slice", [array, ...range], withoutFixed(ty), {
    keepsHoles: true,
  });
}

function lowerSubarray(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const [from, to] = node.arguments;
  const range = resolvedRange(site, node, array, from, to);
  const view = emit(site, node, "subarray", [array, ...range], ty, {});
  if (site.facts.ofModule.has(array)) site.facts.ofModule.add(view);
  return view;
}

export function withoutFixed(ty: ArrayTy): ArrayTy {
  const { fixed: _, ...open } = ty;
  return open;
}

// ---- set, concat, at, reverse ----

/** `a.set(b, offset)`: as a loop; where the two may overlap, over a copy, as JavaScript does. */
function lowerSet(
  site: Site,
  node: ts.CallExpression,
  array: Value,
): undefined {
  const [from, at] = node.arguments;
  if (from === undefined) return undefined;
  const source = lowerExpression(site, from);
  if (source.ty.kind !== "array")
    return site.ctx.refuse(
      from,
      "DC2106",
      "set takes an array here",
      "pass an array",
    );
  const given = at && lowerExpression(site, at, num);
  const offset = given ?? constant(site, node, 0);
  const end = op(site, node, "add", [offset, lengthOf(site, node, source)]);
  const isFit = op(site, node, "and", [
    op(site, node, "ge", [offset, constant(site, node, 0)]),
    op(site, node, "le", [end, lengthOf(site, node, array)]),
  ]);
  const start =
    at === undefined || site.facts.isInteger(at)
      ? offset
      : op(site, node, "trunc", [offset]);
  branch(
    site,
    node,
    op(site, node, "not", [isFit]),
    [],
    () => throwError(site, node, 'RangeError("offset is out of bounds")'),
    () => undefined,
  );
  const overlaps = source.ty.store !== "js" && !isMadeHere(site, source);
  const ty = withoutFixed(source.ty);
  copyInto(
    site,
    node,
    overlaps ? copyOf(site, node, source, ty) : source,
    array,
    start,
  );
  return undefined;
}

const isMadeHere = (site: Site, value: Value): boolean =>
  site.facts.sizeOf.has(value);

function lowerConcat(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const open = withoutFixed(ty);
  const parts = node.arguments.map((one) => {
    if (ts.isSpreadElement(one))
      return site.ctx.refuse(
        one,
        "DC2106",
        "concat takes a spread here",
        "name the arrays",
      );
    const value = lowerExpression(site, one);
    return { value, isSpread: isArray(value.ty) };
  });
  for (const part of parts)
    if (part.isSpread) throwAtHoles(site, node, part.value);
  const result = copyOf(site, node, array, open, { keepsHoles: true });
  for (const part of parts) pushPart(site, node, result, part);
  return result;
}

const isArray = (ty: Ty): boolean => ty.kind === "array";

function lowerAt(
  site: Site,
  node: ts.CallExpression,
  array: Value,
): Value | undefined {
  const [given] = node.arguments;
  if (given === undefined) return undefined;
  const index = lowerExpression(site, given, num);
  const literal = site.facts.constants.get(index);
  // towards 0, and NaN is 0
  const cut = literal === undefined ? undefined : Math.trunc(literal) || 0;
  if (cut !== undefined && cut >= 0)
    return loadMaybe(site, node, array, constant(site, node, cut), true);
  const length = lengthOf(site, node, array);
  const isInteger = site.facts.isInteger(given);
  const place =
    cut !== undefined
      ? op(site, node, "sub", [length, constant(site, node, -cut)])
      : fromEitherEnd(
          site,
          node,
          length,
          isInteger ? index : whole(site, node, index),
        );
  return loadMaybe(site, node, array, place, true);
}

/** -1 is the last place. */
const fromEitherEnd = (
  site: Site,
  node: ts.Node,
  length: Value,
  place: Value,
): Value =>
  choose(
    site,
    node,
    op(site, node, "lt", [place, constant(site, node, 0)]),
    num,
    () => op(site, node, "add", [length, place]),
    () => place,
  );

/** What methods of arrays make of a number: cut off towards 0, and 0 for NaN. */
const whole = (site: Site, node: ts.Node, given: Value): Value =>
  choose(
    site,
    node,
    op(site, node, "isNaN", [given]),
    num,
    () => constant(site, node, 0),
    () => op(site, node, "trunc", [given]),
  );
