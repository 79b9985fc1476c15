import { ts } from "ts-morph";
import { decidedByType } from "./decidedByType.js";
import { textOfFieldBelow } from "./fieldsFurtherDown.js";
import { libraryName } from "../syntax/libraryNames.js";
import { bareExpression } from "../syntax/scan.js";
import type { KnownValue } from "./valueByType.js";
import { textOfType } from "../types/typeText.js";

/** The type of an expression, of the arm only that is taken where the types say which that is. */
export function textOfExpression(
  checker: ts.TypeChecker,
  given: ts.Expression,
  into?: ts.Node,
): string | undefined {
  const node = bareExpression(given);
  const inner = (one: ts.Expression): string | undefined =>
    textOfExpression(checker, one, into);
  if (ts.isConditionalExpression(node)) {
    const answer = decidedByType(checker, node.condition);
    if (answer !== undefined)
      return inner(answer ? node.whenTrue : node.whenFalse);
    return either(inner(node.whenTrue), inner(node.whenFalse));
  }
  if (ts.isBinaryExpression(node) && isChoice(node)) {
    const answer = decidedByType(checker, node.left);
    const takesRight =
      answer ===
      (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken);
    if (answer !== undefined) return inner(takesRight ? node.right : node.left);
  }
  const own = checker.getTypeAtLocation(node);
  const type =
    node.kind === ts.SyntaxKind.ThisKeyword
      ? (checker.getBaseConstraintOfType(own) ?? own)
      : own;
  return (
    textOfType(checker, type, into) ??
    textOfFieldBelow(checker, node, into) ??
    // of which parameters and result are not known: it is followed by its value
    (isBareFunction(type) ? "Function" : undefined)
  );
}

/** `a || b`, `a && b` */
export const isChoice = ({ operatorToken }: ts.BinaryExpression): boolean =>
  operatorToken.kind === ts.SyntaxKind.BarBarToken ||
  operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;

/** One with properties says more as it is. */
const isBareFunction = (type: ts.Type): boolean =>
  (type.getCallSignatures().length > 0 && type.getProperties().length === 0) ||
  // as it was written in before
  (type.symbol as ts.Symbol | undefined)?.name === "Function";

function either(
  a: string | undefined,
  b: string | undefined,
): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a === b ? a : `${a} | ${b}`;
}

/** The same, of what is known of x for a call. */
export function isArrayTest(
  checker: ts.TypeChecker,
  node: ts.CallExpression,
  valueOf: (node: ts.Expression) => KnownValue | undefined,
): boolean | undefined {
  const [one] = node.arguments;
  if (
    one === undefined ||
    !/[iI]sArray$/.test(node.expression.getText()) ||
    libraryName(checker, node.expression) !== "Array.isArray"
  )
    return undefined;
  const value = valueOf(one);
  if (value === undefined) return undefined;
  return value.kind === "type" ? isArrayByType(checker, value.type) : false;
}

function isArrayByType(
  checker: ts.TypeChecker,
  type: ts.Type,
): boolean | undefined {
  if (type.isUnion() || textOfType(checker, type) === undefined)
    return undefined;
  return checker.isArrayType(type) || checker.isTupleType(type);
}

/** `Array.isArray(x)` of which the type of x tells the answer. */
export function arrayTest(
  checker: ts.TypeChecker,
  given: ts.Expression,
): boolean | undefined {
  const node = bareExpression(given);
  if (
    !ts.isCallExpression(node) ||
    !/[iI]sArray$/.test(node.expression.getText()) ||
    libraryName(checker, node.expression) !== "Array.isArray"
  )
    return undefined;
  const [one] = node.arguments;
  return one && isArrayByType(checker, checker.getTypeAtLocation(one));
}
