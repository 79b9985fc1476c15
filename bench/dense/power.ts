import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf } from "./entry.js";
import { power } from "./problems/power.js";

const N = 16;
const STEPS = 20;
const V = new Float64Array((STEPS + 1) * N);
const NORMS = new Float64Array(STEPS);
const BV = new Float64Array(N);
const BN = new Float64Array(N);

function byHand(
  a: Float64Array,
  start: Float64Array,
  steps: number,
  out: { a: Float64Array },
): number {
  const [v, norms] = [V, NORMS];
  const n = start.length;
  v.set(start);
  for (let step = 0; step < steps; step++) {
    const p = step * n;
    let norm = 0;
    for (let i = 0; i < n; i++) {
      let s = 0;
      for (let j = 0; j < n; j++) s += a[i * n + j] * v[p + j];
      v[p + n + i] = s;
      norm += s * s;
    }
    norm = Math.sqrt(norm);
    norms[step] = norm;
    for (let i = 0; i < n; i++) v[p + n + i] /= norm;
  }
  const g = out.a;
  let [bv, bn] = [BV, BN];
  bv.fill(0);
  const last = steps * n;
  let value = 0;
  for (let i = 0; i < n; i++) {
    const vi = v[last + i];
    let d = 0;
    for (let j = 0; j < n; j++) {
      const vj = v[last + j];
      const aij = a[i * n + j];
      value += vi * aij * vj;
      g[i * n + j] = vi * vj;
      d += aij * vj;
      bv[j] += vi * aij;
    }
    bv[i] += d;
  }
  for (let step = steps - 1; step >= 0; step--) {
    const p = step * n;
    let dot = 0;
    for (let i = 0; i < n; i++) dot += bv[i] * v[p + n + i];
    const r = 1 / norms[step];
    bn.fill(0);
    for (let i = 0; i < n; i++) {
      const d = (bv[i] - dot * v[p + n + i]) * r;
      for (let j = 0; j < n; j++) {
        g[i * n + j] += d * v[p + j];
        bn[j] += d * a[i * n + j];
      }
    }
    [bv, bn] = [bn, bv];
  }
  return value;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "power",
    primal: power,
    byHand,
    args: (): [Float64Array, Float64Array, number] => {
      const random = numbers(25);
      const a = random(N * N, -1, 1);
      for (let i = 0; i < N; i++)
        for (let j = 0; j < i; j++) a[i * N + j] = a[j * N + i]!;
      return [a, random(N, 0, 1), STEPS];
    },
    out: () => ({ a: new Float64Array(N * N) }),
  });
