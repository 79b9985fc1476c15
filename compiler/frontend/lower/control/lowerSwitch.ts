import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { coerce, isScalar, mayBeNil } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { declareNames } from "../lowerDeclarations.js";
import { num } from "../../../ir/types.js";
import { branch } from "./lowerJoin.js";
import { lowerExpression } from "../lowerExpressions.js";
import { literalAnswer } from "../classes/lowerKinds.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { sameByType } from "../../javascript/decidedByType.js";
import { eachNode, isAssignment, isUpdate } from "../../syntax/scan.js";
import {
  constant,
  decidedConstant,
  op,
  type Exit,
  type Site,
} from "../lowerSite.js";
import { lowerList, type Step, type Tail } from "./lowerStatements.js";

/**
 * `switch`: the cases one after the other, each run where its value matches or where the one before fell through.
 */
export function lowerSwitch(
  site: Site,
  node: ts.SwitchStatement,
  tail: Tail,
  labels: readonly string[],
): void {
  const subject = lowerExpression(site, node.expression);
  if (!isScalar(subject.ty) && subject.ty.kind !== "maybe")
    site.ctx.refuse(
      node.expression,
      "DC2101",
      `a switch over a value of type ${describeTy(subject.ty)} is not carried`,
      "switch over a number or a string",
    );
  const { clauses } = node.caseBlock;
  declareCaseVariables(site, clauses);
  const asked = clauses.map((clause) =>
    ts.isCaseClause(clause) && !isOnlyOneLeft(site, node, clause)
      ? clause
      : undefined,
  );
  const matches = asked.every(
    (clause) => !clause || isPlain(site, clause.expression),
  )
    ? asked.map((clause) => clause && lowerMatch(site, clause, subject))
    : inOrder(site, node, asked, subject);
  const breakTo: Exit = { kind: "break", hint: "left" };
  const saved = site.targets;
  site.targets = [...saved, { labels, breakTo, plainBreak: true }];
  lowerList(site, casesOf(site, clauses, matches), new Set([...tail, breakTo]));
  site.targets = saved;
}

/** The last case, where the cases before it and it are all that the type allows. */
function isOnlyOneLeft(
  site: Site,
  { expression, caseBlock: { clauses } }: ts.SwitchStatement,
  clause: ts.CaseClause,
): boolean {
  if (clause !== clauses.at(-1)) return false;
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(expression);
  if (!type.isUnion()) return false;
  const named = new Set<ts.Type>();
  for (const one of clauses) {
    if (!ts.isCaseClause(one)) return false;
    named.add(checker.getTypeAtLocation(one.expression));
  }
  const covers = (part: ts.Type): boolean =>
    [...named].some(
      (one) =>
        checker.isTypeAssignableTo(part, one) &&
        checker.isTypeAssignableTo(one, part),
    );
  return type.types.every((part) => part.isLiteral() && covers(part));
}

/** A name that is declared in one case is known in the others. */
function declareCaseVariables(
  site: Site,
  clauses: ts.NodeArray<ts.CaseOrDefaultClause>,
): void {
  for (const clause of clauses.slice(0, -1))
    for (const statement of clause.statements)
      if (ts.isVariableStatement(statement))
        for (const decl of statement.declarationList.declarations)
          declareNames(site, decl.name);
}

function lowerMatch(site: Site, clause: ts.CaseClause, subject: Value): Value {
  const { expression } = clause.parent.parent;
  const sure = isJavaScript(clause)
    ? sameByType(site.ctx.checker, expression, clause.expression)
    : undefined;
  if (sure !== undefined) return decidedConstant(site, clause, sure);
  const value = lowerExpression(
    site,
    clause.expression,
    subject.ty.kind === "opaque" ? subject.ty : undefined,
  );
  const label = coerce(site, clause.expression, value, subject.ty);
  const known = literalAnswer(site, clause.expression, subject, label);
  if (known !== undefined) return known;
  return op(site, clause.expression, "eq", [subject, label]);
}

