/** A Kalman filter for position and speed: minus the log-likelihood of measurements, by the two noise levels. */

/** @differentiable wrt=q,r */
export function kalman(
  q: number,
  r: number,
  dt: number,
  zs: Float64Array,
): number {
  let x = 0;
  let v = 0;
  let p00 = 1;
  let p01 = 0;
  let p11 = 1;
  let nll = 0;
  for (let k = 0; k < zs.length; k++) {
    // predict
    x += dt * v;
    p00 += dt * (2 * p01 + dt * p11) + (q * dt * dt * dt) / 3;
    p01 += dt * p11 + (q * dt * dt) / 2;
    p11 += q * dt;
    // correct
    const s = p00 + r;
    const k0 = p00 / s;
    const k1 = p01 / s;
    const y = zs[k] - x;
    x += k0 * y;
    v += k1 * y;
    nll += 0.5 * (Math.log(s) + (y * y) / s);
    p11 -= k1 * p01;
    p01 -= k0 * p01;
    p00 -= k0 * p00;
  }
  return nll;
}
