/** Heat in a rod, explicit steps in time: the misfit to a measured profile, by the first profile and the conductivity. */

/** @differentiable wrt=u0,k */
export function heat(
  u0: Float64Array,
  k: number,
  steps: number,
  target: Float64Array,
): number {
  const n = u0.length;
  let u = new Float64Array(n);
  let next = new Float64Array(n);
  for (let i = 0; i < n; i++) u[i] = u0[i];
  for (let t = 0; t < steps; t++) {
    next[0] = u[0];
    next[n - 1] = u[n - 1];
    for (let i = 1; i < n - 1; i++)
      next[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1]);
    const swap = u;
    u = next;
    next = swap;
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const e = u[i] - target[i];
    sum += e * e;
  }
  return sum;
}
