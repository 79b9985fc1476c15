import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import { coerce } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { lowerList } from "./lowerStatements.js";
import { lowerCall } from "../functions/lowerCalls.js";
import { conductOf, isPure } from "../facts/lowerPurity.js";
import { effectsOf } from "../facts/lowerEffects.js";
import { functionsMade } from "../functions/lowerKnown.js";
import {
  assignedIn,
  bareExpression,
  eachNode,
  isAssignment,
  isFunctionNode,
  isUpdate,
  symbolOf,
} from "../../syntax/scan.js";
import { poison, type Site, type Variable } from "../lowerSite.js";
import { givenAhead, keepAhead } from "../lowerAhead.js";
import { isOfLanguage } from "../../syntax/libraryFile.js";
import { isCarriedThrower } from "./refuseThrowers.js";

/**
 * Calls that may throw, where that is caught: they are written out, so that a throw in them is a jump like any other.
 * Such a call is lowered ahead of the statement that it stands in; what follows is then guarded by the flag that says
 * whether it has thrown.
 */

/** A call, or a choice between values with such calls in its arms. */
type Thrower = ts.CallExpression | ts.ConditionalExpression;

/** The next call of a statement that has to be lowered ahead of it. */
export function nextThrower(
  site: Site,
  statement: ts.Node,
): Thrower | undefined {
  if (!isCaught(site)) return undefined;
  const whole = expressionOf(site, statement);
  if (whole === undefined) return undefined;
  const all = throwersIn(site, whole);
  if (all.length === 0) return undefined;
  const next = all.find((one) => !isAhead(site, one));
  if (next !== undefined && next === all[0]) checkOrder(site, whole, all);
  return next;
}

/** Is a throw here caught in the function at hand, or in one that it is written out in? */
export const isCaught = ({ guards }: Site): boolean =>
  guards.some(({ caught }) => caught !== undefined);

const isAhead = (site: Site, call: Thrower): boolean =>
  givenAhead(site, call) !== undefined;

/** What a statement evaluates first, once; calls that may throw elsewhere in its head are refused. */
function expressionOf(site: Site, node: ts.Node): ts.Expression | undefined {
  if (ts.isExpressionStatement(node) || ts.isIfStatement(node))
    return node.expression;
  if (ts.isReturnStatement(node) || ts.isSwitchStatement(node))
    return node.expression;
  if (ts.isThrowStatement(node) || ts.isForOfStatement(node))
    return node.expression;
  if (ts.isVariableStatement(node)) {
    const [first, ...others] = node.declarationList.declarations;
    for (const { initializer } of others) refuseIn(site, initializer);
    return first?.initializer;
  }
  if (ts.isForStatement(node))
    for (const part of [node.initializer, node.condition, node.incrementor])
      refuseIn(site, part);
  if (ts.isWhileStatement(node) || ts.isDoStatement(node))
    refuseIn(site, node.expression);
  return ts.isExpression(node) ? node : undefined;
}

function refuseIn(site: Site, node: ts.Node | undefined): void {
  const [first] = node === undefined ? [] : throwersIn(site, node);
  if (first !== undefined) refusePlace(site, first);
}

const refusePlace = (site: Site, call: ts.Node): never =>
  site.ctx.refuse(
    call,
    "DC2112",
    "this may throw in the middle of something else, and that is caught",
    ts.isOptionalChain(call)
      ? "ask first whether it is there: if (f !== undefined) y = f(x);"
      : "call it in a statement of its own: const y = f(x);",
  );

/** The calls that may throw, those inside others first. */
function throwersIn(site: Site, root: ts.Node): Thrower[] {
  const found: Thrower[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) return;
    if (ts.isConditionalExpression(node) && armsThrow(site, node)) {
      visit(node.condition);
      found.push(node);
      return;
    }
    node.forEachChild(visit);
    if (ts.isCallExpression(node) && isCarriedThrower(site, node))
      found.push(node);
  };
  visit(root);
  return found;
}

const armsThrow = (site: Site, node: ts.ConditionalExpression): boolean =>
  [node.whenTrue, node.whenFalse].some(
    (arm) => throwersIn(site, arm).length > 0,
  );

/** The arm of a choice, with the calls in it that may throw ahead of it. */
export function lowerArm(site: Site, node: ts.Expression, ty: Ty): Value {
  if (!isCaught(site) || throwersIn(site, node).length === 0)
    return lowerExpression(site, node, ty);
  const variable: Variable = { name: "value", ty };
  site.env.values.set(variable, poison(site, node, ty));
  const run = (): void => {
    const value = lowerExpression(site, node, ty);
    site.env.values.set(variable, coerce(site, node, value, ty));
  };
  lowerList(site, [{ kind: "plain", node, run }], new Set());
  const value = site.env.values.get(variable);
  site.env.values.delete(variable);
  return value ?? poison(site, node, ty);
}

