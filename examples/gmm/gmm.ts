/**
 * The log posterior of a Gaussian mixture with full covariances and a Wishart prior: the problem "gmm" of GradBench.
 *
 * Component k has the weight exp(alpha[k]) (before normalising), the mean mu[k], and a factor Q of its precision:
 * lower triangular, with the diagonal exp(q[k]) and the strictly lower triangle l[k], stored column by column.
 */

/** @differentiable wrt=alpha,mu,q,l */
export function logPosterior(
  alpha: readonly number[],
  mu: readonly number[][],
  q: readonly number[][],
  l: readonly number[][],
  x: readonly number[][],
  gamma: number,
  m: number,
): number {
  const components = alpha.length;
  const points = x.length;
  const d = mu[0].length;

  // What is the same for every point: the diagonal of Q and the log of its determinant.
  const diagonal: number[][] = [];
  const logDet: number[] = [];
  for (let k = 0; k < components; k++) {
    const row = new Array<number>(d).fill(0);
    let sum = 0;
    for (let j = 0; j < d; j++) {
      row[j] = Math.exp(q[k][j]);
      sum += q[k][j];
    }
    diagonal.push(row);
    logDet.push(sum);
  }

  let total = (-points * d * Math.log(2 * Math.PI)) / 2;
  const centred = new Array<number>(d).fill(0);
  const y = new Array<number>(d).fill(0);
  const beta = new Array<number>(components).fill(0);
  for (const point of x) {
    for (let k = 0; k < components; k++) {
      for (let j = 0; j < d; j++) {
        centred[j] = point[j] - mu[k][j];
        y[j] = diagonal[k][j] * centred[j];
      }
      let next = 0;
      for (let column = 0; column < d; column++)
        for (let row = column + 1; row < d; row++)
          y[row] += l[k][next++] * centred[column];
      beta[k] = alpha[k] + logDet[k] - 0.5 * sumOfSquares(y);
    }
    total += logSumExp(beta);
  }
  total -= points * logSumExp(alpha);

  const constant = logWishartConstant(d, gamma, m);
  for (let k = 0; k < components; k++) {
    const squares = sumOfSquares(diagonal[k]) + sumOfSquares(l[k]);
    total += constant - 0.5 * gamma * gamma * squares + m * logDet[k];
  }
  return total;
}

function sumOfSquares(v: readonly number[]): number {
  let sum = 0;
  for (const e of v) sum += e * e;
  return sum;
}

/** log(sum of exp(v)), shifted by the largest so that nothing overflows. */
function logSumExp(v: readonly number[]): number {
  let largest = -Infinity;
  for (const e of v) if (e > largest) largest = e;
  let sum = 0;
  for (const e of v) sum += Math.exp(e - largest);
  return largest + Math.log(sum);
}

/** The log of the prior's normalising constant; nothing that is differentiated enters. */
function logWishartConstant(d: number, gamma: number, m: number): number {
  const nu = d + m + 1;
  return (
    nu * d * (Math.log(gamma) - 0.5 * Math.log(2)) -
    logMultivariateGamma(nu / 2, d)
  );
}

function logMultivariateGamma(a: number, p: number): number {
  let sum = ((p * (p - 1)) / 4) * Math.log(Math.PI);
  for (let j = 1; j <= p; j++) sum += logGamma(a + (1 - j) / 2);
  return sum;
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6,
  1.5056327351493116e-7,
];

/** log of the gamma function for z > 0 by Lanczos (g = 7, nine terms); about 15 digits. */
function logGamma(z: number): number {
  if (z < 0.5)
    return Math.log(Math.PI / Math.sin(Math.PI * z)) - logGamma(1 - z);
  const t = z + 6.5;
  let series = 0.9999999999998099;
  for (let i = 0; i < LANCZOS.length; i++) series += LANCZOS[i] / (z + i);
  return (
    0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(series)
  );
}
