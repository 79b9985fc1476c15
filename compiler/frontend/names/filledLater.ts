import { ts } from "ts-morph";
import { givenByArms, hasDoor } from "./filledByArms.js";
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
): Pick<Filling, "found" | "openOrder"> {
  return fillingOf(checker, node);
}

/** `s.mean = ...`, where that is one of these fields of a variable: nobody has seen the object before. */
export function isFilling(
  checker: ts.TypeChecker,
  target: ts.PropertyAccessExpression,
): boolean {
  const owner = target.expression;
  const decl = ts.isIdentifier(owner)
    ? definedSymbol(checker, owner)?.valueDeclaration
    : undefined;
  if (decl === undefined || !ts.isVariableDeclaration(decl)) return false;
  const literal = decl.initializer && bareExpression(decl.initializer);
  if (literal === undefined || !ts.isObjectLiteralExpression(literal))
    return false;
  if (functionAround(target) !== functionAround(decl)) return false;
  return fillingOf(checker, literal).statements.some(
    (one) => one.pos <= target.pos && target.end <= one.end,
  );
}

interface Filling {
  readonly found: string[];
  /** Fields that are given under a condition, with one that is given behind them. */
  readonly openOrder: readonly (readonly [string, string])[];
  /** Those that do no more than that. */
  readonly statements: readonly ts.Statement[];
}

const nothing: Filling = { found: [], openOrder: [], statements: [] };

function fillingOf(
  checker: ts.TypeChecker,
  node: ts.ObjectLiteralExpression,
): Filling {
  let top: ts.Node = node;
  while (isTransparent(top.parent)) top = top.parent;
  const holder = declaredBy(top) ?? assignedBy(top);
  const symbol = holder && definedSymbol(checker, holder.name);
  if (holder === undefined || symbol === undefined) return nothing;
  const { statement } = holder;
  if (!ts.isBlock(statement.parent)) return nothing;
  const { statements } = statement.parent;
  // a function of the block may be called, and look at the object, at any time
  const isSeen = statements.some(
    (one) =>
      ts.isFunctionDeclaration(one) && usesIn(checker, one, symbol).length > 0,
  );
  if (isSeen || (holder.isAssigned && isSeenByFunctions(checker, symbol)))
    return nothing;
  if (!holder.isAssigned && isSeenBefore(checker, holder, symbol))
    return nothing;
  const after = statements.slice(statements.indexOf(statement) + 1);
  if (!isSeenOutside(checker, statement.parent, symbol))
    return givenUpTo(checker, after, symbol, []);
  // who leaves the block in between sees what is there by then
  if (isTried(statement)) return nothing;
  const door = after.findIndex(hasDoor);
  return givenUpTo(
    checker,
    door < 0 ? after : after.slice(0, door),
    symbol,
    [],
  );
}

/** The fields given by one statement after the other, until one does something else with the object. */
function givenUpTo(
  checker: ts.TypeChecker,
  statements: readonly ts.Statement[],
  symbol: ts.Symbol,
  before: readonly string[],
): Filling & { isWhole: boolean } {
  const found: string[] = [];
  const openOrder: [string, string][] = [];
  const conditional = new Set<string>();
  const filling: ts.Statement[] = [];
  for (const one of statements) {
    const uses = usesIn(checker, one, symbol);
    if (uses.length === 0) continue;
    const known = [...before, ...found];
    const given = givenBy(checker, one, symbol, uses, known);
    if (given === undefined && !onlyFills(one, uses, known))
      return { found, openOrder, statements: filling, isWhole: false };
    filling.push(one);
    const added = (given ?? []).filter((name) => !known.includes(name));
    for (const name of added)
      for (const other of conditional) openOrder.push([other, name]);
    found.push(...added);
    if (given === undefined)
      for (const { parent } of uses)
        if (ts.isPropertyAccessExpression(parent))
          conditional.add(parent.name.text);
  }
  return { found, openOrder, statements: filling, isWhole: true };
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
  return ts.isVariableStatement(statement)
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

/** Is a variable named in front of its declaration, or by another one in the same statement? */
function isSeenBefore(
  checker: ts.TypeChecker,
  { name, statement }: Holder,
  symbol: ts.Symbol,
): boolean {
  const owner = functionAround(statement);
  if (owner === undefined) return true;
  const isBody = statement.parent.parent === owner;
  return usesIn(checker, owner, symbol).some(
    (one) =>
      one !== name &&
      // what is made in a loop may be looked at by functions of earlier trips
      (one.pos < statement.end || (!isBody && functionAround(one) !== owner)),
  );
}

/** Is a variable named outside of a block, too? */
function isSeenOutside(
  checker: ts.TypeChecker,
  block: ts.Block,
  symbol: ts.Symbol,
): boolean {
  const owner = functionAround(block);
  if (owner === undefined) return true;
  return usesIn(checker, owner, symbol).some(
    (one) =>
      (one.pos < block.pos || one.pos >= block.end) &&
      !(ts.isVariableDeclaration(one.parent) && one.parent.name === one),
  );
}

/** May what throws be caught in the same function? */
function isTried(statement: ts.Node): boolean {
  const { parent } = statement;
  if (ts.isFunctionLike(parent) || ts.isSourceFile(parent)) return false;
  return ts.isTryStatement(parent) || isTried(parent);
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

/** `if (options.id) s.id = options.id;`: gives a field that may be missing, and shows the object to nobody. */
function onlyFills(
  statement: ts.Statement,
  uses: readonly ts.Identifier[],
  before: readonly string[],
): boolean {
  if (!ts.isIfStatement(statement) || hasDoor(statement)) return false;
  const owner = functionAround(statement);
  return uses.every((use) => {
    const { parent } = use;
    if (functionAround(use) !== owner) return false;
    if (!ts.isPropertyAccessExpression(parent) || parent.expression !== use)
      return false;
    const up = parent.parent;
    const isGiven =
      ts.isBinaryExpression(up) &&
      up.left === parent &&
      up.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isExpressionStatement(up.parent);
    return isGiven || (before.includes(parent.name.text) && !isCalled(parent));
  });
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
