import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf, rowsOf, zeroRows } from "./entry.js";
import { normal } from "./problems/normal.js";

const D = 6;
const ROWS = 80;
const A = zeroRows(D, D);
const L = zeroRows(D, D);
const BA = zeroRows(D, D);
const [C, BC, X, S] = zeroRows(4, D) as [
  number[],
  number[],
  number[],
  number[],
];

type Rows = readonly (readonly number[])[];
type Args = [number[], number, Rows, readonly number[]];

/** The solution's adjoint solves the same system: no step of the elimination is kept but its factors. */
function byHand(
  ...[scales, ridge, rows, ys, out]: [
    ...Args,
    { scales: number[]; ridge: number },
  ]
): number {
  const [a, l, ba, c, bc, x, raw] = [A, L, BA, C, BC, X, S];
  const d = scales.length;
  const half = rows.length / 2;
  for (let i = 0; i < d; i++) a[i].fill(0);
  c.fill(0);
  for (let r = 0; r < half; r++) {
    const row = rows[r];
    for (let i = 0; i < d; i++) {
      const xi = row[i] * scales[i];
      c[i] += xi * ys[r];
      const ai = a[i];
      for (let j = 0; j < d; j++) ai[j] += xi * row[j] * scales[j];
    }
  }
  for (let i = 0; i < d; i++) a[i][i] += ridge;
  for (let i = 0; i < d; i++) raw[i] = c[i];
  for (let p = 0; p < d; p++)
    for (let i = p + 1; i < d; i++) {
      const [ai, ap] = [a[i], a[p]];
      const f = ai[p] / ap[p];
      l[i][p] = f;
      for (let j = p; j < d; j++) ai[j] -= f * ap[j];
      c[i] -= f * c[p];
    }
  for (let i = d - 1; i >= 0; i--) {
    let s = c[i];
    for (let j = i + 1; j < d; j++) s -= a[i][j] * x[j];
    x[i] = s / a[i][i];
  }
  const g = out.scales;
  g.fill(0);
  bc.fill(0);
  let error = 0;
  for (let r = half; r < rows.length; r++) {
    const row = rows[r];
    let s = -ys[r];
    for (let i = 0; i < d; i++) s += row[i] * scales[i] * x[i];
    error += s * s;
    for (let i = 0; i < d; i++) {
      bc[i] += 2 * s * row[i] * scales[i];
      g[i] += 2 * s * row[i] * x[i];
    }
  }
  // A is symmetric: U^T y = bc, then L^T bc = y
  for (let i = 0; i < d; i++) {
    let s = bc[i];
    for (let j = 0; j < i; j++) s -= a[j][i] * bc[j];
    bc[i] = s / a[i][i];
  }
  for (let i = d - 1; i >= 0; i--)
    for (let j = i + 1; j < d; j++) bc[i] -= l[j][i] * bc[j];
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) ba[i][j] = -bc[i] * x[j];
  out.ridge = 0;
  for (let i = 0; i < d; i++) out.ridge += ba[i][i];
  for (let r = 0; r < half; r++) {
    const row = rows[r];
    for (let i = 0; i < d; i++) {
      g[i] += bc[i] * row[i] * ys[r];
      for (let j = 0; j < d; j++) {
        const b = ba[i][j] * row[i] * row[j];
        g[i] += b * scales[j];
        g[j] += b * scales[i];
      }
    }
  }
  return error;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "normal",
    primal: normal,
    byHand,
    args: (): Args => {
      const random = numbers(30);
      return [
        Array.from(random(D, 0.5, 1.5)),
        0.3,
        rowsOf(random(ROWS * D, -1, 1), D),
        Array.from(random(ROWS, -1, 1)),
      ];
    },
    out: () => ({ scales: zeroRows(1, D)[0]!, ridge: 0.5 }),
  });
