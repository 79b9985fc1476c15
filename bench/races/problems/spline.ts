/** A uniform cubic B-spline fitted to points: control values by least squares. */

/** @differentiable wrt=c */
export function spline(
  c: Float64Array,
  ts: Float64Array,
  ys: Float64Array,
): number {
  const spans = c.length - 3;
  let sum = 0;
  for (let k = 0; k < ts.length; k++) {
    const s = ts[k] * spans;
    const i = Math.min(Math.floor(s), spans - 1);
    const t = s - i;
    const r = 1 - t;
    const b0 = (r * r * r) / 6;
    const b1 = (3 * t * t * t - 6 * t * t + 4) / 6;
    const b2 = (3 * r * r * r - 6 * r * r + 4) / 6;
    const b3 = (t * t * t) / 6;
    const e = b0 * c[i] + b1 * c[i + 1] + b2 * c[i + 2] + b3 * c[i + 3] - ys[k];
    sum += e * e;
  }
  return sum;
}
