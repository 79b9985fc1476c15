/** Minus the log density of a normal distribution with a full covariance: Cholesky factor, solve and determinant. */

/** @differentiable wrt=cov */
export function cholesky(cov: number[][], x: readonly number[]): number {
  const n = x.length;
  const l = cov.map((row) => row.slice());
  let value = 0;
  const z: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = l[i][j];
      for (let k = 0; k < j; k++) s -= l[i][k] * l[j][k];
      l[i][j] = i === j ? Math.sqrt(s) : s / l[j][j];
    }
    let s = x[i];
    for (let k = 0; k < i; k++) s -= l[i][k] * z[k];
    z.push(s / l[i][i]);
    value += 0.5 * z[i] * z[i] + Math.log(l[i][i]);
  }
  return value;
}
