import { flatText } from "./doc.js";
import { exprDoc, type PrintOptions } from "./printExpression.js";
import { children, type Expr } from "./tree.js";

/**
 * The part of an expression that should become a `const` where a statement is too long for a line: the one that
 * divides it most evenly. Undefined where there is no arithmetic to take out; the statement is then broken as it is.
 */
export function splitCandidate(
  expr: Expr,
  options: PrintOptions,
  room: number,
): Expr | undefined {
  const length = (e: Expr): number =>
    flatText(exprDoc(e, options))?.length ?? 0;
  const whole = length(expr);
  if (isContainer(expr) && !hasWideChild(expr, room, length)) return undefined;
  let best: Expr | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const part of likely(parts(expr), expr)) {
    const size = length(part);
    if (size < 10) continue;
    const cost = Math.max(size + 10, whole - size);
    if (cost < bestCost) {
      best = part;
      bestCost = cost;
    }
  }
  return best;
}

/** Of very many parts the text of each is not measured: those with about half of what there is. */
function likely(all: readonly Expr[], expr: Expr): readonly Expr[] {
  if (all.length <= 200) return all;
  const sizes = new Map<Expr, number>();
  const sizeOf = (e: Expr): number => {
    const size = children(e).reduce((sum, child) => sum + sizeOf(child), 1);
    sizes.set(e, size);
    return size;
  };
  const half = sizeOf(expr) / 2;
  const distance = (e: Expr): number => Math.abs((sizes.get(e) ?? 0) - half);
  return [...all].sort((a, b) => distance(a) - distance(b)).slice(0, 16);
}

/** Calls, records and lists break well by themselves. */
const isContainer = (expr: Expr): boolean => {
  if (expr.kind === "object" || expr.kind === "array") return true;
  if (expr.kind === "cast" || expr.kind === "nonNull")
    return isContainer(expr.arg);
  if (expr.kind === "binary" && expr.op === "??")
    return isContainer(expr.left) && isContainer(expr.right);
  return (
    expr.kind === "call" &&
    !(
      expr.callee.kind === "member" &&
      expr.callee.object.kind === "name" &&
      expr.callee.object.name === "Math"
    )
  );
};

const hasWideChild = (
  expr: Expr,
  room: number,
  length: (e: Expr) => number,
): boolean =>
  children(expr).some((child) =>
    isContainer(child)
      ? hasWideChild(child, room - 2, length)
      : length(child) > room - 16,
  );

/** The computations inside an expression that run whenever it does. */
function parts(expr: Expr): Expr[] {
  const found: Expr[] = [];
  const visit = (e: Expr): void => {
    if (e !== expr && isComputation(e)) found.push(e);
    if (e.carried === true || isFieldOrNone(e)) return;
    if (e.kind === "cond") visit(e.test);
    else if (
      e.kind === "binary" &&
      (e.op === "&&" || e.op === "||" || e.op === "??")
    )
      visit(e.left);
    else for (const child of children(e)) visit(child);
  };
  visit(expr);
  return found;
}

/** `v === undefined ? {} : { v }` to be spread: with a name of its own, or one for its test, `v` may be undefined to TypeScript. */
const isFieldOrNone = (expr: Expr): boolean =>
  expr.kind === "cond" &&
  expr.yes.kind === "object" &&
  expr.no.kind === "object";

const isComputation = (expr: Expr): boolean =>
  expr.kind === "binary" ||
  expr.kind === "call" ||
  (expr.kind === "cond" && !isFieldOrNone(expr)) ||
  expr.kind === "index" ||
  expr.kind === "unary";
