import { ts } from "ts-morph";
import { bareExpression, definedSymbol, eachNode } from "../../syntax/scan.js";

/** The field in `this.stack`. */
export function ownField(
  checker: ts.TypeChecker,
  given: ts.Expression,
): ts.Symbol | undefined {
  const node = bareExpression(given);
  return ts.isPropertyAccessExpression(node) &&
    node.expression.kind === ts.SyntaxKind.ThisKeyword
    ? definedSymbol(checker, node.name)
    : undefined;
}

/**
 * `private stack: Transform[] = [];`: is the list that a field holds made by its class, and only asked and changed there
 * by the field's name? Then nothing else is that list.
 */
export function isOwnList(checker: ts.TypeChecker, field: ts.Symbol): boolean {
  const decl = field.valueDeclaration;
  if (decl === undefined || !ts.isPropertyDeclaration(decl)) return false;
  const { initializer, name, parent } = decl;
  if (!isPrivate(decl) || initializer === undefined) return false;
  if (!isMade(initializer)) return false;
  let isOwn = true;
  eachNode(parent, (node) => {
    const isName = ts.isIdentifier(node) || ts.isPrivateIdentifier(node);
    if (!isName || node === name || node.text !== field.name.split("@").at(-1))
      return;
    if (definedSymbol(checker, node) === field) isOwn &&= isOnlyUsed(node);
  });
  return isOwn;
}

const isPrivate = (decl: ts.PropertyDeclaration): boolean =>
  ts.isPrivateIdentifier(decl.name) ||
  (ts.getCombinedModifierFlags(decl) & ts.ModifierFlags.Private) !== 0;

const isMade = (node: ts.Expression): boolean =>
  ts.isArrayLiteralExpression(bareExpression(node));

/** `this.stack.push(x)`, `this.stack[0]`, `this.stack.length`, `this.stack = []` */
function isOnlyUsed(name: ts.Node): boolean {
  const access = name.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name !== name)
    return false;
  let use: ts.Node = access;
  while (ts.isNonNullExpression(use.parent)) use = use.parent;
  const { parent } = use;
  if (ts.isElementAccessExpression(parent)) return parent.expression === use;
  if (ts.isPropertyAccessExpression(parent)) {
    if (parent.name.text === "length") return true;
    const call = parent.parent;
    return (
      ts.isCallExpression(call) &&
      call.expression === parent &&
      asking.has(parent.name.text)
    );
  }
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === use &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    isMade(parent.right)
  );
}

/** Methods that give an element, a number or a new list, and take no function that would see the list. */
const asking: ReadonlySet<string> = new Set(
  "push pop shift unshift at slice indexOf includes join concat splice".split(
    " ",
  ),
);
