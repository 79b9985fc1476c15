import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf, rowsOf, zeroRows } from "./entry.js";
import { cholesky } from "./problems/cholesky.js";

const N = 20;
const L = zeroRows(N, N);
const BL = zeroRows(N, N);
const Z = zeroRows(1, N)[0]!;
const BZ = zeroRows(1, N)[0]!;

function byHand(
  cov: number[][],
  x: readonly number[],
  out: { cov: number[][] },
): number {
  const [l, bl, z, bz] = [L, BL, Z, BZ];
  const n = x.length;
  let value = 0;
  for (let i = 0; i < n; i++) {
    const li = l[i];
    for (let j = 0; j <= i; j++) {
      const lj = l[j];
      let s = cov[i][j];
      for (let k = 0; k < j; k++) s -= li[k] * lj[k];
      li[j] = i === j ? Math.sqrt(s) : s / lj[j];
    }
    let s = x[i];
    for (let k = 0; k < i; k++) s -= li[k] * z[k];
    z[i] = s / li[i];
    value += 0.5 * z[i] * z[i] + Math.log(li[i]);
    bl[i].fill(0);
    out.cov[i].fill(0);
  }
  for (let i = 0; i < n; i++) bz[i] = z[i];
  for (let i = n - 1; i >= 0; i--) {
    const [li, bli, gi] = [l[i], bl[i], out.cov[i]];
    const bs = bz[i] / li[i];
    bli[i] += 1 / li[i] - bs * z[i];
    for (let k = 0; k < i; k++) {
      bli[k] -= bs * z[k];
      bz[k] -= bs * li[k];
    }
    for (let j = i; j >= 0; j--) {
      const [lj, blj] = [l[j], bl[j]];
      const b = i === j ? (0.5 * bli[i]) / li[i] : bli[j] / lj[j];
      if (i !== j) blj[j] -= b * li[j];
      gi[j] += b;
      for (let k = 0; k < j; k++) {
        bli[k] -= b * lj[k];
        blj[k] -= b * li[k];
      }
    }
  }
  return value;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "cholesky",
    primal: cholesky,
    byHand,
    args: (): [number[][], readonly number[]] => {
      const random = numbers(26);
      const m = rowsOf(random(N * N, -1, 1), N);
      const cov = m.map((a, i) =>
        m.map(
          (b, j) => a.reduce((s, x, k) => s + x * b[k]!, 0) + (i === j ? 2 : 0),
        ),
      );
      return [cov, Array.from(random(N, -1, 1))];
    },
    out: () => ({ cov: zeroRows(N, N) }),
  });
