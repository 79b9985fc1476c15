/** Softmax regression: the cross-entropy of a batch, scores of a row in an array of their own. */

/** @differentiable wrt=w,b */
export function softmax(
  w: number[][],
  b: number[],
  xs: readonly (readonly number[])[],
  labels: readonly number[],
): number {
  let loss = 0;
  for (let r = 0; r < xs.length; r++) {
    const x = xs[r];
    const scores = b.map((bk, k) => {
      let s = bk;
      for (let i = 0; i < x.length; i++) s += w[k][i] * x[i];
      return s;
    });
    const top = Math.max(...scores);
    let sum = 0;
    for (const s of scores) sum += Math.exp(s - top);
    loss += Math.log(sum) + top - scores[labels[r]];
  }
  return loss / xs.length;
}
