import { type Contest, type Module, numbers, twice } from "./contest.js";
import { lj } from "./problems/lj.js";

/** The forces of a pair go to both ends; a pair beyond the cutoff costs nothing. */
function byHand(
  x: Float64Array,
  sigma: number,
  eps: number,
  cutoff: number,
  out: { x: Float64Array },
): number {
  const g = out.x;
  g.fill(0);
  const n = x.length / 3,
    c2 = cutoff * cutoff,
    sg = sigma * sigma;
  let e = 0;
  for (let i = 0; i < n; i++) {
    const xi = x[3 * i],
      yi = x[3 * i + 1],
      zi = x[3 * i + 2];
    let gx = 0,
      gy = 0,
      gz = 0;
    for (let j = i + 1; j < n; j++) {
      const dx = xi - x[3 * j],
        dy = yi - x[3 * j + 1],
        dz = zi - x[3 * j + 2];
      const r2 = dx * dx + dy * dy + dz * dz;
      if (r2 > c2) continue;
      const s2 = sg / r2,
        s6 = s2 * s2 * s2;
      e += 4 * eps * (s6 * s6 - s6);
      const f = (-24 * eps * (2 * s6 * s6 - s6)) / r2;
      gx += f * dx;
      gy += f * dy;
      gz += f * dz;
      g[3 * j] -= f * dx;
      g[3 * j + 1] -= f * dy;
      g[3 * j + 2] -= f * dz;
    }
    g[3 * i] += gx;
    g[3 * i + 1] += gy;
    g[3 * i + 2] += gz;
  }
  return e;
}

type Out = { x: Float64Array };
type Into = (
  x: Float64Array,
  sigma: number,
  eps: number,
  cutoff: number,
  out: Out,
) => number;

export function contest(module: Module): Contest {
  const into = module["ljValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(17);
    return { x: random(180, 0, 4) };
  });
  const outs = () => twice(() => ({ x: new Float64Array(180) }));
  const [hands, made] = [outs(), outs()];
  const flat = (out: Out): number[] => [...out.x];
  return {
    primal: (t) => {
      const set = sets[t];
      return lj(set.x, 1, 0.7, 2.5);
    },
    hand: (t) => {
      const set = sets[t];
      return byHand(set.x, 1, 0.7, 2.5, hands[t]);
    },
    generated: (t) => {
      const set = sets[t];
      return into(set.x, 1, 0.7, 2.5, made[t]);
    },
    slopes: () => ({ hand: flat(hands[0]), generated: flat(made[0]) }),
  };
}
