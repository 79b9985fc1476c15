import { ts } from "ts-morph";
import { eachNode, eachWritten } from "./scan.js";

/**
 * Is a member of an object of JavaScript, `lib.square = ...`, written a second time in its file: under another name of the
 * object, or by a function? Which value a reader gets, the order then says.
 */
export function isWrittenAgain(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
): boolean {
  const target = targetOf(symbol.valueDeclaration);
  if (target === undefined) return false;
  const owner = target.expression.getText();
  if (/^(module\.)?exports$/.test(owner)) return false;
  const file = target.getSourceFile();
  const name = target.name.text;
  if (isFilledByKey(checker, target, name)) return true;
  const writes = new RegExp(
    `\\.\\s*${name.replaceAll("$", "\\$")}\\s*([-+*/%|&^]|\\*\\*|<<|>>>?|\\|\\||&&|\\?\\?)?=[^=]|` +
      `\\.\\s*${name.replaceAll("$", "\\$")}\\s*(\\+\\+|--)`,
    "g",
  );
  if ([...file.text.matchAll(writes)].length < 2) return false;
  const own = new Set<ts.Node | undefined>(symbol.declarations?.map(targetOf));
  let found = false;
  eachNode(file, (node) => {
    if (found || !ts.isPropertyAccessExpression(node)) return;
    if (node.name.text !== name || own.has(node) || !isWrite(node)) return;
    if (checker.getSymbolAtLocation(node.name) !== symbol) return;
    found = true;
  });
  return found;
}

/** `lib[key] = ...`, `Object.assign(lib, { square: f })`: may that be the member, too? */
function isFilledByKey(
  checker: ts.TypeChecker,
  target: ts.PropertyAccessExpression,
  name: string,
): boolean {
  const file = target.getSourceFile();
  if (!filling.test(file.text)) return false;
  const owner = checker.getSymbolAtLocation(target.expression);
  const isOwner = (node: ts.Node | undefined): boolean =>
    node !== undefined &&
    owner !== undefined &&
    checker.getSymbolAtLocation(node) === owner;
  let found = false;
  eachWritten(file, (node) => {
    if (!ts.isElementAccessExpression(node) || !isOwner(node.expression))
      return;
    const key = node.argumentExpression;
    found ||= !ts.isStringLiteralLike(key) || key.text === name;
  });
  eachNode(file, (node) => {
    if (!ts.isCallExpression(node) || !isOwner(node.arguments[0])) return;
    if (
      !/^Object\.(assign|definePropert(y|ies))$/.test(node.expression.getText())
    )
      return;
    found ||= node.arguments.slice(1).some((one) => mayName(one, name));
  });
  return found;
}

const filling = /\]\s*=[^=]|\bObject\s*\.\s*(assign|definePropert)/;

/** A literal says which members it has; of anything else nobody knows. */
const mayName = (node: ts.Expression, name: string): boolean =>
  ts.isStringLiteralLike(node)
    ? node.text === name
    : !ts.isObjectLiteralExpression(node) ||
      node.properties.some(
        (one) =>
          one.name === undefined ||
          ts.isComputedPropertyName(one.name) ||
          one.name.text === name,
      );

/** The `lib.square` of `lib.square = ...`. */
function targetOf(
  decl: ts.Declaration | undefined,
): ts.PropertyAccessExpression | undefined {
  const node = decl && ts.isBinaryExpression(decl) ? decl.left : decl;
  return node && ts.isPropertyAccessExpression(node) ? node : undefined;
}

function isWrite(node: ts.PropertyAccessExpression): boolean {
  const { parent } = node;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return parent.operator !== ts.SyntaxKind.ExclamationToken;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  );
}
