/**
 * Gradients written by hand: the yardstick for the generated code (the column "hand" of the benchmark).
 * Typed arrays as parameters, work arrays reused between calls, no tape where a value can be recomputed, the
 * network's products blocked in registers. Each function returns the value and overwrites g with the gradient.
 */
import { G, M, ODE } from "./data.js";

export function rosenG(x: Float64Array, g: Float64Array): number {
  const n = x.length;
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
  return s;
}

// --- GMM. Straight reverse-mode structure (what a good compiler can reach without algebraic insight).
const gK = G.K,
  gd = G.d;
const gT = new Float64Array(gK),
  gXC = new Float64Array(gK * gd),
  gQX = new Float64Array(gK * gd),
  gEQ = new Float64Array(gK * gd),
  gSQ = new Float64Array(gK),
  gXB = new Float64Array(gd);

export function gmmG(
  th: Float64Array,
  X: Float64Array,
  g: Float64Array,
): number {
  const { n, d, K, lt } = G,
    oMu = K,
    oQ = K + K * d,
    oL = K + 2 * K * d;
  g.fill(0);
  const t = gT,
    xc = gXC,
    qx = gQX,
    eq = gEQ,
    sq = gSQ,
    xb = gXB;
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
        const c = X[i * d + j] - th[oMu + kd + j];
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
        const v = r * qx[kd + j];
        const c = xc[kd + j];
        g[oQ + kd + j] += v * c;
        xb[j] += v * eq[kd + j];
        for (let l = 0; l < j; l++) {
          g[p + l] += v * xc[kd + l];
          xb[l] += v * th[p + l];
        }
        p += j;
      }
      for (let j = 0; j < d; j++) g[oMu + kd + j] -= xb[j];
    }
  }
  for (let k = 0; k < K; k++)
    for (let j = 0; j < d; j++)
      g[oQ + k * d + j] = g[oQ + k * d + j] * eq[k * d + j] + g[k];
  return finishAlpha(th, g, n, d, K, total);
}

function finishAlpha(
  th: Float64Array,
  g: Float64Array,
  n: number,
  d: number,
  K: number,
  total: number,
): number {
  let ma = -Infinity;
  for (let k = 0; k < K; k++) if (th[k] > ma) ma = th[k];
  let s = 0;
  for (let k = 0; k < K; k++) s += Math.exp(th[k] - ma);
  const c = n / s;
  for (let k = 0; k < K; k++) g[k] += c * Math.exp(th[k] - ma);
  return n * (ma + Math.log(s)) - total + n * d * 0.5 * Math.log(2 * Math.PI);
}

// --- GMM with the mean adjoint accumulated before the constant linear map (sum_i r_i Qx_i, then Q^T once).
const gVS = new Float64Array(gK * gd);

export function gmmGopt(
  th: Float64Array,
  X: Float64Array,
  g: Float64Array,
): number {
  const { n, d, K, lt } = G,
    oMu = K,
    oQ = K + K * d,
    oL = K + 2 * K * d;
  g.fill(0);
  const t = gT,
    xc = gXC,
    qx = gQX,
    eq = gEQ,
    sq = gSQ,
    vs = gVS;
  vs.fill(0);
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
        const c = X[i * d + j] - th[oMu + kd + j];
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
      for (let j = 0; j < d; j++) {
        const v = r * qx[kd + j];
        vs[kd + j] += v;
        g[oQ + kd + j] += v * xc[kd + j];
        for (let l = 0; l < j; l++) g[p + l] += v * xc[kd + l];
        p += j;
      }
    }
  }
  for (let k = 0; k < K; k++) {
    let p = oL + k * lt;
    const kd = k * d;
    for (let j = 0; j < d; j++) {
      const v = vs[kd + j];
      g[oMu + kd + j] -= v * eq[kd + j];
      for (let l = 0; l < j; l++) g[oMu + kd + l] -= v * th[p + l];
      p += j;
      g[oQ + kd + j] = g[oQ + kd + j] * eq[kd + j] + g[k];
    }
  }
  return finishAlpha(th, g, n, d, K, total);
}

// --- MLP: register-blocked loops (4 batch rows at a time), contiguous access.
const mB = M.B,
  mH = M.H,
  mO = M.O;
const HB = new Float64Array(mB * mH),
  ZB = new Float64Array(mB * mO),
  HG = new Float64Array(mB * mH);

