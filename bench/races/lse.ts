import { type Contest, type Module, numbers, twice } from "./contest.js";
import { lse } from "./problems/lse.js";

const ROWS = 100;
const WIDTH = 10;

/** The exponentials are left in the gradient's array and scaled there; the largest score has no slope of its own. */
function lseByHand(
  scores: Float64Array,
  labels: Int32Array,
  width: number,
  out: { scores: Float64Array },
): number {
  const { scores: g } = out;
  const n = labels.length;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const at = i * width;
    let top = -Infinity;
    for (let j = 0; j < width; j++) top = Math.max(top, scores[at + j]);
    let sum = 0;
    for (let j = 0; j < width; j++) {
      const e = Math.exp(scores[at + j] - top);
      g[at + j] = e;
      sum += e;
    }
    loss += Math.log(sum) + top - scores[at + labels[i]];
    const scale = 1 / (sum * n);
    for (let j = 0; j < width; j++) g[at + j] *= scale;
    g[at + labels[i]] -= 1 / n;
  }
  return loss / n;
}

type Into = (
  scores: Float64Array,
  labels: Int32Array,
  width: number,
  out: { scores: Float64Array },
) => number;

export function contest(module: Module): Contest {
  const into = module["lseValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(19);
    return {
      scores: random(ROWS * WIDTH, -2, 2),
      labels: Int32Array.from(random(ROWS, 0, WIDTH)),
    };
  });
  const outs = () => twice(() => ({ scores: new Float64Array(ROWS * WIDTH) }));
  const [byHand, made] = [outs(), outs()];
  return {
    primal: (t) => lse(sets[t].scores, sets[t].labels, WIDTH),
    hand: (t) => lseByHand(sets[t].scores, sets[t].labels, WIDTH, byHand[t]),
    generated: (t) => into(sets[t].scores, sets[t].labels, WIDTH, made[t]),
    slopes: () => ({
      hand: [...byHand[0].scores],
      generated: [...made[0].scores],
    }),
  };
}
