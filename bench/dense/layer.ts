import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf, rowsOf, zeroRows } from "./entry.js";
import { layer } from "./problems/layer.js";

type Rows = readonly (readonly number[])[];

function byHand(
  w: number[][],
  b: number[],
  xs: Rows,
  ys: Rows,
  out: { w: number[][]; b: number[] },
): number {
  const [n, m] = [xs.length, w.length];
  for (const row of out.w) row.fill(0);
  out.b.fill(0);
  let loss = 0;
  for (let r = 0; r < n; r++) {
    const x = xs[r];
    const y = ys[r];
    for (let j = 0; j < m; j++) {
      const row = w[j];
      const grow = out.w[j];
      let s = b[j];
      for (let i = 0; i < x.length; i++) s += row[i] * x[i];
      const t = Math.tanh(s);
      const e = t - y[j];
      loss += e * e;
      const d = ((2 * e) / n) * (1 - t * t);
      out.b[j] += d;
      for (let i = 0; i < x.length; i++) grow[i] += d * x[i];
    }
  }
  return loss / n;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "layer",
    primal: layer,
    byHand,
    args: (): [number[][], number[], Rows, Rows] => {
      const random = numbers(21);
      return [
        rowsOf(random(16 * 32, -0.3, 0.3), 32),
        Array.from(random(16, -0.3, 0.3)),
        rowsOf(random(64 * 32, -1, 1), 32),
        rowsOf(random(64 * 16, -1, 1), 16),
      ];
    },
    out: () => ({ w: zeroRows(16, 32), b: zeroRows(1, 16)[0]! }),
  });
