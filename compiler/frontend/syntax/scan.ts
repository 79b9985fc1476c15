import { ts } from "ts-morph";

/** Questions about pieces of source that are answered by looking at the syntax, before anything is lowered. */

const { SyntaxKind } = ts;

/** Every node below and at `node`; `enter` says whether to look inside. */
export function eachNode(
  node: ts.Node,
  see: (node: ts.Node) => void,
  enter: (node: ts.Node) => boolean = () => true,
): void {
  see(node);
  if (!enter(node)) return;
  ts.forEachChild(node, (child) => eachNode(child, see, enter));
}

export const isFunctionNode = (node: ts.Node): boolean =>
  ts.isFunctionLike(node);

/** The expression inside parentheses, `as`, `satisfies` and `!`. */
export function bareExpression(node: ts.Expression): ts.Expression {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node)
  )
    return bareExpression(node.expression);
  return node;
}

export const isAssignmentOperator = (kind: ts.SyntaxKind): boolean =>
  kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;

export const isAssignment = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind);

export const isUpdate = (
  node: ts.Node,
): node is ts.PrefixUnaryExpression | ts.PostfixUnaryExpression =>
  (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
  (node.operator === SyntaxKind.PlusPlusToken ||
    node.operator === SyntaxKind.MinusMinusToken);

/** What is written by the statements and expressions in `node`: the expressions on the left of assignments. */
export function eachWritten(
  node: ts.Node,
  see: (target: ts.Expression, by: ts.Node) => void,
): void {
  eachNode(node, (one) => {
    if (isAssignment(one)) eachTarget(one.left, (target) => see(target, one));
    else if (isUpdate(one)) eachTarget(one.operand, (t) => see(t, one));
    else if (ts.isForOfStatement(one) && !isDeclarations(one.initializer))
      eachTarget(one.initializer, (target) => see(target, one));
  });
}

export const isDeclarations = (
  node: ts.ForInitializer,
): node is ts.VariableDeclarationList => ts.isVariableDeclarationList(node);

/** The single targets of an assignment's left side, patterns taken apart. */
function eachTarget(
  left: ts.Expression,
  see: (target: ts.Expression) => void,
): void {
  const node = bareExpression(left);
  if (ts.isArrayLiteralExpression(node)) {
    for (const element of node.elements) eachTarget(element, see);
  } else if (ts.isObjectLiteralExpression(node)) {
    for (const property of node.properties) {
      if (ts.isShorthandPropertyAssignment(property)) see(property.name);
      else if (ts.isPropertyAssignment(property))
        eachTarget(property.initializer, see);
      else if (ts.isSpreadAssignment(property))
        eachTarget(property.expression, see);
    }
  } else if (ts.isSpreadElement(node)) eachTarget(node.expression, see);
  else if (isAssignment(node)) eachTarget(node.left, see);
  else if (!ts.isOmittedExpression(node)) see(node);
}

/** The variable that an identifier stands for, also in `{ x }`. */
export function symbolOf(
  checker: ts.TypeChecker,
  node: ts.Node,
): ts.Symbol | undefined {
  if (
    ts.isIdentifier(node) &&
    ts.isShorthandPropertyAssignment(node.parent) &&
    node.parent.name === node
  )
    return checker.getShorthandAssignmentValueSymbol(node.parent);
  return checker.getSymbolAtLocation(node);
}

/** The same, with imports followed to what they name. */
export function definedSymbol(
  checker: ts.TypeChecker,
  node: ts.Node,
): ts.Symbol | undefined {
  const symbol = symbolOf(checker, node);
  return symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias
    ? checker.getAliasedSymbol(symbol)
    : symbol;
}

/** The variables that get a new value in `node`, those declared there among them. */
export function assignedIn(
  checker: ts.TypeChecker,
  nodes: readonly (ts.Node | undefined)[],
): Set<ts.Symbol> {
  const assigned = new Set<ts.Symbol>();
  const add = (node: ts.Node): void => {
    const symbol = symbolOf(checker, node);
    if (symbol !== undefined) assigned.add(symbol);
  };
  for (const node of nodes) {
    if (node === undefined) continue;
    eachWritten(node, (target) => {
      if (ts.isIdentifier(target)) add(target);
    });
    eachNode(node, (one) => {
      if (
        (ts.isVariableDeclaration(one) || ts.isBindingElement(one)) &&
        ts.isIdentifier(one.name)
      )
        add(one.name);
    });
  }
  return assigned;
}

const outsideFunctions = (node: ts.Node): boolean => !isFunctionNode(node);

export function returnsIn(node: ts.Node): boolean {
  let found = false;
  eachNode(
    node,
    (one) => (found ||= ts.isReturnStatement(one)),
    outsideFunctions,
  );
  return found;
}

/** The labels that `break` and those that `continue` names in the nodes. */
export function labelsNamedIn(nodes: readonly ts.Node[]): {
  readonly broken: ReadonlySet<string>;
  readonly continued: ReadonlySet<string>;
} {
  const broken = new Set<string>();
  const continued = new Set<string>();
  for (const node of nodes)
    eachNode(
      node,
      (one) => {
        if (!ts.isBreakOrContinueStatement(one) || one.label === undefined)
          return;
        const names = ts.isBreakStatement(one) ? broken : continued;
        names.add(one.label.text);
      },
      outsideFunctions,
    );
  return { broken, continued };
}
