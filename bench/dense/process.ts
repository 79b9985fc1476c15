import { type Contest, type Module, numbers } from "../races/contest.js";
import { contestOf } from "./entry.js";
import { process } from "./problems/process.js";

const N = 24;
const D = 3;
const K = new Float64Array(N * N);
const KERNEL = new Float64Array(N * N);
const BK = new Float64Array(N * N);
const Z = new Float64Array(N);
const BZ = new Float64Array(N);
const RATES = new Float64Array(D);

type Args = [Float64Array, Float64Array, Float64Array];

function byHand(...all: [...Args, { theta: Float64Array }]): number {
  const [theta, xs, ys, out] = all;
  const [k, kernel, bk, z, bz, rates] = [K, KERNEL, BK, Z, BZ, RATES];
  const n = ys.length;
  const d = xs.length / n;
  const amplitude = Math.exp(theta[0]);
  const noise = Math.exp(theta[1]);
  for (let m = 0; m < d; m++) rates[m] = Math.exp(-theta[2 + m]);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let r = 0;
      for (let m = 0; m < d; m++) {
        const e = (xs[i * d + m] - xs[j * d + m]) * rates[m];
        r += e * e;
      }
      const value = amplitude * Math.exp(-0.5 * r);
      kernel[i * n + j] = value;
      k[i * n + j] = value + (i === j ? noise : 0);
      bk[i * n + j] = 0;
    }
  let value = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let s = k[i * n + j];
      for (let m = 0; m < j; m++) s -= k[i * n + m] * k[j * n + m];
      k[i * n + j] = s / k[j * n + j];
    }
    let s = k[i * n + i];
    let t = ys[i];
    for (let m = 0; m < i; m++) {
      const l = k[i * n + m];
      s -= l * l;
      t -= l * z[m];
    }
    const root = Math.sqrt(s);
    k[i * n + i] = root;
    z[i] = t / root;
    bz[i] = z[i];
    value += 0.5 * z[i] * z[i] + Math.log(root);
  }
  for (let i = n - 1; i >= 0; i--) {
    const root = k[i * n + i];
    const bt = bz[i] / root;
    const bs = (bk[i * n + i] + 1 / root - bt * z[i]) / (2 * root);
    bk[i * n + i] = bs;
    for (let m = 0; m < i; m++) {
      bk[i * n + m] -= 2 * bs * k[i * n + m] + bt * z[m];
      bz[m] -= bt * k[i * n + m];
    }
    for (let j = i - 1; j >= 0; j--) {
      const b = bk[i * n + j] / k[j * n + j];
      bk[j * n + j] -= b * k[i * n + j];
      bk[i * n + j] = b;
      for (let m = 0; m < j; m++) {
        bk[i * n + m] -= b * k[j * n + m];
        bk[j * n + m] -= b * k[i * n + m];
      }
    }
  }
  const g = out.theta;
  g.fill(0);
  for (let i = 0; i < n; i++) {
    g[1] += bk[i * n + i] * noise;
    for (let j = 0; j <= i; j++) {
      const b = bk[i * n + j] * kernel[i * n + j];
      g[0] += b;
      for (let m = 0; m < d; m++) {
        const e = (xs[i * d + m] - xs[j * d + m]) * rates[m];
        g[2 + m] += b * e * e;
      }
    }
  }
  return value;
}

export const contest = (module: Module): Contest =>
  contestOf(module, {
    name: "process",
    primal: process,
    byHand,
    args: (): Args => {
      const random = numbers(29);
      return [random(2 + D, -0.7, 0.3), random(N * D, -1, 1), random(N, -1, 1)];
    },
    out: () => ({ theta: new Float64Array(2 + D) }),
  });
