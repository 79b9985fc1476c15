import { type Contest, type Module, numbers, twice } from "./contest.js";
import { tv } from "./problems/tv.js";

/** One pass over the image. */
function byHand(
  u: Float64Array,
  f: Float64Array,
  width: number,
  height: number,
  lambda: number,
  out: { u: Float64Array },
): number {
  const g = out.u;
  g.fill(0);
  let e = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x,
        ui = u[i],
        d = ui - f[i];
      e += 0.5 * d * d;
      let gi = d;
      if (x + 1 < width && y + 1 < height) {
        const dx = u[i + 1] - ui,
          dy = u[i + width] - ui,
          r = Math.sqrt(dx * dx + dy * dy + 1e-6);
        e += lambda * r;
        const c = lambda / r,
          cx = c * dx,
          cy = c * dy;
        gi -= cx + cy;
        g[i + 1] += cx;
        g[i + width] += cy;
      }
      g[i] += gi;
    }
  return e;
}

type Out = { u: Float64Array };
type Into = (
  u: Float64Array,
  f: Float64Array,
  width: number,
  height: number,
  lambda: number,
  out: Out,
) => number;

export function contest(module: Module): Contest {
  const into = module["tvValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(17);
    return { u: random(768, 0, 1), f: random(768, 0, 1) };
  });
  const outs = () => twice(() => ({ u: new Float64Array(768) }));
  const [hands, made] = [outs(), outs()];
  const flat = (out: Out): number[] => [...out.u];
  return {
    primal: (t) => {
      const set = sets[t];
      return tv(set.u, set.f, 32, 24, 0.3);
    },
    hand: (t) => {
      const set = sets[t];
      return byHand(set.u, set.f, 32, 24, 0.3, hands[t]);
    },
    generated: (t) => {
      const set = sets[t];
      return into(set.u, set.f, 32, 24, 0.3, made[t]);
    },
    slopes: () => ({ hand: flat(hands[0]), generated: flat(made[0]) }),
  };
}
