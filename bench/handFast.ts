/**
 * The gradients of hand.ts again, the same mathematics shaped for V8 (the column "fast"): every array is a
 * module-level constant reached through a local alias taken at entry; parameters are copied in, the gradient is
 * copied out. handUnrolled.ts goes one step further.
 */
import { G, M, N1 } from "./data.js";
const RX = new Float64Array(N1),
  RG = new Float64Array(N1),
  CELL = new Float64Array(1);

export function rosenF(x0: Float64Array, g0: Float64Array): number {
  const x = RX,
    g = RG,
    n = x0.length;
  x.set(x0);
  let s = 0,
    xi = x[0],
    gi = 0;
  for (let i = 1; i < n; i++) {
    const xn = x[i],
      d = xn - xi * xi,
      e = 1 - xi;
    s += 100 * d * d + e * e;
    g[i - 1] = gi - 400 * d * xi - 2 * e;
    gi = 200 * d;
    xi = xn;
  }
  g[n - 1] = gi;
  const c = CELL;
  c[0] = s;
  g0.set(g);
  return c[0];
} // parking s: V8 13.6 otherwise keeps the accumulator in memory inside the loop (x2.8)

// --- GMM, loops kept
const { n: gn, d: gd, K: gK, lt: glt } = G,
  NP = gK + 2 * gK * gd + gK * glt;
const TH = new Float64Array(NP),
  GG = new Float64Array(NP),
  GX = new Float64Array(gn * gd),
  T = new Float64Array(gK),
  XC = new Float64Array(gK * gd),
  QX = new Float64Array(gK * gd),
  EQ = new Float64Array(gK * gd),
  SQ = new Float64Array(gK),
  XB = new Float64Array(gd);

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

export function gmmF(
  th0: Float64Array,
  X0: Float64Array,
  g0: Float64Array,
): number {
  const th = TH,
    g = GG,
    X = GX,
    t = T,
    xc = XC,
    qx = QX,
    eq = EQ,
    sq = SQ,
    xb = XB,
    n = gn,
    d = gd,
    K = gK,
    lt = glt,
    oQ = K + K * d,
    oL = K + 2 * K * d;
  th.set(th0);
  X.set(X0);
  g.fill(0);
  for (let k = 0; k < K; k++) {
    let s = 0;
    for (let j = 0; j < d; j++) {
      const q = th[oQ + k * d + j];
      eq[k * d + j] = Math.exp(q);
      s += q;
    }
    sq[k] = th[k] + s;
  }
  let total = 0;
  for (let i = 0; i < n; i++) {
    let m = -Infinity;
    for (let k = 0; k < K; k++) {
      let q2 = 0,
        p = oL + k * lt;
      const kd = k * d;
      for (let j = 0; j < d; j++) {
        const c = X[i * d + j] - th[K + kd + j];
        xc[kd + j] = c;
        let v = eq[kd + j] * c;
        for (let l = 0; l < j; l++) v += th[p + l] * xc[kd + l];
        p += j;
        qx[kd + j] = v;
        q2 += v * v;
      }
      const v = sq[k] - 0.5 * q2;
      t[k] = v;
      if (v > m) m = v;
    }
    let s = 0;
    for (let k = 0; k < K; k++) {
      const e = Math.exp(t[k] - m);
      t[k] = e;
      s += e;
    }
    total += m + Math.log(s);
    const inv = 1 / s;
    for (let k = 0; k < K; k++) {
      const r = t[k] * inv,
        kd = k * d;
      g[k] -= r;
      let p = oL + k * lt;
      for (let j = 0; j < d; j++) xb[j] = 0;
      for (let j = 0; j < d; j++) {
        const v = r * qx[kd + j],
          c = xc[kd + j];
        g[oQ + kd + j] += v * c;
        xb[j] += v * eq[kd + j];
        for (let l = 0; l < j; l++) {
          g[p + l] += v * xc[kd + l];
          xb[l] += v * th[p + l];
        }
        p += j;
      }
      for (let j = 0; j < d; j++) g[K + kd + j] -= xb[j];
    }
  }
  for (let k = 0; k < K; k++)
    for (let j = 0; j < d; j++)
      g[oQ + k * d + j] = g[oQ + k * d + j] * eq[k * d + j] + g[k];
  const v = fin(n, d, K, total);
  g0.set(g);
  return v;
}

// --- MLP
const MP = M.I * M.H + M.H + M.H * M.O + M.O,
  PP = new Float64Array(MP),
  PG = new Float64Array(MP),
  PX = new Float64Array(M.B * M.I),
  HB = new Float64Array(M.B * M.H),
  ZB = new Float64Array(M.B * M.O),
  HG = new Float64Array(M.B * M.H);

