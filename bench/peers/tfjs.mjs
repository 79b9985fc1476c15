/** TensorFlow.js (backends cpu and wasm, single precision): the five problems with its operations, through valueAndGrads. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export async function make(cand, prob, { p, gm, ml, sizes: { G, M, ODE } }) {
  const warn = console.warn;
  console.warn = () => {};
  const tf = require("@tensorflow/tfjs");
  if (cand === "tfjs-wasm") {
    const w = require("@tensorflow/tfjs-backend-wasm");
    w.setWasmPaths(
      require.resolve("@tensorflow/tfjs-backend-wasm").replace(/[^/]*$/, ""),
    );
    w.setThreadsCount?.(1);
    await tf.setBackend("wasm");
  } else await tf.setBackend("cpu");
  await tf.ready();
  console.warn = warn;
  const back = (g, grads, unpack) =>
    unpack(
      grads.map((t) => t.dataSync()),
      g,
    );
  const run = (fn, args, unpack) => {
    const vgs = tf.valueAndGrads(fn);
    return {
      f32: true,
      note: tf.getBackend(),
      vg: (g) =>
        tf.tidy(() => {
          const { value, grads } = vgs(args);
          const v = value.dataSync()[0];
          back(g, grads, unpack);
          return v;
        }),
    };
  };
  if (prob === "rosen") {
    const N = p.length;
    return run(
      (x) => {
        const a = x.slice([0], [N - 1]),
          b = x.slice([1], [N - 1]);
        return tf
          .add(
            tf.mul(100, tf.square(tf.sub(b, tf.square(a)))),
            tf.square(tf.sub(1, a)),
          )
          .sum();
      },
      [tf.tensor1d(Float32Array.from(p))],
      ([a], g) => g.set(a),
    );
  }
  if (prob === "gmm") {
    const { n, d, K, lt } = G,
      oQ = K + K * d,
      oL = K + 2 * K * d;
    const Ld = new Float32Array(K * d * d),
      mask = new Float32Array(d * d);
    for (let j = 0; j < d; j++) for (let l = 0; l < j; l++) mask[j * d + l] = 1;
    for (let k = 0; k < K; k++) {
      let q = oL + k * lt;
      for (let j = 0; j < d; j++)
        for (let l = 0; l < j; l++) Ld[k * d * d + j * d + l] = p[q++];
    }
    const X = tf.tensor(Float32Array.from(gm.X), [1, n, d]),
      Mk = tf.tensor(mask, [1, d, d]),
      eye = tf.eye(d).reshape([1, d, d]),
      c0 = n * d * 0.5 * Math.log(2 * Math.PI);
    return run(
      (al, mu, q, L) => {
        const xc = X.sub(mu.reshape([K, 1, d])),
          Q = tf.add(tf.mul(eye, tf.exp(q).reshape([K, d, 1])), tf.mul(L, Mk));
        const Qx = tf.matMul(xc, Q, false, true);
        const main = tf.add(
          tf.add(al, q.sum(1)).reshape([K, 1]),
          tf.mul(-0.5, tf.square(Qx).sum(2)),
        );
        return tf
          .sub(tf.mul(n, tf.logSumExp(al)), tf.logSumExp(main, 0).sum())
          .add(c0);
      },
      [
        tf.tensor1d(Float32Array.from(p.subarray(0, K))),
        tf.tensor(Float32Array.from(p.subarray(K, oQ)), [K, d]),
        tf.tensor(Float32Array.from(p.subarray(oQ, oL)), [K, d]),
        tf.tensor(Ld, [K, d, d]),
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
    );
  }
  if (prob === "mlp") {
    const { B, I, H, O } = M,
      a = I * H,
      b = a + H,
      c = b + H * O;
    const X = tf.tensor2d(Float32Array.from(ml.X), [B, I]),
      Y = tf.oneHot(tf.tensor1d(ml.y, "int32"), O).toFloat();
    return run(
      (W1, b1, W2, b2) => {
        const h = tf.relu(tf.matMul(X, W1).add(b1)),
          z = tf.matMul(h, W2).add(b2);
        return tf.sub(tf.logSumExp(z, 1), tf.mul(z, Y).sum(1)).mean();
      },
      [
        tf.tensor(Float32Array.from(p.subarray(0, a)), [I, H]),
        tf.tensor1d(Float32Array.from(p.subarray(a, b))),
        tf.tensor(Float32Array.from(p.subarray(b, c)), [H, O]),
        tf.tensor1d(Float32Array.from(p.subarray(c))),
      ],
      ([w, x, y, z], g) => {
        g.set(w);
        g.set(x, a);
        g.set(y, b);
        g.set(z, c);
      },
    );
  }
  const sc = [...p].map((v) => tf.scalar(v)),
    un = (gs, g) =>
      gs.forEach((v, i) => {
        g[i] = v[0];
      });
  if (prob === "lv")
    return run(
      (a, b, de, ga, x0, y0) => {
        const h = ODE.h;
        let x = x0,
          y = y0;
        const fx = (x, y) => a.mul(x).sub(b.mul(x).mul(y)),
          fy = (x, y) => de.mul(x).mul(y).sub(ga.mul(y));
        for (let n = 0; n < ODE.steps; n++) {
          const k1x = fx(x, y),
            k1y = fy(x, y),
            x2 = x.add(k1x.mul(h / 2)),
            y2 = y.add(k1y.mul(h / 2)),
            k2x = fx(x2, y2),
            k2y = fy(x2, y2),
            x3 = x.add(k2x.mul(h / 2)),
            y3 = y.add(k2y.mul(h / 2)),
            k3x = fx(x3, y3),
            k3y = fy(x3, y3),
            x4 = x.add(k3x.mul(h)),
            y4 = y.add(k3y.mul(h)),
            k4x = fx(x4, y4),
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
        return x.sub(1).square().add(y.sub(1).square()).mul(0.5);
      },
      sc,
      un,
    );
  if (prob === "bs") {
    const ncdf = (x) => {
      const z = x.abs(),
        t = tf.div(1, z.mul(0.2316419).add(1)),
        pp = tf.exp(z.square().mul(-0.5)).mul(0.3989422804014327);
      const P = t
        .mul(
          t
            .mul(t.mul(t.mul(1.330274429).add(-1.821255978)).add(1.781477937))
            .add(-0.356563782),
        )
        .add(0.31938153);
      const q = pp.mul(t).mul(P);
      return x.dataSync()[0] >= 0 ? tf.sub(1, q) : q;
    };
    return run(
      (S, K, T, r, v) => {
        const sT = v.mul(T.sqrt()),
          d1 = S.div(K)
            .log()
            .add(r.add(v.square().mul(0.5)).mul(T))
            .div(sT),
          d2 = d1.sub(sT);
        return S.mul(ncdf(d1)).sub(K.mul(r.mul(T).mul(-1).exp()).mul(ncdf(d2)));
      },
      sc,
      un,
    );
  }
}
