import { ts } from "ts-morph";
import { bareExpression, isAssignment } from "../syntax/scan.js";

/** The variable or field that an array is put into, and how deep in it. */
export interface Holder {
  readonly symbol: ts.Symbol;
  /** 0: the array itself; 1: a row of it. */
  readonly depth: number;
}

/**
 * `const x = ...`, `x = ...`, `this.x = ...`, a field `x = ...`; and, a level deeper, `x[i] = ...`,
 * `x = Array.from(ys, () => ...)`, `x = ys.map(() => ...)`.
 */
export function holderOf(
  checker: ts.TypeChecker,
  given: ts.Expression,
): Holder | undefined {
  const value = outermost(given);
  const { parent } = value;
  const deeper = (node: ts.Expression, by = 1): Holder | undefined => {
    const found = holderOf(checker, node);
    return found && { ...found, depth: found.depth + by };
  };
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) {
    const symbol = checker.getSymbolAtLocation(parent.name);
    return symbol && { symbol, depth: 0 };
  }
  if (isAssignment(parent) && parent.right === value) {
    const { root, depth } = rootOf(parent.left);
    const symbol = checker.getSymbolAtLocation(root);
    return symbol && { symbol, depth };
  }
  if (ts.isArrayLiteralExpression(parent)) return deeper(parent);
  const callback = callbackGiving(value);
  const call = callback?.parent;
  if (!call || !ts.isCallExpression(call)) return undefined;
  return /\b(map|from)$/.test(call.expression.getText())
    ? deeper(call)
    : undefined;
}

/** The `() => value` or `() => { return value; }` that a value comes from. */
function callbackGiving(value: ts.Expression): ts.Node | undefined {
  const { parent } = value;
  if (ts.isArrowFunction(parent)) return parent;
  if (!ts.isReturnStatement(parent)) return undefined;
  const fn = parent.parent.parent as ts.Node | undefined;
  return fn && (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn))
    ? fn
    : undefined;
}

/** `x` of `x[i][j]`, and how many indices follow. */
export function rootOf(given: ts.Expression): { root: ts.Node; depth: number } {
  const node = bareExpression(given);
  if (ts.isElementAccessExpression(node)) {
    const { root, depth } = rootOf(node.expression);
    return { root, depth: depth + 1 };
  }
  const root = ts.isPropertyAccessExpression(node) ? node.name : node;
  return { root, depth: 0 };
}

/** The expression with the parentheses around it. */
export function outermost(node: ts.Expression): ts.Expression {
  const { parent } = node;
  return ts.isParenthesizedExpression(parent) ? outermost(parent) : node;
}
