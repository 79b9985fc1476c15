/** The inputs of the five problems: the same numbers on every machine, from a linear congruential generator. */
import { D, K, LT, N } from "./problems/gmm.js";
import { STEP_SIZE, STEPS } from "./problems/lv.js";
import { B, H, I, O } from "./problems/mlp.js";
import { SIZE } from "./problems/rosen.js";

/** The sizes under the names that the hand-written gradients use. */
export const N1 = SIZE;
export const G = { n: N, d: D, K, lt: LT };
export const M = { B, I, H, O };
export const ODE = { steps: STEPS, h: STEP_SIZE };

function lcg(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

const filled = (n: number, next: () => number) => new Float64Array(n).map(next);

export function rosenX(): Float64Array {
  const r = lcg(1);
  return filled(N1, () => 0.5 + r());
}

export function gmmData(): { X: Float64Array; th: Float64Array } {
  const r = lcg(2);
  const X = filled(N * D, () => 2 * r() - 1);
  const th = filled(K + 2 * K * D + K * LT, () => 0.6 * (r() - 0.5));
  return { X, th };
}

export function mlpData(): {
  X: Float64Array;
  p: Float64Array;
  y: Int32Array;
} {
  const r = lcg(3);
  const X = filled(B * I, r);
  const p = filled(I * H + H + H * O + O, () => 0.2 * (r() - 0.5));
  const y = new Int32Array(B).map(() => Math.floor(r() * O));
  return { X, p, y };
}

/** alpha, beta, delta, gamma, x0, y0 */
export const odeP = (): Float64Array =>
  Float64Array.of(1.1, 0.4, 0.1, 0.4, 10, 5);

/** Spot, strike, time, rate, volatility */
export const bsP = (): Float64Array =>
  Float64Array.of(100, 105, 0.75, 0.03, 0.22);
