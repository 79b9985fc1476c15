import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf, rowsOf, zeroRows } from "./entry.js";
import { softmax } from "./problems/softmax.js";

type Rows = readonly (readonly number[])[];
const K = 10;
const SCORES = new Array<number>(K).fill(0.5);

function byHand(
  w: number[][],
  b: number[],
  xs: Rows,
  labels: readonly number[],
  out: { w: number[][]; b: number[] },
): number {
  const scores = SCORES;
  const n = xs.length;
  for (const row of out.w) row.fill(0);
  out.b.fill(0);
  let loss = 0;
  for (let r = 0; r < n; r++) {
    const x = xs[r];
    let top = -Infinity;
    for (let k = 0; k < K; k++) {
      const row = w[k];
      let s = b[k];
      for (let i = 0; i < x.length; i++) s += row[i] * x[i];
      scores[k] = s;
      if (s > top) top = s;
    }
    let sum = 0;
    const label = labels[r];
    const right = scores[label];
    for (let k = 0; k < K; k++) sum += scores[k] = Math.exp(scores[k] - top);
    loss += Math.log(sum) + top - right;
    const scale = 1 / (sum * n);
    for (let k = 0; k < K; k++) {
      const d = scores[k] * scale - (k === label ? 1 / n : 0);
      const row = out.w[k];
      out.b[k] += d;
      for (let i = 0; i < x.length; i++) row[i] += d * x[i];
    }
  }
  return loss / n;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "softmax",
    primal: softmax,
    byHand,
    args: (): [number[][], number[], Rows, readonly number[]] => {
      const random = numbers(22);
      return [
        rowsOf(random(K * 20, -0.3, 0.3), 20),
        Array.from(random(K, -0.3, 0.3)),
        rowsOf(random(100 * 20, -1, 1), 20),
        Array.from(random(100, 0, K), Math.floor),
      ];
    },
    out: () => ({ w: zeroRows(K, 20), b: zeroRows(1, K)[0]! }),
  });
