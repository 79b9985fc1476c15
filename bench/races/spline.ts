import { type Contest, type Module, numbers, twice } from "./contest.js";
import { spline } from "./problems/spline.js";

const N = 1000;
const C = 40;

/** The basis values are the slopes. */
function splineByHand(
  c: Float64Array,
  ts: Float64Array,
  ys: Float64Array,
  out: { c: Float64Array },
): number {
  const { c: g } = out;
  const spans = c.length - 3;
  g.fill(0);
  let sum = 0;
  for (let k = 0; k < ts.length; k++) {
    const s = ts[k] * spans;
    const i = Math.min(Math.floor(s), spans - 1);
    const t = s - i;
    const r = 1 - t;
    const b0 = (r * r * r) / 6;
    const b1 = (3 * t * t * t - 6 * t * t + 4) / 6;
    const b2 = (3 * r * r * r - 6 * r * r + 4) / 6;
    const b3 = (t * t * t) / 6;
    const e = b0 * c[i] + b1 * c[i + 1] + b2 * c[i + 2] + b3 * c[i + 3] - ys[k];
    sum += e * e;
    const d = 2 * e;
    g[i] += d * b0;
    g[i + 1] += d * b1;
    g[i + 2] += d * b2;
    g[i + 3] += d * b3;
  }
  return sum;
}

type Into = (
  c: Float64Array,
  ts: Float64Array,
  ys: Float64Array,
  out: { c: Float64Array },
) => number;

export function contest(module: Module): Contest {
  const into = module["splineValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(15);
    return {
      c: random(C, -1, 1),
      ts: random(N, 0, 1),
      ys: random(N, -1, 1),
    };
  });
  const outs = () => twice(() => ({ c: new Float64Array(C) }));
  const [byHand, made] = [outs(), outs()];
  return {
    primal: (t) => spline(sets[t].c, sets[t].ts, sets[t].ys),
    hand: (t) => splineByHand(sets[t].c, sets[t].ts, sets[t].ys, byHand[t]),
    generated: (t) => into(sets[t].c, sets[t].ts, sets[t].ys, made[t]),
    slopes: () => ({ hand: [...byHand[0].c], generated: [...made[0].c] }),
  };
}
