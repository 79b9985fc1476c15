import { ts } from "ts-morph";
import { questionNamed } from "./namedAnswers.js";
import { isArrayTest } from "./jsExpressionType.js";
import {
  typeofKnown,
  valueByType,
  withMore,
  type Given,
} from "./valueByType.js";
import { jsFunctionOf } from "../syntax/jsFunctions.js";
import { libraryName } from "../syntax/libraryNames.js";
import { bareExpression, definedSymbol } from "../syntax/scan.js";

const { SyntaxKind } = ts;

/**
 * Questions of JavaScript for the kind of a value, where the type that this has in a function that is read for some
 * arguments tells the answer: `typeof p === "number"`, `"x" in p`, `k === undefined`, `Array.isArray(p)`, `p.elements` of a
 * list, and functions that ask no more than that: `isMatrix(p)`.
 */
export function decidedByType(
  checker: ts.TypeChecker,
  asked: ts.Expression,
  given: Given = new Map(),
): boolean | undefined {
  const node = bareExpression(asked);
  const inner = (one: ts.Expression): boolean | undefined =>
    decidedByType(checker, one, given);
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === SyntaxKind.ExclamationToken
  ) {
    const answer = inner(node.operand);
    return answer === undefined ? undefined : !answer;
  }
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind === SyntaxKind.AmpersandAmpersandToken) {
      const behind = givenBehind(checker, node.left, given);
      const right = (): boolean | undefined =>
        decidedByType(checker, node.right, behind);
      return both(inner(node.left), right, false);
    }
    if (kind === SyntaxKind.BarBarToken)
      return both(inner(node.left), () => inner(node.right), true);
    if (kind === SyntaxKind.InKeyword) return decidedIn(checker, node, given);
    if (kind === SyntaxKind.InstanceOfKeyword)
      return isInstance(checker, node, given);
    return decidedCount(node) ?? decidedComparison(checker, node, given);
  }
  if (node.kind === SyntaxKind.TrueKeyword) return true;
  if (node.kind === SyntaxKind.FalseKeyword) return false;
  if (ts.isConditionalExpression(node)) {
    const answer = inner(node.condition);
    if (answer === false) return inner(node.whenFalse);
    const behind = givenBehind(checker, node.condition, given);
    const whenTrue = decidedByType(checker, node.whenTrue, behind);
    // whichever of them it is
    const isOne = answer === true || whenTrue === inner(node.whenFalse);
    return isOne ? whenTrue : undefined;
  }
  if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) {
    const named = ts.isIdentifier(node)
      ? questionNamed(checker, node)
      : undefined;
    return named ? inner(named) : truthOf(checker, node, given);
  }
  if (!ts.isCallExpression(node)) return undefined;
  return (
    isArrayTest(checker, node, (one) => valueByType(checker, one, given)) ??
    textTest(checker, node, given) ??
    numberTest(checker, node, given) ??
    answerOf(checker, node, given)
  );
}

/** `arguments.length > 1`, where the number stands for what it was. */
function decidedCount({
  left,
  operatorToken,
  right,
}: ts.BinaryExpression): boolean | undefined {
  const [one, other] = [bareExpression(left), bareExpression(right)];
  if (!ts.isNumericLiteral(one) || !ts.isNumericLiteral(other))
    return undefined;
  const [a, b] = [Number(one.text), Number(other.text)];
  switch (operatorToken.kind) {
    case SyntaxKind.LessThanToken:
      return a < b;
    case SyntaxKind.LessThanEqualsToken:
      return a <= b;
    case SyntaxKind.GreaterThanToken:
      return a > b;
    case SyntaxKind.GreaterThanEqualsToken:
      return a >= b;
    case SyntaxKind.EqualsEqualsToken:
    case SyntaxKind.EqualsEqualsEqualsToken:
      return a === b;
    case SyntaxKind.ExclamationEqualsToken:
    case SyntaxKind.ExclamationEqualsEqualsToken:
      return a !== b;
    default:
      return undefined;
  }
}

/** Behind `x != null &&` and `x &&` x is there. */
function givenBehind(
  checker: ts.TypeChecker,
  asked: ts.Expression,
  given: Given,
): Given {
  const node = bareExpression(asked);
  const isTest =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === SyntaxKind.ExclamationEqualsToken &&
    node.right.kind === SyntaxKind.NullKeyword;
  const there = isTest ? bareExpression(node.left) : node;
  if (!ts.isIdentifier(there)) return given;
  const symbol = definedSymbol(checker, there);
  const value = symbol && valueByType(checker, there, given);
  if (symbol === undefined || value?.kind !== "type") return given;
  const type = checker.getNonNullableType(value.type);
  return withMore(given, symbol, { kind: "type", type });
}

