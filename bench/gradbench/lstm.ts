/**
 * The problem "lstm" of GradBench: the loss of a character model whose weights are diagonal. With l layers and b bits:
 * main[2l][4b], weights and biases in turns, each of them forget | ingate | outgate | change; extra[3][b], weights
 * before and behind the layers and a bias; state[2l][b], h and c in turns; sequence[c][b], bits.
 */

/** @differentiable wrt=main,extra modes=grad */
export function lstm(
  b: number,
  main: Float64Array,
  extra: Float64Array,
  state: Float64Array,
  sequence: Float64Array,
): number {
  const layers = state.length / (2 * b);
  const characters = sequence.length / b;
  const s = state.slice();
  const u = new Float64Array(b);
  let total = 0;
  for (let t = 0; t < characters - 1; t++) {
    for (let j = 0; j < b; j++) u[j] = sequence[t * b + j] * extra[j];
    for (let i = 0; i < layers; i++) {
      const w = 8 * b * i;
      const bias = w + 4 * b;
      const hidden = 2 * b * i;
      const cell = hidden + b;
      for (let j = 0; j < b; j++) {
        const h = s[hidden + j];
        const forget = sigmoid(u[j] * main[w + j] + main[bias + j]);
        const ingate = sigmoid(h * main[w + b + j] + main[bias + b + j]);
        const outgate = sigmoid(
          u[j] * main[w + 2 * b + j] + main[bias + 2 * b + j],
        );
        const change = Math.tanh(
          h * main[w + 3 * b + j] + main[bias + 3 * b + j],
        );
        s[cell + j] = s[cell + j] * forget + ingate * change;
        s[hidden + j] = outgate * Math.tanh(s[cell + j]);
        u[j] = s[hidden + j];
      }
    }
    let sum = 2;
    for (let j = 0; j < b; j++) {
      u[j] = u[j] * extra[b + j] + extra[2 * b + j];
      sum += Math.exp(u[j]);
    }
    const shift = Math.log(sum);
    for (let j = 0; j < b; j++)
      total += sequence[(t + 1) * b + j] * (u[j] - shift);
  }
  return -total / (b * (characters - 1));
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
