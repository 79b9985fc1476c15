/**
 * The catalogue of scalar primitives: pure functions of numbers and booleans, without effect and without memory.
 * `rules/` holds one entry for each name, so a new op without a rule is a type error.
 * Every op means exactly what the JavaScript operator or `Math` member of that name means, bit for bit.
 */
export const numericOps = [
  // arithmetic
  "neg",
  "add",
  "sub",
  "mul",
  "div",
  "rem",
  "pow",
  // Math, one argument
  "abs",
  "sign",
  "sqrt",
  "cbrt",
  "exp",
  "expm1",
  "log",
  "log1p",
  "log2",
  "log10",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "floor",
  "ceil",
  "round",
  "trunc",
  "fround",
  // Math, several arguments
  "atan2",
  "hypot",
  "max",
  "min",
  // square root of a sum of squares: the value is `sqrt`, the slope at 0 is 0 (conventions, "hypot of all zeros")
  "norm",
] as const;

/** Results are 32-bit integers; an active operand is refused. */
export const integerOps = [
  "bitand",
  "bitor",
  "bitxor",
  "bitnot",
  "shl",
  "shr",
  "ushr",
  "imul",
  "clz32",
] as const;

/** Results are booleans. `eq`/`ne` are `===`/`!==` on numbers, booleans or opaque values. */
export const predicateOps = [
  "lt",
  "le",
  "gt",
  "ge",
  "eq",
  "ne",
  "not",
  "and", // both operands are evaluated: only for operands without effect that cannot fail
  "or",
  "isNaN", // Number.isNaN
  "isFinite",
  "isInteger",
  "isSafeInteger",
  "isNil", // x == null
  "isUndefined",
  "isNull",
] as const;

/** Ops that only rules introduce; `runtime/` exports a function for each that is not an operator. */
export const ruleOps = [
  "select", // (c, a, b) c ? a : b, any type of a and b; only the chosen arm is printed to run
  "guardMul", // (t, p) t === 0 ? 0 : t * p: a zero cotangent kills a partial that is not finite
  "guardDiv", // (t, p) t === 0 ? 0 : t / p
  "maxSlope", // (x, ...others) slope of max(x, ...others) by x: 1/k at a tie of k
  "minSlope",
  "hypotSlope", // (x, y) x / y, and 0 where y is 0; y the value of hypot
  "powSlopeX", // (x, y) d(x ** y)/dx by the conventions
  "powSlopeY", // (x, y, z) d(x ** y)/dy; z the value
  "absSlope", // (x) -1, 0, 1, NaN
  "detach", // (x) x, as a constant of the differentiation
  "withSlope", // (v, s) the value of v with the slope of s: how a lowering states a convention
] as const;

/** Casts that do nothing at run time. */
export const castOps = [
  "unwrap", // maybe T -> T, after a check or by the user's `!`
  "wrap", // T -> maybe T
  "bool2num", // +b
] as const;

export type NumericOp = (typeof numericOps)[number];
export type IntegerOp = (typeof integerOps)[number];
export type PredicateOp = (typeof predicateOps)[number];
export type RuleOp = (typeof ruleOps)[number];
export type CastOp = (typeof castOps)[number];
export type OpName = NumericOp | IntegerOp | PredicateOp | RuleOp | CastOp;

export const allOps: readonly OpName[] = [
  ...numericOps,
  ...integerOps,
  ...predicateOps,
  ...ruleOps,
  ...castOps,
];

const predicates: ReadonlySet<string> = new Set(predicateOps);
const integers: ReadonlySet<string> = new Set(integerOps);

export const isPredicate = (op: OpName): op is PredicateOp =>
  predicates.has(op);
export const isIntegerOp = (op: OpName): op is IntegerOp => integers.has(op);
