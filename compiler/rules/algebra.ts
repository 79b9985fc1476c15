import type { OpName } from "../ir/ops.js";

/**
 * What a rule computes with: IR values while transforming, plain numbers in tests. `known` gives the value of a constant,
 * so that a rule can choose a cheaper form for `x ** 2`.
 */
export interface Algebra<V> {
  constant(value: number): V;
  op(op: OpName, ...args: readonly V[]): V;
  known(value: V): number | undefined;
}

/**
 * How a tangent or cotangent `t` passes through an operand. The forms differ in what happens where the partial is not
 * finite: products the user wrote stay plain IEEE products, everything else lets a `t` that is exactly 0 win.
 */
export type Slope<V> =
  | { readonly form: "zero" } //                        no path
  | { readonly form: "one" } //                         t
  | { readonly form: "minusOne" } //                    -t
  | { readonly form: "times"; readonly by: V } //       t * by
  | { readonly form: "guarded"; readonly by: V } //     t === 0 ? 0 : t * by
  | { readonly form: "over"; readonly by: V } //        t === 0 ? 0 : t / by
  | { readonly form: "overTimes"; readonly by: V; readonly times: V } // t === 0 ? 0 : (t / by) * times
  | { readonly form: "where"; readonly condition: V } // condition ? t : 0
  | { readonly form: "whereNot"; readonly condition: V }; // condition ? 0 : t

/** The slope, where a `t` that is exactly 0 wins over a factor that is not finite. */
export const guardedSlope = <V>(slope: Slope<V>): Slope<V> =>
  slope.form === "times" ? { form: "guarded", by: slope.by } : slope;

/** Applies a slope to a tangent or cotangent; undefined where there is no path. */
export function applySlope<V>(
  k: Algebra<V>,
  t: V,
  slope: Slope<V>,
): V | undefined {
  switch (slope.form) {
    case "zero":
      return undefined;
    case "one":
      return t;
    case "minusOne":
      return k.op("neg", t);
    case "times":
      return times(k, t, slope.by);
    case "guarded":
      return guarded(k, t, slope.by);
    case "over":
      return over(k, t, slope.by);
    case "overTimes":
      return overTimes(k, t, slope.by, slope.times);
    case "where":
      return k.op("select", slope.condition, t, k.constant(0));
    case "whereNot":
      return k.op("select", slope.condition, k.constant(0), t);
  }
}

function times<V>(k: Algebra<V>, t: V, by: V): V {
  const factor = k.known(by);
  if (factor === 1) return t;
  if (factor === -1) return k.op("neg", t);
  if (k.known(t) === 1) return by;
  return k.op("mul", t, by);
}

function guarded<V>(k: Algebra<V>, t: V, by: V): V {
  const seed = k.known(t);
  const factor = k.known(by);
  if (factor !== undefined && Number.isFinite(factor)) return times(k, t, by);
  if (seed === 1) return by;
  if (seed !== undefined && seed !== 0) return k.op("mul", t, by);
  return k.op("guardMul", t, by);
}

function over<V>(k: Algebra<V>, t: V, by: V): V {
  const seed = k.known(t);
  const divisor = k.known(by);
  const isSafe = divisor !== undefined && Number.isFinite(1 / divisor);
  if (isSafe || (seed !== undefined && seed !== 0)) return k.op("div", t, by);
  return k.op("guardDiv", t, by);
}

/** The quotient is the one that `over` makes of another operand. */
function overTimes<V>(k: Algebra<V>, t: V, by: V, factor: V): V {
  const seed = k.known(t);
  const product = k.op("mul", over(k, t, by), factor);
  if (seed !== undefined && seed !== 0) return product;
  return k.op("select", k.op("eq", t, k.constant(0)), k.constant(0), product);
}
