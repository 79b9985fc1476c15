import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { bareExpression } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/**
 * What is not there although its type says so: TypeScript takes an element for there, and so what is made of it, as in
 * `const next = xs[i + 1]; next ?? 0`. (With `noUncheckedIndexedAccess` the types know.)
 */

/**
 * May there be nothing? In JavaScript the types of objects are those of the call's arguments, which are there; elements of
 * arrays may not be.
 */
export function mayBeNothing(site: Site, value: Value, node: ts.Node): boolean {
  switch (value.ty.kind) {
    case "maybe":
    case "opaque":
    case "num":
    case "bool":
      return true;
    case "array":
    case "record":
      return !isJavaScript(node) || site.facts.unsure.has(value);
    default:
      return false;
  }
}

/** Is it an element, or a variable that starts as one? */
export function isOfElement(checker: ts.TypeChecker, given: ts.Node): boolean {
  const node = ts.isExpression(given) ? bareExpression(given) : given;
  if (ts.isElementAccessExpression(node)) return true;
  if (!ts.isIdentifier(node)) return false;
  const declared = checker.getSymbolAtLocation(node)?.valueDeclaration;
  return (
    declared !== undefined &&
    ts.isVariableDeclaration(declared) &&
    declared.initializer !== undefined &&
    ts.isElementAccessExpression(bareExpression(declared.initializer))
  );
}
