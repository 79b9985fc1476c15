import { ts } from "ts-morph";
import { isWrittenAgain } from "../syntax/memberWrites.js";
import { isGlobalName } from "../syntax/callee.js";
import { isJavaScript, valueOf as namedValue } from "../syntax/jsFunctions.js";

export type Constant = number | string | boolean;

/**
 * The value of a module-level constant where it follows from literals alone, or of an enum member. Only operations
 * that every engine computes alike are folded.
 */
export function constantOf(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
): Constant | undefined {
  const origin =
    symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol;
  const declaration = origin.valueDeclaration;
  if (declaration === undefined || ts.isSourceFile(declaration))
    return undefined;
  if (ts.isEnumMember(declaration))
    return checker.getConstantValue(declaration);
  // var PI2 = 2 * Math.PI; module.exports = PI2;
  if (isJavaScript(declaration) && isAtTop(declaration)) {
    const value = namedValue(checker, declaration);
    if (givenTo(origin, checker).some((one) => one !== value)) return undefined;
    if (isWrittenAgain(checker, origin)) return undefined;
    return value && valueOf(value, checker);
  }
  if (!isModuleConst(declaration) || declaration.initializer === undefined)
    return undefined;
  return valueOf(declaration.initializer, checker);
}

/** What is assigned to a name of JavaScript, but for `exports.a = exports.b = void 0` ahead of it. */
export const givenTo = (
  { declarations = [] }: ts.Symbol,
  checker: ts.TypeChecker,
): readonly ts.Expression[] =>
  declarations.flatMap((one) => {
    const value = namedValue(checker, one);
    let last = value;
    while (last && ts.isBinaryExpression(last) && isAssignment(last))
      last = last.right;
    return value === undefined || (last && ts.isVoidExpression(last))
      ? []
      : [value];
  });

const isAssignment = ({ operatorToken }: ts.BinaryExpression): boolean =>
  operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** Of a module, and not inside of a function. */
function isAtTop(node: ts.Node): boolean {
  for (let up = node.parent; !ts.isSourceFile(up); up = up.parent)
    if (ts.isFunctionLike(up) || ts.isClassLike(up)) return false;
  return true;
}

const isModuleConst = (node: ts.Declaration): node is ts.VariableDeclaration =>
  ts.isVariableDeclaration(node) &&
  ts.isIdentifier(node.name) &&
  (node.parent.flags & ts.NodeFlags.Const) !== 0 &&
  ts.isVariableStatement(node.parent.parent) &&
  ts.isSourceFile(node.parent.parent.parent);

function valueOf(
  node: ts.Expression,
  checker: ts.TypeChecker,
): Constant | undefined {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node)
  )
    return valueOf(node.expression, checker);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isPrefixUnaryExpression(node)) {
    const of = valueOf(node.operand, checker);
    if (typeof of !== "number") return undefined;
    if (node.operator === ts.SyntaxKind.MinusToken) return -of;
    return node.operator === ts.SyntaxKind.PlusToken ? of : undefined;
  }
  if (ts.isBinaryExpression(node)) return ofBinary(node, checker);
  if (ts.isPropertyAccessExpression(node)) return ofMember(node, checker);
  if (ts.isIdentifier(node)) {
    const symbol = checker.getSymbolAtLocation(node);
    // declared later in the same file: reading it would throw
    if (symbol === undefined || isLater(symbol, node)) return undefined;
    return constantOf(symbol, checker);
  }
  return undefined;
}

function ofBinary(
  node: ts.BinaryExpression,
  checker: ts.TypeChecker,
): number | undefined {
  const left = valueOf(node.left, checker);
  const right = valueOf(node.right, checker);
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken:
      return left + right;
    case ts.SyntaxKind.MinusToken:
      return left - right;
    case ts.SyntaxKind.AsteriskToken:
      return left * right;
    case ts.SyntaxKind.SlashToken:
      return left / right;
    case ts.SyntaxKind.PercentToken:
      return left % right;
    default:
      return undefined;
  }
}

const mathConstants: ReadonlyMap<string, number> = new Map([
  ["Math.PI", Math.PI],
  ["Math.E", Math.E],
  ["Math.LN2", Math.LN2],
  ["Math.LN10", Math.LN10],
  ["Math.LOG2E", Math.LOG2E],
  ["Math.LOG10E", Math.LOG10E],
  ["Math.SQRT2", Math.SQRT2],
  ["Math.SQRT1_2", Math.SQRT1_2],
  ["Number.EPSILON", Number.EPSILON],
  ["Number.MAX_VALUE", Number.MAX_VALUE],
  ["Number.MIN_VALUE", Number.MIN_VALUE],
  ["Number.MAX_SAFE_INTEGER", Number.MAX_SAFE_INTEGER],
  ["Number.MIN_SAFE_INTEGER", Number.MIN_SAFE_INTEGER],
  ["Number.POSITIVE_INFINITY", Infinity],
  ["Number.NEGATIVE_INFINITY", -Infinity],
]);

function ofMember(
  node: ts.PropertyAccessExpression,
  checker: ts.TypeChecker,
): Constant | undefined {
  const symbol = checker.getSymbolAtLocation(node.name);
  // `var Number = require("number-ctor")`
  const isNumber = (): boolean =>
    isGlobalName(checker, node.expression, "Number");
  if (symbol === undefined)
    return isNumber() ? mathConstants.get(node.getText()) : undefined;
  if (symbol.flags & ts.SymbolFlags.EnumMember)
    return constantOf(symbol, checker);
  const ofLibrary = symbol.declarations?.every(
    (one) =>
      one.getSourceFile().hasNoDefaultLib ||
      one.getSourceFile().isDeclarationFile,
  );
  return ofLibrary === true ? mathConstants.get(node.getText()) : undefined;
}

function isLater(symbol: ts.Symbol, use: ts.Node): boolean {
  const declaration = symbol.valueDeclaration;
  return (
    declaration !== undefined &&
    declaration.getSourceFile() === use.getSourceFile() &&
    declaration.pos > use.pos
  );
}
