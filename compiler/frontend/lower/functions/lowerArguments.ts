import { ts } from "ts-morph";
import { sameTy, type Ty } from "../../../ir/types.js";
import { bareExpression } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/** `arguments.length` in a function that is written out where it is called: how many there are is seen there. */

/**
 * Does a function ask how many arguments it got, and for no more than that? Where the answer of other calls has been
 * written into its text, it asks no more.
 */
export function asksOnlyForCount(decl: ts.Node): boolean {
  const known = answers.get(decl);
  if (known !== undefined) return known;
  const answer = looksOnlyAtCount(decl);
  answers.set(decl, answer);
  return answer;
}

const answers = new WeakMap<ts.Node, boolean>();

function looksOnlyAtCount(decl: ts.Node): boolean {
  let isOnly = true;
  let asks = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === "arguments") {
      const { parent } = node;
      asks = true;
      isOnly &&=
        ts.isPropertyAccessExpression(parent) && parent.name.text === "length";
    }
    ts.forEachChild(node, visit);
  };
  visit(decl);
  return asks && isOnly;
}

/** What an expression of `arguments.length` and numbers is in this call; undefined for others. */
export function countedHere(
  site: Site,
  given: ts.Expression,
): number | boolean | undefined {
  if (site.given === undefined) return undefined;
  const node = bareExpression(given);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isPropertyAccessExpression(node))
    return node.expression.getText() === "arguments" &&
      node.name.text === "length"
      ? site.given
      : undefined;
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.ExclamationToken
  ) {
    const of = countedHere(site, node.operand);
    return of === undefined ? undefined : !of;
  }
  if (!ts.isBinaryExpression(node)) return undefined;
  const test = tests.get(node.operatorToken.kind);
  const a = test && countedHere(site, node.left);
  const b = test && countedHere(site, node.right);
  return typeof a === "number" && typeof b === "number"
    ? test?.(a, b)
    : undefined;
}

/** What a function gives in this call, where that depends on how many arguments there are; undefined for others. */
export function resultByCount(
  site: Site,
  decl: ts.FunctionLikeDeclaration,
): Ty | undefined {
  const { body } = decl;
  if (site.given === undefined || !body || !ts.isBlock(body)) return undefined;
  if (!/\barguments\b/.test(body.getText())) return undefined;
  const given: ts.Expression[] = [];
  const ends = takenReturns(site, body, given);
  const types = given.map((one) => site.ctx.checker.getTypeAtLocation(one));
  const [first, ...others] = types.map((one) => site.ctx.tryTyOf(one));
  if (first === undefined || first.kind === "problem" || !ends)
    return undefined;
  return others.every((one) => one.kind !== "problem" && sameTy(one, first))
    ? first
    : undefined;
}

/** Collects what is returned; does control end there in any case? */
function takenReturns(
  site: Site,
  node: ts.Statement,
  into: ts.Expression[],
): boolean {
  if (ts.isBlock(node))
    return node.statements.some((one) => takenReturns(site, one, into));
  if (ts.isReturnStatement(node)) {
    if (node.expression !== undefined)
      into.push(takenArm(site, node.expression));
    return true;
  }
  if (!ts.isIfStatement(node)) {
    const visit = (one: ts.Node): void => {
      if (ts.isReturnStatement(one) && one.expression)
        into.push(takenArm(site, one.expression));
      if (!ts.isFunctionLike(one)) ts.forEachChild(one, visit);
    };
    visit(node);
    return ts.isThrowStatement(node);
  }
  const test = countedHere(site, node.expression);
  const { thenStatement, elseStatement } = node;
  const arms = [thenStatement, elseStatement].filter(
    (_, k) => test === undefined || (k === 0) === Boolean(test),
  );
  return arms
    .map((one) => one !== undefined && takenReturns(site, one, into))
    .every(Boolean);
}

function takenArm(site: Site, given: ts.Expression): ts.Expression {
  const node = bareExpression(given);
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.CommaToken
  )
    return takenArm(site, node.right);
  if (!ts.isConditionalExpression(node)) return node;
  const test = countedHere(site, node.condition);
  if (test === undefined) return node;
  return takenArm(site, test ? node.whenTrue : node.whenFalse);
}

const { SyntaxKind } = ts;
const tests: ReadonlyMap<ts.SyntaxKind, (a: number, b: number) => boolean> =
  new Map([
    [SyntaxKind.LessThanToken, (a, b) => a < b],
    [SyntaxKind.GreaterThanToken, (a, b) => a > b],
    [SyntaxKind.LessThanEqualsToken, (a, b) => a <= b],
    [SyntaxKind.GreaterThanEqualsToken, (a, b) => a >= b],
    [SyntaxKind.EqualsEqualsEqualsToken, (a, b) => a === b],
    [SyntaxKind.EqualsEqualsToken, (a, b) => a === b],
    [SyntaxKind.ExclamationEqualsEqualsToken, (a, b) => a !== b],
    [SyntaxKind.ExclamationEqualsToken, (a, b) => a !== b],
  ]);
