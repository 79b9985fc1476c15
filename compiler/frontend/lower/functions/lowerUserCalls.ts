import { type Site, at, constant } from "../lowerSite.js";
import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import { functionConstant, closureOf } from "./lowerFunctionValues.js";
import { callGiven } from "./lowerValueCalls.js";
import { isCaught } from "../control/lowerThrowers.js";
import { throwsInside, refuseThrower } from "../control/refuseThrowers.js";
import {
  isSpecial,
  takesNamedRecord,
  typesAt,
  lowerArgumentsFor,
  nameOfFunction,
  callSpecial,
} from "./lowerSpecial.js";
import { noteValues, noteTypes } from "./lowerNoted.js";
import { resultTy, parameterTy } from "./lowerSignature.js";
import { throwError } from "../values/lowerOpaque.js";
import { bare } from "../../../ir/types.js";
import { arrayOfElements, arrayOfValues } from "../arrays/lowerArrayLiteral.js";
import { lowerExpression } from "../lowerExpressions.js";
import { lowerSpread } from "./lowerSpread.js";
import { coerce } from "../lowerCoerce.js";

/** A call of a function of the project: its parameters, one by one. */
export function lowerUserCall(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
): Value | undefined {
  const { ctx } = site;
  if (site.writtenOut.has(node)) {
    const fn = functionConstant(site, node, closureOf(site, decl));
    return callGiven(site, node, fn, undefined);
  }
  if (isCaught(site) && throwsInside(site, decl)) refuseThrower(site, node);
  const isOpen = isSpecial(ctx, decl) || takesNamedRecord(site, node, decl);
  noteValues(site, node, decl, isOpen);
  if (isOpen) {
    const env = typesAt(site, node, decl, new Map());
    const args = lowerArgumentsFor(site, node, decl, env);
    noteTypes(site, node, decl, args);
    const name = nameOfFunction(decl);
    return callSpecial(site, node, { decl, name, env, args });
  }
  const name = ctx.funcFor(decl, node);
  const args = lowerArguments(site, node, decl);
  const ty = resultTy(ctx, decl);
  const results = ty === undefined ? [] : [site.ids.fresh(ty)];
  const b = at(site, node);
  b.emit({ kind: "call", callee: name, ...b.plain(args, results) });
  const isNever =
    (ctx.checker.getTypeAtLocation(node).flags & ts.TypeFlags.Never) !== 0;
  if (isNever && ts.isExpressionStatement(node.parent))
    // The callee throws whatever happens: control does not come back.
    throwError(site, node, 'Error("unreachable")');
  return results[0];
}

function lowerArguments(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
): Value[] {
  const { ctx } = site;
  const last = valueParameters(decl).at(-1);
  const takesRest = last?.dotDotDotToken !== undefined;
  if (!takesRest && node.arguments.some(ts.isSpreadElement))
    return lowerSpreadArguments(site, node, decl);
  const given = node.arguments;
  const early = given.findIndex(ts.isSpreadElement);
  if (early >= 0 && early < valueParameters(decl).length - 1)
    return lowerSpreadArguments(site, node, decl);
  const values = valueParameters(decl).map((parameter, k) => {
    const ty = parameterTy(ctx, parameter);
    if (parameter.dotDotDotToken !== undefined) {
      const list = bare(ty);
      if (list.kind === "array")
        return arrayOfElements(site, node, given.slice(k), list);
      return refuseSpread(site, node);
    }
    const argument = given[k];
    if (argument === undefined) return constant(site, node, undefined, ty);
    if (ts.isSpreadElement(argument)) return refuseSpread(site, argument);
    return lowerExpression(site, argument, ty);
  });
  // More arguments than parameters: evaluated, and not passed.
  if (!takesRest)
    for (const extra of given.slice(valueParameters(decl).length))
      lowerExpression(site, extra);
  return values;
}

/** `f(...pair, x)`: a tuple gives as many arguments as it has elements. */
function lowerSpreadArguments(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
): Value[] {
  const values = lowerSpread(site, node.arguments);
  return valueParameters(decl).map((parameter, k) => {
    const ty = parameterTy(site.ctx, parameter);
    const value = values[k];
    const list = bare(ty);
    if (parameter.dotDotDotToken !== undefined && list.kind === "array") {
      const rest = values.slice(k).map((v) => coerce(site, node, v, list.elem));
      const { fixed: _, ...open } = list;
      return arrayOfValues(site, node, rest, open);
    }
    return value === undefined
      ? constant(site, node, undefined, ty)
      : coerce(site, node, value, ty);
  });
}

function refuseSpread(site: Site, node: ts.Node): never {
  return site.ctx.refuse(
    node,
    "DC2110",
    "an array is spread over several parameters",
    "pass the arguments one by one",
  );
}
