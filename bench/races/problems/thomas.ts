/** A tridiagonal system by Thomas's algorithm: half the squared norm of the solution, by all four arrays. */

/** @differentiable */
export function thomas(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): number {
  const n = b.length;
  const cp = new Float64Array(n);
  const x = new Float64Array(n);
  cp[0] = c[0] / b[0];
  x[0] = d[0] / b[0];
  for (let i = 1; i < n; i++) {
    const m = b[i] - a[i] * cp[i - 1];
    cp[i] = c[i] / m;
    x[i] = (d[i] - a[i] * x[i - 1]) / m;
  }
  for (let i = n - 2; i >= 0; i--) x[i] -= cp[i] * x[i + 1];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += 0.5 * x[i] * x[i];
  return sum;
}
