import { ts } from "ts-morph";
import { filesOf } from "../../classes.js";
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
  const before = known.get(decl);
  if (before !== undefined) return before;
  const { initializer } = decl;
  const isOwn =
    isPrivate(decl) &&
    initializer !== undefined &&
    isMade(initializer) &&
    isNamedPlainly(checker, decl) &&
    !isReachedOtherwise(checker, decl, field.name);
  known.set(decl, isOwn);
  return isOwn;
}

const known = new WeakMap<ts.PropertyDeclaration, boolean>();

/** Is it only asked and changed where its class names it? */
function isNamedPlainly(
  checker: ts.TypeChecker,
  decl: ts.PropertyDeclaration,
): boolean {
  const text = decl.name.getText();
  let isPlain = true;
  eachNode(decl.parent, (node) => {
    if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) return;
    if (node === decl.name || node.text !== text) return;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
      const other = definedSymbol(checker, node)?.valueDeclaration;
      isPlain &&= (other !== undefined && other !== decl) || isOnlyUsed(node);
    } else isPlain &&= !isNameInObject(node);
  });
  return isPlain;
}

/** `{ stack } = this`, `{ stack: list }`, where the object may be the one with the field */
const isNameInObject = ({ parent }: ts.Node): boolean =>
  ts.isObjectLiteralElementLike(parent) ||
  (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent));

/** `visitor["stack"]`, `{ ...this }`, `Object.assign(this, ...)` */
function isReachedOtherwise(
  checker: ts.TypeChecker,
  decl: ts.PropertyDeclaration,
  name: string,
): boolean {
  const has = (node: ts.Expression): boolean => {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(node));
    const own = checker.getBaseConstraintOfType(type) ?? type;
    return (own.isUnion() ? own.types : [own]).some(
      (one) => checker.getPropertyOfType(one, name)?.valueDeclaration === decl,
    );
  };
  let isReached = false;
  for (const file of filesOf(checker))
    eachNode(file, (node) => {
      if (ts.isElementAccessExpression(node)) {
        const { argumentExpression: key } = node;
        isReached ||=
          ts.isStringLiteralLike(key) &&
          key.text === name &&
          has(node.expression);
      } else if (ts.isSpreadAssignment(node))
        isReached ||= has(node.expression);
      else if (ts.isCallExpression(node) && isOfObjects(node))
        isReached ||= node.arguments.some(
          (one) => !ts.isSpreadElement(one) && has(one),
        );
    });
  return isReached;
}

const isOfObjects = ({ expression }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression) &&
  ts.isIdentifier(expression.expression) &&
  /^(Object|Reflect)$/.test(expression.expression.text);

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
    ts.isExpressionStatement(parent.parent) &&
    isMade(parent.right)
  );
}

/** Methods that give an element, a number or a new list, and take no function that would see the list. */
const asking: ReadonlySet<string> = new Set(
  "push pop shift unshift at slice indexOf includes join concat splice".split(
    " ",
  ),
);
