import { ts } from "ts-morph";
import { mathMember } from "../../syntax/callee.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
  isUpdate,
} from "../../syntax/scan.js";

/** The same expression twice, with no effect and the same value both times. */
export function isSamePure(
  checker: ts.TypeChecker,
  left: ts.Expression,
  right: ts.Expression,
): boolean {
  const a = bareExpression(left);
  const b = bareExpression(right);
  if (a.kind !== b.kind || !isPure(checker, a)) return false;
  if (ts.isIdentifier(a))
    return definedSymbol(checker, a) === definedSymbol(checker, b);
  if (ts.isLiteralExpression(a) && ts.isLiteralExpression(b))
    return a.text === b.text;
  if (ts.isPropertyAccessExpression(a) && ts.isPropertyAccessExpression(b))
    return (
      a.name.text === b.name.text &&
      isSamePure(checker, a.expression, b.expression)
    );
  if (ts.isElementAccessExpression(a) && ts.isElementAccessExpression(b))
    return (
      isSamePure(checker, a.expression, b.expression) &&
      isSamePure(checker, a.argumentExpression, b.argumentExpression)
    );
  if (ts.isPrefixUnaryExpression(a) && ts.isPrefixUnaryExpression(b))
    return (
      a.operator === b.operator && isSamePure(checker, a.operand, b.operand)
    );
  if (ts.isBinaryExpression(a) && ts.isBinaryExpression(b))
    return (
      a.operatorToken.kind === b.operatorToken.kind &&
      isSamePure(checker, a.left, b.left) &&
      isSamePure(checker, a.right, b.right)
    );
  if (ts.isCallExpression(a) && ts.isCallExpression(b))
    return (
      mathMember(checker, a.expression) === mathMember(checker, b.expression) &&
      a.arguments.length === b.arguments.length &&
      a.arguments.every((one, k) => {
        const other = b.arguments[k];
        return other !== undefined && isSamePure(checker, one, other);
      })
    );
  return false;
}

/** Can it be evaluated twice without a difference? */
function isPure(checker: ts.TypeChecker, given: ts.Expression): boolean {
  let pure = true;
  eachNode(given, (node) => {
    if (isAssignment(node) || isUpdate(node) || ts.isNewExpression(node))
      pure = false;
    if (ts.isCallExpression(node)) {
      const member = mathMember(checker, node.expression);
      if (member === undefined || member === "random") pure = false;
    }
    if (
      ts.isFunctionLike(node) ||
      ts.isArrayLiteralExpression(node) ||
      ts.isObjectLiteralExpression(node)
    )
      pure = false;
  });
  return pure;
}
