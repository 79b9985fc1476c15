/** The marginal likelihood of a Gaussian process with a squared-exponential kernel, by its logarithmic parameters. */

/** @differentiable wrt=theta */
export function process(
  theta: Float64Array,
  xs: Float64Array,
  ys: Float64Array,
): number {
  const n = ys.length;
  const d = xs.length / n;
  const amplitude = Math.exp(theta[0]);
  const noise = Math.exp(theta[1]);
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let r = 0;
      for (let m = 0; m < d; m++) {
        const e = (xs[i * d + m] - xs[j * d + m]) * Math.exp(-theta[2 + m]);
        r += e * e;
      }
      k[i * n + j] = amplitude * Math.exp(-0.5 * r) + (i === j ? noise : 0);
    }
  let value = 0;
  const z = new Float64Array(n);
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
    value += 0.5 * z[i] * z[i] + Math.log(root);
  }
  return value;
}