/** Nobody can tell that the calls come first: they always happen, and nothing else in the statement has effects. */
function checkOrder(
  site: Site,
  whole: ts.Expression,
  calls: readonly Thrower[],
): void {
  const [first] = calls;
  const isAlone = calls.length === 1 && bareExpression(whole) === first;
  const target = bareExpression(whole);
  const isAssigned =
    calls.length === 1 &&
    isAssignment(target) &&
    ts.isIdentifier(target.left) &&
    target.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    bareExpression(target.right) === first;
  const assigned = assignedBy(site, calls);
  for (const call of calls)
    if (ts.isOptionalChain(call) || isConditional(call, whole))
      refusePlace(site, call);
  if (isAlone || isAssigned || first === undefined) return;
  const done = new Set<ts.Node>();
  const inTurn = calls.every((call) => {
    const isNext = comesFirst(site, call, whole, { done, assigned });
    done.add(call);
    return isNext;
  });
  if (inTurn) return;
  const resolve = (): undefined => undefined;
  const arePure = calls.every((call) =>
    isPure(conductOf(site.ctx.checker, call, resolve)),
  );
  if (!arePure) refusePlace(site, first);
  eachNode(whole, (node) => {
    const isOuter = node === target && isAssignment(node);
    if ((isAssignment(node) && !isOuter) || isUpdate(node))
      refusePlace(site, first);
  });
}

/** Is nothing evaluated before the call that it could change, or that could be seen to come later? */
function comesFirst(
  { ctx: { checker } }: Site,
  call: ts.Node,
  whole: ts.Node,
  {
    done,
    assigned,
  }: {
    readonly done: ReadonlySet<ts.Node>;
    readonly assigned: ReadonlySet<ts.Symbol>;
  },
): boolean {
  const isInert = (node: ts.Node): boolean => {
    if (done.has(node) || ts.isToken(node) || ts.isTypeNode(node)) {
      if (!ts.isIdentifier(node)) return true;
      const symbol = symbolOf(checker, node);
      if (symbol === undefined) return false;
      // Math.tanh(check(x))
      if (isOfLanguage(symbol)) return true;
      const stays = !assigned.has(symbol);
      const type = checker.getTypeAtLocation(node);
      const isName = !(symbol.flags & variable);
      return isName || (stays && (type.flags & primitive) !== 0);
    }
    if (ts.isPropertyAccessExpression(node)) return isInert(node.expression);
    // { ok: true, value: f(x) }
    if (ts.isPropertyAssignment(node))
      return !ts.isComputedPropertyName(node.name) && isInert(node.initializer);
    if (ts.isShorthandPropertyAssignment(node)) return isInert(node.name);
    if (ts.isParenthesizedExpression(node) || ts.isPrefixUnaryExpression(node))
      return node.getChildren().every(isInert);
    return ts.isBinaryExpression(node) && node.getChildren().every(isInert);
  };
  for (let node = call; node !== whole; node = node.parent) {
    const before: ts.Node[] = [];
    const { parent } = node;
    parent.forEachChild((one) => {
      if (one.end <= node.pos && !isSetTo(one, parent)) before.push(one);
    });
    if (!before.every(isInert)) return false;
  }
  return true;
}

/** The y of `y = ...`, which is not looked at before. */
const isSetTo = (node: ts.Node, parent: ts.Node): boolean =>
  ts.isIdentifier(node) &&
  ts.isBinaryExpression(parent) &&
  parent.left === node &&
  parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** The variables that the functions which are called may assign. */
function assignedBy(
  site: Site,
  calls: readonly Thrower[],
): ReadonlySet<ts.Symbol> {
  const { checker } = site.ctx;
  const { functions } = effectsOf(checker, calls, functionsMade(site));
  return assignedIn(checker, [...functions]);
}

const variable = ts.SymbolFlags.Variable;
const primitive =
  ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike;

/** Is the call made only sometimes when the expression is evaluated? */
function isConditional(call: ts.Node, whole: ts.Node): boolean {
  for (let node = call; node !== whole; node = node.parent) {
    const { parent } = node;
    if (ts.isConditionalExpression(parent) && parent.condition !== node)
      return true;
    if (ts.isBinaryExpression(parent) && parent.right === node) {
      const { kind } = parent.operatorToken;
      const isLogical =
        kind === ts.SyntaxKind.AmpersandAmpersandToken ||
        kind === ts.SyntaxKind.BarBarToken ||
        kind === ts.SyntaxKind.QuestionQuestionToken;
      if (isLogical) return true;
    }
    if (ts.isOptionalChain(parent)) return true;
  }
  return false;
}

/** Lowers the call, and keeps what it gives for the statement that it stands in. */
export function lowerThrower(site: Site, call: Thrower): void {
  site.writtenOut.add(call);
  const value = ts.isCallExpression(call)
    ? lowerCall(site, call, undefined)
    : lowerExpression(site, call);
  keepAhead(site, call, value);
}
