import { ts } from "ts-morph";
import { eachNode } from "../syntax/scan.js";

/** The fields that a list of statements gives to an object on every way to its end; undefined where it does more with it. */
export type GivenByAll = (
  statements: readonly ts.Statement[],
  before: readonly string[],
) => readonly string[] | undefined;

/** An arm that is left by `return` or `throw`: nobody comes out of it who could miss a field. */
type Arm = readonly string[] | "leaves" | undefined;

/**
 * `if (flat) { p.x = 1; p.y = 2; } else { p.x = 3; p.y = 4; }`, a `switch`, or a block: what all arms give, each in the
 * same order. `isRead` says whether an expression only looks at fields that have their values.
 */
export function givenByArms(
  checker: ts.TypeChecker,
  statement: ts.Statement,
  before: readonly string[],
  givenByAll: GivenByAll,
  isRead: (node: ts.Expression) => boolean,
): readonly string[] | undefined {
  if (ts.isBlock(statement)) return armOf(statement.statements);
  if (ts.isIfStatement(statement)) {
    const { expression, thenStatement, elseStatement } = statement;
    if (!isRead(expression)) return undefined;
    return common([
      ending([thenStatement]),
      elseStatement === undefined ? [] : ending([elseStatement]),
    ]);
  }
  if (!ts.isSwitchStatement(statement) || !isRead(statement.expression))
    return undefined;
  const { clauses } = statement.caseBlock;
  const isWhole =
    clauses.some(ts.isDefaultClause) || coversAll(checker, statement);
  const arms = clauses
    .filter(({ statements }, k) => statements.length > 0 || !clauses[k + 1])
    .map((one) => clause(one.statements, one === clauses.at(-1)));
  return isWhole ? common(arms) : undefined;

  function armOf(
    statements: readonly ts.Statement[],
  ): readonly string[] | undefined {
    // who leaves by another door comes out without the rest
    return statements.some(hasDoor)
      ? undefined
      : givenByAll(statements, before);
  }

  function ending(statements: readonly ts.Statement[]): Arm {
    const given = armOf(statements);
    return given !== undefined && neverEnds(statements) ? "leaves" : given;
  }

  /** What stands behind `case "a":`, which must not go on into the next. */
  function clause(given: readonly ts.Statement[], isLast: boolean): Arm {
    const [only] = given;
    if (given.length === 1 && only && ts.isBlock(only))
      return clause(only.statements, isLast);
    const last = given.at(-1);
    const breaks =
      last !== undefined && ts.isBreakStatement(last) && !last.label;
    if (breaks) return armOf(given.slice(0, -1));
    return isLast || neverEnds(given) ? ending(given) : undefined;
  }
}

function common(arms: readonly Arm[]): readonly string[] | undefined {
  const [first, ...others] = arms.filter((one) => one !== "leaves");
  if (first === undefined) return undefined;
  const isSame = others.every((one) => one?.join() === first.join());
  return isSame ? first : undefined;
}

export const hasDoor = (node: ts.Node): boolean => {
  let found = false;
  eachNode(node, (one) => {
    found ||= ts.isBreakOrContinueStatement(one);
  });
  return found;
};

function neverEnds(statements: readonly ts.Statement[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return false;
  if (ts.isBlock(last)) return neverEnds(last.statements);
  return ts.isReturnStatement(last) || ts.isThrowStatement(last);
}

/** Has each word of a union of words a case? */
function coversAll(
  checker: ts.TypeChecker,
  { expression, caseBlock }: ts.SwitchStatement,
): boolean {
  const type = checker.getTypeAtLocation(expression);
  const words = type.isUnion() ? type.types : [type];
  const cases = new Set(
    caseBlock.clauses.flatMap((one) =>
      ts.isCaseClause(one) ? checker.getTypeAtLocation(one.expression) : [],
    ),
  );
  return words.every(
    (word) => (word.flags & ts.TypeFlags.Literal) !== 0 && cases.has(word),
  );
}
