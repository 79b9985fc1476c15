import { type Contest, type Module, numbers, twice } from "./contest.js";
import { heat } from "./problems/heat.js";

const N = 200;
const STEPS = 100;
const K = 0.3;

const states = new Float64Array((STEPS + 1) * N);
const slope = new Float64Array(N);
const before = new Float64Array(N);

/** All profiles are kept; the step is its own adjoint but for the ends. Returns the slope of k. */
function heatByHand(
  u0: Float64Array,
  k: number,
  steps: number,
  target: Float64Array,
  out: { u0: Float64Array; k: number },
): number {
  const n = u0.length;
  const s = states;
  s.set(u0);
  for (let t = 0; t < steps; t++) {
    const a = t * n;
    const b = a + n;
    s[b] = s[a];
    s[b + n - 1] = s[a + n - 1];
    for (let i = 1; i < n - 1; i++)
      s[b + i] = s[a + i] + k * (s[a + i - 1] - 2 * s[a + i] + s[a + i + 1]);
  }
  let g = slope;
  let p = before;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const e = s[steps * n + i] - target[i];
    sum += e * e;
    g[i] = 2 * e;
  }
  let gk = 0;
  for (let t = steps - 1; t >= 0; t--) {
    const a = t * n;
    p[0] = g[0];
    p[n - 1] = g[n - 1];
    for (let i = 1; i < n - 1; i++) p[i] = 0;
    for (let i = 1; i < n - 1; i++) {
      const gi = g[i];
      const kg = k * gi;
      gk += gi * (s[a + i - 1] - 2 * s[a + i] + s[a + i + 1]);
      p[i - 1] += kg;
      p[i] += gi - 2 * kg;
      p[i + 1] += kg;
    }
    const swap = g;
    g = p;
    p = swap;
  }
  out.u0.set(g);
  out.k = gk;
  return sum;
}

type Into = (
  u0: Float64Array,
  k: number,
  steps: number,
  target: Float64Array,
  out: { u0: Float64Array; k: number },
) => number;

export function contest(module: Module): Contest {
  const into = module["heatValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(11);
    return { u0: random(N, 0, 1), target: random(N, 0, 1) };
  });
  const outs = () => twice(() => ({ u0: new Float64Array(N), k: 0 }));
  const [byHand, made] = [outs(), outs()];
  return {
    primal: (t) => heat(sets[t].u0, K, STEPS, sets[t].target),
    hand: (t) => heatByHand(sets[t].u0, K, STEPS, sets[t].target, byHand[t]),
    generated: (t) => into(sets[t].u0, K, STEPS, sets[t].target, made[t]),
    slopes: () => ({
      hand: [...byHand[0].u0, byHand[0].k],
      generated: [...made[0].u0, made[0].k],
    }),
  };
}
