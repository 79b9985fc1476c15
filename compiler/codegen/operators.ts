import type { OpName } from "../ir/ops.js";
import { negation, difference, negative, sum } from "./negation.js";
import { runtimeOps, type RuntimeName } from "./runtimeManifest.js";
import {
  binary,
  type BinaryOp,
  call,
  cast,
  cond,
  type Expr,
  literal,
  math,
  member,
  name,
  nonNull,
  unary,
  zero,
} from "./tree.js";

const infix: Partial<Record<OpName, BinaryOp>> = {
  mul: "*",
  div: "/",
  rem: "%",
  pow: "**",
  bitand: "&",
  bitor: "|",
  bitxor: "^",
  shl: "<<",
  shr: ">>",
  ushr: ">>>",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  eq: "===",
  ne: "!==",
  and: "&&",
  or: "||",
};

const numberTests: ReadonlySet<OpName> = new Set<OpName>([
  "isNaN",
  "isFinite",
  "isInteger",
  "isSafeInteger",
]);

/** Ops whose first operand appears twice in the output, so that it must be a name. */
export const repeatsFirst = (op: OpName): boolean =>
  op === "guardMul" || op === "guardDiv";

/** Ops that do not run all of their operands, as they are printed. */
export const isConditional = (op: OpName): boolean =>
  op === "select" || op === "and" || op === "or" || repeatsFirst(op);

/** One primitive as an expression. */
export function opExpr(
  op: OpName,
  args: readonly Expr[],
  runtime: (wanted: RuntimeName) => Expr,
): Expr {
  const [a, b, c] = args as [Expr, Expr, Expr];
  const known = foldedComparison(op, a, b);
  if (known !== undefined) return known;
  const sign = infix[op];
  if (sign !== undefined) return binary(sign, unnarrowed(op, a, b), b);
  const helper = runtimeNameFor(op, args.length);
  if (helper !== undefined) return call(runtime(helper), args);
  if (numberTests.has(op)) return call(member(name("Number"), op), args);
  switch (op) {
    case "neg":
      return negative(a);
    case "add":
      return sum(a, b);
    case "sub":
      return difference(a, b);
    case "not":
      return negation(a);
    case "bitnot":
      return unary("~", a);
    case "norm":
      return math("sqrt", [a]);
    case "isNil":
      return binary("==", a, literal("null"));
    case "isNull":
      return binary("===", a, literal("null"));
    case "isUndefined":
      return binary("===", a, name("undefined"));
    case "select":
      return cond(a, b, c);
    case "guardMul":
      if (isNonZero(a)) return isOne(a) ? b : binary("*", a, b);
      return cond(binary("===", a, zero), zero, binary("*", a, b));
    case "guardDiv":
      if (isNonZero(a)) return binary("/", a, b);
      return cond(binary("===", a, zero), zero, binary("/", a, b));
    case "unwrap":
      return isThere(a) ? a : nonNull(a);
    case "wrap":
      return a;
    case "bool2num":
      return unary("+", a);
    default:
      return math(op, args);
  }
}

/** TypeScript takes `x.constructor === Circle` for a test of what x is, and then knows less of its fields. */
const unnarrowed = (op: OpName, a: Expr, b: Expr): Expr =>
  (op === "eq" || op === "ne") &&
  a.kind === "member" &&
  a.name === "constructor" &&
  b.kind === "name"
    ? cast(a, { kind: "opaque", text: "unknown" })
    : a;

/** For two and three operands there are functions without a rest parameter, which V8 puts in place of the call. */
function runtimeNameFor(op: OpName, count: number): RuntimeName | undefined {
  if (op !== "maxSlope" && op !== "minSlope") return runtimeOps[op];
  if (count === 3) return op === "maxSlope" ? "maxSlope3" : "minSlope3";
  if (count !== 2) return op === "maxSlope" ? "maxSlopeAmong" : "minSlopeAmong";
  return runtimeOps[op];
}

const isThere = (expr: Expr): boolean =>
  expr.kind === "nonNull" ||
  // what has just been made is there
  expr.kind === "object" ||
  expr.kind === "array" ||
  expr.kind === "unary" ||
  expr.kind === "binary" ||
  (expr.kind === "literal" && expr.text !== "null");

/** TypeScript finds fault with `2 === 0`. */
function foldedComparison(op: OpName, a: Expr, b: Expr): Expr | undefined {
  if (op !== "eq" && op !== "ne") return undefined;
  const isNumber = (e: Expr): boolean =>
    e.kind === "literal" && /^\d/.test(e.text);
  if (!isNumber(a) || !isNumber(b) || a.kind !== "literal") return undefined;
  const same = b.kind === "literal" && Number(a.text) === Number(b.text);
  return literal(String(same === (op === "eq")));
}

/** A cotangent that is a constant needs no guard. */
const isNonZero = (expr: Expr): boolean =>
  expr.kind === "literal" && /[1-9]/.test(expr.text.replace(/e.*/, ""));

const isOne = (expr: Expr): boolean =>
  expr.kind === "literal" && expr.text === "1";
