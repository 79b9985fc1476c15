import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf } from "./entry.js";
import { cell } from "./problems/cell.js";

const N = 10;
const T = 30;
const H = new Float64Array((T + 1) * N);
const C = new Float64Array((T + 1) * N);
const GATES = new Float64Array(T * 4 * N);
const TC = new Float64Array(T * N);
const BH = new Float64Array(N);
const BP = new Float64Array(N);
const BC = new Float64Array(N);

type Args = [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
];

/** States, cells and gates are kept, a row a step. */
function byHand(
  ...[w, u, b, xs, target, out]: [
    ...Args,
    { w: Float64Array; u: Float64Array; b: Float64Array },
  ]
): number {
  const [h, c, gates, tc] = [H, C, GATES, TC];
  const n = target.length;
  h.fill(0, 0, n);
  c.fill(0, 0, n);
  for (let t = 0; t < xs.length; t++) {
    const [p, g0, x] = [t * n, t * 4 * n, xs[t]];
    for (let g = 0; g < 4 * n; g++) {
      let s = b[g] + u[g] * x;
      for (let j = 0; j < n; j++) s += w[g * n + j] * h[p + j];
      gates[g0 + g] = g < 3 * n ? 1 / (1 + Math.exp(-s)) : Math.tanh(s);
    }
    for (let i = 0; i < n; i++) {
      const cell =
        gates[g0 + i] * c[p + i] + gates[g0 + n + i] * gates[g0 + 3 * n + i];
      c[p + n + i] = cell;
      const y = Math.tanh(cell);
      tc[p + i] = y;
      h[p + n + i] = gates[g0 + 2 * n + i] * y;
    }
  }
  let loss = 0;
  let bh = BH;
  let bp = BP;
  const bc = BC;
  bc.fill(0);
  out.w.fill(0);
  out.u.fill(0);
  out.b.fill(0);
  for (let i = 0; i < n; i++) {
    const e = h[xs.length * n + i] - target[i];
    loss += e ** 2;
    bh[i] = 2 * e;
  }
  const { w: gw, u: gu, b: gb } = out;
  for (let t = xs.length - 1; t >= 0; t--) {
    const [p, g0, x] = [t * n, t * 4 * n, xs[t]];
    for (let i = 0; i < n; i++) {
      const y = tc[p + i];
      const f = gates[g0 + i];
      const k = gates[g0 + n + i];
      const o = gates[g0 + 2 * n + i];
      const z = gates[g0 + 3 * n + i];
      const d = bh[i];
      const e = bc[i] + d * o * (1 - y * y);
      gates[g0 + i] = e * c[p + i] * f * (1 - f);
      gates[g0 + n + i] = e * z * k * (1 - k);
      gates[g0 + 2 * n + i] = d * y * o * (1 - o);
      gates[g0 + 3 * n + i] = e * k * (1 - z * z);
      bc[i] = e * f;
    }
    bp.fill(0);
    for (let g = 0; g < 4 * n; g++) {
      const d = gates[g0 + g];
      gb[g] += d;
      gu[g] += d * x;
      for (let j = 0; j < n; j++) {
        gw[g * n + j] += d * h[p + j];
        bp[j] += d * w[g * n + j];
      }
    }
    [bh, bp] = [bp, bh];
  }
  return loss;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "cell",
    primal: cell,
    byHand,
    args: (): Args => {
      const random = numbers(24);
      return [
        random(4 * N * N, -0.4, 0.4),
        random(4 * N, -1, 1),
        random(4 * N, -0.3, 0.3),
        random(T, -1, 1),
        random(N, -1, 1),
      ];
    },
    out: () => ({
      w: new Float64Array(4 * N * N),
      u: new Float64Array(4 * N),
      b: new Float64Array(4 * N),
    }),
  });
