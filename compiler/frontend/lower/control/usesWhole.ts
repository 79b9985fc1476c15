import { ts } from "ts-morph";
import { isStatic } from "../../classes.js";
import { eachNode } from "../../syntax/scan.js";

interface Whole {
  readonly node: ts.Node;
  /** Is a method called on it, or is it handed on? */
  readonly isVirtual: boolean;
}

/** Inside of a loop, or of a function that may be called again. */
function isRepeated(node: ts.Node, copied: ts.Node | undefined): boolean {
  for (let up = node.parent; !ts.isClassLike(up); up = up.parent) {
    if (ts.isIterationStatement(up, false)) return true;
    if (ts.isFunctionLike(up))
      return !ts.isConstructorDeclaration(up) && up !== copied;
  }
  return false;
}

/** The first place where a constructor or an initialiser uses `this` other than to read or write a field. */
export function usesWhole(
  decl: ts.ClassLikeDeclaration,
  /** What runs in place of its constructor. */
  copied?: ts.Node,
): Whole | undefined {
  let found: Whole | undefined;
  const methods = new Set(
    decl.members.flatMap((one) =>
      ts.isMethodDeclaration(one) || ts.isAccessor(one)
        ? [one.name.getText()]
        : [],
    ),
  );
  const see = (node: ts.Node): void => {
    // whoever leaves early leaves fields behind that are not the same on all paths
    if (ts.isReturnStatement(node)) found ??= { node, isVirtual: false };
    if (node.kind !== ts.SyntaxKind.ThisKeyword) return;
    const { parent } = node;
    const isField =
      ts.isPropertyAccessExpression(parent) &&
      parent.expression === node &&
      !methods.has(parent.name.text) &&
      !(
        ts.isCallExpression(parent.parent) &&
        parent.parent.expression === parent
      );
    if (!isField) found = { node, isVirtual: true };
    else if (isRepeated(node, copied)) found ??= { node, isVirtual: false };
  };
  const enter = (node: ts.Node): boolean =>
    !ts.isFunctionLike(node) ||
    ts.isConstructorDeclaration(node) ||
    node === copied ||
    ts.isArrowFunction(node);
  for (const member of decl.members)
    if (ts.isConstructorDeclaration(member))
      eachNode(copied?.parent === decl ? copied : member, see, enter);
    else if (
      ts.isPropertyDeclaration(member) &&
      member.initializer &&
      !isStatic(member) &&
      !isFunction(member.initializer)
    )
      eachNode(member.initializer, see, enter);
  return found;
}

export const isFunction = (node: ts.Expression): boolean =>
  ts.isArrowFunction(node) || ts.isFunctionExpression(node);
