import { type Contest, type Module, numbers, twice } from "./contest.js";
import { logreg } from "./problems/logreg.js";

const ROWS = 200;
const COLUMNS = 10;

interface Slopes {
  w: number[];
  b: number;
}

/** One pass: the slope of the score, then the row times it. */
function logregByHand(
  w: number[],
  b: number,
  rows: number[][],
  labels: number[],
  out: Slopes,
): number {
  const { w: g } = out;
  const m = w.length;
  const scale = 1 / rows.length;
  let gb = 0;
  let loss = 0;
  for (let j = 0; j < m; j++) g[j] = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    let z = b;
    for (let j = 0; j < m; j++) z += w[j] * row[j];
    const e = Math.exp(-z);
    loss += Math.log(1 + e) + (1 - labels[i]) * z;
    const bz = (1 - labels[i] - e / (1 + e)) * scale;
    gb += bz;
    for (let j = 0; j < m; j++) g[j] += bz * row[j];
  }
  let ridge = 0;
  for (let j = 0; j < m; j++) {
    ridge += w[j] * w[j];
    g[j] += 0.02 * w[j];
  }
  out.b = gb;
  return loss / rows.length + 0.01 * ridge;
}

type Into = (
  w: number[],
  b: number,
  rows: number[][],
  labels: number[],
  out: Slopes,
) => number;

export function contest(module: Module): Contest {
  const into = module["logregValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(18);
    return {
      w: Array.from(random(COLUMNS, -1, 1)),
      rows: Array.from({ length: ROWS }, () =>
        Array.from(random(COLUMNS, -1, 1)),
      ),
      labels: Array.from(random(ROWS, 0, 1)).map((x) => Math.round(x)),
    };
  });
  const outs = () =>
    twice(() => ({ w: new Array<number>(COLUMNS).fill(0.5), b: 0.5 }));
  const [byHand, made] = [outs(), outs()];
  return {
    primal: (t) => logreg(sets[t].w, 0.1, sets[t].rows, sets[t].labels),
    hand: (t) =>
      logregByHand(sets[t].w, 0.1, sets[t].rows, sets[t].labels, byHand[t]),
    generated: (t) =>
      into(sets[t].w, 0.1, sets[t].rows, sets[t].labels, made[t]),
    slopes: () => ({
      hand: [...byHand[0].w, byHand[0].b],
      generated: [...made[0].w, made[0].b],
    }),
  };
}
