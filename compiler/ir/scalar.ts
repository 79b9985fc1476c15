import type { OpName } from "./ops.js";

/**
 * The value of a scalar primitive, bit for bit what the JavaScript operator or `Math` member gives.
 * Operands that are not numbers (an `undefined` from a load outside an array) are coerced as JavaScript would.
 */
export function evaluateOp(op: OpName, args: readonly unknown[]): unknown {
  const evaluate = table[op] as (...args: readonly unknown[]) => unknown;
  return evaluate(...args);
}

type Num = number;

const table: Record<OpName, (...args: never[]) => unknown> = {
  neg: (x: Num) => -x,
  add: (x: Num, y: Num) => x + y,
  sub: (x: Num, y: Num) => x - y,
  mul: (x: Num, y: Num) => x * y,
  div: (x: Num, y: Num) => x / y,
  rem: (x: Num, y: Num) => x % y,
  pow: (x: Num, y: Num) => x ** y,

  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  log2: Math.log2,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  trunc: Math.trunc,
  fround: Math.fround,
  atan2: Math.atan2,
  hypot: Math.hypot,
  max: Math.max,
  min: Math.min,
  norm: Math.sqrt,

  bitand: (x: Num, y: Num) => x & y,
  bitor: (x: Num, y: Num) => x | y,
  bitxor: (x: Num, y: Num) => x ^ y,
  bitnot: (x: Num) => ~x,
  shl: (x: Num, y: Num) => x << y,
  shr: (x: Num, y: Num) => x >> y,
  ushr: (x: Num, y: Num) => x >>> y,
  imul: Math.imul,
  clz32: Math.clz32,

  lt: (x: Num, y: Num) => x < y,
  le: (x: Num, y: Num) => x <= y,
  gt: (x: Num, y: Num) => x > y,
  ge: (x: Num, y: Num) => x >= y,
  eq: (x: unknown, y: unknown) => x === y,
  ne: (x: unknown, y: unknown) => x !== y,
  not: (x: unknown) => !x,
  and: (x: unknown, y: unknown) => x && y,
  or: (x: unknown, y: unknown) => x || y,
  isNaN: Number.isNaN,
  isFinite: Number.isFinite,
  isInteger: Number.isInteger,
  isSafeInteger: Number.isSafeInteger,
  isNil: (x: unknown) => x === undefined || x === null,
  isUndefined: (x: unknown) => x === undefined,
  isNull: (x: unknown) => x === null,

  select: (c: unknown, a: unknown, b: unknown) => (c ? a : b),
  guardMul: (t: Num, p: Num) => (t === 0 ? 0 : t * p),
  guardDiv: (t: Num, p: Num) => (t === 0 ? 0 : t / p),
  maxSlope: (x: Num, ...others: Num[]) =>
    tieSlope(x, others, Math.max(x, ...others)),
  minSlope: (x: Num, ...others: Num[]) =>
    tieSlope(x, others, Math.min(x, ...others)),
  hypotSlope: (x: Num, y: Num) => (y === 0 ? 0 : x / y),
  powSlopeX,
  powSlopeY,
  detach: (x: unknown) => x,
  withSlope: (v: unknown) => v,
  absSlope: (x: Num) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN),

  unwrap: (x: unknown) => x,
  wrap: (x: unknown) => x,
  bool2num: (x: boolean) => +x,
};

/** 1/k for one of the k operands that equal the result, 0 for the others, NaN where the result is NaN. */
function tieSlope(x: number, others: readonly number[], y: number): number {
  if (Number.isNaN(y)) return NaN;
  if (x !== y) return 0;
  return 1 / (1 + others.filter((other) => other === y).length);
}

/** d(x ** y)/dx = y * x ** (y - 1); 0 for y = 0, also at x = 0; no finite slope where the value is NaN. */
function powSlopeX(x: number, y: number): number {
  if (y === 0) return 0;
  return Number.isNaN(x) ? NaN : y * x ** (y - 1);
}

/** d(x ** y)/dy = z * log(x): NaN for x < 0, and at 0 ** 0; 0 for 0 ** y with y > 0. */
function powSlopeY(x: number, y: number, z: number): number {
  if (x === 0 && y > 0) return 0;
  if (x === 0 && y === 0) return NaN;
  return z * Math.log(x);
}
