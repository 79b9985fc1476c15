/** An LSTM cell over a sequence of numbers, its last output against a target. */

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** @differentiable wrt=w,u,b */
export function cell(
  w: Float64Array,
  u: Float64Array,
  b: Float64Array,
  xs: Float64Array,
  target: Float64Array,
): number {
  const n = target.length;
  let h = new Float64Array(n);
  const c = new Float64Array(n);
  const gates = new Float64Array(4 * n);
  for (const x of xs) {
    for (let g = 0; g < 4 * n; g++) {
      let s = b[g] + u[g] * x;
      for (let j = 0; j < n; j++) s += w[g * n + j] * h[j];
      gates[g] = s;
    }
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const forget = sigmoid(gates[i]);
      const input = sigmoid(gates[n + i]);
      const output = sigmoid(gates[2 * n + i]);
      c[i] = forget * c[i] + input * Math.tanh(gates[3 * n + i]);
      next[i] = output * Math.tanh(c[i]);
    }
    h = next;
  }
  let loss = 0;
  for (let i = 0; i < n; i++) loss += (h[i] - target[i]) ** 2;
  return loss;
}
