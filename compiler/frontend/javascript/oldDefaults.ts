import { ts } from "ts-morph";
import { argumentsIn, type Taking } from "./argumentLists.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Defaults as compilers write them for older engines, as defaults:
 *
 *     function f(a, k) { if (k === void 0) { k = 2; } ... }
 *
 * becomes `function f(a, k = 2) { ... }`. Only what stands first in a function, and only defaults that name nothing of
 * its body: a default does not see that.
 */
export function withOldDefaults({ text, parsed }: Parsed): Edit[] {
  if (!asks.test(text)) return [];
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (hasBody(node) && argumentsIn(node).length === 0)
      edits.push(...defaultsOf(node));
    ts.forEachChild(node, visit);
  };
  visit(parsed());
  return edits;
}

const asks =
  /\bif\s*\(\s*(([\w$]+)\s*===?\s*(void 0|undefined)|(void 0|undefined)\s*===?\s*[\w$]+|typeof\s+[\w$]+\s*===?\s*["']undefined["'])\s*\)/;

const hasBody = (node: ts.Node): node is Taking =>
  (ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isArrowFunction(node) ||
    ts.isConstructorDeclaration(node)) &&
  node.body !== undefined &&
  ts.isBlock(node.body);

function defaultsOf(fn: Taking): Edit[] {
  const isPlain = fn.parameters.every(
    ({ name, dotDotDotToken }) => ts.isIdentifier(name) && !dotDotDotToken,
  );
  if (!isPlain) return [];
  const hidden = declaredIn(fn.body);
  const edits: Edit[] = [];
  let after = -1;
  for (const statement of fn.body.statements) {
    const found = defaultOf(statement);
    if (found === undefined) break;
    const k = fn.parameters.findIndex(
      ({ name, initializer }) =>
        initializer === undefined && name.getText() === found.name,
    );
    const parameter = fn.parameters[k];
    // defaults are made in the order of the parameters
    if (parameter === undefined || k <= after) break;
    after = k;
    const later = fn.parameters.slice(k).map(({ name }) => name.getText());
    if (namesAny(found.value, new Set([...hidden, ...later]))) break;
    const { end } = parameter.name;
    const { value } = found;
    edits.push(
      {
        start: end,
        end,
        text: [" = ", { start: value.getStart(), end: value.end }],
      },
      { start: statement.getStart(), end: statement.end, text: "" },
    );
  }
  return edits;
}

/** `if (k === void 0) { k = 2; }` */
function defaultOf(
  node: ts.Statement,
): { name: string; value: ts.Expression } | undefined {
  if (!ts.isIfStatement(node) || node.elseStatement) return undefined;
  const name = missingName(node.expression);
  const { thenStatement: then } = node;
  const [only, ...more] = ts.isBlock(then) ? then.statements : [then];
  if (name === undefined || more.length > 0) return undefined;
  if (only === undefined || !ts.isExpressionStatement(only)) return undefined;
  const { expression } = only;
  return ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(expression.left) &&
    expression.left.text === name
    ? { name, value: expression.right }
    : undefined;
}

/** `k === void 0`, `undefined === k`, `typeof k === "undefined"`; with `==` it might be null, too. */
function missingName(node: ts.Expression): string | undefined {
  if (!ts.isBinaryExpression(node)) return undefined;
  const { left, operatorToken, right } = node;
  const isStrict = operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken;
  if (
    ts.isTypeOfExpression(left) &&
    ts.isIdentifier(left.expression) &&
    ts.isStringLiteralLike(right) &&
    right.text === "undefined" &&
    (isStrict || operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken)
  )
    return left.expression.text;
  if (!isStrict) return undefined;
  if (isUndefined(right) && ts.isIdentifier(left)) return left.text;
  if (isUndefined(left) && ts.isIdentifier(right)) return right.text;
  return undefined;
}

const isUndefined = (node: ts.Expression): boolean =>
  ts.isVoidExpression(node)
    ? ts.isNumericLiteral(node.expression)
    : ts.isIdentifier(node) && node.text === "undefined";

/** All that is declared somewhere in a body. */
function declaredIn(body: ts.Node): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const { name } = node as { name?: ts.Node };
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node);
    if (declares && name && ts.isIdentifier(name)) found.add(name.text);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function namesAny(root: ts.Node, names: ReadonlySet<string>): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.has(node.text)) found = true;
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}
