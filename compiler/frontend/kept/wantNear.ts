import { ts } from "ts-morph";
import { functionOf } from "../syntax/callee.js";
import { definedSymbol } from "../syntax/scan.js";
import { functionOrPlain } from "../types/functionTypes.js";
import { functionTypesIn } from "./functionTypesIn.js";
import type { ReadTy } from "./functionKinds.js";
import type { Kept } from "./kept.js";

/**
 * Something is refused: keeps functions of the types that are in play there from now on. A program that goes without is
 * read as it is; this one would be refused.
 */
export function wantNear(
  checker: ts.TypeChecker,
  kept: Kept,
  read: ReadTy,
  node: ts.Node,
): void {
  for (const one of nodesNear(node)) {
    const type = declaredOpen(checker, one) ?? checker.getTypeAtLocation(one);
    for (const fn of functionTypesIn(checker, type)) {
      // what is only called, and by its name, need not be kept
      const isCallee = type === fn && isCalledByName(checker, one);
      if (!isCallee) kept.want(fn, read);
    }
  }
}

/** The expressions and names of the statement around a node, on the way down to it. */
export function nodesNear(node: ts.Node): ReadonlySet<ts.Node> {
  const near = new Set<ts.Node>();
  for (let up = node; !ts.isSourceFile(up); up = up.parent) {
    if (ts.isExpression(up)) addParts(near, up);
    if (
      ts.isVariableDeclaration(up) ||
      ts.isParameter(up) ||
      ts.isPropertyDeclaration(up)
    )
      near.add(up.name);
    if (ts.isPropertyDeclaration(up)) break;
    if (ts.isStatement(up) || ts.isFunctionDeclaration(up)) {
      if (ts.isForOfStatement(up)) addParts(near, up.expression);
      break;
    }
  }
  return near;
}

/** `number | (() => number)`, of which typeof may have told here which it is. */
function declaredOpen(
  checker: ts.TypeChecker,
  node: ts.Node,
): ts.Type | undefined {
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol?.valueDeclaration === undefined) return undefined;
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
  return functionOrPlain(type) && type;
}

function addParts(near: Set<ts.Node>, node: ts.Expression): void {
  near.add(node);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
    addParts(near, node.expression);
  if (!ts.isCallExpression(node)) return;
  addParts(near, node.expression);
  for (const one of node.arguments) near.add(one);
}

/** `f` in `f(x)`, of which the code is known by its name. */
function isCalledByName(checker: ts.TypeChecker, node: ts.Node): boolean {
  const isCalled =
    ts.isCallExpression(node.parent) && node.parent.expression === node;
  if (!isCalled || !ts.isIdentifier(node)) return false;
  const symbol = definedSymbol(checker, node);
  return symbol !== undefined && functionOf(checker, symbol) !== undefined;
}
