import { ts } from "ts-morph";

/** Declarations: which one has the body, what it is called, where to point. */

/** A whole function is too much to show: its return type or its name. */
export function pointAt(node: ts.Node): ts.Node {
  if (!ts.isFunctionLike(node)) return node;
  const holder = ts.isVariableDeclaration(node.parent)
    ? node.parent.name
    : undefined;
  return node.type ?? node.name ?? holder ?? node;
}

export const lineOf = (node: ts.Node): number =>
  node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;

/** Of an overloaded function, the declaration that has the body. */
export function implementationOf(
  decl: ts.FunctionLikeDeclaration,
  checker: ts.TypeChecker,
): ts.FunctionLikeDeclaration {
  if ("body" in decl && decl.body !== undefined) return decl;
  const all = symbolOf(decl, checker)?.declarations ?? [];
  return (
    all.find(
      (one): one is ts.FunctionDeclaration =>
        ts.isFunctionDeclaration(one) && one.body !== undefined,
    ) ?? decl
  );
}

/** The symbol by which a function is known: its own, or that of the const that holds it. */
export function symbolOf(
  decl: ts.FunctionLikeDeclaration,
  checker: ts.TypeChecker,
): ts.Symbol | undefined {
  if (decl.name !== undefined && !ts.isFunctionExpression(decl))
    return checker.getSymbolAtLocation(decl.name);
  let { parent } = decl as ts.Node;
  while (
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent)
  )
    parent = parent.parent;
  return ts.isVariableDeclaration(parent)
    ? checker.getSymbolAtLocation(parent.name)
    : undefined;
}
