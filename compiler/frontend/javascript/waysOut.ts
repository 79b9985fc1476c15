import { ts } from "ts-morph";
import { decidedByType, sameByType } from "./decidedByType.js";

/** How control may leave a function, as far as the types of its parameters say. */

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

/** Of `switch (typeof p)`, or of a `switch (p)` whose value types tell, the cases that may run. */
function clausesRun(
  checker: ts.TypeChecker,
  { expression, caseBlock: { clauses } }: ts.SwitchStatement,
): readonly ts.CaseOrDefaultClause[] {
  const matches = clauses.map((one) =>
    ts.isCaseClause(one)
      ? sameByType(checker, expression, one.expression)
      : undefined,
  );
  const isOpen = (one: ts.CaseOrDefaultClause, k: number): boolean =>
    ts.isCaseClause(one) && matches[k] === undefined;
  if (clauses.some(isOpen)) return clauses;
  const k = matches.indexOf(true);
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
