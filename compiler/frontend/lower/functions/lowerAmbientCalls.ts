import { tyOfPresent } from "../tyHere.js";
import { type Site, op, decidedConstant } from "../lowerSite.js";
import { ts } from "ts-morph";
import { type Ty, bool } from "../../../ir/types.js";
import type { Value } from "../../../ir/ir.js";
import { lowerRegistryCall } from "./lowerFunctionTables.js";
import { lowerNumberCall } from "../values/lowerMath.js";
import { lowerFilled } from "../arrays/lowerFilled.js";
import { lowerTableCall } from "../records/lowerTableLists.js";
import { lowerArrayStatic } from "../arrays/lowerArrayStatics.js";
import { bareExpression } from "../../syntax/scan.js";
import { arrayConstructor } from "../arrays/arrayConstructors.js";
import { lowerNewArray } from "../arrays/lowerNewArray.js";
import { ownerTy, localVariable } from "../lowerVariables.js";
import {
  takesCallback,
  lowerCallbackMethod,
} from "../arrays/lowerCallbacks.js";
import { lowerExpression } from "../lowerExpressions.js";
import { lowerArrayMethod } from "../arrays/lowerArrayMethods.js";
import { isCollection } from "../records/lowerTables.js";
import { lowerCollectionMethod } from "../records/lowerCollections.js";
import { carryExpression, carryStatement } from "../values/lowerOpaque.js";
import { isGlobalName } from "../../syntax/callee.js";
import { truthOf } from "../control/lowerConditions.js";
import { placeOfText } from "../arrays/lowerElements.js";
import { tyOfNode } from "../lowerCoerce.js";
import { arrayTest } from "../../javascript/jsExpressionType.js";
import { libraryName } from "../../syntax/libraryNames.js";

/** A call of the library, and of what is only declared. */
export function lowerAmbientCall(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value | undefined {
  const fn = lowerRegistryCall(site, node);
  if (fn !== undefined) return fn;
  const number = lowerNumberCall(site, node);
  if (number !== undefined) return number;
  const filled = lowerFilled(site, node, want);
  if (filled !== undefined) return filled;
  const ofTable = lowerTableCall(site, node);
  if (ofTable !== undefined) return ofTable;
  const made = lowerArrayStatic(site, node, want);
  if (made !== undefined) return made;
  const callee = bareExpression(node.expression);
  if (arrayConstructor(site, callee) === "Array")
    return lowerNewArray(site, node, "Array", want);
  const cast = lowerCast(site, node);
  if (cast !== undefined) return cast;
  if (
    ts.isPropertyAccessExpression(callee) &&
    !isLibraryName(site, callee.expression)
  ) {
    const ty = ownerTy(site, callee.expression);
    const name = callee.name.text;
    if (ty.kind === "array" && takesCallback(name))
      return lowerCallbackMethod(site, node, callee.expression, name, want);
    if (ty.kind === "array") {
      const array = lowerExpression(site, callee.expression, ty);
      return lowerArrayMethod(site, node, array, callee.name.text);
    }
    if (ty.kind === "table" && ty.form !== "object") {
      const table = lowerExpression(site, callee.expression, ty);
      if (isCollection(table))
        return lowerCollectionMethod(site, node, table, name);
    }
  }
  const isVoid =
    (site.ctx.checker.getTypeAtLocation(node).flags & ts.TypeFlags.Void) !== 0;
  if (!isVoid) return carryExpression(site, node, want);
  carryStatement(site, node);
  return undefined;
}

const isLibraryName = (site: Site, node: ts.Expression): boolean =>
  ["console", "Object", "JSON", "Number", "String", "Array"].some((name) =>
    isGlobalName(site.ctx.checker, node, name),
  );

/** `Boolean(x)`, `Number(b)`, `Array.isArray(x)` */
function lowerCast(site: Site, node: ts.CallExpression): Value | undefined {
  const { checker } = site.ctx;
  const [arg] = node.arguments;
  if (
    arg === undefined ||
    node.arguments.length !== 1 ||
    ts.isSpreadElement(arg)
  )
    return undefined;
  if (isGlobalName(checker, node.expression, "Boolean"))
    return truthOf(site, arg, lowerExpression(site, arg));
  if (isGlobalName(checker, node.expression, "Number")) {
    const place = placeOfText(site, arg);
    if (place !== undefined) return place;
    if (tyOfNode(site, arg).kind !== "bool") return undefined;
    return op(site, node, "bool2num", [lowerExpression(site, arg, bool)]);
  }
  const isArray = arrayTest(checker, node) ?? isListHere(site, node, arg);
  if (isArray !== undefined) return decidedConstant(site, node, isArray);
  return undefined;
}

/** `Array.isArray(p)` of a variable, where this call says what it is. */
function isListHere(
  site: Site,
  node: ts.CallExpression,
  arg: ts.Expression,
): boolean | undefined {
  const isAsked =
    /[iI]sArray$/.test(node.expression.getText()) &&
    libraryName(site.ctx.checker, node.expression) === "Array.isArray";
  if (!isAsked) return undefined;
  const asked = bareExpression(arg);
  if (ts.isElementAccessExpression(asked)) return isListInside(site, asked);
  const ty = tyOfPresent(site, arg);
  if (ty === undefined || ty.kind === "opaque" || ty.kind === "maybe")
    return undefined;
  // a Float64Array is none
  if (ty.kind === "array")
    return ty.copied ? refuseAsked(site, node) : ty.store === "js";
  return ty.kind === "record" && ty.tuple;
}

/** `Array.isArray(rows[0])`: never of a list of numbers, and of one of lists where it is known that it is not empty. */
function isListInside(
  site: Site,
  { expression, argumentExpression }: ts.ElementAccessExpression,
): boolean | undefined {
  const variable = localVariable(site, bareExpression(expression));
  if (variable?.ty.kind !== "array") return undefined;
  const { elem } = variable.ty;
  if (elem.kind === "num" || elem.kind === "bool") return false;
  const value = site.env.values.get(variable);
  const isFirst = argumentExpression.getText() === "0";
  return elem.kind === "array" &&
    elem.store === "js" &&
    isFirst &&
    value !== undefined &&
    site.facts.startsWithList.has(value)
    ? true
    : undefined;
}

/** Of any list there may be one that is none. */
export function refuseAsked({ ctx }: Site, node: ts.Node): never {
  return ctx.refuse(
    node,
    "DC2003",
    "the list may be of any kind, and diffc has made an array of it: which kind it was is not known here",
    "give the parameter the kinds that it takes, such as number[] | Float64Array",
  );
}
