/** Logistic regression on rows of numbers, with a ridge. */

/** @differentiable wrt=w,b */
export function logreg(
  w: number[],
  b: number,
  rows: number[][],
  labels: number[],
): number {
  let loss = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    let z = b;
    for (let j = 0; j < w.length; j++) z += w[j] * row[j];
    loss += Math.log(1 + Math.exp(-z)) + (1 - labels[i]) * z;
  }
  let ridge = 0;
  for (let j = 0; j < w.length; j++) ridge += w[j] * w[j];
  return loss / rows.length + 0.01 * ridge;
}
