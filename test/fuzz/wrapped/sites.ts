import { ts } from "ts-morph";
import type { Random } from "../random.js";
import type { Unit } from "./unit.js";

/** All nodes of a module that pass a test and lie in the body of a function. */
export function nodesIn<T extends ts.Node>(
  unit: Unit,
  test: (node: ts.Node) => node is T,
): T[] {
  const found: T[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (test(node) && isInBody(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(unit.file);
  return found;
}

/** One of them, where there is one. */
export const pickFrom = <T>(
  random: Random,
  items: readonly T[],
): T | undefined => (items.length === 0 ? undefined : random.pick(items));

function isInBody(node: ts.Node): boolean {
  for (let at: ts.Node = node; at.parent !== undefined; at = at.parent) {
    const { parent } = at;
    if (ts.isParameter(parent) || ts.isPropertyDeclaration(parent))
      return false;
    if (ts.isClassStaticBlockDeclaration(parent)) return false;
    if (ts.isFunctionLike(parent) && "body" in parent && parent.body === at)
      return true;
  }
  return false;
}

export function isNumber(unit: Unit, node: ts.Node): boolean {
  const { flags } = unit.checker.getTypeAtLocation(node);
  const isNumeric = flags & (ts.TypeFlags.Number | ts.TypeFlags.NumberLiteral);
  return isNumeric !== 0 && (flags & ts.TypeFlags.Enum) === 0;
}

/** A `number[]`, as its type says. */
export function isNumbers(unit: Unit, node: ts.Node): boolean {
  const type = unit.checker.getTypeAtLocation(node);
  return unit.checker.typeToString(type) === "number[]";
}

/** Does a word stand in the text, outside comments and strings as far as one can tell? */
export const says = (node: ts.Node, words: RegExp): boolean =>
  words.test(node.getText());

/** Leaves the place where it stands: for a loop or a function around it, not to be moved into another. */
export const jumps = /\b(return|break|continue|yield|await|super|arguments)\b/;

/** Expressions that give a number and are read. */
export const numbersRead = (unit: Unit): ts.Expression[] =>
  nodesIn(unit, ts.isExpression).filter(
    (node) =>
      !ts.isNumericLiteral(node) &&
      !ts.isOmittedExpression(node) &&
      !ts.isSpreadElement(node) &&
      isRead(node) &&
      isNumber(unit, node) &&
      !says(node, /\b(yield|await|super|arguments)\b/),
  );

const readers: ((parent: ts.Node, node: ts.Node) => boolean)[] = [
  (p, n) => ts.isBinaryExpression(p) && !(isAssignment(p) && p.left === n),
  (p) =>
    ts.isPrefixUnaryExpression(p) &&
    p.operator !== ts.SyntaxKind.PlusPlusToken &&
    p.operator !== ts.SyntaxKind.MinusMinusToken,
  (p, n) => ts.isPropertyAssignment(p) && p.initializer === n,
  (p, n) => ts.isVariableDeclaration(p) && p.initializer === n,
  (p, n) => ts.isElementAccessExpression(p) && p.argumentExpression === n,
  (p, n) =>
    (ts.isCallExpression(p) || ts.isNewExpression(p)) && p.expression !== n,
  (p) => ts.isReturnStatement(p) || ts.isParenthesizedExpression(p),
  (p) => ts.isConditionalExpression(p) || ts.isArrayLiteralExpression(p),
  (p, n) => ts.isArrowFunction(p) && p.body === n,
  (p) => ts.isTemplateSpan(p) || ts.isIfStatement(p),
];

const isRead = (node: ts.Node): boolean =>
  readers.some((test) => test(node.parent, node)) && !isTarget(node);

export const isAssignment = (node: ts.BinaryExpression): boolean =>
  node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
  node.operatorToken.kind <= ts.SyntaxKind.LastAssignment;

/** A place that a pattern on the left of `=` writes: `[a, b] = [b, a]`. */
export function isTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node)
    return (
      parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node))
    );
  if (ts.isForOfStatement(parent) && parent.initializer === node) return true;
  const isPart =
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isParenthesizedExpression(parent);
  return isPart && isTarget(parent);
}

/** Statements one after the other that may be moved together into another block. */
export function runsOfStatements(
  unit: Unit,
  unfit: RegExp = jumps,
): ts.Statement[][] {
  const runs: ts.Statement[][] = [];
  for (const block of nodesIn(unit, ts.isBlock).concat(bodiesOf(unit))) {
    let run: ts.Statement[] = [];
    for (const one of [...block.statements, undefined]) {
      if (one !== undefined && isMovable(one, unfit)) run.push(one);
      else {
        if (run.length > 0) runs.push(run);
        run = [];
      }
    }
  }
  return runs;
}

const bodiesOf = (unit: Unit): ts.Block[] => {
  const found: ts.Block[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) && ts.isFunctionLike(node.parent)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(unit.file);
  return found.filter((one) => !isInBody(one));
};

const isMovable = (one: ts.Statement, unfit: RegExp): boolean =>
  (ts.isExpressionStatement(one) ||
    ts.isIfStatement(one) ||
    ts.isIterationStatement(one, false) ||
    ts.isSwitchStatement(one) ||
    ts.isBlock(one)) &&
  !says(one, unfit) &&
  !says(one, /\bvar\b/);

/** Local variables with a value, declared alone by `let` or `const`. */
export const localVariables = (unit: Unit): ts.VariableDeclaration[] =>
  nodesIn(unit, ts.isVariableDeclaration).filter(
    (one) =>
      one.initializer !== undefined &&
      ts.isIdentifier(one.name) &&
      ts.isVariableDeclarationList(one.parent) &&
      ts.isVariableStatement(one.parent.parent) &&
      one.parent.declarations.length === 1 &&
      (one.parent.flags & ts.NodeFlags.BlockScoped) !== 0,
  );

/** Where a variable or parameter is named, its declaration aside. */
export function usesOf(unit: Unit, name: ts.Identifier): ts.Identifier[] {
  const symbol = unit.checker.getSymbolAtLocation(name);
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node !== name && node.text === name.text) {
      const { parent } = node;
      const meant =
        ts.isShorthandPropertyAssignment(parent) && parent.name === node
          ? unit.checker.getShorthandAssignmentValueSymbol(parent)
          : unit.checker.getSymbolAtLocation(node);
      if (meant === symbol) found.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(unit.file);
  return found;
}

/** Is the variable written where it is named? */
export function isWritten(use: ts.Identifier): boolean {
  const { parent } = use;
  return (
    (ts.isBinaryExpression(parent) &&
      parent.left === use &&
      isAssignment(parent)) ||
    (ts.isPrefixUnaryExpression(parent) &&
      parent.operator !== ts.SyntaxKind.MinusToken &&
      parent.operator !== ts.SyntaxKind.PlusToken &&
      parent.operator !== ts.SyntaxKind.ExclamationToken) ||
    ts.isPostfixUnaryExpression(parent) ||
    isTarget(use)
  );
}
