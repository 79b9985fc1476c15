import { ts } from "ts-morph";
import { isDistinct, isWrittenIn } from "../arrays/distinctArrays.js";
import { calleeOf } from "../../syntax/callee.js";
import {
  type Effects,
  isGrowing,
  mayBeOne,
  membersOf,
  memoryKey,
  type Touch,
} from "../facts/lowerEffects.js";
import { bareExpression, symbolOf } from "../../syntax/scan.js";

/** What a loop must leave alone for an expression to keep its value. */
export interface LoopView {
  readonly checker: ts.TypeChecker;
  readonly assigned: ReadonlySet<ts.Symbol>;
  readonly effects: Effects;
  /** The function around it, and the loop's own variable. */
  readonly decl: ts.FunctionLikeDeclaration;
  readonly induction: ts.Symbol | undefined;
}

/** Does an expression without side effects keep its value while the loop runs? */
export function isInvariant(given: ts.Expression, loop: LoopView): boolean {
  const node = bareExpression(given);
  const { checker } = loop;
  if (ts.isNumericLiteral(node)) return true;
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(checker, node);
    return symbol === undefined || !loop.assigned.has(symbol);
  }
  if (ts.isPrefixUnaryExpression(node))
    return isPureUnary(node.operator) && isInvariant(node.operand, loop);
  if (ts.isBinaryExpression(node))
    return (
      isPureBinary(node.operatorToken.kind) &&
      isInvariant(node.left, loop) &&
      isInvariant(node.right, loop)
    );
  if (node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (ts.isPropertyAccessExpression(node) && !node.questionDotToken) {
    if (membersOf(checker, node).some(ts.isAccessor)) return false;
    if (!isInvariant(node.expression, loop)) return false;
    const type = checker.getTypeAtLocation(node.expression);
    return node.name.text === "length"
      ? keepsLength(node.expression, memoryKey(checker, type), loop)
      : !loop.effects.fields.has(node.name.text);
  }
  if (ts.isElementAccessExpression(node) && !node.questionDotToken) {
    const type = checker.getTypeAtLocation(node.expression);
    const key = memoryKey(checker, type);
    return (
      isInvariant(node.expression, loop) &&
      isInvariant(node.argumentExpression, loop) &&
      !loop.effects.stores.some(
        (store) =>
          mayBeOne(store.key, key) &&
          !isDistinct(store.root, node.expression, loop),
      )
    );
  }
  if (ts.isCallExpression(node)) {
    const callee = calleeOf(checker, node);
    return (
      callee.kind === "math" &&
      callee.member !== "random" &&
      node.arguments.every((one) => isInvariant(one, loop))
    );
  }
  return false;
}

/** Does the array that `array` gives keep its length while the loop runs? */
export function keepsLength(
  array: ts.Expression,
  key: string,
  loop: LoopView,
): boolean {
  if (!isGrowing(key)) return true;
  const same = (touch: Touch): boolean =>
    mayBeOne(touch.key, key) && !isDistinct(touch.root, array, loop);
  if (loop.effects.sizes.some(same)) return false;
  return !loop.effects.stores.some(
    (store) => same(store) && !staysInside(store, array, loop),
  );
}

/**
 * Does a store stay below the length of `array`, if it writes into that very array? Yes where its index is the
 * variable of a loop that runs below the length of `array`, or of the array that it writes into.
 */
function staysInside(
  store: Touch,
  array: ts.Expression,
  loop: LoopView,
): boolean {
  if (store.access === undefined) return store.root !== undefined;
  const index = bareExpression(store.access.argumentExpression);
  if (!ts.isIdentifier(index)) return false;
  const symbol = symbolOf(loop.checker, index);
  if (symbol === undefined) return false;
  if (symbol === loop.induction) return true;
  const bounds = boundArrays(store.access, symbol, loop.checker);
  const own = bareExpression(array);
  return bounds.some(
    (bound) =>
      bound === store.root ||
      (ts.isIdentifier(own) && bound === symbolOf(loop.checker, own)),
  );
}

/** The arrays `a` of the loops `for (...; index < a.length; ...)` around a node. */
function boundArrays(
  node: ts.Node,
  index: ts.Symbol,
  checker: ts.TypeChecker,
): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (ts.isFunctionLike(up)) break;
    if (!ts.isForStatement(up) || up.condition === undefined) continue;
    const test = bareExpression(up.condition);
    if (
      !ts.isBinaryExpression(test) ||
      test.operatorToken.kind !== ts.SyntaxKind.LessThanToken ||
      !ts.isIdentifier(test.left) ||
      symbolOf(checker, test.left) !== index ||
      isWrittenIn(up.statement, index, checker)
    )
      continue;
    const array = lengthOwner(test.right, checker);
    if (array !== undefined) found.push(array);
  }
  return found;
}

function lengthOwner(
  given: ts.Expression,
  checker: ts.TypeChecker,
): ts.Symbol | undefined {
  const node = bareExpression(given);
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== "length")
    return undefined;
  const array = bareExpression(node.expression);
  return ts.isIdentifier(array) ? symbolOf(checker, array) : undefined;
}

const isPureUnary = (kind: ts.PrefixUnaryOperator): boolean =>
  kind !== ts.SyntaxKind.PlusPlusToken &&
  kind !== ts.SyntaxKind.MinusMinusToken;

const isPureBinary = (kind: ts.SyntaxKind): boolean =>
  kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment;