/** `a || b` is true as soon as one of them is. */
function both(
  left: boolean | undefined,
  right: () => boolean | undefined,
  ends: boolean,
): boolean | undefined {
  if (left === ends) return ends;
  const other = right();
  if (other === ends) return ends;
  return left === undefined || other === undefined ? undefined : !ends;
}

function decidedComparison(
  checker: ts.TypeChecker,
  { left, operatorToken, right }: ts.BinaryExpression,
  given: Given,
): boolean | undefined {
  const { kind } = operatorToken;
  const differs = [
    SyntaxKind.ExclamationEqualsEqualsToken,
    SyntaxKind.ExclamationEqualsToken,
  ].includes(kind);
  const isLoose = [
    SyntaxKind.EqualsEqualsToken,
    SyntaxKind.ExclamationEqualsToken,
  ].includes(kind);
  const isSame = isLoose || kind === SyntaxKind.EqualsEqualsEqualsToken;
  if (!differs && !isSame) return undefined;
  const equal =
    equality(checker, left, right, isLoose, given) ??
    equality(checker, right, left, isLoose, given);
  return equal === undefined ? undefined : equal !== differs;
}

function equality(
  checker: ts.TypeChecker,
  asked: ts.Expression,
  other: ts.Expression,
  isLoose: boolean,
  given: Given,
): boolean | undefined {
  const word = bareExpression(other);
  const value = valueByType(checker, asked, given);
  if (value === undefined) return undefined;
  const isNothing = value.kind === "undefined";
  if (ts.isStringLiteralLike(word)) {
    if (value.kind === "text") return value.text === word.text;
    return isNothing ? false : sameWord(value.type, word.text);
  }
  if (isNothing && ts.isNumericLiteral(word)) return false;
  const isNull = word.kind === SyntaxKind.NullKeyword;
  const isUndefined =
    (ts.isIdentifier(word) && word.text === "undefined") ||
    ts.isVoidExpression(word);
  if (!isNull && !isUndefined) return undefined;
  if (isNothing) return isUndefined || isLoose ? true : undefined;
  if (value.kind !== "type") return false;
  if (given.mayLack && (isLoose || isUndefined)) return undefined;
  const isThere =
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.StringLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.Object |
    (isNull && !isLoose ? ts.TypeFlags.Undefined : 0);
  return partsOf(value.type).every(({ flags }) => flags & isThere)
    ? false
    : undefined;
}

/** A tag whose type is one word, or one of several. */
function sameWord(type: ts.Type, word: string): boolean | undefined {
  const words = partsOf(type).map((one) =>
    one.isStringLiteral() ? one.value : undefined,
  );
  if (words.includes(undefined)) return undefined;
  if (!words.includes(word)) return false;
  return words.length === 1 ? true : undefined;
}

const partsOf = (type: ts.Type): readonly ts.Type[] =>
  type.isUnion() ? type.types : [type];

/** `case "number":` of a `switch (typeof x)`, `case undefined:` of a `switch (x)`. */
export const sameByType = (
  checker: ts.TypeChecker,
  asked: ts.Expression,
  word: ts.Expression,
): boolean | undefined => equality(checker, asked, word, false, new Map());

/** `"x" in p`, `key in p` of a key that is not there */
function decidedIn(
  checker: ts.TypeChecker,
  { left, right }: ts.BinaryExpression,
  given: Given,
): boolean | undefined {
  const key = valueByType(checker, left, given);
  if (key === undefined || key.kind === "type") return undefined;
  const name = key.kind === "text" ? key.text : "undefined";
  if (/^\d/.test(name)) return undefined;
  const value = valueByType(checker, right, given);
  if (value?.kind !== "type") return undefined;
  const { type } = value;
  if (!(type.flags & ts.TypeFlags.Object)) return undefined;
  const property = type.getProperty(name);
  if (property === undefined) return name in {};
  if (!(property.flags & ts.SymbolFlags.Optional)) return true;
  const own = checker.getTypeOfSymbol(property);
  // as diffc writes what is asked for, and not there
  return own.flags & ts.TypeFlags.Undefined ? false : undefined;
}

function truthOf(
  checker: ts.TypeChecker,
  node: ts.Identifier | ts.PropertyAccessExpression,
  given: Given,
): boolean | undefined {
  const value = valueByType(checker, node, given);
  if (value?.kind === "undefined") return false;
  if (value?.kind === "text") return value.text !== "";
  if (value === undefined) return undefined;
  const { flags } = value.type;
  if (flags & ts.TypeFlags.Null) return false;
  return flags & ts.TypeFlags.Object && !given.mayLack ? true : undefined;
}

