import { type Contest, type Module, numbers, twice } from "./contest.js";
import { rnn } from "./problems/rnn.js";

const N = 12;
const T = 60;

interface Slopes {
  w: Float64Array;
  u: Float64Array;
  b: Float64Array;
}

const H = new Float64Array((T + 1) * N);
const BH = new Float64Array(N);
const BP = new Float64Array(N);

/** All states are kept, one row a step. */
function rnnByHand(
  w: Float64Array,
  u: Float64Array,
  b: Float64Array,
  xs: Float64Array,
  target: Float64Array,
  out: Slopes,
): number {
  const n = b.length;
  const steps = xs.length;
  const h = H;
  const { w: gw, u: gu, b: gb } = out;
  h.fill(0, 0, n);
  for (let t = 0; t < steps; t++) {
    const p = t * n;
    for (let i = 0; i < n; i++) {
      let s = b[i] + u[i] * xs[t];
      for (let j = 0; j < n; j++) s += w[i * n + j] * h[p + j];
      h[p + n + i] = Math.tanh(s);
    }
  }
  let loss = 0;
  let bh = BH;
  let bp = BP;
  gw.fill(0);
  gu.fill(0);
  gb.fill(0);
  for (let i = 0; i < n; i++) {
    const e = h[steps * n + i] - target[i];
    loss += e * e;
    bh[i] = 2 * e;
  }
  for (let t = steps - 1; t >= 0; t--) {
    const p = t * n;
    bp.fill(0);
    for (let i = 0; i < n; i++) {
      const y = h[p + n + i];
      const bs = bh[i] * (1 - y * y);
      gb[i] += bs;
      gu[i] += bs * xs[t];
      for (let j = 0; j < n; j++) {
        gw[i * n + j] += bs * h[p + j];
        bp[j] += bs * w[i * n + j];
      }
    }
    const swap = bh;
    bh = bp;
    bp = swap;
  }
  return loss;
}

type Into = (
  w: Float64Array,
  u: Float64Array,
  b: Float64Array,
  xs: Float64Array,
  target: Float64Array,
  out: Slopes,
) => number;

export function contest(module: Module): Contest {
  const into = module["rnnValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(13);
    return {
      w: random(N * N, -0.4, 0.4),
      u: random(N, -1, 1),
      b: random(N, -0.3, 0.3),
      xs: random(T, -1, 1),
      target: random(N, -1, 1),
    };
  });
  const outs = () =>
    twice(() => ({
      w: new Float64Array(N * N),
      u: new Float64Array(N),
      b: new Float64Array(N),
    }));
  const [byHand, made] = [outs(), outs()];
  const flat = (s: Slopes) => [...s.w, ...s.u, ...s.b];
  return {
    primal: (t) => {
      const { w, u, b, xs, target } = sets[t];
      return rnn(w, u, b, xs, target);
    },
    hand: (t) => {
      const { w, u, b, xs, target } = sets[t];
      return rnnByHand(w, u, b, xs, target, byHand[t]);
    },
    generated: (t) => {
      const { w, u, b, xs, target } = sets[t];
      return into(w, u, b, xs, target, made[t]);
    },
    slopes: () => ({ hand: flat(byHand[0]), generated: flat(made[0]) }),
  };
}
