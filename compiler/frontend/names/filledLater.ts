import { ts } from "ts-morph";
import { givenByArms } from "./filledByArms.js";
import { bareExpression, definedSymbol, eachNode } from "../syntax/scan.js";
import { isTransparent } from "../syntax/usesOfNames.js";

/**
 * `const s = {} as Stats; s.mean = ...; s.variance = ...;`: the fields that the statements behind the declaration give to
 * the object before anything else looks at it, in that order. Where a field is asked for before it has its value, or the
 * object goes elsewhere, the list ends.
 */
export function filledLater(
  checker: ts.TypeChecker,
  node: ts.ObjectLiteralExpression,
): string[] {
  let top: ts.Node = node;
  while (isTransparent(top.parent)) top = top.parent;
  const holder = declaredBy(top) ?? assignedBy(top);
  const symbol = holder && definedSymbol(checker, holder.name);
  if (holder === undefined || symbol === undefined) return [];
  const { statement } = holder;
  if (!ts.isBlock(statement.parent)) return [];
  const { statements } = statement.parent;
  // a function of the block may be called, and look at the object, at any time
  const isSeen = statements.some(
    (one) =>
      ts.isFunctionDeclaration(one) && usesIn(checker, one, symbol).length > 0,
  );
  if (isSeen || (holder.isAssigned && isSeenByFunctions(checker, symbol)))
    return [];
  const after = statements.slice(statements.indexOf(statement) + 1);
  return givenUpTo(checker, after, symbol, []).found;
}

/** The fields given by one statement after the other, until one does something else with the object. */
function givenUpTo(
  checker: ts.TypeChecker,
  statements: readonly ts.Statement[],
  symbol: ts.Symbol,
  before: readonly string[],
): { found: string[]; isWhole: boolean } {
  const found: string[] = [];
  for (const one of statements) {
    const uses = usesIn(checker, one, symbol);
    if (uses.length === 0) continue;
    const given = givenBy(checker, one, symbol, uses, [...before, ...found]);
    if (given === undefined) return { found, isWhole: false };
    const known = [...before, ...found];
    found.push(...given.filter((name) => !known.includes(name)));
  }
  return { found, isWhole: true };
}

interface Holder {
  readonly name: ts.Node;
  readonly statement: ts.Statement;
  readonly isAssigned: boolean;
}

/** `const s = {} as Stats;` */
function declaredBy(top: ts.Node): Holder | undefined {
  const decl = top.parent;
  if (!ts.isVariableDeclaration(decl) || decl.initializer !== top)
    return undefined;
  if (!ts.isVariableDeclarationList(decl.parent)) return undefined;
  const statement = decl.parent.parent;
  const isAlone = decl.parent.declarations.length === 1;
  return isAlone && ts.isVariableStatement(statement)
    ? { name: decl.name, statement, isAssigned: false }
    : undefined;
}

/** `s = {} as Stats;`, of a variable. */
function assignedBy(top: ts.Node): Holder | undefined {
  const assignment = top.parent;
  const isPlain =
    ts.isBinaryExpression(assignment) &&
    assignment.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    assignment.right === top &&
    ts.isIdentifier(assignment.left);
  return isPlain && ts.isExpressionStatement(assignment.parent)
    ? { name: assignment.left, statement: assignment.parent, isAssigned: true }
    : undefined;
}

/** Is a variable named in a function that is written inside of the one that it belongs to? Such a function may run at any time. */
function isSeenByFunctions(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
): boolean {
  const decl = symbol.valueDeclaration;
  const owner = decl && functionAround(decl);
  return (
    owner === undefined ||
    usesIn(checker, owner, symbol).some((one) => functionAround(one) !== owner)
  );
}

function functionAround(node: ts.Node): ts.Node | undefined {
  let up = node.parent;
  while (!ts.isFunctionLike(up) && !ts.isSourceFile(up)) up = up.parent;
  return ts.isFunctionLike(up) ? up : undefined;
}

function usesIn(
  checker: ts.TypeChecker,
  node: ts.Node,
  symbol: ts.Symbol,
): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  eachNode(node, (one) => {
    if (!ts.isIdentifier(one) || one.text !== symbol.name) return;
    if (definedSymbol(checker, one) === symbol) found.push(one);
  });
  return found;
}

/** What a statement gives to the object; undefined where it does something else with it. */
function givenBy(
  checker: ts.TypeChecker,
  statement: ts.Statement,
  symbol: ts.Symbol,
  uses: readonly ts.Identifier[],
  before: readonly string[],
): readonly string[] | undefined {
  if (ts.isForOfStatement(statement))
    return givenByLoop(checker, statement, uses);
  const isRead = (use: ts.Identifier): boolean =>
    ts.isPropertyAccessExpression(use.parent) &&
    use.parent.expression === use &&
    before.includes(use.parent.name.text);
  const isArms =
    ts.isBlock(statement) ||
    ts.isIfStatement(statement) ||
    ts.isSwitchStatement(statement);
  if (isArms)
    return givenByArms(
      checker,
      statement,
      before,
      (statements, known) => {
        const given = givenUpTo(checker, statements, symbol, known);
        return given.isWhole ? given.found : undefined;
      },
      (one) => usesIn(checker, one, symbol).every(isRead),
    );
  // const half = s.range.hi / 2;
  if (uses.every((one) => isRead(one) && !isCalled(one.parent))) return [];
  const target = targetOf(statement);
  if (target === undefined || !ts.isPropertyAccessExpression(target))
    return undefined;
  const [first, ...others] = uses;
  return target.expression === first && others.every(isRead)
    ? [target.name.text]
    : undefined;
}

/** `s.f()` hands all of s on. */
const isCalled = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && node.parent.expression === node;

/** `for (const k of ["r", "g", "b"] as const) out[k] = ...` */
function givenByLoop(
  checker: ts.TypeChecker,
  loop: ts.ForOfStatement,
  uses: readonly ts.Identifier[],
): string[] | undefined {
  const { statement, initializer } = loop;
  const body = ts.isBlock(statement) ? statement.statements : [statement];
  const last = body.at(-1);
  const target = last && targetOf(last);
  const [use, ...others] = uses;
  if (target === undefined || !ts.isElementAccessExpression(target))
    return undefined;
  if (target.expression !== use || others.length > 0) return undefined;
  if (!ts.isVariableDeclarationList(initializer)) return undefined;
  const key = bareExpression(target.argumentExpression);
  const variable = definedSymbol(checker, initializer.declarations[0]!.name);
  const isKey =
    ts.isIdentifier(key) && definedSymbol(checker, key) === variable;
  return isKey && !leaves(statement)
    ? wordsIn(checker, loop.expression)
    : undefined;
}

function targetOf(statement: ts.Statement): ts.Expression | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  return ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? expression.left
    : undefined;
}

/** May an iteration, or the loop, end before its end? */
function leaves(node: ts.Node): boolean {
  let found = false;
  eachNode(node, (one) => {
    found ||=
      ts.isBreakOrContinueStatement(one) ||
      ts.isReturnStatement(one) ||
      ts.isThrowStatement(one);
  });
  return found;
}

/** The words of a tuple type, each of which comes once round. */
function wordsIn(
  checker: ts.TypeChecker,
  list: ts.Expression,
): string[] | undefined {
  const type = checker.getTypeAtLocation(list);
  if (!checker.isTupleType(type)) return undefined;
  const words = checker
    .getTypeArguments(type as ts.TypeReference)
    .map((one) => (one.isStringLiteral() ? one.value : undefined));
  const known = words.filter((one) => one !== undefined);
  return known.length === words.length ? known : undefined;
}
