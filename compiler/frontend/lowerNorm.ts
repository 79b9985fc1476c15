import { ts } from "ts-morph";
import { isConst, mathMember } from "./lowerCallee.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
  isUpdate,
  symbolOf,
} from "./lowerScan.js";
import type { Site } from "./lowerSite.js";

/**
 * Is an expression a sum of squares, so that the slope of its square root at 0 is taken to be 0? Yes for a sum of terms
 * `e * e` or `e ** 2`, also through consts, and for a variable that starts at 0 and to which only such terms are added.
 * Decided here, once: later passes see the op `norm` instead of `sqrt`.
 */
export function isSumOfSquares(site: Site, given: ts.Expression): boolean {
  const { checker } = site.ctx;
  const open = new Set<ts.Symbol>();
  return isSum(given);

  function isSum(one: ts.Expression): boolean {
    const node = bareExpression(one);
    if (ts.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      if (kind === ts.SyntaxKind.PlusToken)
        return isSum(node.left) && isSum(node.right);
      if (kind === ts.SyntaxKind.AsteriskToken)
        return isSamePure(checker, node.left, node.right);
      if (kind === ts.SyntaxKind.AsteriskAsteriskToken)
        return isTwo(node.right) && isPure(checker, node.left);
      return false;
    }
    if (ts.isCallExpression(node)) {
      const [base, exponent] = node.arguments;
      return (
        mathMember(checker, node.expression) === "pow" &&
        base !== undefined &&
        exponent !== undefined &&
        isTwo(exponent) &&
        isPure(checker, base)
      );
    }
    return ts.isIdentifier(node) && isVariable(node);
  }

  function isVariable(node: ts.Identifier): boolean {
    const symbol = definedSymbol(checker, node);
    const decl = symbol?.valueDeclaration;
    if (symbol === undefined || decl === undefined) return false;
    if (!ts.isVariableDeclaration(decl)) return false;
    if (open.has(symbol)) return false;
    open.add(symbol);
    const { initializer } = decl;
    const result = isConst(decl)
      ? initializer !== undefined && isSum(initializer)
      : isAccumulator(symbol, initializer);
    open.delete(symbol);
    return result;
  }

  /** `let s = 0; ... s += e * e;` and nothing else happens to `s`. */
  function isAccumulator(
    symbol: ts.Symbol,
    initializer: ts.Expression | undefined,
  ): boolean {
    let adds = false;
    let other = initializer !== undefined && !isZero(initializer);
    const isIt = (node: ts.Expression): boolean => {
      const target = bareExpression(node);
      return ts.isIdentifier(target) && symbolOf(checker, target) === symbol;
    };
    eachNode(site.decl, (node) => {
      if (isUpdate(node) && isIt(node.operand)) other = true;
      if (!isAssignment(node)) return;
      if (!isIt(node.left)) {
        if (isPattern(node.left) && mentions(node.left, symbol)) other = true;
        return;
      }
      const added = addedTerms(node, isIt);
      if (added.length > 0 && added.every(isSum)) adds = true;
      else if (!isReset(node)) other = true;
    });
    return adds && !other;
  }

  function mentions(node: ts.Node, symbol: ts.Symbol): boolean {
    let found = false;
    eachNode(node, (one) => {
      if (ts.isIdentifier(one) && symbolOf(checker, one) === symbol)
        found = true;
    });
    return found;
  }
}

/** The terms that are added to the variable: those of `s += t`, `s = s + t`, `s = t + s + u`. */
function addedTerms(
  node: ts.BinaryExpression,
  isIt: (node: ts.Expression) => boolean,
): readonly ts.Expression[] {
  const kind = node.operatorToken.kind;
  if (kind === ts.SyntaxKind.PlusEqualsToken) return [node.right];
  if (kind !== ts.SyntaxKind.EqualsToken) return [];
  const terms = termsOf(node.right);
  const others = terms.filter((term) => !isIt(term));
  return others.length === terms.length - 1 ? others : [];
}

function termsOf(given: ts.Expression): ts.Expression[] {
  const node = bareExpression(given);
  const isPlus =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken;
  return isPlus ? [...termsOf(node.left), ...termsOf(node.right)] : [node];
}

/** `s = 0`: it starts again. */
const isReset = (node: ts.BinaryExpression): boolean =>
  node.operatorToken.kind === ts.SyntaxKind.EqualsToken && isZero(node.right);

const isPattern = (node: ts.Expression): boolean =>
  ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);

function isZero(given: ts.Expression): boolean {
  const node = bareExpression(given);
  return ts.isNumericLiteral(node) && Number(node.text) === 0;
}

function isTwo(given: ts.Expression): boolean {
  const node = bareExpression(given);
  return ts.isNumericLiteral(node) && Number(node.text) === 2;
}

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
