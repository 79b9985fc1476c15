/**
 * Partial derivatives that are not a plain expression: they choose at ties, kinks and singular points.
 * Generated code calls them; each states the convention that it follows.
 */

/**
 * The slope of `Math.max(x, y)` by `x`: 1 where `x` is greater, 0.5 at a tie (`===`, so -0 ties 0), 0 where `y` is
 * greater, and NaN where one of them is NaN.
 *
 * @example
 * maxSlope(3, 2); // 1
 * maxSlope(2, 2); // 0.5
 */
export function maxSlope(x: number, y: number): number {
  if (x > y) return 1;
  if (x < y) return 0;
  return x === y ? 0.5 : NaN;
}

/**
 * The slope of `Math.min(x, y)` by `x`, with the ties of {@link maxSlope}.
 *
 * @example
 * minSlope(3, 2); // 0
 */
export function minSlope(x: number, y: number): number {
  if (x < y) return 1;
  if (x > y) return 0;
  return x === y ? 0.5 : NaN;
}

/**
 * The slope of `Math.max(x, ...others)` by `x`: 1 where `x` alone is the greatest, 1/k at a tie of k,
 * 0 where another is greater, and NaN where any of them is NaN.
 *
 * @example
 * maxSlopeAmong(2, 2, 1, 2); // 1/3
 */
export function maxSlopeAmong(x: number, ...others: number[]): number {
  let ties = 1;
  let greatest = x === x;
  let isKnown = greatest;
  for (let i = 0; i < others.length; i++) {
    const other = others[i]!;
    if (other > x) greatest = false;
    else if (other === x) ties++;
    else if (other !== other) isKnown = false;
  }
  if (!isKnown) return NaN;
  return greatest ? 1 / ties : 0;
}

/**
 * The slope of `Math.max(x, a, b)` by `x`, as {@link maxSlopeAmong} gives it.
 *
 * @example
 * maxSlope3(2, 2, 1); // 0.5
 */
export function maxSlope3(x: number, a: number, b: number): number {
  if (x > a && x > b) return 1;
  if (x !== x || a !== a || b !== b) return NaN;
  if (x < a || x < b) return 0;
  return x === a && x === b ? 1 / 3 : 0.5;
}

/**
 * The slope of `Math.min(x, ...others)` by `x`, with the ties of {@link maxSlopeAmong}.
 *
 * @example
 * minSlopeAmong(3, 2, 4); // 0
 */
export function minSlopeAmong(x: number, ...others: number[]): number {
  let ties = 1;
  let least = x === x;
  let isKnown = least;
  for (let i = 0; i < others.length; i++) {
    const other = others[i]!;
    if (other < x) least = false;
    else if (other === x) ties++;
    else if (other !== other) isKnown = false;
  }
  if (!isKnown) return NaN;
  return least ? 1 / ties : 0;
}

/**
 * The slope of `Math.min(x, a, b)` by `x`, as {@link minSlopeAmong} gives it.
 *
 * @example
 * minSlope3(2, 2, 3); // 0.5
 */
export function minSlope3(x: number, a: number, b: number): number {
  if (x < a && x < b) return 1;
  if (x !== x || a !== a || b !== b) return NaN;
  if (x > a || x > b) return 0;
  return x === a && x === b ? 1 / 3 : 0.5;
}

/**
 * The slope of `y = Math.hypot(x, ...)` by `x`: x / y, and 0 where all arguments are 0.
 *
 * @example
 * hypotSlope(3, 5); // 0.6
 */
export function hypotSlope(x: number, y: number): number {
  return y === 0 ? 0 : x / y;
}

/**
 * The slope of `x ** y` by `x`: y * x ** (y - 1), and 0 for y = 0 whatever x is.
 *
 * @example
 * powSlopeX(2, 3); // 12
 */
export function powSlopeX(x: number, y: number): number {
  if (y === 0) return 0;
  // NaN ** 0 is 1: without this, x ** 1 would have a slope where it has no value
  return x !== x ? NaN : y * x ** (y - 1);
}

/**
 * The slope of `z = x ** y` by `y`: z * log(x). At x = 0 it is 0 for y > 0 and NaN for y = 0;
 * for x < 0 it is NaN, since x ** y is a number there only at single points.
 *
 * @example
 * powSlopeY(Math.E, 2, Math.E ** 2); // e * e
 */
export function powSlopeY(x: number, y: number, z: number): number {
  if (x === 0) {
    if (y > 0) return 0;
    if (y === 0) return NaN;
  }
  return z * Math.log(x);
}

/**
 * The slope of `Math.abs(x)`: the sign of x, 0 at 0 and NaN at NaN.
 *
 * @example
 * absSlope(-2); // -1
 */
export function absSlope(x: number): number {
  if (x > 0) return 1;
  if (x < 0) return -1;
  return x === 0 ? 0 : NaN;
}
