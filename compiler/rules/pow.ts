import type { Algebra, Slope } from "./algebra.js";

/**
 * z = x ** y. By x: y x ** (y - 1), and 0 for y = 0, also at x = 0. By y: z log(x); 0 at x = 0 for y > 0, NaN at
 * pow(0, 0) and for x < 0. Small constant exponents are written out: a second `pow` costs fifty products.
 */
export function powSlopes<V>(
  k: Algebra<V>,
  [x, y]: readonly V[],
  z: V,
  i: number,
): Slope<V> {
  if (i === 1) return { form: "guarded", by: k.op("powSlopeY", x!, y!, z) };
  const exponent = k.known(y!);
  const byConstant =
    exponent === undefined ? undefined : knownExponent(k, x!, z, exponent);
  return byConstant ?? { form: "guarded", by: k.op("powSlopeX", x!, y!) };
}

function knownExponent<V>(
  k: Algebra<V>,
  x: V,
  z: V,
  exponent: number,
): Slope<V> | undefined {
  const times = (factor: number, v: V): V => k.op("mul", k.constant(factor), v);
  const square = (): V => k.op("mul", x, x);
  switch (exponent) {
    case 0:
      return { form: "zero" };
    case 1:
      return { form: "one" };
    case 2:
      return { form: "guarded", by: times(2, x) };
    case 3:
      return { form: "guarded", by: times(3, square()) };
    case 4:
      return { form: "guarded", by: times(4, k.op("mul", square(), x)) };
    case 0.5: // 0.5 / sqrt(x)
      return { form: "over", by: times(2, z) };
    case -1: // -1 / x ** 2
      return { form: "guarded", by: k.op("neg", k.op("mul", z, z)) };
    default:
      return undefined;
  }
}
