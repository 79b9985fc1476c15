/** A small recurrent network over a sequence of numbers, its last state against a target. */

/** @differentiable wrt=w,u,b */
export function rnn(
  w: Float64Array,
  u: Float64Array,
  b: Float64Array,
  xs: Float64Array,
  target: Float64Array,
): number {
  const n = b.length;
  let h = new Float64Array(n);
  for (let t = 0; t < xs.length; t++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let s = b[i] + u[i] * xs[t];
      for (let j = 0; j < n; j++) s += w[i * n + j] * h[j];
      next[i] = Math.tanh(s);
    }
    h = next;
  }
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const e = h[i] - target[i];
    loss += e * e;
  }
  return loss;
}