export function mlpG(
  p: Float64Array,
  X: Float64Array,
  y: Int32Array,
  g: Float64Array,
): number {
  const { B, I, H, O } = M,
    oB1 = I * H,
    oW2 = oB1 + H,
    oB2 = oW2 + H * O;
  const h = HB,
    z = ZB,
    hg = HG;
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
        const w = p[i * H + j],
          v = p[i * H + j + 1],
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
    for (let o = 0; o < O; o += 2) {
      let s0 = p[oB2 + o],
        s1 = p[oB2 + o + 1];
      for (let j = 0; j < H; j++) {
        const a = h[ho + j],
          w = oW2 + j * O + o;
        s0 += a * p[w];
        s1 += a * p[w + 1];
      }
      z[zo + o] = s0;
      z[zo + o + 1] = s1;
      if (s0 > m) m = s0;
      if (s1 > m) m = s1;
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
    for (let o = 0; o < O; o += 2) {
      let s00 = 0,
        s01 = 0,
        s10 = 0,
        s11 = 0;
      for (let b = 0; b < B; b++) {
        const q = b * H + j,
          r = b * O + o,
          a0 = h[q],
          a1 = h[q + 1],
          c0 = z[r],
          c1 = z[r + 1];
        s00 += a0 * c0;
        s01 += a0 * c1;
        s10 += a1 * c0;
        s11 += a1 * c1;
      }
      const w = oW2 + j * O + o;
      g[w] = s00;
      g[w + 1] = s01;
      g[w + O] = s10;
      g[w + O + 1] = s11;
    }
  for (let j = 0; j < H; j++) {
    let sb = 0;
    const w = oW2 + j * O;
    for (let b = 0; b < B; b++) {
      const q = b * H + j;
      let s = 0;
      if (h[q] > 0) {
        const r = b * O;
        for (let o = 0; o < O; o++) s += z[r + o] * p[w + o];
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
        const a = X[b * I + i],
          c = X[b * I + i + 1],
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
  return loss * iB;
}

// --- Lotka-Volterra RK4: store (x,y) per step, recompute the stages in reverse.
const XS = new Float64Array(ODE.steps + 1),
  YS = new Float64Array(ODE.steps + 1);

export function lvG(p: Float64Array, g: Float64Array): number {
  const a = p[0],
    b = p[1],
    de = p[2],
    ga = p[3],
    h = ODE.h,
    N = ODE.steps,
    hh = 0.5 * h,
    h6 = h / 6;
  const xs = XS,
    ys = YS;
  let x = p[4],
    y = p[5];
  for (let n = 0; n < N; n++) {
    xs[n] = x;
    ys[n] = y;
    const xy = x * y;
    const k1x = a * x - b * xy,
      k1y = de * xy - ga * y,
      x2 = x + hh * k1x,
      y2 = y + hh * k1y,
      p2 = x2 * y2;
    const k2x = a * x2 - b * p2,
      k2y = de * p2 - ga * y2,
      x3 = x + hh * k2x,
      y3 = y + hh * k2y,
      p3 = x3 * y3;
    const k3x = a * x3 - b * p3,
      k3y = de * p3 - ga * y3,
      x4 = x + h * k3x,
      y4 = y + h * k3y,
      p4 = x4 * y4;
    x += h6 * (k1x + 2 * (k2x + k3x) + a * x4 - b * p4);
    y += h6 * (k1y + 2 * (k2y + k3y) + de * p4 - ga * y4);
  }
  const val = 0.5 * ((x - 1) * (x - 1) + (y - 1) * (y - 1));
  let u = x - 1,
    v = y - 1,
    A = 0,
    Bb = 0,
    D = 0,
    Gm = 0;
  for (let n = N - 1; n >= 0; n--) {
    const x = xs[n],
      y = ys[n],
      xy = x * y;
    const k1x = a * x - b * xy,
      k1y = de * xy - ga * y,
      x2 = x + hh * k1x,
      y2 = y + hh * k1y,
      p2 = x2 * y2;
    const k2x = a * x2 - b * p2,
      k2y = de * p2 - ga * y2,
      x3 = x + hh * k2x,
      y3 = y + hh * k2y,
      p3 = x3 * y3;
    const k3x = a * x3 - b * p3,
      k3y = de * p3 - ga * y3,
      x4 = x + h * k3x,
      y4 = y + h * k3y,
      p4 = x4 * y4;
    const q4x = h6 * u,
      q4y = h6 * v,
      w4 = de * q4y - b * q4x,
      X4 = a * q4x + w4 * y4,
      Y4 = w4 * x4 - ga * q4y;
    const q3x = 2 * q4x + h * X4,
      q3y = 2 * q4y + h * Y4,
      w3 = de * q3y - b * q3x,
      X3 = a * q3x + w3 * y3,
      Y3 = w3 * x3 - ga * q3y;
    const q2x = 2 * q4x + hh * X3,
      q2y = 2 * q4y + hh * Y3,
      w2 = de * q2y - b * q2x,
      X2 = a * q2x + w2 * y2,
      Y2 = w2 * x2 - ga * q2y;
    const q1x = q4x + hh * X2,
      q1y = q4y + hh * Y2,
      w1 = de * q1y - b * q1x;
    A += q1x * x + q2x * x2 + q3x * x3 + q4x * x4;
    Bb -= q1x * xy + q2x * p2 + q3x * p3 + q4x * p4;
    D += q1y * xy + q2y * p2 + q3y * p3 + q4y * p4;
    Gm -= q1y * y + q2y * y2 + q3y * y3 + q4y * y4;
    u += X4 + X3 + X2 + a * q1x + w1 * y;
    v += Y4 + Y3 + Y2 + w1 * x - ga * q1y;
  }
  g[0] = A;
  g[1] = Bb;
  g[2] = D;
  g[3] = Gm;
  g[4] = u;
  g[5] = v;
  return val;
}

// --- Black-Scholes: exact derivative of the coded approximation, all shared subexpressions reused.
export function bsG(p: Float64Array, g: Float64Array): number {
  const S = p[0],
    K = p[1],
    T = p[2],
    r = p[3],
    v = p[4],
    sq = Math.sqrt(T),
    sT = v * sq,
    i = 1 / sT,
    m = r + 0.5 * v * v,
    d1 = (Math.log(S / K) + m * T) / sT, // not * i: the bits of the value are the primal's
    d2 = d1 - sT,
    D = Math.exp(-r * T),
    KD = K * D;
  const z1 = d1 < 0 ? -d1 : d1,
    t1 = 1 / (1 + 0.2316419 * z1),
    p1 = 0.3989422804014327 * Math.exp(-0.5 * z1 * z1);
  const P1 =
    0.31938153 +
    t1 *
      (-0.356563782 +
        t1 * (1.781477937 + t1 * (-1.821255978 + t1 * 1.330274429)));
  const R1 =
    0.31938153 +
    t1 *
      (-0.713127564 +
        t1 * (5.344433811 + t1 * (-7.285023912 + t1 * 6.651372145)));
  const q1 = p1 * t1 * P1,
    n1 = z1 * q1 + p1 * R1 * 0.2316419 * t1 * t1,
    N1 = d1 >= 0 ? 1 - q1 : q1;
  const z2 = d2 < 0 ? -d2 : d2,
    t2 = 1 / (1 + 0.2316419 * z2),
    p2 = 0.3989422804014327 * Math.exp(-0.5 * z2 * z2);
  const P2 =
    0.31938153 +
    t2 *
      (-0.356563782 +
        t2 * (1.781477937 + t2 * (-1.821255978 + t2 * 1.330274429)));
  const R2 =
    0.31938153 +
    t2 *
      (-0.713127564 +
        t2 * (5.344433811 + t2 * (-7.285023912 + t2 * 6.651372145)));
  const q2 = p2 * t2 * P2,
    n2 = z2 * q2 + p2 * R2 * 0.2316419 * t2 * t2,
    N2 = d2 >= 0 ? 1 - q2 : q2;
  const b2 = -KD * n2,
    bd1 = S * n1 + b2,
    bi = bd1 * i,
    bsT = -b2 - bi * d1,
    e = KD * N2;
  g[0] = N1 + bi / S;
  g[1] = -D * N2 - bi / K;
  g[2] = r * e + bi * m + (bsT * v * 0.5) / sq;
  g[3] = T * e + bi * T;
  g[4] = bi * v * T + bsT * sq;
  return S * N1 - e;
}
