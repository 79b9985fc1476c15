import { type Contest, type Module, numbers, twice } from "./contest.js";
import { poly } from "./problems/poly.js";

const N = 1000;
const C = 6;

/** The slope of c[k] is the residual times x to the k. */
function polyByHand(
  c: number[],
  xs: number[],
  ys: number[],
  out: { c: number[] },
): number {
  const { c: g } = out;
  const m = c.length;
  const scale = 2 / xs.length;
  for (let k = 0; k < m; k++) g[k] = 0;
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i];
    let p = 0;
    for (let k = m - 1; k >= 0; k--) p = p * x + c[k];
    const e = p - ys[i];
    sum += e * e;
    let t = scale * e;
    for (let k = 0; k < m; k++) {
      g[k] += t;
      t *= x;
    }
  }
  return sum / xs.length;
}

type Into = (
  c: number[],
  xs: number[],
  ys: number[],
  out: { c: number[] },
) => number;

export function contest(module: Module): Contest {
  const into = module["polyValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(14);
    return {
      c: Array.from(random(C, -1, 1)),
      xs: Array.from(random(N, -1, 1)),
      ys: Array.from(random(N, -1, 1)),
    };
  });
  const outs = () => twice(() => ({ c: new Array<number>(C).fill(0.5) }));
  const [byHand, made] = [outs(), outs()];
  return {
    primal: (t) => poly(sets[t].c, sets[t].xs, sets[t].ys),
    hand: (t) => polyByHand(sets[t].c, sets[t].xs, sets[t].ys, byHand[t]),
    generated: (t) => into(sets[t].c, sets[t].xs, sets[t].ys, made[t]),
    slopes: () => ({ hand: byHand[0].c, generated: made[0].c }),
  };
}
