/**
 * Negative log-likelihood of a Gaussian mixture with full covariances, without prior.
 * Parameters in one array: alpha[K] | mu[K][D] | q[K][D], the log diagonals | L[K][LT], the strict lower triangles row by row.
 */

/** Points, dimensions, components, and entries of a strict lower triangle. */
export const N = 1000;
export const D = 10;
export const K = 5;
export const LT = (D * (D - 1)) / 2;

/** @differentiable wrt=th modes=grad */
export function gmm(th: Float64Array, X: Float64Array): number {
  const oMu = K;
  const oQ = K + K * D;
  const oL = K + 2 * K * D;
  const t = new Float64Array(K);
  const xc = new Float64Array(D);
  const eq = new Float64Array(K * D);
  const sq = new Float64Array(K);
  for (let k = 0; k < K; k++) {
    let s = 0;
    for (let j = 0; j < D; j++) {
      eq[k * D + j] = Math.exp(th[oQ + k * D + j]);
      s += th[oQ + k * D + j];
    }
    sq[k] = s;
  }
  let total = 0;
  for (let i = 0; i < N; i++) {
    let m = -Infinity;
    for (let k = 0; k < K; k++) {
      let q2 = 0;
      let p = oL + k * LT;
      for (let j = 0; j < D; j++) {
        const c = X[i * D + j] - th[oMu + k * D + j];
        xc[j] = c;
        let v = eq[k * D + j] * c;
        for (let l = 0; l < j; l++) v += th[p++] * xc[l];
        q2 += v * v;
      }
      const v = th[k] + sq[k] - 0.5 * q2;
      t[k] = v;
      if (v > m) m = v;
    }
    let s = 0;
    for (let k = 0; k < K; k++) s += Math.exp(t[k] - m);
    total += m + Math.log(s);
  }
  let ma = -Infinity;
  for (let k = 0; k < K; k++) if (th[k] > ma) ma = th[k];
  let s = 0;
  for (let k = 0; k < K; k++) s += Math.exp(th[k] - ma);
  return N * (ma + Math.log(s)) - total + N * D * 0.5 * Math.log(2 * Math.PI);
}
