/** jax-js on its wasm backend, what Node gets: jit(valueAndGrad(f)) in single or double precision. */
export async function make(cand, prob, { p, gm, ml, sizes: { G, M, ODE } }) {
  globalThis.navigator ??= {}; // jax-js 0.1.25 reads navigator.gpu in init(): undefined on Node 20
  const jax = await import("@jax-js/jax");
  const { numpy: np, jit, valueAndGrad, init, defaultDevice } = jax;
  await init();
  defaultDevice("wasm");
  const f64 = cand.endsWith("f64"),
    dtype = f64 ? np.float64 : np.float32,
    A = (d, shape) => {
      const a = np.array(f64 ? Float64Array.from(d) : Float32Array.from(d), {
        dtype,
      });
      return shape ? a.reshape(shape) : a;
    };
  const useJit = !cand.includes("eager");
  const mk = (f, args, unpack, consts = []) => {
    const argnums = args.map((_, i) => i);
    let vgf = valueAndGrad(f, { argnums });
    if (useJit) vgf = jit(vgf);
    return {
      f32: !f64,
      note: useJit ? "jit" : "eager",
      vg: (g) => {
        const [v, gr] = vgf(
          ...args.map((a) => a.ref),
          ...consts.map((a) => a.ref),
        );
        unpack(
          gr.map((t) => t.dataSync()),
          g,
        );
        return v.dataSync()[0];
      },
    };
  };
  if (prob === "rosen") {
    const N = p.length;
    return mk(
      (x) => {
        const a = x.ref.slice([0, N - 1]),
          b = x.slice([1, N]);
        const d = b.sub(a.ref.mul(a.ref)),
          e = np.array(1, { dtype }).sub(a);
        return d.ref.mul(d).mul(100).add(e.ref.mul(e)).sum();
      },
      [A(p)],
      ([a], g) => g.set(a),
    );
  }
  if (prob === "mlp") {
    const { B, I, H, O } = M,
      a = I * H,
      b = a + H,
      c = b + H * O;
    const Y = new Float64Array(B * O);
    ml.y.forEach((v, i) => {
      Y[i * O + v] = 1;
    });
    return mk(
      (W1, b1, W2, b2, X, Y) => {
        const h = jax.nn.relu(np.matmul(X, W1).add(b1));
        const z = np.matmul(h, W2).add(b2);
        return jax.nn.logsumexp(z.ref, 1).sub(z.mul(Y).sum(1)).mean();
      },
      [
        A(p.subarray(0, a), [I, H]),
        A(p.subarray(a, b)),
        A(p.subarray(b, c), [H, O]),
        A(p.subarray(c)),
      ],
      ([w, x, y, z], g) => {
        g.set(w);
        g.set(x, a);
        g.set(y, b);
        g.set(z, c);
      },
      [A(ml.X, [B, I]), A(Y, [B, O])],
    );
  }
  if (prob === "gmm") {
    const { n, d, K, lt } = G,
      oQ = K + K * d,
      oL = K + 2 * K * d;
    const Ld = new Float64Array(K * d * d),
      mask = new Float64Array(d * d),
      eye = new Float64Array(d * d);
    for (let j = 0; j < d; j++) {
      eye[j * d + j] = 1;
      for (let l = 0; l < j; l++) mask[j * d + l] = 1;
    }
    for (let k = 0; k < K; k++) {
      let q = oL + k * lt;
      for (let j = 0; j < d; j++)
        for (let l = 0; l < j; l++) Ld[k * d * d + j * d + l] = p[q++];
    }
    const c0 = n * d * 0.5 * Math.log(2 * Math.PI);
    return mk(
      (al, mu, q, L, X, mask, eye) => {
        const xc = X.sub(mu.reshape([K, 1, d]));
        const Q = eye.mul(np.exp(q.ref).reshape([K, d, 1])).add(L.mul(mask));
        const Qx = np.matmul(xc, Q.transpose([0, 2, 1]));
        const main = al.ref
          .add(q.sum(1))
          .reshape([K, 1])
          .sub(Qx.ref.mul(Qx).sum(2).mul(0.5));
        return jax.nn
          .logsumexp(al)
          .mul(n)
          .sub(jax.nn.logsumexp(main, 0).sum())
          .add(c0);
      },
      [
        A(p.subarray(0, K)),
        A(p.subarray(K, oQ), [K, d]),
        A(p.subarray(oQ, oL), [K, d]),
        A(Ld, [K, d, d]),
      ],
      ([a, m, q, L], g) => {
        g.set(a);
        g.set(m, K);
        g.set(q, oQ);
        for (let k = 0; k < K; k++) {
          let r = oL + k * lt;
          for (let j = 0; j < d; j++)
            for (let l = 0; l < j; l++) g[r++] = L[k * d * d + j * d + l];
        }
      },
      [A(gm.X, [1, n, d]), A(mask, [1, d, d]), A(eye, [1, d, d])],
    );
  }
  const one = (v) => np.array(v, { dtype });
  const sc = [...p].map((v) => one(v)),
    un = (gs, g) =>
      gs.forEach((v, i) => {
        g[i] = v[0];
      });
  if (prob === "bs") {
    const ncdf = (x, pos) => {
      const z = pos ? x : x.neg(),
        t = one(1).div(z.ref.mul(0.2316419).add(1)),
        pp = np.exp(z.ref.mul(z).mul(-0.5)).mul(0.3989422804014327);
      const P = t.ref
        .mul(
          t.ref
            .mul(
              t.ref
                .mul(t.ref.mul(1.330274429).add(-1.821255978))
                .add(1.781477937),
            )
            .add(-0.356563782),
        )
        .add(0.31938153);
      const q = pp.mul(t).mul(P);
      return pos ? one(1).sub(q) : q;
    };
    const P0 = [...p],
      D1 =
        (Math.log(P0[0] / P0[1]) + (P0[3] + 0.5 * P0[4] ** 2) * P0[2]) /
        (P0[4] * Math.sqrt(P0[2])),
      D2 = D1 - P0[4] * Math.sqrt(P0[2]);
    return mk(
      (S, K, T, r, v) => {
        const sT = v.ref.mul(np.sqrt(T.ref)),
          d1 = np
            .log(S.ref.div(K.ref))
            .add(r.ref.add(v.ref.mul(v).mul(0.5)).mul(T.ref))
            .div(sT.ref),
          d2 = d1.ref.sub(sT);
        return S.mul(ncdf(d1, D1 >= 0)).sub(
          K.mul(np.exp(r.mul(T).mul(-1))).mul(ncdf(d2, D2 >= 0)),
        );
      },
      sc,
      un,
    );
  }
  if (prob === "lv") {
    const S = +(process.env.LVSTEPS ?? ODE.steps);
    const f = (a, b, de, ga, x0, y0) => {
      const h = ODE.h;
      let x = x0,
        y = y0;
      const fx = (x, y) => a.ref.mul(x.ref).sub(b.ref.mul(x).mul(y)),
        fy = (x, y) => de.ref.mul(x).mul(y.ref).sub(ga.ref.mul(y));
      for (let n = 0; n < S; n++) {
        const k1x = fx(x.ref, y.ref),
          k1y = fy(x.ref, y.ref),
          x2 = x.ref.add(k1x.ref.mul(h / 2)),
          y2 = y.ref.add(k1y.ref.mul(h / 2)),
          k2x = fx(x2.ref, y2.ref),
          k2y = fy(x2, y2),
          x3 = x.ref.add(k2x.ref.mul(h / 2)),
          y3 = y.ref.add(k2y.ref.mul(h / 2)),
          k3x = fx(x3.ref, y3.ref),
          k3y = fy(x3, y3),
          x4 = x.ref.add(k3x.ref.mul(h)),
          y4 = y.ref.add(k3y.ref.mul(h)),
          k4x = fx(x4.ref, y4.ref),
          k4y = fy(x4, y4);
        x = x.add(
          k1x
            .add(k2x.mul(2))
            .add(k3x.mul(2))
            .add(k4x)
            .mul(h / 6),
        );
        y = y.add(
          k1y
            .add(k2y.mul(2))
            .add(k3y.mul(2))
            .add(k4y)
            .mul(h / 6),
        );
      }
      a.dispose();
      b.dispose();
      de.dispose();
      ga.dispose();
      const u = x.sub(1),
        v = y.sub(1);
      return u.ref.mul(u).add(v.ref.mul(v)).mul(0.5);
    };
    return mk(f, sc, un);
  }
}
