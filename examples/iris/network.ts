/** A network with one hidden layer: ReLU, then softmax with cross-entropy, in plain loops. */

export interface Network {
  /** Hidden layer: one row of weights and one bias for each unit. */
  w1: number[][];
  b1: number[];
  /** Output layer: one row and one bias for each class. */
  w2: number[][];
  b2: number[];
}

/** One flower: its measurements, and the number of its species. */
export interface Sample {
  readonly name: string;
  readonly features: readonly number[];
  readonly label: number;
}

/**
 * Mean cross-entropy over a batch.
 *
 * @differentiable wrt=net modes=grad
 */
export function loss(net: Network, batch: readonly Sample[]): number {
  if (batch.length === 0) throw new Error("an empty batch has no loss");
  let total = 0;
  for (const { features, label } of batch) {
    const scores = logits(net, features);
    total += logSumExp(scores) - scores[label];
  }
  return total / batch.length;
}

/** The scores of the classes, before softmax. */
export function logits(net: Network, features: readonly number[]): number[] {
  const hidden = affine(net.w1, net.b1, features);
  for (let j = 0; j < hidden.length; j++) if (hidden[j] < 0) hidden[j] = 0;
  return affine(net.w2, net.b2, hidden);
}

function affine(
  weights: readonly number[][],
  bias: readonly number[],
  input: readonly number[],
): number[] {
  const out: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    let sum = bias[i];
    for (let j = 0; j < input.length; j++) sum += weights[i][j] * input[j];
    out.push(sum);
  }
  return out;
}

function logSumExp(scores: readonly number[]): number {
  let largest = -Infinity;
  for (const s of scores) largest = Math.max(largest, s);
  let sum = 0;
  for (const s of scores) sum += Math.exp(s - largest);
  return largest + Math.log(sum);
}
