/** A European call by Black and Scholes: spot, strike, time, rate and volatility in one array. */

/** Standard normal distribution function by the polynomial of Abramowitz and Stegun, 26.2.17. */
function ncdf(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + 0.2316419 * z);
  const p = 0.3989422804014327 * Math.exp(-0.5 * z * z);
  const q =
    p *
    t *
    (0.31938153 +
      t *
        (-0.356563782 +
          t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - q : q;
}

/** @differentiable wrt=p modes=grad */
export function bs(p: Float64Array): number {
  const S = p[0];
  const K = p[1];
  const T = p[2];
  const r = p[3];
  const v = p[4];
  const sT = v * Math.sqrt(T);
  const d1 = (Math.log(S / K) + (r + 0.5 * v * v) * T) / sT;
  const d2 = d1 - sT;
  return S * ncdf(d1) - K * Math.exp(-r * T) * ncdf(d2);
}
