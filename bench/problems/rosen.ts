/** The chained Rosenbrock function: one loop over one array. */

/** How many variables the benchmark uses; the function takes any number. */
export const SIZE = 1000;

/** @differentiable wrt=x modes=grad */
export function rosen(x: Float64Array): number {
  const n = x.length;
  let s = 0;
  for (let i = 0; i < n - 1; i++) {
    const d = x[i + 1] - x[i] * x[i];
    const e = 1 - x[i];
    s += 100 * d * d + e * e;
  }
  return s;
}
