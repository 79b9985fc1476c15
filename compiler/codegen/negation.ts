import { type Expr, literal, unary, binary } from "./tree.js";

/** The opposite of a condition. `<` has none that is simpler: NaN fails both ways. */
export function negation(test: Expr): Expr {
  if (test.kind === "unary" && test.op === "!") return test.arg;
  if (
    test.kind === "literal" &&
    (test.text === "true" || test.text === "false")
  )
    return literal(test.text === "true" ? "false" : "true");
  if (test.kind === "binary" && test.op === "===")
    return { ...test, op: "!==" };
  if (test.kind === "binary" && test.op === "!==")
    return { ...test, op: "===" };
  return unary("!", test);
}

/** `a + b`, with the signs drawn out: `a + -b` is `a - b`, to the bit. */
export function sum(left: Expr, right: Expr): Expr {
  const negated = withoutSign(right);
  if (negated !== undefined) return binary("-", left, negated);
  const first = withoutSign(left);
  return first === undefined
    ? binary("+", left, right)
    : binary("-", right, first);
}

export function difference(left: Expr, right: Expr): Expr {
  const negated = withoutSign(right);
  return negated === undefined
    ? binary("-", left, right)
    : binary("+", left, negated);
}

/** What is negated, where the expression is a negation: also `-a * b`. */
export function withoutSign(expr: Expr): Expr | undefined {
  if (expr.kind === "unary" && expr.op === "-") return expr.arg;
  if (expr.kind === "binary" && (expr.op === "*" || expr.op === "/")) {
    const left = withoutSign(expr.left);
    return left === undefined ? undefined : binary(expr.op, left, expr.right);
  }
  return undefined;
}

export const negative = (expr: Expr): Expr =>
  withoutSign(expr) ?? unary("-", expr);
