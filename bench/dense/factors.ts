import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf, rowsOf, zeroRows } from "./entry.js";
import { factors } from "./problems/factors.js";

type Rows = readonly (readonly number[])[];
type Args = [number[][], number[][], Rows, readonly boolean[][], number];

function byHand(
  users: number[][],
  items: number[][],
  ratings: Rows,
  mask: readonly (readonly boolean[])[],
  decay: number,
  out: { users: number[][]; items: number[][] },
): number {
  let loss = 0;
  for (const row of out.users) row.fill(0);
  for (const row of out.items) row.fill(0);
  for (let i = 0; i < users.length; i++) {
    const [u, gu, seen, rating] = [users[i], out.users[i], mask[i], ratings[i]];
    for (let j = 0; j < items.length; j++) {
      if (!seen[j]) continue;
      const v = items[j];
      const gv = out.items[j];
      let s = 0;
      for (let k = 0; k < u.length; k++) s += u[k] * v[k];
      const e = s - rating[j];
      loss += e * e;
      const d = 2 * e;
      for (let k = 0; k < u.length; k++) {
        gu[k] += d * v[k];
        gv[k] += d * u[k];
      }
    }
  }
  const shrink = (rows: number[][], slopes: number[][]): void => {
    for (let i = 0; i < rows.length; i++) {
      const [row, slope] = [rows[i], slopes[i]];
      for (let k = 0; k < row.length; k++) {
        loss += decay * row[k] * row[k];
        slope[k] += 2 * decay * row[k];
      }
    }
  };
  shrink(users, out.users);
  shrink(items, out.items);
  return loss;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "factors",
    primal: factors,
    byHand,
    args: (): Args => {
      const random = numbers(23);
      return [
        rowsOf(random(40 * 8, -1, 1), 8),
        rowsOf(random(30 * 8, -1, 1), 8),
        rowsOf(random(40 * 30, -2, 2), 30),
        rowsOf(random(40 * 30, 0, 1), 30).map((row) => row.map((x) => x < 0.3)),
        0.01,
      ];
    },
    out: () => ({ users: zeroRows(40, 8), items: zeroRows(30, 8) }),
  });
