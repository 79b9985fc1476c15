import { ts } from "ts-morph";

export function isInFunction(node: ts.Node): boolean {
  for (let up = node.parent; !ts.isSourceFile(up); up = up.parent)
    if (ts.isFunctionLike(up) || ts.isClassLike(up)) return true;
  return false;
}

export const isTransparent = (
  node: ts.Node,
): node is
  ts.ParenthesizedExpression | ts.NonNullExpression | ts.AsExpression =>
  ts.isParenthesizedExpression(node) ||
  ts.isNonNullExpression(node) ||
  ts.isAsExpression(node) ||
  ts.isSatisfiesExpression(node);

export function isDeclaring(id: ts.Identifier): boolean {
  const { parent } = id;
  return (
    ((ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent)) &&
      parent.name === id) ||
    ts.isExportSpecifier(parent) ||
    ts.isImportSpecifier(parent)
  );
}

/** Is the expression the target of an assignment, also inside a pattern? */
export function isWritten(node: ts.Expression): boolean {
  const { parent } = node;
  if (isTransparent(parent)) return isWritten(parent);
  if (ts.isBinaryExpression(parent))
    return (
      parent.left === node &&
      parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
    );
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return (
      parent.operator === ts.SyntaxKind.PlusPlusToken ||
      parent.operator === ts.SyntaxKind.MinusMinusToken
    );
  if (ts.isDeleteExpression(parent)) return true;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent))
    return parent.initializer === node;
  return isInPattern(node);
}

/** `[a, b] = ...`, `({ x: a, b } = ...)` */
function isInPattern(node: ts.Node): boolean {
  const { parent } = node;
  const holder =
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isObjectLiteralExpression(parent);
  if (!holder) return false;
  if (ts.isPropertyAssignment(parent) && parent.initializer !== node)
    return false;
  if (
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent)
  ) {
    const above = parent.parent;
    if (
      ts.isBinaryExpression(above) &&
      above.left === parent &&
      above.operatorToken.kind === ts.SyntaxKind.EqualsToken
    )
      return true;
    if (ts.isForOfStatement(above) && above.initializer === parent) return true;
  }
  return isInPattern(parent);
}
