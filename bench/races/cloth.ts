import { type Contest, type Module, numbers, twice } from "./contest.js";
import { cloth } from "./problems/cloth.js";

const SIDE = 16;

/** One loop: the force of a spring goes to both of its ends. */
function clothByHand(
  p: Float64Array,
  from: Int32Array,
  to: Int32Array,
  rest: Float64Array,
  stiffness: number,
  out: { p: Float64Array },
): number {
  const { p: g } = out;
  let energy = 0;
  g.fill(0);
  for (let e = 0; e < rest.length; e++) {
    const a = 3 * from[e];
    const b = 3 * to[e];
    const dx = p[a] - p[b];
    const dy = p[a + 1] - p[b + 1];
    const dz = p[a + 2] - p[b + 2];
    const length = Math.sqrt(dx * dx + dy * dy + dz * dz);
    const stretch = length - rest[e];
    energy += 0.5 * stiffness * stretch * stretch;
    const f = (stiffness * stretch) / length;
    g[a] += f * dx;
    g[a + 1] += f * dy;
    g[a + 2] += f * dz;
    g[b] -= f * dx;
    g[b + 1] -= f * dy;
    g[b + 2] -= f * dz;
  }
  for (let i = 0; i < p.length / 3; i++) {
    energy += 9.81 * p[3 * i + 2];
    g[3 * i + 2] += 9.81;
  }
  return energy;
}

type Into = (
  p: Float64Array,
  from: Int32Array,
  to: Int32Array,
  rest: Float64Array,
  stiffness: number,
  out: { p: Float64Array },
) => number;

/** A square grid with springs along both directions. */
function grid(): { from: Int32Array; to: Int32Array } {
  const from: number[] = [];
  const to: number[] = [];
  for (let i = 0; i < SIDE; i++)
    for (let j = 0; j < SIDE; j++) {
      const at = i * SIDE + j;
      if (j + 1 < SIDE) (from.push(at), to.push(at + 1));
      if (i + 1 < SIDE) (from.push(at), to.push(at + SIDE));
    }
  return { from: Int32Array.from(from), to: Int32Array.from(to) };
}

export function contest(module: Module): Contest {
  const into = module["clothValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(17);
    const edges = grid();
    return {
      ...edges,
      p: random(3 * SIDE * SIDE, -1, 1),
      rest: random(edges.from.length, 0.5, 1),
    };
  });
  const outs = () => twice(() => ({ p: new Float64Array(3 * SIDE * SIDE) }));
  const [byHand, made] = [outs(), outs()];
  return {
    primal: (t) => {
      const { p, from, to, rest } = sets[t];
      return cloth(p, from, to, rest, 20);
    },
    hand: (t) => {
      const { p, from, to, rest } = sets[t];
      return clothByHand(p, from, to, rest, 20, byHand[t]);
    },
    generated: (t) => {
      const { p, from, to, rest } = sets[t];
      return into(p, from, to, rest, 20, made[t]);
    },
    slopes: () => ({ hand: [...byHand[0].p], generated: [...made[0].p] }),
  };
}
