/**
 * The mixture's gradient a third time (the column "fast"): as in handFast.ts, and the loops over the ten dimensions
 * written out. Printed once by a small script; it is what a generator can print where the sizes are constants.
 */
import { G } from "./data.js";

// Not shared with handFast.ts: an exported constant is slower to reach than a private one.
const { d: gd, K: gK, lt: glt } = G,
  NP = gK + 2 * gK * gd + gK * glt;
const TH = new Float64Array(NP),
  GG = new Float64Array(NP),
  GX = new Float64Array(G.n * gd),
  T = new Float64Array(gK),
  QX = new Float64Array(gK * gd),
  EQ = new Float64Array(gK * gd),
  SQ = new Float64Array(gK);

function fin(n: number, d: number, K: number, total: number): number {
  const th = TH,
    g = GG;
  let ma = -Infinity;
  for (let k = 0; k < K; k++) if (th[k] > ma) ma = th[k];
  let s = 0;
  for (let k = 0; k < K; k++) s += Math.exp(th[k] - ma);
  const c = n / s;
  for (let k = 0; k < K; k++) g[k] += c * Math.exp(th[k] - ma);
  return n * (ma + Math.log(s)) - total + n * d * 0.5 * Math.log(2 * Math.PI);
}

export function gmmU(
  th0: Float64Array,
  X0: Float64Array,
  g0: Float64Array,
): number {
  const n = G.n;
  const th = TH,
    g = GG,
    X = GX,
    t = T,
    qx = QX,
    eq = EQ,
    sq = SQ;
  th.set(th0);
  X.set(X0);
  g.fill(0);
  for (let k = 0; k < 5; k++) {
    let s = 0;
    for (let j = 0; j < 10; j++) {
      const q = th[55 + k * 10 + j];
      eq[k * 10 + j] = Math.exp(q);
      s += q;
    }
    sq[k] = th[k] + s;
  }
  let total = 0;
  for (let i = 0; i < n; i++) {
    const xo = i * 10;
    const x0 = X[xo + 0];
    const x1 = X[xo + 1];
    const x2 = X[xo + 2];
    const x3 = X[xo + 3];
    const x4 = X[xo + 4];
    const x5 = X[xo + 5];
    const x6 = X[xo + 6];
    const x7 = X[xo + 7];
    const x8 = X[xo + 8];
    const x9 = X[xo + 9];
    let m = -Infinity;
    for (let k = 0; k < 5; k++) {
      const kd = k * 10,
        p = 105 + k * 45;
      let q2 = 0;
      const c0 = x0 - th[5 + kd + 0];
      const v0 = eq[kd + 0] * c0;
      qx[kd + 0] = v0;
      q2 += v0 * v0;
      const c1 = x1 - th[5 + kd + 1];
      const v1 = eq[kd + 1] * c1 + th[p + 0] * c0;
      qx[kd + 1] = v1;
      q2 += v1 * v1;
      const c2 = x2 - th[5 + kd + 2];
      const v2 = eq[kd + 2] * c2 + th[p + 1] * c0 + th[p + 2] * c1;
      qx[kd + 2] = v2;
      q2 += v2 * v2;
      const c3 = x3 - th[5 + kd + 3];
      const v3 =
        eq[kd + 3] * c3 + th[p + 3] * c0 + th[p + 4] * c1 + th[p + 5] * c2;
      qx[kd + 3] = v3;
      q2 += v3 * v3;
      const c4 = x4 - th[5 + kd + 4];
      const v4 =
        eq[kd + 4] * c4 +
        th[p + 6] * c0 +
        th[p + 7] * c1 +
        th[p + 8] * c2 +
        th[p + 9] * c3;
      qx[kd + 4] = v4;
      q2 += v4 * v4;
      const c5 = x5 - th[5 + kd + 5];
      const v5 =
        eq[kd + 5] * c5 +
        th[p + 10] * c0 +
        th[p + 11] * c1 +
        th[p + 12] * c2 +
        th[p + 13] * c3 +
        th[p + 14] * c4;
      qx[kd + 5] = v5;
      q2 += v5 * v5;
      const c6 = x6 - th[5 + kd + 6];
      const v6 =
        eq[kd + 6] * c6 +
        th[p + 15] * c0 +
        th[p + 16] * c1 +
        th[p + 17] * c2 +
        th[p + 18] * c3 +
        th[p + 19] * c4 +
        th[p + 20] * c5;
      qx[kd + 6] = v6;
      q2 += v6 * v6;
      const c7 = x7 - th[5 + kd + 7];
      const v7 =
        eq[kd + 7] * c7 +
        th[p + 21] * c0 +
        th[p + 22] * c1 +
        th[p + 23] * c2 +
        th[p + 24] * c3 +
        th[p + 25] * c4 +
        th[p + 26] * c5 +
        th[p + 27] * c6;
      qx[kd + 7] = v7;
      q2 += v7 * v7;
      const c8 = x8 - th[5 + kd + 8];
      const v8 =
        eq[kd + 8] * c8 +
        th[p + 28] * c0 +
        th[p + 29] * c1 +
        th[p + 30] * c2 +
        th[p + 31] * c3 +
        th[p + 32] * c4 +
        th[p + 33] * c5 +
        th[p + 34] * c6 +
        th[p + 35] * c7;
      qx[kd + 8] = v8;
      q2 += v8 * v8;
      const c9 = x9 - th[5 + kd + 9];
      const v9 =
        eq[kd + 9] * c9 +
        th[p + 36] * c0 +
        th[p + 37] * c1 +
        th[p + 38] * c2 +
        th[p + 39] * c3 +
        th[p + 40] * c4 +
        th[p + 41] * c5 +
        th[p + 42] * c6 +
        th[p + 43] * c7 +
        th[p + 44] * c8;
      qx[kd + 9] = v9;
      q2 += v9 * v9;
      const v = sq[k] - 0.5 * q2;
      t[k] = v;
      if (v > m) m = v;
    }
    let s = 0;
    for (let k = 0; k < 5; k++) {
      const e = Math.exp(t[k] - m);
      t[k] = e;
      s += e;
    }
    total += m + Math.log(s);
    const inv = 1 / s;
    for (let k = 0; k < 5; k++) {
      const kd = k * 10,
        p = 105 + k * 45,
        r = t[k] * inv;
      g[k] -= r;
      const c0 = x0 - th[5 + kd + 0],
        w0 = r * qx[kd + 0];
      g[55 + kd + 0] += w0 * c0;
      const c1 = x1 - th[5 + kd + 1],
        w1 = r * qx[kd + 1];
      g[55 + kd + 1] += w1 * c1;
      const c2 = x2 - th[5 + kd + 2],
        w2 = r * qx[kd + 2];
      g[55 + kd + 2] += w2 * c2;
      const c3 = x3 - th[5 + kd + 3],
        w3 = r * qx[kd + 3];
      g[55 + kd + 3] += w3 * c3;
      const c4 = x4 - th[5 + kd + 4],
        w4 = r * qx[kd + 4];
      g[55 + kd + 4] += w4 * c4;
      const c5 = x5 - th[5 + kd + 5],
        w5 = r * qx[kd + 5];
      g[55 + kd + 5] += w5 * c5;
      const c6 = x6 - th[5 + kd + 6],
        w6 = r * qx[kd + 6];
      g[55 + kd + 6] += w6 * c6;
      const c7 = x7 - th[5 + kd + 7],
        w7 = r * qx[kd + 7];
      g[55 + kd + 7] += w7 * c7;
      const c8 = x8 - th[5 + kd + 8],
        w8 = r * qx[kd + 8];
      g[55 + kd + 8] += w8 * c8;
      const c9 = x9 - th[5 + kd + 9],
        w9 = r * qx[kd + 9];
      g[55 + kd + 9] += w9 * c9;
      g[p + 0] += w1 * c0;
      g[p + 1] += w2 * c0;
      g[p + 2] += w2 * c1;
      g[p + 3] += w3 * c0;
      g[p + 4] += w3 * c1;
      g[p + 5] += w3 * c2;
      g[p + 6] += w4 * c0;
      g[p + 7] += w4 * c1;
      g[p + 8] += w4 * c2;
      g[p + 9] += w4 * c3;
      g[p + 10] += w5 * c0;
      g[p + 11] += w5 * c1;
      g[p + 12] += w5 * c2;
      g[p + 13] += w5 * c3;
      g[p + 14] += w5 * c4;
      g[p + 15] += w6 * c0;
      g[p + 16] += w6 * c1;
      g[p + 17] += w6 * c2;
      g[p + 18] += w6 * c3;
      g[p + 19] += w6 * c4;
      g[p + 20] += w6 * c5;
      g[p + 21] += w7 * c0;
      g[p + 22] += w7 * c1;
      g[p + 23] += w7 * c2;
      g[p + 24] += w7 * c3;
      g[p + 25] += w7 * c4;
      g[p + 26] += w7 * c5;
      g[p + 27] += w7 * c6;
      g[p + 28] += w8 * c0;
      g[p + 29] += w8 * c1;
      g[p + 30] += w8 * c2;
      g[p + 31] += w8 * c3;
      g[p + 32] += w8 * c4;
      g[p + 33] += w8 * c5;
      g[p + 34] += w8 * c6;
      g[p + 35] += w8 * c7;
      g[p + 36] += w9 * c0;
      g[p + 37] += w9 * c1;
      g[p + 38] += w9 * c2;
      g[p + 39] += w9 * c3;
      g[p + 40] += w9 * c4;
      g[p + 41] += w9 * c5;
      g[p + 42] += w9 * c6;
      g[p + 43] += w9 * c7;
      g[p + 44] += w9 * c8;
      g[5 + kd + 0] -=
        w0 * eq[kd + 0] +
        w1 * th[p + 0] +
        w2 * th[p + 1] +
        w3 * th[p + 3] +
        w4 * th[p + 6] +
        w5 * th[p + 10] +
        w6 * th[p + 15] +
        w7 * th[p + 21] +
        w8 * th[p + 28] +
        w9 * th[p + 36];
      g[5 + kd + 1] -=
        w1 * eq[kd + 1] +
        w2 * th[p + 2] +
        w3 * th[p + 4] +
        w4 * th[p + 7] +
        w5 * th[p + 11] +
        w6 * th[p + 16] +
        w7 * th[p + 22] +
        w8 * th[p + 29] +
        w9 * th[p + 37];
      g[5 + kd + 2] -=
        w2 * eq[kd + 2] +
        w3 * th[p + 5] +
        w4 * th[p + 8] +
        w5 * th[p + 12] +
        w6 * th[p + 17] +
        w7 * th[p + 23] +
        w8 * th[p + 30] +
        w9 * th[p + 38];
      g[5 + kd + 3] -=
        w3 * eq[kd + 3] +
        w4 * th[p + 9] +
        w5 * th[p + 13] +
        w6 * th[p + 18] +
        w7 * th[p + 24] +
        w8 * th[p + 31] +
        w9 * th[p + 39];
      g[5 + kd + 4] -=
        w4 * eq[kd + 4] +
        w5 * th[p + 14] +
        w6 * th[p + 19] +
        w7 * th[p + 25] +
        w8 * th[p + 32] +
        w9 * th[p + 40];
      g[5 + kd + 5] -=
        w5 * eq[kd + 5] +
        w6 * th[p + 20] +
        w7 * th[p + 26] +
        w8 * th[p + 33] +
        w9 * th[p + 41];
      g[5 + kd + 6] -=
        w6 * eq[kd + 6] + w7 * th[p + 27] + w8 * th[p + 34] + w9 * th[p + 42];
      g[5 + kd + 7] -= w7 * eq[kd + 7] + w8 * th[p + 35] + w9 * th[p + 43];
      g[5 + kd + 8] -= w8 * eq[kd + 8] + w9 * th[p + 44];
      g[5 + kd + 9] -= w9 * eq[kd + 9];
    }
  }
  for (let k = 0; k < 5; k++)
    for (let j = 0; j < 10; j++)
      g[55 + k * 10 + j] = g[55 + k * 10 + j] * eq[k * 10 + j] + g[k];
  const v = fin(n, 10, 5, total);
  g0.set(g);
  return v;
}
