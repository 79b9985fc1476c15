/** Rose, which compiles to WebAssembly: the five problems in its language, value and gradient from vjp. */
export async function make(cand, prob, { p, gm, ml, sizes: { G, M, ODE } }) {
  const R = await import("rose");
  const {
    Dual,
    Real,
    Vec,
    add,
    compile,
    div,
    fn,
    mul,
    neg,
    sub,
    sum,
    vec,
    opaque,
    vjp,
    select,
    gt,
    geq,
    abs,
    sqrt,
  } = R;
  const log = opaque([Real], Real, Math.log);
  log.jvp = fn([Dual], Dual, ({ re: x, du: dx }) => ({
    re: log(x),
    du: div(dx, x),
  }));
  const exp = opaque([Real], Real, Math.exp);
  exp.jvp = fn([Dual], Dual, ({ re: x, du: dx }) => {
    const e = exp(x);
    return { re: e, du: mul(dx, e) };
  });
  const N = p.length,
    t0 = Date.now();
  const fin = async (PT, f, pack, unpack) => {
    const all = fn([PT], { v: Real, g: PT }, (x) => {
      const { ret, grad } = vjp(f)(x);
      return { v: ret, g: grad(1) };
    });
    const c = await compile(all);
    const arg = pack(p);
    const ms = Date.now() - t0;
    return {
      note: `build ${ms} ms`,
      vg: (g) => {
        const r = c(arg);
        unpack(r.g, g);
        return r.v;
      },
    };
  };
  if (prob === "rosen") {
    const V = Vec(N, Real); // index arithmetic between index types is not available: unrolled over i
    const f = fn([V], Real, (x) => {
      let s = 0;
      for (let i = 0; i < N - 1; i++) {
        const d = sub(x[i + 1], mul(x[i], x[i])),
          e = sub(1, x[i]);
        s = add(s, add(mul(100, mul(d, d)), mul(e, e)));
      }
      return s;
    });
    return fin(
      V,
      f,
      (p) => [...p],
      (r, g) => {
        for (let i = 0; i < N; i++) g[i] = r[i];
      },
    );
  }
  if (prob === "bs") {
    const V = Vec(5, Real);
    const ncdf = (x) => {
      const z = abs(x),
        t = div(1, add(1, mul(0.2316419, z))),
        pp = mul(0.3989422804014327, exp(mul(-0.5, mul(z, z))));
      const P = add(
        0.31938153,
        mul(
          t,
          add(
            -0.356563782,
            mul(
              t,
              add(1.781477937, mul(t, add(-1.821255978, mul(t, 1.330274429)))),
            ),
          ),
        ),
      );
      const q = mul(mul(pp, t), P);
      return select(geq(x, 0), Real, sub(1, q), q);
    };
    const f = fn([V], Real, ([S, K, T, r, v]) => {
      const sT = mul(v, sqrt(T)),
        d1 = div(add(log(div(S, K)), mul(add(r, mul(0.5, mul(v, v))), T)), sT),
        d2 = sub(d1, sT);
      return sub(mul(S, ncdf(d1)), mul(mul(K, exp(neg(mul(r, T)))), ncdf(d2)));
    });
    return fin(
      V,
      f,
      (p) => [...p],
      (r, g) => {
        for (let i = 0; i < 5; i++) g[i] = r[i];
      },
    );
  }
  if (prob === "lv") {
    const V = Vec(6, Real);
    const step = fn([V], V, ([a, b, de, ga, x, y]) => {
      const h = ODE.h,
        fx = (x, y) => sub(mul(a, x), mul(mul(b, x), y)),
        fy = (x, y) => sub(mul(mul(de, x), y), mul(ga, y));
      const k1x = fx(x, y),
        k1y = fy(x, y),
        x2 = add(x, mul(h / 2, k1x)),
        y2 = add(y, mul(h / 2, k1y)),
        k2x = fx(x2, y2),
        k2y = fy(x2, y2),
        x3 = add(x, mul(h / 2, k2x)),
        y3 = add(y, mul(h / 2, k2y)),
        k3x = fx(x3, y3),
        k3y = fy(x3, y3),
        x4 = add(x, mul(h, k3x)),
        y4 = add(y, mul(h, k3y)),
        k4x = fx(x4, y4),
        k4y = fy(x4, y4);
      return [
        a,
        b,
        de,
        ga,
        add(x, mul(h / 6, add(add(k1x, mul(2, k2x)), add(mul(2, k3x), k4x)))),
        add(y, mul(h / 6, add(add(k1y, mul(2, k2y)), add(mul(2, k3y), k4y)))),
      ];
    });
    const ten = fn([V], V, (s) => {
        for (let i = 0; i < 10; i++) s = step(s);
        return s;
      }),
      hun = fn([V], V, (s) => {
        for (let i = 0; i < 10; i++) s = ten(s);
        return s;
      });
    const f = fn([V], Real, (s) => {
      for (let i = 0; i < 10; i++) s = hun(s);
      const x = sub(s[4], 1),
        y = sub(s[5], 1);
      return mul(0.5, add(mul(x, x), mul(y, y)));
    });
    return fin(
      V,
      f,
      (p) => [...p],
      (r, g) => {
        for (let i = 0; i < 6; i++) g[i] = r[i];
      },
    );
  }
  if (prob === "gmm") {
    const { n, d, K, lt } = G;
    const Vd = Vec(d, Real),
      Md = Vec(d, Vd),
      T = { al: Vec(K, Real), mu: Vec(K, Vd), q: Vec(K, Vd), L: Vec(K, Md) }; // L dense d x d, strict lower part used through a mask
    const XT = Vec(n, Vd);
    const V2 = { th: T, X: XT, mask: Md };
    const lse = (t) => {
      let m = t[0];
      for (let k = 1; k < K; k++) m = select(gt(t[k], m), Real, t[k], m);
      let s = 0;
      for (let k = 0; k < K; k++) s = add(s, exp(sub(t[k], m)));
      return add(m, log(s));
    };
    const f = fn([V2], Real, ({ th, X, mask }) => {
      const eq = vec(K, Vd, (k) => vec(d, Real, (j) => exp(th.q[k][j]))),
        sq = vec(K, Real, (k) =>
          add(
            th.al[k],
            sum(d, (j) => th.q[k][j]),
          ),
        );
      const total = sum(n, (i) => {
        const t = vec(K, Real, (k) => {
          const xc = vec(d, Real, (j) => sub(X[i][j], th.mu[k][j]));
          return sub(
            sq[k],
            mul(
              0.5,
              sum(d, (j) => {
                const v = add(
                  mul(eq[k][j], xc[j]),
                  sum(d, (l) => mul(mul(mask[j][l], th.L[k][j][l]), xc[l])),
                );
                return mul(v, v);
              }),
            ),
          );
        });
        return lse(t);
      });
      return add(
        sub(mul(n, lse(th.al)), total),
        n * d * 0.5 * Math.log(2 * Math.PI),
      );
    });
    const oQ = K + K * d,
      oL = K + 2 * K * d;
    const arr = (k, f) => Array.from({ length: k }, (_, i) => f(i));
    const pack = (p) => ({
      th: {
        al: arr(K, (k) => p[k]),
        mu: arr(K, (k) => arr(d, (j) => p[K + k * d + j])),
        q: arr(K, (k) => arr(d, (j) => p[oQ + k * d + j])),
        L: arr(K, (k) => {
          let r = oL + k * lt;
          return arr(d, (j) => arr(d, (l) => (l < j ? p[r++] : 0)));
        }),
      },
      X: arr(n, (i) => arr(d, (j) => gm.X[i * d + j])),
      mask: arr(d, (j) => arr(d, (l) => (l < j ? 1 : 0))),
    });
    return fin(V2, f, pack, (r, g) => {
      const t = r.th;
      for (let k = 0; k < K; k++) {
        g[k] = t.al[k];
        let q = oL + k * lt;
        for (let j = 0; j < d; j++) {
          g[K + k * d + j] = t.mu[k][j];
          g[oQ + k * d + j] = t.q[k][j];
          for (let l = 0; l < j; l++) g[q++] = t.L[k][j][l];
        }
      }
    });
  }
  if (prob === "mlp") {
    const { B, I, H, O } = M,
      a = I * H,
      b = a + H,
      c = b + H * O;
    const P = {
        W1: Vec(I, Vec(H, Real)),
        b1: Vec(H, Real),
        W2: Vec(H, Vec(O, Real)),
        b2: Vec(O, Real),
      },
      V = { th: P, X: Vec(B, Vec(I, Real)), Y: Vec(B, Vec(O, Real)) };
    const f = fn([V], Real, ({ th, X, Y }) =>
      mul(
        1 / B,
        sum(B, (b) => {
          const h = vec(H, Real, (j) => {
            const s = add(
              th.b1[j],
              sum(I, (i) => mul(X[b][i], th.W1[i][j])),
            );
            return select(gt(s, 0), Real, s, 0);
          });
          const z = vec(O, Real, (o) =>
            add(
              th.b2[o],
              sum(H, (j) => mul(h[j], th.W2[j][o])),
            ),
          );
          let m = z[0];
          for (let o = 1; o < O; o++) m = select(gt(z[o], m), Real, z[o], m);
          return sub(
            add(m, log(sum(O, (o) => exp(sub(z[o], m))))),
            sum(O, (o) => mul(z[o], Y[b][o])),
          );
        }),
      ),
    );
    const arr = (k, f) => Array.from({ length: k }, (_, i) => f(i));
    return fin(
      V,
      f,
      (p) => ({
        th: {
          W1: arr(I, (i) => arr(H, (j) => p[i * H + j])),
          b1: arr(H, (j) => p[a + j]),
          W2: arr(H, (j) => arr(O, (o) => p[b + j * O + o])),
          b2: arr(O, (o) => p[c + o]),
        },
        X: arr(B, (r) => arr(I, (i) => ml.X[r * I + i])),
        Y: arr(B, (r) => arr(O, (o) => (ml.y[r] === o ? 1 : 0))),
      }),
      (r, g) => {
        const t = r.th;
        for (let i = 0; i < I; i++)
          for (let j = 0; j < H; j++) g[i * H + j] = t.W1[i][j];
        for (let j = 0; j < H; j++) {
          g[a + j] = t.b1[j];
          for (let o = 0; o < O; o++) g[b + j * O + o] = t.W2[j][o];
        }
        for (let o = 0; o < O; o++) g[c + o] = t.b2[o];
      },
    );
  }
  return null;
}
