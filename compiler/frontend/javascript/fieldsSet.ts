import { ts } from "ts-morph";
import type { Edit } from "./textEdits.js";

/** Fields that a constructor adds to `this`, which its class does not declare. */

/** A class whose constructor adds fields that it does not declare, with their declarations. */
export function withFields(node: ts.ClassLikeDeclaration): Edit[] {
  const made = node.members.find(ts.isConstructorDeclaration);
  if (made?.body === undefined) return [];
  const declared = node.members.map((one) => one.name?.getText());
  const above = node.heritageClauses?.find(
    (one) => one.token === ts.SyntaxKind.ExtendsKeyword,
  );
  if (above !== undefined) {
    const fields = fieldsBelow(made.body, declared);
    const at = node.members.pos;
    return fields === "" ? [] : [{ start: at, end: at, text: ` ${fields} ` }];
  }
  const at = node.members.pos;
  const methods = new Map(
    node.members.flatMap((one): [string, ts.Node][] =>
      ts.isMethodDeclaration(one) && ts.isIdentifier(one.name) && one.body
        ? [[one.name.text, one.body]]
        : [],
    ),
  );
  const text = fieldsSetIn(made.body, declared, methods);
  return text === "" ? [] : [{ start: at, end: at, text: ` ${text} ` }];
}

/** `x; y;` for the fields that are set on `this`, also by methods that are called on it. */
export function fieldsSetIn(
  body: ts.Node,
  declared: readonly (string | undefined)[] = [],
  methods: ReadonlyMap<string, ts.Node> = new Map(),
): string {
  const names = new Set<string>();
  const seen = new Set<ts.Node>([body]);
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) return;
    const name =
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken
        ? fieldOfThis(node.left)
        : undefined;
    if (name !== undefined && !declared.includes(name)) names.add(name);
    ts.forEachChild(node, visit);
    const called = ts.isCallExpression(node)
      ? fieldOfThis(node.expression)
      : undefined;
    const method = called === undefined ? undefined : methods.get(called);
    if (method === undefined || seen.has(method)) return;
    seen.add(method);
    ts.forEachChild(method, visit);
  };
  visit(body);
  return [...names].map((one) => `${one};`).join(" ");
}

/**
 * The same for a class with another one above. What that has set must not be lost: only fields that the constructor
 * sets before anything can look at them.
 */
export function fieldsBelow(
  body: ts.Block,
  declared: readonly (string | undefined)[] = [],
  self = "this",
): string {
  const names: string[] = [];
  for (const statement of body.statements) {
    const text = statement.getText();
    if (
      /^(super\(|var _this\d* = |_this\d* = |[\w$]+(\.[\w$]+)*\.call\(this)/.test(
        text,
      )
    )
      continue;
    if (/^["']use strict["']/.test(text) || /classCallCheck/.test(text))
      continue;
    if (ts.isVariableStatement(statement) && !mentionsThis(statement)) continue;
    const given =
      ts.isExpressionStatement(statement) &&
      ts.isBinaryExpression(statement.expression) &&
      statement.expression.operatorToken.kind === ts.SyntaxKind.EqualsToken
        ? statement.expression
        : undefined;
    const name =
      given && (fieldOfThis(given.left) ?? fieldOf(given.left, self));
    if (given === undefined || name === undefined) break;
    // the value may look at what was set before, and at nothing else
    if (/\bthis\.\w+\(|\bsuper\b|\(this\b/.test(given.right.getText())) break;
    if (
      new RegExp(`\\b(this|${self})\\.${name}\\b`).test(given.right.getText())
    )
      break;
    if (!declared.includes(name) && !names.includes(name)) names.push(name);
  }
  return names.map((one) => `${one};`).join(" ");
}

const mentionsThis = (node: ts.Node): boolean =>
  /\b_?this\d*\b/.test(node.getText());

const fieldOf = (node: ts.Expression, self: string): string | undefined =>
  ts.isPropertyAccessExpression(node) && node.expression.getText() === self
    ? node.name.getText()
    : undefined;

/** `this.x`, `this["x"]` */
function fieldOfThis(node: ts.Expression): string | undefined {
  if (
    !ts.isPropertyAccessExpression(node) &&
    !ts.isElementAccessExpression(node)
  )
    return undefined;
  if (node.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  if (ts.isPropertyAccessExpression(node))
    return ts.isIdentifier(node.name) ? node.name.text : undefined;
  const { argumentExpression } = node;
  return ts.isStringLiteral(argumentExpression) &&
    /^[A-Za-z_$][\w$]*$/.test(argumentExpression.text)
    ? argumentExpression.text
    : undefined;
}
