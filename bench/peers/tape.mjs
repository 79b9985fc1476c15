/** A define-by-run tape of our own on typed arrays, as a careful library would have it: indices and local slopes. */
export function make(cand, prob, { p, gm, ml, sizes }) {
  const tape = soaTape(),
    f = problems(sizes)[prob],
    data = { gmm: gm, mlp: ml }[prob];
  return {
    vg: (g) => {
      tape.reset();
      const v = Array.from(p, (x) => tape.leaf(x));
      const out = f(tape, v, data);
      const value = tape.value(out);
      tape.backward(out);
      for (let i = 0; i < p.length; i++) g[i] = tape.grad(v[i]);
      return value;
    },
  };
}

function soaTape() {
  let cap = 1 << 12,
    n = 0,
    val = new Float64Array(cap),
    da = new Float64Array(cap),
    db = new Float64Array(cap),
    pa = new Int32Array(cap),
    pb = new Int32Array(cap),
    adj = new Float64Array(cap);
  const grow = () => {
    cap *= 2;
    const f = (a, C) => {
      const b = new C(cap);
      b.set(a);
      return b;
    };
    val = f(val, Float64Array);
    da = f(da, Float64Array);
    db = f(db, Float64Array);
    pa = f(pa, Int32Array);
    pb = f(pb, Int32Array);
    adj = new Float64Array(cap);
  };
  const push = (v, a, ga, b, gb) => {
    if (n === cap) grow();
    val[n] = v;
    pa[n] = a;
    da[n] = ga;
    pb[n] = b;
    db[n] = gb;
    return n++;
  };
  return {
    reset() {
      n = 0;
    },
    leaf: (v) => push(v, 0, 0, 0, 0),
    value: (a) => val[a],
    grad: (a) => adj[a],
    add: (a, b) => push(val[a] + val[b], a, 1, b, 1),
    sub: (a, b) => push(val[a] - val[b], a, 1, b, -1),
    mul: (a, b) => push(val[a] * val[b], a, val[b], b, val[a]),
    div: (a, b) => {
      const i = 1 / val[b],
        q = val[a] * i;
      return push(q, a, i, b, -q * i);
    },
    addc: (a, c) => push(val[a] + c, a, 1, 0, 0),
    mulc: (a, c) => push(val[a] * c, a, c, 0, 0),
    rsubc: (c, a) => push(c - val[a], a, -1, 0, 0),
    sq: (a) => push(val[a] * val[a], a, 2 * val[a], 0, 0),
    exp: (a) => {
      const e = Math.exp(val[a]);
      return push(e, a, e, 0, 0);
    },
    log: (a) => push(Math.log(val[a]), a, 1 / val[a], 0, 0),
    sqrt: (a) => {
      const s = Math.sqrt(val[a]);
      return push(s, a, 0.5 / s, 0, 0);
    },
    recipc: (c, a) => {
      const v = c / val[a];
      return push(v, a, -v / val[a], 0, 0);
    },
    abs: (a) => push(Math.abs(val[a]), a, val[a] < 0 ? -1 : 1, 0, 0),
    relu: (a) => push(val[a] > 0 ? val[a] : 0, a, val[a] > 0 ? 1 : 0, 0, 0),
    backward(out) {
      adj.fill(0, 0, n);
      adj[out] = 1;
      for (let i = out; i >= 0; i--) {
        const g = adj[i];
        if (g !== 0) {
          adj[pa[i]] += g * da[i];
          adj[pb[i]] += g * db[i];
        }
      }
    },
  };
}
const problems = ({ G, M, ODE }) => ({
  rosen: (o, v) => {
    let s = o.leaf(0);
    for (let i = 0; i < v.length - 1; i++) {
      const d = o.sub(v[i + 1], o.sq(v[i]));
      s = o.add(s, o.add(o.mulc(o.sq(d), 100), o.sq(o.rsubc(1, v[i]))));
    }
    return s;
  },
  gmm: (o, th, { X }) => {
    const { n, d, K, lt } = G,
      oQ = K + K * d,
      oL = K + 2 * K * d;
    const eq = [],
      sq = [];
    for (let k = 0; k < K; k++) {
      let s = th[k];
      for (let j = 0; j < d; j++) {
        eq[k * d + j] = o.exp(th[oQ + k * d + j]);
        s = o.add(s, th[oQ + k * d + j]);
      }
      sq[k] = s;
    }
    const lse = (t) => {
      let m = -Infinity;
      for (const u of t) m = Math.max(m, o.value(u));
      let s = null;
      for (const u of t) {
        const e = o.exp(o.addc(u, -m));
        s = s === null ? e : o.add(s, e);
      }
      return o.addc(o.log(s), m);
    };
    let total = o.leaf(0);
    const xc = [],
      t = [];
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < K; k++) {
        let q2 = null,
          p = oL + k * lt;
        for (let j = 0; j < d; j++) {
          const c = o.rsubc(X[i * d + j], th[K + k * d + j]);
          xc[j] = c;
          let v = o.mul(eq[k * d + j], c);
          for (let l = 0; l < j; l++) v = o.add(v, o.mul(th[p++], xc[l]));
          const w = o.sq(v);
          q2 = q2 === null ? w : o.add(q2, w);
        }
        t[k] = o.sub(sq[k], o.mulc(q2, 0.5));
      }
      total = o.add(total, lse(t));
    }
    return o.addc(
      o.sub(o.mulc(lse(th.slice(0, K)), n), total),
      n * d * 0.5 * Math.log(2 * Math.PI),
    );
  },
  mlp: (o, p, { X, y }) => {
    const { B, I, H, O } = M,
      oB1 = I * H,
      oW2 = oB1 + H,
      oB2 = oW2 + H * O;
    let loss = null;
    for (let b = 0; b < B; b++) {
      const h = [],
        z = [];
      for (let j = 0; j < H; j++) {
        let s = p[oB1 + j];
        for (let i = 0; i < I; i++)
          s = o.add(s, o.mulc(p[i * H + j], X[b * I + i]));
        h[j] = o.relu(s);
      }
      let m = -Infinity;
      for (let q = 0; q < O; q++) {
        let s = p[oB2 + q];
        for (let j = 0; j < H; j++)
          s = o.add(s, o.mul(h[j], p[oW2 + j * O + q]));
        z[q] = s;
        m = Math.max(m, o.value(s));
      }
      let e = null;
      for (let q = 0; q < O; q++) {
        const t = o.exp(o.addc(z[q], -m));
        e = e === null ? t : o.add(e, t);
      }
      const l = o.addc(o.sub(o.log(e), z[y[b]]), m);
      loss = loss === null ? l : o.add(loss, l);
    }
    return o.mulc(loss, 1 / B);
  },
  lv: (o, p) => {
    const [a, b, de, ga] = p,
      h = ODE.h;
    let x = p[4],
      y = p[5];
    const fx = (x, y) => o.sub(o.mul(a, x), o.mul(o.mul(b, x), y)),
      fy = (x, y) => o.sub(o.mul(o.mul(de, x), y), o.mul(ga, y));
    for (let n = 0; n < ODE.steps; n++) {
      const k1x = fx(x, y),
        k1y = fy(x, y),
        x2 = o.add(x, o.mulc(k1x, 0.5 * h)),
        y2 = o.add(y, o.mulc(k1y, 0.5 * h)),
        k2x = fx(x2, y2),
        k2y = fy(x2, y2),
        x3 = o.add(x, o.mulc(k2x, 0.5 * h)),
        y3 = o.add(y, o.mulc(k2y, 0.5 * h)),
        k3x = fx(x3, y3),
        k3y = fy(x3, y3),
        x4 = o.add(x, o.mulc(k3x, h)),
        y4 = o.add(y, o.mulc(k3y, h)),
        k4x = fx(x4, y4),
        k4y = fy(x4, y4);
      x = o.add(
        x,
        o.mulc(
          o.add(o.add(k1x, o.mulc(k2x, 2)), o.add(o.mulc(k3x, 2), k4x)),
          h / 6,
        ),
      );
      y = o.add(
        y,
        o.mulc(
          o.add(o.add(k1y, o.mulc(k2y, 2)), o.add(o.mulc(k3y, 2), k4y)),
          h / 6,
        ),
      );
    }
    return o.mulc(o.add(o.sq(o.addc(x, -1)), o.sq(o.addc(y, -1))), 0.5);
  },
  bs: (o, [S, K, T, r, v]) => {
    const ncdf = (x) => {
      const z = o.abs(x),
        t = o.recipc(1, o.addc(o.mulc(z, 0.2316419), 1)),
        p = o.mulc(o.exp(o.mulc(o.sq(z), -0.5)), 0.3989422804014327);
      let P = o.addc(o.mulc(t, 1.330274429), -1.821255978);
      P = o.addc(o.mul(t, P), 1.781477937);
      P = o.addc(o.mul(t, P), -0.356563782);
      P = o.addc(o.mul(t, P), 0.31938153);
      const q = o.mul(o.mul(p, t), P);
      return o.value(x) >= 0 ? o.rsubc(1, q) : q;
    };
    const sT = o.mul(v, o.sqrt(T)),
      d1 = o.div(
        o.add(o.log(o.div(S, K)), o.mul(o.add(r, o.mulc(o.sq(v), 0.5)), T)),
        sT,
      ),
      d2 = o.sub(d1, sT);
    return o.sub(
      o.mul(S, ncdf(d1)),
      o.mul(o.mul(K, o.exp(o.mulc(o.mul(r, T), -1))), ncdf(d2)),
    );
  },
});
