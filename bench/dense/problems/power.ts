/** The largest eigenvalue of a symmetric matrix by power iteration. */

/** @differentiable wrt=a */
export function power(
  a: Float64Array,
  start: Float64Array,
  steps: number,
): number {
  const n = start.length;
  let v = start.slice();
  for (let step = 0; step < steps; step++) {
    const next = new Float64Array(n);
    let norm = 0;
    for (let i = 0; i < n; i++) {
      let s = 0;
      for (let j = 0; j < n; j++) s += a[i * n + j] * v[j];
      next[i] = s;
      norm += s * s;
    }
    norm = Math.sqrt(norm);
    for (let i = 0; i < n; i++) next[i] /= norm;
    v = next;
  }
  let value = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) value += v[i] * a[i * n + j] * v[j];
  return value;
}
