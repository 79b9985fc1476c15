import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, type Ty } from "../../../ir/types.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { bareExpression } from "../../syntax/scan.js";
import { mayBeNil } from "../lowerCoerce.js";
import { isLeftOut } from "../control/lowerConditions.js";
import { isFunctionTag } from "../functions/lowerKnown.js";
import { isOfElement } from "../facts/lowerMissing.js";
import { lowerNullable } from "./lowerOptional.js";
import { mayBeFunction } from "../../types/functionTypes.js";
import { constant, decidedConstant, op, type Site } from "../lowerSite.js";
import { localVariable } from "../lowerVariables.js";
import { tyOfPart, tyOfPresent } from "../tyHere.js";

/** `typeof x`: what it gives is known where the type is, in JavaScript that is read for the arguments of a call. */

/** `typeof x === "number"` */
export function lowerTypeofTest(
  site: Site,
  node: ts.BinaryExpression,
): Value | undefined {
  const test = bareExpression(node.left);
  const word = bareExpression(node.right);
  if (!ts.isTypeOfExpression(test) || !ts.isStringLiteralLike(word))
    return undefined;
  const { text } = word;
  const type = site.ctx.checker.getTypeAtLocation(test.expression);
  const refined = knownKind(site, test.expression);
  if (refined !== undefined && (refined.isSure || text !== "undefined"))
    return decidedConstant(site, node, refined.name === text);
  const ty =
    openTy(site, test.expression) ?? site.ctx.tyOf(type, test.expression);
  if (text === "undefined") {
    if (!mayBeNil(type) || ty.kind === "opaque") return undefined;
    return op(site, node, "isUndefined", [
      lowerNullable(site, test.expression),
    ]);
  }
  const name = nameOfTy(ty);
  const isNull = ty.kind === "maybe" && ty.nil !== "undefined";
  if (isJavaScript(node) && name !== undefined && name !== text && !isNull)
    return decidedConstant(site, node, false);
  const isAsked =
    isJavaScript(node) && !isNull ? name : typeofNames[bare(ty).kind];
  if (isAsked === undefined || isAsked !== text) return undefined;
  const value = lowerNullable(site, test.expression);
  if (
    value.ty.kind !== "maybe" &&
    !isOfElement(site.ctx.checker, test.expression)
  )
    return constant(site, node, true);
  return op(site, node, "not", [op(site, node, "isNil", [value])]);
}

/** `switch (typeof x)` */
export function lowerTypeof(
  site: Site,
  node: ts.TypeOfExpression,
): Value | undefined {
  const known = isJavaScript(node)
    ? knownKind(site, node.expression)
    : undefined;
  return known && constant(site, node, known.name);
}

/**
 * What `typeof x` gives for a variable: the function has been lowered for a value of its kind. In TypeScript only where
 * the declared type leaves it open.
 */
function knownKind(
  site: Site,
  given: ts.Expression,
): { readonly name: string; readonly isSure: boolean } | undefined {
  const node = bareExpression(given);
  if (isLeftOut(site, node)) return { name: "undefined", isSure: true };
  const variable = localVariable(site, node);
  const own = isJavaScript(node) ? variable?.ty : tyOfPresent(site, given);
  // whether an element is there is another question
  if (own === undefined || ts.isElementAccessExpression(node)) return undefined;
  const type = site.ctx.checker.getTypeAtLocation(node);
  const isOpen =
    site.ctx.tryTyOf(type).kind === "problem" ||
    isDeclaredOpen(site, node) ||
    mayBeFunction(type);
  if (!isOpen && !isJavaScript(node)) return undefined;
  const value = variable && site.env.values.get(variable);
  if (value !== undefined && isFunctionTag(site, value))
    return { name: "function", isSure: true };
  const ty = own;
  if (ty.kind === "maybe") return undefined;
  const isText =
    ty.kind === "opaque" &&
    ((type.flags & ts.TypeFlags.StringLike) !== 0 ||
      (!isJavaScript(node) && isWord(ty.text)));
  if (ty.kind === "opaque" && !isText) return undefined;
  const name = isText ? "string" : (typeofNames[ty.kind] ?? "object");
  // what is read from behind the end of an array is undefined, whatever its type
  return { name, isSure: !isJavaScript(node) };
}

/** A variable of type `unknown`, of which a test before may have said that it is not null: its type is `{}` then. */
function isDeclaredOpen({ ctx }: Site, node: ts.Expression): boolean {
  const symbol = ctx.checker.getSymbolAtLocation(node);
  if (symbol?.valueDeclaration === undefined || !ts.isIdentifier(node))
    return false;
  const declared = ctx.checker.getTypeOfSymbol(symbol);
  return ctx.tryTyOf(declared).kind === "problem";
}

/** `string`, `"a" | "b"` */
const isWord = (text: string): boolean =>
  text === "string" || /^"[^"\\]*"( \| "[^"\\]*")*$/.test(text);

/**
 * `typeof x` of `unknown`, where it is known here that x is a number or nothing, and `typeof input[0]` of what is `any[]` to
 * TypeScript.
 */
function openTy(site: Site, given: ts.Expression): Ty | undefined {
  if (isJavaScript(given)) return undefined;
  const type = site.ctx.checker.getTypeAtLocation(given);
  if (site.ctx.tryTyOf(type).kind !== "problem") return undefined;
  const own = tyOfPart(site, given);
  const isElement = ts.isElementAccessExpression(bareExpression(given));
  return isElement || own?.kind === "maybe" ? own : undefined;
}

const nameOfTy = (ty: Ty): string | undefined => {
  const { kind } = bare(ty);
  if (kind === "opaque") return undefined;
  return typeofNames[kind] ?? "object";
};

const typeofNames: Readonly<Record<string, string>> = {
  num: "number",
  bool: "boolean",
};
