import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { fieldOf, type Ty } from "../../../ir/types.js";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Instance } from "../../classes.js";
import { throwNoFunction } from "../functions/lowerAbsentFunctions.js";
import { callKept, kindOf } from "../functions/lowerKept.js";
import { callGiven, keptArguments } from "../functions/lowerValueCalls.js";
import { fieldIn } from "../lowerAccess.js";
import { constant, op, poison, type Site } from "../lowerSite.js";

/** Methods that some of the objects do not have of a class: functions that they hold in a field of that name. */

/** Calls the function that an object holds under the name, with arguments that have been evaluated, or evaluates them. */
export function callHeld(
  site: Site,
  node: ts.CallExpression,
  owner: Value,
  name: string,
  instance: Instance,
  args: readonly Value[] | undefined,
): Value | undefined {
  const field = fieldIn(site, node, owner, name);
  const member = instance.type.getProperty(name);
  const isOptional = !member || (member.flags & ts.SymbolFlags.Optional) !== 0;
  // what an interface asks for, its literals have
  const held =
    instance.isLiteral && !isOptional && field.ty.kind === "maybe"
      ? op(site, node, "unwrap", [field], field.ty.of)
      : field;
  const kind = kindOf(site, held);
  // no object has such a function
  if (kind?.shapes.length === 0) {
    throwNoFunction(site, node, constant(site, node, true));
    return kind.result && poison(site, node, kind.result);
  }
  return args === undefined || kind === undefined
    ? callGiven(site, node, held, undefined)
    : callKept(site, node, held, kind, args);
}

/** More arguments than any of the methods takes: a function that an object holds may see them. */
export function heldArguments(
  site: Site,
  node: ts.Node,
  { ty }: Value,
  name: string,
  longest: ts.FunctionLikeDeclaration | undefined,
): readonly Value[] | undefined {
  const field = ty.kind === "record" ? fieldOf(ty, name) : undefined;
  const kind = field && site.ctx.kept.kindOf(field.ty);
  if (kind === undefined || !ts.isCallExpression(node)) return undefined;
  const taken = longest === undefined ? 0 : valueParameters(longest).length;
  const given = node.arguments.length;
  return given > taken || node.arguments.some(ts.isSpreadElement)
    ? keptArguments(site, node, kind)
    : undefined;
}

export const heldResult = (
  site: Site,
  { ty }: Value,
  name: string,
): Ty | undefined => {
  const field = ty.kind === "record" ? fieldOf(ty, name) : undefined;
  return field && site.ctx.kept.kindOf(field.ty)?.result;
};
