/** Regression by a polynomial, evaluated by Horner's rule at each point. */

/** @differentiable wrt=c */
export function poly(c: number[], xs: number[], ys: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    let p = 0;
    for (let k = c.length - 1; k >= 0; k--) p = p * xs[i] + c[k];
    const e = p - ys[i];
    sum += e * e;
  }
  return sum / xs.length;
}
