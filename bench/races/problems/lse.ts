/** The softmax cross-entropy of rows of scores against labels, with the largest score taken out first. */

/** @differentiable wrt=scores */
export function lse(
  scores: Float64Array,
  labels: Int32Array,
  width: number,
): number {
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    const at = i * width;
    let top = -Infinity;
    for (let j = 0; j < width; j++) top = Math.max(top, scores[at + j]);
    let sum = 0;
    for (let j = 0; j < width; j++) sum += Math.exp(scores[at + j] - top);
    loss += Math.log(sum) + top - scores[at + labels[i]];
  }
  return loss / labels.length;
}