/** `m instanceof Matrix`, of what is of that class, or of none that could be. */
function isInstance(
  checker: ts.TypeChecker,
  { left, right }: ts.BinaryExpression,
  given: Given,
): boolean | undefined {
  const name = bareExpression(right);
  const asked = ts.isIdentifier(name) && definedSymbol(checker, name);
  const decl = asked ? asked.valueDeclaration : undefined;
  if (!asked || decl === undefined || !ts.isClassLike(decl)) return undefined;
  const value = valueByType(checker, left, given);
  if (value === undefined) return undefined;
  if (value.kind !== "type") return false;
  const { type } = value;
  const lists = checker.isArrayType(type) || checker.isTupleType(type);
  const plain =
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.StringLike |
    ts.TypeFlags.BooleanLike;
  if (lists || type.flags & plain) return false;
  return isBelow(checker, type, asked) ? true : undefined;
}

function isBelow(
  checker: ts.TypeChecker,
  type: ts.Type,
  above: ts.Symbol,
): boolean {
  if ((type.symbol as ts.Symbol | undefined) === above) return true;
  if (!type.isClassOrInterface()) return false;
  return checker.getBaseTypes(type).some((one) => isBelow(checker, one, above));
}

/** `Number.isInteger(x)` of what is no number. */
function numberTest(
  checker: ts.TypeChecker,
  node: ts.CallExpression,
  given: Given,
): boolean | undefined {
  const [only] = node.arguments;
  const callee = node.expression.getText();
  if (
    only === undefined ||
    !/\bis(Integer|SafeInteger|Finite|NaN)$/.test(callee)
  )
    return undefined;
  if (!libraryName(checker, node.expression)?.startsWith("Number."))
    return undefined;
  const value = valueByType(checker, only, given);
  const kind = value && typeofKnown(value);
  return kind === undefined || kind === "number" ? undefined : false;
}

/** `tag.endsWith("Array]")` of text that is known. */
function textTest(
  checker: ts.TypeChecker,
  node: ts.CallExpression,
  given: Given,
): boolean | undefined {
  const callee = bareExpression(node.expression);
  const [only, ...others] = node.arguments;
  if (!ts.isPropertyAccessExpression(callee) || others.length > 0)
    return undefined;
  const word = only && bareExpression(only);
  if (word === undefined || !ts.isStringLiteralLike(word)) return undefined;
  const { name } = callee;
  if (!/^(endsWith|startsWith|includes)$/.test(name.text)) return undefined;
  const value = valueByType(checker, callee.expression, given);
  if (value?.kind !== "text") return undefined;
  const { text } = value;
  if (name.text === "endsWith") return text.endsWith(word.text);
  return name.text === "startsWith"
    ? text.startsWith(word.text)
    : text.includes(word.text);
}

/** `isMatrix(x)` of a function that only asks for kinds itself: its constants, and what it returns. */
function answerOf(
  checker: ts.TypeChecker,
  node: ts.CallExpression,
  given: Given,
): boolean | undefined {
  const callee = bareExpression(node.expression);
  const isMember = ts.isPropertyAccessExpression(callee);
  const symbol = definedSymbol(checker, isMember ? callee.name : callee);
  const decl = symbol && jsFunctionOf(checker, symbol);
  if (decl?.body === undefined || given.size > mostNames) return undefined;
  if (decl.asteriskToken || node.arguments.some(ts.isSpreadElement))
    return undefined;
  // a class below may answer otherwise
  const isFixed = !isMember || ts.isIdentifier(callee.expression);
  const isOfClass = ts.isClassLike(decl.parent);
  const isStatic = ts.getCombinedModifierFlags(decl) & ts.ModifierFlags.Static;
  if (!isFixed || (isOfClass && !isStatic)) return undefined;
  let own = given;
  for (const [k, { name, initializer, dotDotDotToken }] of [
    ...decl.parameters,
  ].entries()) {
    const argument = node.arguments[k];
    const parameter = checker.getSymbolAtLocation(name);
    if (!ts.isIdentifier(name) || parameter === undefined) return undefined;
    if (initializer ?? dotDotDotToken) return undefined;
    // a question within the question
    if (own.has(parameter)) return undefined;
    const value =
      argument === undefined
        ? ({ kind: "undefined" } as const)
        : valueByType(checker, argument, given);
    own = withMore(own, parameter, value);
  }
  if (!ts.isBlock(decl.body)) return decidedByType(checker, decl.body, own);
  return answerOfBody(checker, decl.body, own);
}

/** So many parameters and constants of functions that ask functions. */
const mostNames = 12;

function answerOfBody(
  checker: ts.TypeChecker,
  body: ts.Block,
  given: Given,
): boolean | undefined {
  let own = given;
  for (const one of body.statements) {
    if (ts.isReturnStatement(one))
      return one.expression && decidedByType(checker, one.expression, own);
    if (!ts.isVariableStatement(one)) return undefined;
    const { declarations, flags } = one.declarationList;
    if (!(flags & ts.NodeFlags.Const)) return undefined;
    for (const { name, initializer } of declarations) {
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol === undefined || initializer === undefined) return undefined;
      own = withMore(own, symbol, valueByType(checker, initializer, own));
    }
  }
  return undefined;
}
