import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf } from "./entry.js";
import { attention } from "./problems/attention.js";

const N = 24;
const D = 16;
const work = (): Float64Array => new Float64Array(N * D);
const [Q, K, V, BQ, BK, BV] = [work(), work(), work(), work(), work(), work()];
const P = new Float64Array(N * N);
const BO = new Float64Array(D);

interface Slopes {
  readonly wq: Float64Array;
  readonly wk: Float64Array;
  readonly wv: Float64Array;
}
type Args = [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
  number,
  number,
];

/** `c[t, j] = sum over i of x[t, i] w[i, j]` */
function times(x: Float64Array, w: Float64Array, c: Float64Array): void {
  for (let t = 0; t < N; t++)
    for (let j = 0; j < D; j++) {
      let s = 0;
      for (let i = 0; i < D; i++) s += x[t * D + i] * w[i * D + j];
      c[t * D + j] = s;
    }
}

/** The same, the other way. */
function timesBack(x: Float64Array, bc: Float64Array, bw: Float64Array): void {
  bw.fill(0);
  for (let t = 0; t < N; t++)
    for (let i = 0; i < D; i++) {
      const xi = x[t * D + i];
      for (let j = 0; j < D; j++) bw[i * D + j] += xi * bc[t * D + j];
    }
}

function byHand(...all: [...Args, Slopes]): number {
  const [wq, wk, wv, x, target, n, d, out] = all;
  const [q, k, v, bq, bk, bv, p, bo] = [Q, K, V, BQ, BK, BV, P, BO];
  times(x, wq, q);
  times(x, wk, k);
  times(x, wv, v);
  bq.fill(0);
  bk.fill(0);
  bv.fill(0);
  const scale = 1 / Math.sqrt(d);
  let loss = 0;
  for (let t = 0; t < n; t++) {
    let sum = 0;
    for (let u = 0; u <= t; u++) {
      let s = 0;
      for (let j = 0; j < d; j++) s += q[t * d + j] * k[u * d + j];
      const e = Math.exp(s * scale);
      p[u] = e;
      sum += e;
    }
    const r = 1 / sum;
    let bsum = 0;
    for (let j = 0; j < d; j++) {
      let o = 0;
      for (let u = 0; u <= t; u++) o += p[u] * v[u * d + j];
      const mean = o / sum;
      const e = mean - target[t * d + j];
      loss += e * e;
      bo[j] = 2 * e * r;
      bsum -= bo[j] * mean;
    }
    for (let u = 0; u <= t; u++) {
      let b = bsum;
      for (let j = 0; j < d; j++) {
        b += bo[j] * v[u * d + j];
        bv[u * d + j] += bo[j] * p[u];
      }
      const bs = b * p[u] * scale;
      for (let j = 0; j < d; j++) {
        bq[t * d + j] += bs * k[u * d + j];
        bk[u * d + j] += bs * q[t * d + j];
      }
    }
  }
  timesBack(x, bq, out.wq);
  timesBack(x, bk, out.wk);
  timesBack(x, bv, out.wv);
  return loss;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "attention",
    primal: attention,
    byHand,
    args: (): Args => {
      const random = numbers(27);
      const matrix = (): Float64Array => random(D * D, -0.5, 0.5);
      const [x, target] = [random(N * D, -1, 1), random(N * D, -1, 1)];
      return [matrix(), matrix(), matrix(), x, target, N, D];
    },
    out: (): Slopes => ({
      wq: new Float64Array(D * D),
      wk: new Float64Array(D * D),
      wv: new Float64Array(D * D),
    }),
  });
