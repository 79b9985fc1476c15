import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, fieldOf, type RecordTy, type Ty } from "../../../ir/types.js";
import { classOf, isContract, isKind, type Instance } from "../../classes.js";
import { readonlyInstance } from "../../types/readonlyOf.js";
import { isErrorType } from "../../syntax/errorClasses.js";
import { isMath } from "../../syntax/callee.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { op, type Site } from "../lowerSite.js";
import { isThis, thisOf } from "./lowerThis.js";
import { localVariable } from "../lowerVariables.js";

/** Which expressions are instances, and of which classes. */

/** Members of instances: fields, accessors and methods, also where the class is known only at run time. */

export type Access = ts.PropertyAccessExpression;

/** The one class that an object is of. A method has been chosen by the class of `this`, so that this is known. */
export function instanceAt(
  site: Site,
  node: ts.Expression | undefined,
  owner: Value,
): Instance | undefined {
  const self = node !== undefined && isThis(node) ? thisOf(site) : undefined;
  return self?.instance ?? site.ctx.classes.instanceOf(owner.ty);
}

// ---- which expressions are instances ----

/** Does the expression give an instance of a class of the project? */
export function isInstance(site: Site, given: ts.Expression): boolean {
  const node = bareExpression(given);
  if (node.kind === ts.SyntaxKind.SuperKeyword) return false;
  const { checker, classes } = site.ctx;
  // at first sight: what TypeScript says of it would be found by a walk back through the function
  if (isMath(checker, node)) return false;
  // Vec.compare: the class itself
  const name = ts.isIdentifier(node) ? definedSymbol(checker, node) : undefined;
  if (name !== undefined && name.flags & ts.SymbolFlags.Class) return false;
  const ty = refinedTy(site, node);
  if (ty !== undefined) {
    const isNoted =
      classes.instanceOf(ty) !== undefined || isClassFamily(site, ty);
    if (isNoted || ty.kind === "array") return isNoted;
  }
  const seen = checker.getNonNullableType(checker.getTypeAtLocation(node));
  const type = readonlyInstance(checker, seen) ?? seen;
  const symbol = type.symbol as ts.Symbol | undefined;
  if (isErrorType(checker, type)) return false;
  if (symbol !== undefined && isContract(symbol))
    return hasMethods(type) && classes.concreteOf(symbol).length > 0;
  return (
    symbol !== undefined &&
    (symbol.flags & ts.SymbolFlags.Class) !== 0 &&
    classOf(symbol)?.getSourceFile().isDeclarationFile === false &&
    // the class itself, not an instance of it
    checker.getTypeOfSymbol(symbol) !== type
  );
}

const hasMethods = (type: ts.Type): boolean =>
  type.getProperties().some((one) => (one.flags & ts.SymbolFlags.Method) !== 0);

export const isClassFamily = (site: Site, ty: Ty): boolean =>
  site.ctx.classes
    .familyOf(ty)
    ?.every((one) => isKind(site.ctx.classes.instanceOf(one))) === true;

/** The type of an expression as it is known without lowering it, where diffc knows more than its declaration says. */
export function refinedTy(site: Site, given: ts.Expression): Ty | undefined {
  const node = bareExpression(given);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return thisOf(site)?.ty;
  const variable = ts.isIdentifier(node)
    ? localVariable(site, node)
    : undefined;
  if (variable !== undefined) return bare(variable.ty);
  if (ts.isPropertyAccessExpression(node)) {
    if (isThis(node.expression)) {
      const field = thisOf(site)?.fields?.get(nameOf(node));
      if (field !== undefined) return bare(field.ty);
    }
    const owner = refinedTy(site, node.expression);
    const field =
      owner?.kind === "record" ? fieldOf(owner, nameOf(node)) : undefined;
    if (field !== undefined) return bare(field.ty);
  }
  if (ts.isElementAccessExpression(node)) {
    const owner = refinedTy(site, node.expression);
    if (owner?.kind === "array") return bare(owner.elem);
  }
  const ty = site.ctx.tryTyOf(site.ctx.checker.getTypeAtLocation(node));
  return ty.kind === "problem" ? undefined : bare(ty);
}

export const nameOf = (node: Access): string =>
  ts.isPrivateIdentifier(node.name)
    ? `$${node.name.text.slice(1)}`
    : node.name.text;

export function presentOf(site: Site, node: ts.Node, value: Value): Value {
  return value.ty.kind === "maybe"
    ? op(site, node, "unwrap", [value], value.ty.of)
    : value;
}

export const instancesOf = (
  site: Site,
  family: readonly RecordTy[] | undefined,
): Instance[] =>
  (family ?? []).flatMap((one) => site.ctx.classes.instanceOf(one) ?? []);
