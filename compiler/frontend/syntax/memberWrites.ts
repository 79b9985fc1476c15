import { ts } from "ts-morph";
import { eachNode } from "./scan.js";

/**
 * Is a member of an object of JavaScript, `lib.square = ...`, written a second time in its file: under another name of the
 * object, or by a function that is called there? Which value a reader gets, the order then says.
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
    const fn = ts.findAncestor(node, ts.isFunctionLike);
    found = fn === undefined || mayRun(fn);
  });
  return found;
}

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

/** Is a function called in its file by the name that it has? One without a name may be. */
function mayRun(fn: ts.SignatureDeclaration): boolean {
  const { parent } = fn;
  const given =
    ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left)
      ? parent.left.name
      : ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
        ? parent.name
        : fn.name;
  if (given === undefined || !ts.isIdentifier(given)) return true;
  const calls = new RegExp(
    `(?<!function\\s+)(?<![\\w$])${given.text.replaceAll("$", "\\$")}\\s*\\(`,
  );
  return calls.test(fn.getSourceFile().text);
}
