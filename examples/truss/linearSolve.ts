/** Dense linear algebra, as much of it as a small structure needs. */

export type Matrix = number[][];

export const zeros = (rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));

/** Solves `a x = b` for a symmetric positive definite matrix, by Cholesky's factorisation. */
export function solveSymmetric(a: Matrix, b: readonly number[]): number[] {
  const n = b.length;
  const l = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i][j];
      for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
      if (i !== j) l[i][j] = sum / l[j][j];
      else if (sum > 0) l[i][i] = Math.sqrt(sum);
      else throw new Error("the structure is a mechanism");
    }
  }
  const y: number[] = [];
  for (let i = 0; i < n; i++) {
    const known = y.reduce((sum, yk, k) => sum + l[i][k] * yk, 0);
    y.push((b[i] - known) / l[i][i]);
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i];
    for (let k = i + 1; k < n; k++) sum -= l[k][i] * x[k];
    x[i] = sum / l[i][i];
  }
  return x;
}
