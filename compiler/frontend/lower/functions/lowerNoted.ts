import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import { textOfExpression } from "../../javascript/jsExpressionType.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { textOfTy } from "../../javascript/jsTextOfTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import { bareExpression } from "../../syntax/scan.js";
import { parameterType } from "./lowerSignature.js";
import type { Site } from "../lowerSite.js";
import { localVariable } from "../lowerVariables.js";
import { isProblem } from "../../special.js";

/**
 * A parameter of JavaScript of which the declared types of the arguments say nothing (`mat4`, a tuple or something like an
 * array) has the type of the value that is passed. What is no variable is lowered to see it, where the call is refused
 * anyway for now: its parameter has no type. `isOpen`: the call takes the arguments as they are.
 */
export function noteValues(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
  isOpen: boolean,
): void {
  if (!isJavaScript(decl)) return;
  const { ctx } = site;
  const texts = node.arguments.map((argument, k) => {
    const parameter = valueParameters(decl)[k];
    if (parameter === undefined || !isUntold(site, argument)) return undefined;
    const variable = localVariable(site, bareExpression(argument));
    if (variable !== undefined) return textOfTy(variable.ty);
    const ty = ctx.tryTyOf(parameterType(ctx, parameter));
    const isRefused = !isOpen && isProblem(ty) && ty.isAny;
    return isRefused ? textOfTy(lowerExpression(site, argument).ty) : undefined;
  });
  if (texts.some((text) => text !== undefined)) ctx.noteArguments(decl, texts);
}

/** The same where the arguments have been lowered. */
export function noteTypes(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
  args: readonly Value[],
): void {
  if (!isJavaScript(decl)) return;
  const texts = node.arguments.map((argument, k) => {
    const value = args[k];
    return value !== undefined && isUntold(site, argument)
      ? textOfTy(value.ty)
      : undefined;
  });
  if (texts.some((text) => text !== undefined))
    site.ctx.noteArguments(decl, texts);
}

/** Does the checker know nothing of what is passed? */
const isUntold = ({ ctx }: Site, argument: ts.Expression): boolean =>
  !ts.isSpreadElement(argument) &&
  textOfExpression(ctx.checker, argument) === undefined;
