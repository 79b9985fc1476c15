import { ts } from "ts-morph";
import { arrayTest } from "./jsExpressionType.js";
import { bareExpression } from "../syntax/scan.js";

const { SyntaxKind } = ts;

/**
 * Questions of JavaScript for the kind of a value, where the type that this has in a function that is read for some
 * arguments tells the answer: `typeof p === "number"`, `"x" in p`, `k === undefined`, `Array.isArray(p)`.
 */
export function decidedByType(
  checker: ts.TypeChecker,
  given: ts.Expression,
): boolean | undefined {
  const node = bareExpression(given);
  const inner = (one: ts.Expression): boolean | undefined =>
    decidedByType(checker, one);
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === SyntaxKind.ExclamationToken
  ) {
    const answer = inner(node.operand);
    return answer === undefined ? undefined : !answer;
  }
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind === SyntaxKind.AmpersandAmpersandToken)
      return both(inner(node.left), () => inner(node.right), false);
    if (kind === SyntaxKind.BarBarToken)
      return both(inner(node.left), () => inner(node.right), true);
    if (kind === SyntaxKind.InKeyword) return decidedIn(checker, node);
    return decidedComparison(checker, node);
  }
  if (ts.isIdentifier(node)) return truthOfType(checker, node);
  return arrayTest(checker, node);
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
): boolean | undefined {
  const differs = [
    SyntaxKind.ExclamationEqualsEqualsToken,
    SyntaxKind.ExclamationEqualsToken,
  ].includes(operatorToken.kind);
  const isSame = [
    SyntaxKind.EqualsEqualsEqualsToken,
    SyntaxKind.EqualsEqualsToken,
  ].includes(operatorToken.kind);
  if (!differs && !isSame) return undefined;
  const equal =
    equality(checker, left, right) ?? equality(checker, right, left);
  return equal === undefined ? undefined : equal !== differs;
}

function equality(
  checker: ts.TypeChecker,
  given: ts.Expression,
  other: ts.Expression,
): boolean | undefined {
  const node = bareExpression(given);
  const word = bareExpression(other);
  if (ts.isTypeOfExpression(node) && ts.isStringLiteralLike(word)) {
    const name = typeofType(checker, node.expression);
    return name === undefined ? undefined : name === word.text;
  }
  const isNothing =
    (ts.isIdentifier(word) && word.text === "undefined") ||
    ts.isVoidExpression(word) ||
    word.kind === SyntaxKind.NullKeyword;
  if (!isNothing || !ts.isIdentifier(node)) return undefined;
  const { flags } = checker.getTypeAtLocation(node);
  if (flags & ts.TypeFlags.Undefined)
    return word.kind !== SyntaxKind.NullKeyword ? true : undefined;
  const isThere =
    flags &
    (ts.TypeFlags.NumberLike |
      ts.TypeFlags.StringLike |
      ts.TypeFlags.BooleanLike |
      ts.TypeFlags.Object);
  return isThere ? false : undefined;
}

/** What `typeof x` gives; undefined where it may be one of several things. */
export function typeofType(
  checker: ts.TypeChecker,
  given: ts.Expression,
): string | undefined {
  const node = bareExpression(given);
  if (!ts.isIdentifier(node)) return undefined;
  const type = checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  const names = new Set(parts.map(typeofPart));
  const [name] = names;
  return names.size === 1 ? name : undefined;
}

function typeofPart(type: ts.Type): string | undefined {
  const { flags } = type;
  if (flags & ts.TypeFlags.NumberLike) return "number";
  if (flags & ts.TypeFlags.StringLike) return "string";
  if (flags & ts.TypeFlags.BooleanLike) return "boolean";
  if (flags & ts.TypeFlags.Undefined) return "undefined";
  if (flags & ts.TypeFlags.Null) return "object";
  if (!(flags & ts.TypeFlags.Object)) return undefined;
  if (type.getCallSignatures().length > 0) return "function";
  return (type.symbol as ts.Symbol | undefined)?.name === "Function"
    ? "function"
    : "object";
}

/** `"x" in p` */
function decidedIn(
  checker: ts.TypeChecker,
  { left, right }: ts.BinaryExpression,
): boolean | undefined {
  const key = bareExpression(left);
  if (!ts.isStringLiteralLike(key) || /^\d/.test(key.text)) return undefined;
  const type = checker.getTypeAtLocation(right);
  if (!(type.flags & ts.TypeFlags.Object)) return undefined;
  const property = type.getProperty(key.text);
  if (property === undefined) return key.text in {};
  if (!(property.flags & ts.SymbolFlags.Optional)) return true;
  const own = checker.getTypeOfSymbol(property);
  // as diffc writes what is asked for, and not there
  return own.flags & ts.TypeFlags.Undefined ? false : undefined;
}

function truthOfType(
  checker: ts.TypeChecker,
  node: ts.Identifier,
): boolean | undefined {
  const { flags } = checker.getTypeAtLocation(node);
  if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) return false;
  return flags & ts.TypeFlags.Object ? true : undefined;
}

export interface Ways {
  readonly returns: readonly ts.ReturnStatement[];
  /** Do types say of some statement that it never runs? */
  readonly decides: boolean;
  readonly reachesEnd: boolean;
}

/** The returns that a function may come to, as far as types say. */
export function returnsOf(checker: ts.TypeChecker, body: ts.Block): Ways {
  const returns: ts.ReturnStatement[] = [];
  let decides = false;
  /** Does what follows never run? */
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isReturnStatement(node)) {
      returns.push(node);
      return true;
    }
    if (ts.isThrowStatement(node)) return true;
    if (ts.isBlock(node)) return node.statements.some(visit);
    if (ts.isIfStatement(node)) {
      const answer = decidedByType(checker, node.expression);
      const { thenStatement, elseStatement } = node;
      if (answer === undefined) {
        const first = visit(thenStatement);
        const second = elseStatement !== undefined && visit(elseStatement);
        return first && second;
      }
      decides = true;
      if (answer) return visit(thenStatement);
      return elseStatement !== undefined && visit(elseStatement);
    }
    if (ts.isSwitchStatement(node)) {
      const clauses = clausesRun(checker, node);
      decides ||= clauses.length < node.caseBlock.clauses.length;
      for (const clause of clauses)
        for (const one of clause.statements) if (visit(one)) break;
      return false;
    }
    ts.forEachChild(node, (child) => void visit(child));
    return false;
  };
  const ends = visit(body);
  return { returns, decides, reachesEnd: !ends };
}

/** Of `switch (typeof p)` the cases that may run. */
function clausesRun(
  checker: ts.TypeChecker,
  { expression, caseBlock: { clauses } }: ts.SwitchStatement,
): readonly ts.CaseOrDefaultClause[] {
  const subject = bareExpression(expression);
  const name = ts.isTypeOfExpression(subject)
    ? typeofType(checker, subject.expression)
    : undefined;
  if (name === undefined) return clauses;
  const k = clauses.findIndex(
    (one) =>
      ts.isCaseClause(one) &&
      ts.isStringLiteralLike(one.expression) &&
      one.expression.text === name,
  );
  const from = k < 0 ? clauses.findIndex(ts.isDefaultClause) : k;
  if (from < 0) return [];
  const run = clauses.slice(from);
  const end = run.findIndex((one) => leaves(one));
  return end < 0 ? run : run.slice(0, end + 1);
}

function leaves({ statements }: ts.CaseOrDefaultClause): boolean {
  const last = statements.at(-1);
  return (
    last !== undefined &&
    (ts.isBreakStatement(last) ||
      ts.isReturnStatement(last) ||
      ts.isThrowStatement(last))
  );
}
