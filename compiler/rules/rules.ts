import type { OpName } from "../ir/ops.js";
import type { Algebra, Slope } from "./algebra.js";
import { powSlopes } from "./pow.js";

/**
 * The mathematics of each scalar primitive, stated once: both modes follow from it. Written for z = op(x, y).
 * - `smooth`: the slope by operand i
 * - `flat`: the result does not vary; `rounds` where a user may be surprised by that (a warning)
 * - `refused`: no derivative is defined where an operand is active
 */
export type Rule =
  | { readonly kind: "smooth"; readonly slope: SlopeRule }
  | { readonly kind: "flat"; readonly rounds: boolean }
  | { readonly kind: "refused"; readonly reason: string };

export type SlopeRule = <V>(
  k: Algebra<V>,
  args: readonly V[],
  z: V,
  i: number,
) => Slope<V>;

/** One operand x, with z = f(x): the slope is `times f'(x, z)`, guarded. */
type Unary = <V>(k: Algebra<V>, x: V, z: V) => V;
const guarded = (partial: Unary): Rule => ({
  kind: "smooth",
  slope: (k, [x], z) => ({ form: "guarded", by: partial(k, x!, z) }),
});
/** The same, where the partial is 1 / d(x, z). */
const over = (divisor: Unary): Rule => ({
  kind: "smooth",
  slope: (k, [x], z) => ({ form: "over", by: divisor(k, x!, z) }),
});
const smooth = (slope: SlopeRule): Rule => ({ kind: "smooth", slope });
const flat: Rule = { kind: "flat", rounds: false };
const rounds: Rule = { kind: "flat", rounds: true };
const integer: Rule = {
  kind: "refused",
  reason: "an operation on 32-bit integers has no derivative",
};
const one = { form: "one" } as const;
const minusOne = { form: "minusOne" } as const;
const zero = { form: "zero" } as const;

/** NaN where the condition holds, else v: the slope of a NaN value is never finite. */
const nanWhere = <V>(k: Algebra<V>, condition: V, v: V): V =>
  k.op("select", condition, k.constant(NaN), v);
const square = <V>(k: Algebra<V>, x: V): V => k.op("mul", x, x);
const onePlus = <V>(k: Algebra<V>, x: V): V => k.op("add", k.constant(1), x);
const oneMinus = <V>(k: Algebra<V>, x: V): V => k.op("sub", k.constant(1), x);
const scaled = <V>(k: Algebra<V>, factor: number, x: V): V =>
  k.op("mul", k.constant(factor), x);
/** x, and NaN below the domain of the logarithm. log(0): the IEEE infinity. */
const logDomain = <V>(k: Algebra<V>, x: V): V =>
  nanWhere(k, k.op("lt", x, k.constant(0)), x);
const others = <V>(args: readonly V[], i: number): readonly V[] => [
  args[i]!,
  ...args.filter((_, j) => j !== i),
];

