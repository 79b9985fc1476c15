import { type Expr, literal, unary } from "./tree.js";

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
