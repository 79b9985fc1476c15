import { ts } from "ts-morph";
import { argumentsIn, type Taking } from "./argumentLists.js";
import { bareExpression, eachNode, isAssignment } from "../syntax/scan.js";
import type { Edit, Parsed } from "./textEdits.js";

const { SyntaxKind } = ts;

/**
 * Options that may be left out:
 *
 *     function f(x, options) { options = options || {}; ... }
 *     function f(x, options) { var o = options || {}; ... }
 *     function f(x, options) { if (!options) options = {}; ... }
 *     constructor(options) { this.options = options || {}; ... }
 *
 * get a default, `options = {}`. The statement stays, for it asks for null, too. Only where nobody has asked before
 * whether there are options.
 */
export function withOptionDefaults({ text, parsed }: Parsed): Edit[] {
  if (!asks.test(text)) return [];
  const edits: Edit[] = [];
  eachNode(parsed(), (node) => {
    if (!hasBody(node) || argumentsIn(node).length > 0) return;
    for (const { name, initializer, dotDotDotToken } of node.parameters) {
      if (!ts.isIdentifier(name) || initializer || dotDotDotToken) continue;
      if (!mayBeLeftOut(node, name.text)) continue;
      edits.push({ start: name.end, end: name.end, text: " = {}" });
    }
  });
  return edits;
}

const asks = /(\|\||\?\?)\s*\{\s*\}|=\s*\{\s*\}/;

const hasBody = (node: ts.Node): node is Taking =>
  ts.isFunctionLike(node) &&
  !ts.isAccessor(node) &&
  "body" in node &&
  node.body !== undefined &&
  ts.isBlock(node.body as ts.Node);

function mayBeLeftOut(fn: Taking, name: string): boolean {
  const { statements } = fn.body;
  const k = statements.findIndex((one) => mentions(one, name) > 0);
  const first = statements[k];
  if (first === undefined) return false;
  if (statements.slice(0, k).some(calls)) return false;
  if (fn.parameters.some(({ initializer }) => mentions(initializer, name)))
    return false;
  const isRenamed =
    aliasesIn(first, name).length === 1 && mentions(fn.body, name) === 1;
  return isRenamed || isFilled(first, name);
}

/** `options = options || {}`, `if (!options) options = {}` */
function isFilled(node: ts.Statement, name: string): boolean {
  if (ts.isIfStatement(node)) {
    const { expression: asked, thenStatement: then, elseStatement } = node;
    const [only, ...more] = ts.isBlock(then) ? then.statements : [then];
    const isAsked =
      ts.isPrefixUnaryExpression(asked) &&
      asked.operator === SyntaxKind.ExclamationToken &&
      isNamed(asked.operand, name);
    if (!isAsked || elseStatement || more.length > 0) return false;
    const given = only && assignedTo(only, name);
    return given !== undefined && isEmptyObject(given);
  }
  const given = assignedTo(node, name);
  return given !== undefined && isElseEmpty(given, name);
}

function assignedTo(
  node: ts.Statement,
  name: string,
): ts.Expression | undefined {
  if (!ts.isExpressionStatement(node)) return undefined;
  const { expression } = node;
  return ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === SyntaxKind.EqualsToken &&
    isNamed(expression.left, name)
    ? expression.right
    : undefined;
}

/** `var o = options || {}`, `this.options = options || {}`: other names for the options. */
export function aliasesIn(
  root: ts.Node,
  name: string,
): (ts.Identifier | ts.PropertyAccessExpression)[] {
  const found: (ts.Identifier | ts.PropertyAccessExpression)[] = [];
  eachNode(root, (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) {
      const { initializer } = node;
      if (initializer && isElseEmpty(initializer, name)) found.push(node.name);
    }
    if (!isAssignment(node) || !isElseEmpty(node.right, name)) return;
    const { left, operatorToken } = node;
    if (
      operatorToken.kind === SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(left) &&
      left.expression.kind === SyntaxKind.ThisKeyword
    )
      found.push(left);
  });
  return found;
}

/** `options || {}` */
function isElseEmpty(given: ts.Expression, name: string): boolean {
  const node = bareExpression(given);
  return (
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === SyntaxKind.BarBarToken ||
      node.operatorToken.kind === SyntaxKind.QuestionQuestionToken) &&
    isNamed(node.left, name) &&
    isEmptyObject(node.right)
  );
}

const isEmptyObject = (given: ts.Expression): boolean => {
  const node = bareExpression(given);
  return ts.isObjectLiteralExpression(node) && node.properties.length === 0;
};

const isNamed = (node: ts.Node, name: string): boolean =>
  ts.isIdentifier(node) && node.text === name;

function mentions(root: ts.Node | undefined, name: string): number {
  let count = 0;
  if (root !== undefined)
    eachNode(root, (node) => {
      const isField =
        ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
      if (isNamed(node, name) && !isField) count++;
    });
  return count;
}

/** Something may happen there that sees the parameter in a function further down. */
function calls(root: ts.Node): boolean {
  let found = false;
  eachNode(root, (node) => {
    found ||= ts.isCallOrNewExpression(node);
  });
  return found;
}
