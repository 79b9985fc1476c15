/** One head of attention over a sequence, its output against a target. */

/** @differentiable wrt=wq,wk,wv */
export function attention(
  wq: Float64Array,
  wk: Float64Array,
  wv: Float64Array,
  x: Float64Array,
  target: Float64Array,
  n: number,
  d: number,
): number {
  const q = new Float64Array(n * d);
  const k = new Float64Array(n * d);
  const v = new Float64Array(n * d);
  for (let t = 0; t < n; t++)
    for (let j = 0; j < d; j++) {
      let sq = 0;
      let sk = 0;
      let sv = 0;
      for (let i = 0; i < d; i++) {
        const xi = x[t * d + i];
        sq += xi * wq[i * d + j];
        sk += xi * wk[i * d + j];
        sv += xi * wv[i * d + j];
      }
      q[t * d + j] = sq;
      k[t * d + j] = sk;
      v[t * d + j] = sv;
    }
  const scale = 1 / Math.sqrt(d);
  const p = new Float64Array(n);
  let loss = 0;
  for (let t = 0; t < n; t++) {
    let sum = 0;
    for (let u = 0; u <= t; u++) {
      let s = 0;
      for (let j = 0; j < d; j++) s += q[t * d + j] * k[u * d + j];
      const e = Math.exp(s * scale);
      p[u] = e;
      sum += e;
    }
    for (let j = 0; j < d; j++) {
      let o = 0;
      for (let u = 0; u <= t; u++) o += p[u] * v[u * d + j];
      const e = o / sum - target[t * d + j];
      loss += e * e;
    }
  }
  return loss;
}
