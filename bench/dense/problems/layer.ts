/** A layer of tanh units over a batch, rows as arrays, against targets. */

/** @differentiable wrt=w,b */
export function layer(
  w: number[][],
  b: number[],
  xs: readonly (readonly number[])[],
  ys: readonly (readonly number[])[],
): number {
  let loss = 0;
  for (let r = 0; r < xs.length; r++) {
    const x = xs[r];
    const y = ys[r];
    for (let j = 0; j < w.length; j++) {
      const row = w[j];
      let s = b[j];
      for (let i = 0; i < x.length; i++) s += row[i] * x[i];
      const e = Math.tanh(s) - y[j];
      loss += e * e;
    }
  }
  return loss / xs.length;
}
