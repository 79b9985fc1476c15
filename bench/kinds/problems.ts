/** Sums over arrays of each kind that a caller may have. */

/** @differentiable */
export function plain(x: number[], y: readonly number[]): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) {
    const e = Math.exp(-x[i] * y[i]);
    s += e * e + x[i] * y[i];
  }
  return s;
}

/** @differentiable wrt=w */
export function rows(w: number[][], y: readonly number[]): number {
  let s = 0;
  for (const row of w)
    for (let i = 0; i < row.length; i++) s += row[i] * row[i] * y[i];
  return s;
}

/** @differentiable */
export function typed(x: Float64Array, y: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
}
