import { ts } from "ts-morph";
import { effectsOf } from "../facts/lowerEffects.js";
import { functionsMade } from "../functions/lowerKnown.js";
import { isSamePure } from "../facts/lowerSamePure.js";
import {
  assignedIn,
  bareExpression,
  eachNode,
  isAssignment,
  isDeclarations,
  isUpdate,
  symbolOf,
} from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/**
 * Does the first thing that happens to an array, after `const rows = new Array(size)`, fill it from start to end?
 *
 *     for (let i = 0; i < size; i++) { ... rows[i] = e; ... }
 *
 * Then nobody sees its holes, and it may as well start empty and grow.
 */
export function isFilledInOrder(
  site: Site,
  made: ts.Expression,
  size: ts.Expression,
): boolean {
  const { checker } = site.ctx;
  const decl = declarationOf(made);
  if (decl === undefined || !ts.isIdentifier(decl.name)) return false;
  const array = checker.getSymbolAtLocation(decl.name);
  const statement = decl.parent.parent;
  const block = statement.parent;
  if (array === undefined || !ts.isBlock(block)) return false;
  const after = block.statements.slice(
    block.statements.indexOf(statement as ts.Statement) + 1,
  );
  const mentions = (node: ts.Node): boolean => {
    let found = false;
    eachNode(node, (one) => {
      if (ts.isIdentifier(one) && symbolOf(checker, one) === array)
        found = true;
    });
    return found;
  };
  const loop = after.find(mentions);
  if (loop === undefined || !ts.isForStatement(loop)) return false;
  const index = countsUpTo(checker, loop, size);
  return (
    index !== undefined &&
    isFixed(site, size) &&
    !jumps(loop.statement) &&
    storesFirst(checker, loop.statement, array, index, mentions)
  );
}

function declarationOf(made: ts.Node): ts.VariableDeclaration | undefined {
  let up = made.parent;
  while (
    ts.isParenthesizedExpression(up) ||
    ts.isAsExpression(up) ||
    ts.isSatisfiesExpression(up)
  )
    up = up.parent;
  return ts.isVariableDeclaration(up) ? up : undefined;
}

/** The variable of `for (let i = 0; i < size; i++)`. */
function countsUpTo(
  checker: ts.TypeChecker,
  loop: ts.ForStatement,
  size: ts.Expression,
): ts.Symbol | undefined {
  const { initializer, condition, incrementor } = loop;
  if (initializer === undefined || !isDeclarations(initializer))
    return undefined;
  const [decl] = initializer.declarations;
  const start = decl?.initializer;
  if (decl === undefined || start === undefined || !ts.isNumericLiteral(start))
    return undefined;
  const index = checker.getSymbolAtLocation(decl.name);
  const isIndex = (node: ts.Expression): boolean =>
    ts.isIdentifier(node) && symbolOf(checker, node) === index;
  const counts =
    Number(start.text) === 0 &&
    incrementor !== undefined &&
    isUpdate(incrementor) &&
    incrementor.operator === ts.SyntaxKind.PlusPlusToken &&
    isIndex(incrementor.operand) &&
    condition !== undefined &&
    ts.isBinaryExpression(condition) &&
    condition.operatorToken.kind === ts.SyntaxKind.LessThanToken &&
    isIndex(condition.left) &&
    isSamePure(checker, condition.right, size);
  if (!counts || index === undefined) return undefined;
  return assignedIn(checker, [loop.statement]).has(index) ? undefined : index;
}

/** Does an expression have one value throughout the function? */
function isFixed(site: Site, size: ts.Expression): boolean {
  const { checker } = site.ctx;
  const assigned = assignedIn(checker, [site.decl.body]);
  const effects = effectsOf(checker, [site.decl.body], functionsMade(site));
  let fixed = true;
  eachNode(size, (node) => {
    if (ts.isIdentifier(node)) {
      const symbol = symbolOf(checker, node);
      const decl = symbol?.valueDeclaration;
      const isConstant =
        decl !== undefined &&
        ts.isVariableDeclaration(decl) &&
        (decl.parent.flags & ts.NodeFlags.Const) !== 0;
      if (symbol !== undefined && assigned.has(symbol) && !isConstant)
        fixed = false;
    }
    if (ts.isPropertyAccessExpression(node)) {
      if (node.name.text === "length") fixed &&= effects.sizes.length === 0;
      else fixed &&= !effects.fields.has(node.name.text);
    }
    if (ts.isElementAccessExpression(node))
      fixed &&= effects.stores.length === 0;
  });
  return fixed;
}

function jumps(body: ts.Statement): boolean {
  let found = false;
  eachNode(body, (node) => {
    if (ts.isBreakOrContinueStatement(node) || ts.isReturnStatement(node))
      found = true;
  });
  return found;
}

/** Is the first use of the array in the loop's body the statement `array[index] = e`? */
function storesFirst(
  checker: ts.TypeChecker,
  body: ts.Statement,
  array: ts.Symbol,
  index: ts.Symbol,
  mentions: (node: ts.Node) => boolean,
): boolean {
  const statements = ts.isBlock(body) ? body.statements : [body];
  const first = statements.find(mentions);
  if (first === undefined || !ts.isExpressionStatement(first)) return false;
  const store = bareExpression(first.expression);
  if (
    !isAssignment(store) ||
    store.operatorToken.kind !== ts.SyntaxKind.EqualsToken ||
    mentions(store.right)
  )
    return false;
  const target = bareExpression(store.left);
  return (
    ts.isElementAccessExpression(target) &&
    ts.isIdentifier(target.expression) &&
    symbolOf(checker, target.expression) === array &&
    ts.isIdentifier(target.argumentExpression) &&
    symbolOf(checker, target.argumentExpression) === index
  );
}
