import type { OpName } from "../../compiler/ir/ops.js";

/** The partial derivative of y = op(...xs) by xs[i]. */
type Slope = (xs: readonly number[], y: number, i: number) => number;

/**
 * Partials written straight from the conventions, for the oracle only: nothing here is shared with compiler/rules, so
 * that a slip in one of the two shows.
 */
export function partialOf(
  op: OpName,
  xs: readonly number[],
  y: number,
  i: number,
): number {
  const partial = partials[op];
  if (partial === undefined)
    throw new Error(`the oracle has no rule for ${op}`);
  return partial(xs, y, i);
}

/** A function of one number. Where its value is NaN, no slope is finite. */
const unary =
  (slope: (x: number) => number): Slope =>
  ([x], y) =>
    Number.isNaN(y) ? NaN : slope(x!);

const flat: Slope = () => 0;

/** 1/k for each of the k operands that equal the result; NaN for a NaN result. */
const share: Slope = (xs, y, i) => {
  if (Number.isNaN(y)) return NaN;
  return xs[i] === y ? 1 / xs.filter((x) => x === y).length : 0;
};

const partials: { readonly [op in OpName]?: Slope } = {
  neg: () => -1,
  add: () => 1,
  sub: (_xs, _y, i) => (i === 0 ? 1 : -1),
  mul: ([a, b], _y, i) => (i === 0 ? b! : a!),
  div: ([a, b], _y, i) => (i === 0 ? 1 / b! : -a! / b! / b!),
  rem: ([a, b], y, i) => {
    if (Number.isNaN(y)) return NaN;
    return i === 0 ? 1 : -Math.round((a! - y) / b!);
  },
  pow: ([x, c], y, i) =>
    i === 0 ? powByBase(x!, c!) : powByExponent(x!, c!, y),

  abs: unary((x) => Math.sign(x)),
  sign: flat,
  floor: flat,
  ceil: flat,
  round: flat,
  trunc: flat,
  fround: () => 1,
  sqrt: unary((x) => 0.5 / Math.sqrt(x)),
  norm: unary((x) => (x === 0 ? 0 : 0.5 / Math.sqrt(x))),
  cbrt: unary((x) => 1 / (3 * Math.cbrt(x) ** 2)),
  exp: unary((x) => Math.exp(x)),
  expm1: unary((x) => Math.exp(x)),
  log: unary((x) => 1 / x),
  log1p: unary((x) => 1 / (1 + x)),
  log2: unary((x) => 1 / (x * Math.LN2)),
  log10: unary((x) => 1 / (x * Math.LN10)),
  sin: unary((x) => Math.cos(x)),
  cos: unary((x) => -Math.sin(x)),
  tan: unary((x) => 1 + Math.tan(x) ** 2),
  asin: unary((x) => 1 / Math.sqrt((1 - x) * (1 + x))),
  acos: unary((x) => -1 / Math.sqrt((1 - x) * (1 + x))),
  atan: unary((x) => 1 / (1 + x * x)),
  sinh: unary((x) => Math.cosh(x)),
  cosh: unary((x) => Math.sinh(x)),
  // Cancels for large x, as generated code may: the identity is a convention, and what it rounds to is part of it.
  tanh: unary((x) => 1 - Math.tanh(x) ** 2),
  asinh: unary((x) => 1 / Math.hypot(1, x)),
  acosh: unary((x) => 1 / (Math.sqrt(x - 1) * Math.sqrt(x + 1))),
  atanh: unary((x) => 1 / ((1 - x) * (1 + x))),
  atan2: ([a, b], _y, i) => (i === 0 ? b! : -a!) / (a! * a! + b! * b!),
  hypot: (xs, y, i) => (y === 0 ? 0 : xs[i]! / y),
  max: share,
  min: share,

  guardMul: ([t, p], _y, i) => (i === 0 ? p! : t!),
  guardDiv: ([t, p], y, i) => (i === 0 ? 1 / p! : t === 0 ? 0 : -y / p!),
  maxSlope: flat,
  minSlope: flat,
  absSlope: flat,
  detach: flat,
  withSlope: (_xs, _y, i) => i,
  hypotSlope: ([x, z], _y, i) =>
    z === 0 ? 0 : i === 0 ? 1 / z! : -x! / z! / z!,
  bool2num: flat,
};

/** c x^(c - 1), and 0 for c = 0, also at x = 0. */
function powByBase(x: number, c: number): number {
  if (c === 0) return 0;
  if (Number.isNaN(x)) return NaN;
  return c * Math.pow(x, c - 1);
}

/** y log(x): NaN for x < 0 and at 0 ** 0, 0 for 0 ** c with c > 0. */
function powByExponent(x: number, c: number, y: number): number {
  if (x < 0) return NaN;
  if (x === 0 && c > 0) return 0;
  if (x === 0 && c === 0) return NaN;
  return y * Math.log(x);
}

/**
 * How far the operands are from a point where the op has a kink or a jump, or where a comparison would turn out
 * otherwise. Infinity for smooth ops.
 */
export function distanceToKink(op: OpName, xs: readonly number[]): number {
  const [a, b] = xs as [number, number];
  switch (op) {
    case "abs":
    case "sign":
    case "sqrt":
    case "norm":
    case "cbrt":
    case "log":
    case "log2":
    case "log10":
      return Math.abs(a);
    case "log1p":
      return Math.abs(1 + a);
    case "asin":
    case "acos":
    case "atanh":
      return Math.abs(1 - Math.abs(a));
    case "acosh":
      return Math.abs(a - 1);
    case "floor":
    case "ceil":
    case "trunc":
      return Math.abs(a - Math.round(a));
    case "round":
      return Math.abs(a - Math.floor(a) - 0.5);
    case "rem":
      return Math.abs(a / b - Math.round(a / b));
    case "pow":
      return Math.abs(a);
    case "atan2":
    case "hypot":
      return Math.hypot(...xs);
    case "max":
    case "min":
      return smallestGap(xs);
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
      return Math.abs(a - b);
    case "isInteger":
    case "isSafeInteger":
      return Math.abs(a - Math.round(a));
    default:
      return Infinity;
  }
}

function smallestGap(xs: readonly number[]): number {
  const sorted = [...xs].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((x, k) => x - sorted[k]!);
  return Math.min(Infinity, ...gaps);
}
