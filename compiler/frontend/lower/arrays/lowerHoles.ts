import { ts } from "ts-morph";
import { constant, type Site } from "../lowerSite.js";
import { num } from "../../../ir/types.js";
import type { Value } from "../../../ir/ir.js";

/**
 * What `new Array<number>(n)` holds before there is something in it. Arithmetic reads NaN, and an array of numbers is the
 * quicker for it; but where the source asks a number whether it is there, `if (memo[k] !== undefined)`, it is undefined.
 */
export const holeOfNumbers = (site: Site, node: ts.Node): Value =>
  asksForNothing(node.getSourceFile(), site.ctx.checker)
    ? constant(site, node, undefined, num)
    : constant(site, node, NaN);

/**
 * Is there `x === undefined`, `x == null`, `x ?? y`, `!x`, `typeof x` for a number x? Or what tells undefined from NaN:
 * `Number.isNaN(x)`, `Object.is(x, y)`, `x !== x`?
 */
function asksForNothing(file: ts.SourceFile, checker: ts.TypeChecker): boolean {
  const mayBeNumber = (node: ts.Expression): boolean => {
    const type = checker.getTypeAtLocation(node);
    const parts = type.isUnion() ? type.types : [type];
    return parts.some((one) => (one.flags & ts.TypeFlags.NumberLike) !== 0);
  };
  const asks = (node: ts.Node): boolean => {
    if (ts.isTypeOfExpression(node)) return mayBeNumber(node.expression);
    if (ts.isCallExpression(node)) return tellsNaN(node);
    if (!ts.isBinaryExpression(node)) return false;
    const { left, right } = node;
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
        return mayBeNumber(left);
      case ts.SyntaxKind.EqualsEqualsToken:
      case ts.SyntaxKind.EqualsEqualsEqualsToken:
      case ts.SyntaxKind.ExclamationEqualsToken:
      case ts.SyntaxKind.ExclamationEqualsEqualsToken:
        return (
          (isNothing(right) && mayBeNumber(left)) ||
          (isNothing(left) && mayBeNumber(right)) ||
          left.getText() === right.getText()
        );
      default:
        return false;
    }
  };
  const visit = (node: ts.Node): boolean =>
    asks(node) ||
    ts.forEachChild(node, (child) => visit(child) || undefined) === true;
  return visit(file);
}

const tellsNaN = ({ expression }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression) &&
  /^(Number\.isNaN|Object\.is)$/.test(expression.getText());

const isNothing = (node: ts.Expression): boolean =>
  node.kind === ts.SyntaxKind.NullKeyword ||
  ts.isVoidExpression(node) ||
  (ts.isIdentifier(node) && node.text === "undefined");