/** May a case be compared at any time? It does nothing, and asks for nothing that may not be there. */
function isPlain({ ctx }: Site, node: ts.Expression): boolean {
  // JavaScript has no `!` that says so
  const asksMissing = (one: ts.Node): boolean =>
    ts.isPropertyAccessExpression(one) &&
    mayBeNil(ctx.checker.getTypeAtLocation(one.expression));
  let plain = true;
  eachNode(node, (one) => {
    plain &&=
      !isAssignment(one) &&
      !isUpdate(one) &&
      !ts.isCallOrNewExpression(one) &&
      !ts.isElementAccessExpression(one) &&
      !ts.isNonNullExpression(one) &&
      !asksMissing(one) &&
      !ts.isTaggedTemplateExpression(one);
  });
  return plain;
}

/**
 * Cases that do something when they are compared, or may only be compared where those before do not match: which of them
 * matches is found first, as a number.
 */
function inOrder(
  site: Site,
  node: ts.SwitchStatement,
  asked: readonly (ts.CaseClause | undefined)[],
  subject: Value,
): (Value | undefined)[] {
  const from = (k: number): Value => {
    const clause = asked[k];
    if (k >= asked.length) return constant(site, node, -1);
    if (clause === undefined) return from(k + 1);
    const [found] = branch(
      site,
      clause,
      lowerMatch(site, clause, subject),
      [num],
      () => [constant(site, clause, k)],
      () => [from(k + 1)],
    );
    return found ?? constant(site, clause, -1);
  };
  const found = from(0);
  return asked.map(
    (clause, k) =>
      clause && op(site, clause, "eq", [found, constant(site, clause, k)]),
  );
}

/** Consecutive cases without statements are one. */
function casesOf(
  site: Site,
  clauses: ts.NodeArray<ts.CaseOrDefaultClause>,
  matches: readonly (Value | undefined)[],
): Step[] {
  const steps: Step[] = [];
  // Matches that lead into the clause: its own, and those of clauses before it that fall through.
  let entering: Value[] = [];
  let byDefault = false;
  clauses.forEach((clause, k) => {
    const own = matches[k];
    if (own === undefined) byDefault = true;
    else entering = [...entering, own];
    const { statements } = clause;
    if (statements.length === 0) return;
    const body = (tail: Tail): void => lowerList(site, statements, tail);
    const later = matches.slice(k + 1).filter((match) => match !== undefined);
    if (byDefault && later.length === 0) {
      steps.push({ kind: "plain", node: clause, run: body });
    } else {
      const listed = entering;
      const condition = byDefault
        ? () => entersByDefault(site, clause, listed, later)
        : () => orOf(site, clause, listed);
      steps.push({ kind: "guarded", node: clause, condition, then: body });
    }
    if (!isLeft(statements)) return;
    entering = [];
    byDefault = false;
  });
  return steps;
}

/** Control that gets here and matches no later case came to the default, or fell through from it. */
function entersByDefault(
  site: Site,
  node: ts.Node,
  listed: readonly Value[],
  later: readonly Value[],
): Value {
  const none = op(site, node, "not", [orOf(site, node, later)]);
  return orOf(site, node, [...listed, none]);
}

function orOf(site: Site, node: ts.Node, values: readonly Value[]): Value {
  const { decided } = site.facts;
  const sure = values.find((one) => decided.get(one) === true);
  if (sure !== undefined) return sure;
  const open = values.filter((one) => !decided.has(one));
  const [first, ...rest] = open.length > 0 ? open : values.slice(0, 1);
  if (first === undefined) return constant(site, node, false);
  return rest.reduce((all, one) => op(site, node, "or", [all, one]), first);
}

/** Does a list of statements surely end in a jump, by its last statement? */
function isLeft(statements: readonly ts.Statement[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return false;
  if (ts.isBlock(last)) return isLeft(last.statements);
  if (ts.isIfStatement(last))
    return (
      last.elseStatement !== undefined &&
      isLeft([last.thenStatement]) &&
      isLeft([last.elseStatement])
    );
  return (
    ts.isBreakOrContinueStatement(last) ||
    ts.isReturnStatement(last) ||
    ts.isThrowStatement(last)
  );
}
