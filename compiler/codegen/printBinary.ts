import type { BinaryOp, Expr } from "./tree.js";
import { type PrintOptions, type Context, operand } from "./printExpression.js";
import { type Doc, group, indent, line } from "./doc.js";

const precedences: Readonly<Record<BinaryOp, number>> = {
  "??": 1,
  "||": 2,
  "&&": 3,
  "|": 4,
  "^": 5,
  "&": 6,
  "===": 7,
  "!==": 7,
  "==": 7,
  "!=": 7,
  instanceof: 8,
  in: 8,
  "<": 8,
  "<=": 8,
  ">": 8,
  ">=": 8,
  "<<": 9,
  ">>": 9,
  ">>>": 9,
  "+": 10,
  "-": 10,
  "*": 11,
  "/": 11,
  "%": 11,
  "**": 12,
};

const precedence = (op: BinaryOp): number => precedences[op];

const isBitwise = (op: BinaryOp): boolean =>
  ["|", "^", "&", "<<", ">>", ">>>"].includes(op);

const isShift = (op: BinaryOp): boolean =>
  op === "<<" || op === ">>" || op === ">>>";

const isLogical = (op: BinaryOp): boolean =>
  op === "||" || op === "&&" || op === "??";

/** Do `a outer (b inner c)` read as one chain, without parentheses on the left side? */
export function shouldFlatten(outer: BinaryOp, inner: BinaryOp): boolean {
  if (precedence(outer) !== precedence(inner)) return false;
  if (outer === "**" || precedence(outer) === 7) return false;
  if (
    precedence(outer) === 11 &&
    (outer === "%" || inner === "%" || outer !== inner)
  )
    return false;
  return !(isShift(outer) && isShift(inner));
}

function binaryNeedsParens(
  parent: BinaryOp,
  child: Expr,
  isRight: boolean,
): boolean {
  switch (child.kind) {
    case "cond":
    case "cast":
      return true;
    case "raw":
      return !child.atomic;
    case "unary":
      return !isRight && (parent === "**" || parent === "in");
    case "binary": {
      const outer = precedence(parent);
      const inner = precedence(child.op);
      if (isLogical(parent) && isLogical(child.op)) return parent !== child.op;
      if (outer > inner || (outer === inner && isRight)) return true;
      if (outer === inner) return !shouldFlatten(parent, child.op);
      if (child.op === "%" && (parent === "+" || parent === "-")) return true;
      return isBitwise(parent);
    }
    default:
      return false;
  }
}

export function binaryDoc(
  expr: Expr & { kind: "binary" },
  options: PrintOptions,
  context: Context,
): Doc {
  const parts = binaryParts(expr, options, context === "condition");
  if (context === "condition") return parts;
  if (context === "assignment" || context === "return") return group(parts);
  const [first, ...rest] = parts;
  return group([first as Doc, indent(rest)]);
}

/** `a && (b && c)` is `(a && b) && c`, of which nothing is in parentheses. */
function asChain(expr: Binary): Binary {
  const { op, left, right } = expr;
  if (!isLogical(op) || right.kind !== "binary" || right.op !== op) return expr;
  return asChain({
    ...right,
    left: asChain({ kind: "binary", op, left, right: right.left }),
  });
}

type Binary = Expr & { kind: "binary" };

export function binaryParts(
  expr: Expr & { kind: "binary" },
  options: PrintOptions,
  isInsideParens: boolean,
  isPartOfSame = false,
): Doc[] {
  const { op, left, right } = asChain(expr);
  const side = (child: Expr, isRight: boolean): Doc => {
    const parens = binaryNeedsParens(op, child, isRight);
    return operand(child, options, parens);
  };
  const parts: Doc[] = [];
  if (left.kind === "binary" && flattens(op, left.op))
    parts.push(...binaryParts(left, options, isInsideParens, true));
  else parts.push(group(side(left, false)));
  const rightDoc: Doc = [op, line, side(right, true)];
  const isSame = (child: Expr): boolean =>
    child.kind === "binary" && isLogical(child.op) === isLogical(op);
  const shouldGroup =
    !(isInsideParens && isLogical(op)) &&
    !isPartOfSame &&
    !isSame(left) &&
    !isSame(right);
  parts.push(" ", shouldGroup ? group(rightDoc) : rightDoc);
  return parts;
}

const flattens = (op: BinaryOp, inner: BinaryOp): boolean =>
  isLogical(op) ? op === inner : shouldFlatten(op, inner);