export function mlpF(
  p0: Float64Array,
  X0: Float64Array,
  y: Int32Array,
  g0: Float64Array,
): number {
  const p = PP,
    X = PX,
    g = PG,
    h = HB,
    z = ZB,
    hg = HG;
  p.set(p0);
  X.set(X0);
  const { B, I, H, O } = M,
    oB1 = I * H,
    oW2 = oB1 + H,
    oB2 = oW2 + H * O;
  let loss = 0;
  for (let b = 0; b < B; b += 4) {
    const x0 = b * I,
      x1 = x0 + I,
      x2 = x1 + I,
      x3 = x2 + I,
      h0 = b * H;
    for (let j = 0; j < H; j += 2) {
      const b0 = p[oB1 + j],
        b1 = p[oB1 + j + 1];
      let s00 = b0,
        s10 = b0,
        s20 = b0,
        s30 = b0,
        s01 = b1,
        s11 = b1,
        s21 = b1,
        s31 = b1;
      for (let i = 0; i < I; i++) {
        const q = i * H + j,
          w = p[q],
          v = p[q + 1],
          a0 = X[x0 + i],
          a1 = X[x1 + i],
          a2 = X[x2 + i],
          a3 = X[x3 + i];
        s00 += a0 * w;
        s10 += a1 * w;
        s20 += a2 * w;
        s30 += a3 * w;
        s01 += a0 * v;
        s11 += a1 * v;
        s21 += a2 * v;
        s31 += a3 * v;
      }
      const o = h0 + j;
      h[o] = s00 > 0 ? s00 : 0;
      h[o + H] = s10 > 0 ? s10 : 0;
      h[o + 2 * H] = s20 > 0 ? s20 : 0;
      h[o + 3 * H] = s30 > 0 ? s30 : 0;
      h[o + 1] = s01 > 0 ? s01 : 0;
      h[o + H + 1] = s11 > 0 ? s11 : 0;
      h[o + 2 * H + 1] = s21 > 0 ? s21 : 0;
      h[o + 3 * H + 1] = s31 > 0 ? s31 : 0;
    }
  }
  const iB = 1 / B;
  for (let b = 0; b < B; b++) {
    const zo = b * O,
      ho = b * H;
    let m = -Infinity;
    for (let o = 0; o < O; o += 5) {
      let s0 = p[oB2 + o],
        s1 = p[oB2 + o + 1],
        s2 = p[oB2 + o + 2],
        s3 = p[oB2 + o + 3],
        s4 = p[oB2 + o + 4];
      for (let j = 0; j < H; j++) {
        const a = h[ho + j],
          w = oW2 + j * O + o;
        s0 += a * p[w];
        s1 += a * p[w + 1];
        s2 += a * p[w + 2];
        s3 += a * p[w + 3];
        s4 += a * p[w + 4];
      }
      const q = zo + o;
      z[q] = s0;
      z[q + 1] = s1;
      z[q + 2] = s2;
      z[q + 3] = s3;
      z[q + 4] = s4;
    }
    for (let o = 0; o < O; o++) {
      const s = z[zo + o];
      if (s > m) m = s;
    }
    let e = 0;
    const zy = z[zo + y[b]];
    for (let o = 0; o < O; o++) {
      const t = Math.exp(z[zo + o] - m);
      z[zo + o] = t;
      e += t;
    }
    loss += m + Math.log(e) - zy;
    const c = iB / e;
    for (let o = 0; o < O; o++) z[zo + o] *= c;
    z[zo + y[b]] -= iB;
  }
  for (let o = 0; o < O; o++) {
    let s = 0;
    for (let b = 0; b < B; b++) s += z[b * O + o];
    g[oB2 + o] = s;
  }
  for (let j = 0; j < H; j += 2)
    for (let o = 0; o < O; o += 5) {
      let s0 = 0,
        s1 = 0,
        s2 = 0,
        s3 = 0,
        s4 = 0,
        r0 = 0,
        r1 = 0,
        r2 = 0,
        r3 = 0,
        r4 = 0;
      for (let b = 0; b < B; b++) {
        const q = b * H + j,
          r = b * O + o,
          a = h[q],
          c = h[q + 1],
          d0 = z[r],
          d1 = z[r + 1],
          d2 = z[r + 2],
          d3 = z[r + 3],
          d4 = z[r + 4];
        s0 += a * d0;
        s1 += a * d1;
        s2 += a * d2;
        s3 += a * d3;
        s4 += a * d4;
        r0 += c * d0;
        r1 += c * d1;
        r2 += c * d2;
        r3 += c * d3;
        r4 += c * d4;
      }
      let w = oW2 + j * O + o;
      g[w] = s0;
      g[w + 1] = s1;
      g[w + 2] = s2;
      g[w + 3] = s3;
      g[w + 4] = s4;
      w += O;
      g[w] = r0;
      g[w + 1] = r1;
      g[w + 2] = r2;
      g[w + 3] = r3;
      g[w + 4] = r4;
    }
  for (let j = 0; j < H; j++) {
    let sb = 0;
    const w = oW2 + j * O;
    for (let b = 0; b < B; b++) {
      const q = b * H + j;
      let s = 0;
      if (h[q] > 0) {
        const r = b * O;
        let u = 0;
        for (let o = 0; o < O; o += 2) {
          s += z[r + o] * p[w + o];
          u += z[r + o + 1] * p[w + o + 1];
        }
        s += u;
      }
      hg[q] = s;
      sb += s;
    }
    g[oB1 + j] = sb;
  }
  for (let i = 0; i < I; i += 2)
    for (let j = 0; j < H; j += 4) {
      let s0 = 0,
        s1 = 0,
        s2 = 0,
        s3 = 0,
        r0 = 0,
        r1 = 0,
        r2 = 0,
        r3 = 0;
      for (let b = 0; b < B; b++) {
        const q0 = b * I + i,
          a = X[q0],
          c = X[q0 + 1],
          q = b * H + j,
          d0 = hg[q],
          d1 = hg[q + 1],
          d2 = hg[q + 2],
          d3 = hg[q + 3];
        s0 += a * d0;
        s1 += a * d1;
        s2 += a * d2;
        s3 += a * d3;
        r0 += c * d0;
        r1 += c * d1;
        r2 += c * d2;
        r3 += c * d3;
      }
      const w = i * H + j;
      g[w] = s0;
      g[w + 1] = s1;
      g[w + 2] = s2;
      g[w + 3] = s3;
      g[w + H] = r0;
      g[w + H + 1] = r1;
      g[w + H + 2] = r2;
      g[w + H + 3] = r3;
    }
  g0.set(g);
  return loss * iB;
}
