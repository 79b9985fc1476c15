/** Least squares with a ridge through the normal equations, the error on other data by the scales of the columns. */

/** @differentiable wrt=scales,ridge */
export function normal(
  scales: number[],
  ridge: number,
  rows: readonly (readonly number[])[],
  ys: readonly number[],
): number {
  const d = scales.length;
  const half = rows.length / 2;
  const a = Array.from({ length: d }, () => new Array<number>(d).fill(0));
  const c = new Array<number>(d).fill(0);
  for (let r = 0; r < half; r++)
    for (let i = 0; i < d; i++) {
      const xi = rows[r][i] * scales[i];
      c[i] += xi * ys[r];
      for (let j = 0; j < d; j++) a[i][j] += xi * rows[r][j] * scales[j];
    }
  for (let i = 0; i < d; i++) a[i][i] += ridge;
  for (let p = 0; p < d; p++)
    for (let i = p + 1; i < d; i++) {
      const f = a[i][p] / a[p][p];
      for (let j = p; j < d; j++) a[i][j] -= f * a[p][j];
      c[i] -= f * c[p];
    }
  for (let i = d - 1; i >= 0; i--) {
    let s = c[i];
    for (let j = i + 1; j < d; j++) s -= a[i][j] * c[j];
    c[i] = s / a[i][i];
  }
  let error = 0;
  for (let r = half; r < rows.length; r++) {
    let s = -ys[r];
    for (let i = 0; i < d; i++) s += rows[r][i] * scales[i] * c[i];
    error += s * s;
  }
  return error;
}