export const rules: Readonly<Record<OpName, Rule>> = {
  neg: smooth(() => minusOne),
  add: smooth(() => one),
  sub: smooth((_k, _args, _z, i) => (i === 0 ? one : minusOne)),
  mul: smooth((_k, [x, y], _z, i) => ({
    form: "times",
    by: i === 0 ? y! : x!,
  })),
  // d(x / y) = dx / y - z dy / y; d(1 / y) = -z z dy
  div: smooth((k, [x, y], z, i) => {
    if (i === 0) return { form: "over", by: y! };
    return k.known(x!) === 1
      ? { form: "guarded", by: k.op("neg", square(k, z)) }
      : { form: "overTimes", by: y!, times: k.op("neg", z) };
  }),
  // x % y = x - q y with the quotient q that was taken; NaN has no finite slope
  rem: smooth((k, [x, y], z, i) => {
    const quotient = (): typeof z =>
      k.op("neg", k.op("round", k.op("div", k.op("sub", x!, z), y!)));
    const by = i === 0 ? k.constant(1) : quotient();
    return { form: "guarded", by: nanWhere(k, k.op("isNaN", z), by) };
  }),
  pow: smooth(powSlopes),

  abs: guarded((k, x) => k.op("absSlope", x)),
  sign: rounds,
  floor: rounds,
  ceil: rounds,
  round: rounds,
  trunc: rounds,
  fround: smooth(() => one), // the value is rounded, the slope is 1

  sqrt: over((k, _x, z) => scaled(k, 2, z)),
  norm: guarded((k, _x, z) => k.op("hypotSlope", k.constant(0.5), z)), // 0 at 0
  cbrt: over((k, _x, z) => scaled(k, 3, square(k, z))),
  exp: guarded((_k, _x, z) => z),
  expm1: guarded((k, _x, z) => onePlus(k, z)),
  log: over((k, x) => logDomain(k, x)),
  log1p: over((k, x) => logDomain(k, onePlus(k, x))),
  log2: over((k, x) => scaled(k, Math.LN2, logDomain(k, x))),
  log10: over((k, x) => scaled(k, Math.LN10, logDomain(k, x))),

  sin: guarded((k, x) => k.op("cos", x)),
  cos: guarded((k, x) => k.op("neg", k.op("sin", x))),
  tan: guarded((k, _x, z) => onePlus(k, square(k, z))),
  asin: over((k, x) => k.op("sqrt", oneMinus(k, square(k, x)))),
  acos: over((k, x) => k.op("neg", k.op("sqrt", oneMinus(k, square(k, x))))),
  atan: over((k, x) => onePlus(k, square(k, x))),
  sinh: guarded((k, x) => k.op("cosh", x)),
  cosh: guarded((k, x) => k.op("sinh", x)),
  tanh: guarded((k, _x, z) => oneMinus(k, square(k, z))),
  asinh: over((k, x) => k.op("sqrt", onePlus(k, square(k, x)))),
  // sqrt(x - 1) sqrt(x + 1): NaN below 1, where x * x - 1 would be positive again
  acosh: over((k, x) =>
    k.op(
      "mul",
      k.op("sqrt", k.op("sub", x, k.constant(1))),
      k.op("sqrt", onePlus(k, x)),
    ),
  ),
  // 1 - x * x, and NaN outside [-1, 1], where the value is NaN
  atanh: over((k, x, z) =>
    nanWhere(k, k.op("isNaN", z), oneMinus(k, square(k, x))),
  ),

  // z = atan2(y, x): dz = (x dy - y dx) / (x * x + y * y); NaN at the origin
  atan2: smooth((k, [y, x], _z, i) => {
    const r2 = k.op("add", square(k, x!), square(k, y!));
    return i === 0
      ? { form: "guarded", by: k.op("div", x!, r2) }
      : { form: "guarded", by: k.op("neg", k.op("div", y!, r2)) };
  }),
  hypot: smooth((k, args, z, i) => ({
    form: "guarded",
    by:
      args.length === 1
        ? k.op("absSlope", args[0]!)
        : k.op("hypotSlope", args[i]!, z),
  })),
  max: smooth((k, args, _z, i) => ({
    form: "guarded",
    by: k.op("maxSlope", ...others(args, i)),
  })),
  min: smooth((k, args, _z, i) => ({
    form: "guarded",
    by: k.op("minSlope", ...others(args, i)),
  })),

  bitand: integer,
  bitor: integer,
  bitxor: integer,
  bitnot: integer,
  shl: integer,
  shr: integer,
  ushr: integer,
  imul: integer,
  clz32: integer,

  lt: flat,
  le: flat,
  gt: flat,
  ge: flat,
  eq: flat,
  ne: flat,
  not: flat,
  and: flat,
  or: flat,
  isNaN: flat,
  isFinite: flat,
  isInteger: flat,
  isSafeInteger: flat,
  isNil: flat,
  isUndefined: flat,
  isNull: flat,

  select: smooth((_k, [condition], _z, i) =>
    i === 0
      ? zero
      : { form: i === 1 ? "where" : "whereNot", condition: condition! },
  ),
  // z = t p, and 0 where t is 0
  guardMul: smooth((_k, [t, p], _z, i) =>
    i === 0 ? { form: "guarded", by: p! } : { form: "times", by: t! },
  ),
  // z = t / p, and 0 where t is 0
  guardDiv: smooth((k, [, p], z, i) =>
    i === 0
      ? { form: "over", by: p! }
      : { form: "guarded", by: k.op("neg", k.op("guardDiv", z, p!)) },
  ),
  maxSlope: flat,
  minSlope: flat,
  absSlope: flat,
  // z = x / y, and 0 where y is 0
  hypotSlope: smooth((k, [, y], z, i) =>
    i === 0
      ? { form: "guarded", by: k.op("hypotSlope", k.constant(1), y!) }
      : { form: "guarded", by: k.op("neg", k.op("hypotSlope", z, y!)) },
  ),
  // z = y x ** (y - 1)
  powSlopeX: smooth((k, [x, y], _z, i) => {
    const less = k.op("sub", y!, k.constant(1));
    if (i === 0)
      return {
        form: "guarded",
        by: k.op("mul", y!, k.op("powSlopeX", x!, less)),
      };
    const power = k.op("pow", x!, less);
    const byY = k.op("mul", y!, k.op("powSlopeY", x!, less, power));
    return { form: "guarded", by: k.op("add", power, byY) };
  }),
  // z = w log(x), w the power itself
  powSlopeY: smooth((k, [x, y, w], _z, i) => {
    if (i === 0) return { form: "guarded", by: k.op("hypotSlope", w!, x!) };
    if (i === 1) return zero;
    return { form: "guarded", by: k.op("powSlopeY", x!, y!, k.constant(1)) };
  }),

  detach: flat,
  withSlope: smooth((_k, _args, _z, i) => (i === 0 ? zero : one)),

  unwrap: smooth(() => one),
  wrap: smooth(() => one),
  bool2num: flat,
};
