import { ts } from "ts-morph";
import { isStatic } from "../../classes.js";
import { eachNode } from "../../syntax/scan.js";
import { isWritten } from "../../syntax/usesOfNames.js";

interface Whole {
  readonly node: ts.Node;
  /** Is a method called on it, or is it handed on? */
  readonly isVirtual: boolean;
}

/** Inside of a loop that gives the field another value, or of a function that may be called again. */
function isRepeated(
  node: ts.PropertyAccessExpression,
  copied: ts.Node | undefined,
): boolean {
  const field = node.name.text;
  for (let up = node.parent; !ts.isClassLike(up); up = up.parent) {
    if (ts.isIterationStatement(up, false) && isWrittenIn(up, field))
      return true;
    if (ts.isFunctionLike(up))
      return !ts.isConstructorDeclaration(up) && up !== copied;
  }
  return false;
}

/** Does a loop give the field of `this` a value? `this.list.push(x)` does not. */
function isWrittenIn(loop: ts.Node, field: string): boolean {
  let found = false;
  eachNode(loop, (node) => {
    if (
      ts.isPropertyAccessExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ThisKeyword &&
      node.name.text === field &&
      isWritten(node)
    )
      found = true;
  });
  return found;
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
    else if (isRepeated(parent, copied)) found ??= { node, isVirtual: false };
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
