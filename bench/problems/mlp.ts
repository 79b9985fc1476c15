/**
 * A dense network, 64-128-10, with ReLU and softmax cross-entropy on a batch of 32.
 * Parameters in one array: W1[I][H] | b1[H] | W2[H][O] | b2[O].
 */

/** Batch, inputs, hidden units, outputs. */
export const B = 32;
export const I = 64;
export const H = 128;
export const O = 10;

/** @differentiable wrt=p modes=grad */
export function mlp(p: Float64Array, X: Float64Array, y: Int32Array): number {
  const oB1 = I * H;
  const oW2 = oB1 + H;
  const oB2 = oW2 + H * O;
  const h = new Float64Array(H);
  const z = new Float64Array(O);
  let loss = 0;
  for (let b = 0; b < B; b++) {
    for (let j = 0; j < H; j++) {
      let s = p[oB1 + j];
      for (let i = 0; i < I; i++) s += X[b * I + i] * p[i * H + j];
      h[j] = s > 0 ? s : 0;
    }
    let m = -Infinity;
    for (let o = 0; o < O; o++) {
      let s = p[oB2 + o];
      for (let j = 0; j < H; j++) s += h[j] * p[oW2 + j * O + o];
      z[o] = s;
      if (s > m) m = s;
    }
    let e = 0;
    for (let o = 0; o < O; o++) e += Math.exp(z[o] - m);
    loss += m + Math.log(e) - z[y[b]];
  }
  return loss / B;
}
