/**
 * The problem "gmm" of GradBench: the log posterior of a Gaussian mixture with a Wishart prior, on flat arrays.
 * alpha[K] | mu[K][D] | q[K][D], the log diagonals | l[K][D(D-1)/2], the strictly lower triangles column by column |
 * x[N][D]
 */

/** @differentiable wrt=alpha,mu,q,l modes=grad */
export function gmm(
  d: number,
  alpha: Float64Array,
  mu: Float64Array,
  q: Float64Array,
  l: Float64Array,
  x: Float64Array,
  gamma: number,
  m: number,
): number {
  const components = alpha.length;
  const points = x.length / d;
  const triangle = (d * (d - 1)) / 2;

  const diagonals = new Float64Array(components * d);
  const sums = new Float64Array(components);
  for (let k = 0; k < components; k++) {
    let sum = 0;
    for (let j = 0; j < d; j++) {
      sum += q[k * d + j];
      diagonals[k * d + j] = Math.exp(q[k * d + j]);
    }
    sums[k] = sum;
  }

  const centred = new Float64Array(d);
  const y = new Float64Array(d);
  const terms = new Float64Array(components);
  let likelihood = 0;
  for (let i = 0; i < points; i++) {
    for (let k = 0; k < components; k++) {
      for (let j = 0; j < d; j++) centred[j] = x[i * d + j] - mu[k * d + j];
      for (let j = 0; j < d; j++) y[j] = diagonals[k * d + j] * centred[j];
      let next = k * triangle;
      for (let column = 0; column < d; column++)
        for (let row = column + 1; row < d; row++)
          y[row] += l[next++] * centred[column];
      let squares = 0;
      for (let j = 0; j < d; j++) squares += y[j] * y[j];
      terms[k] = alpha[k] + sums[k] - 0.5 * squares;
    }
    likelihood += logSumExp(terms);
  }

  let squares = 0;
  let logDeterminants = 0;
  for (const e of diagonals) squares += e * e;
  for (const e of l) squares += e * e;
  for (const e of sums) logDeterminants += e;
  return (
    likelihood -
    0.5 * points * d * Math.log(2 * Math.PI) -
    points * logSumExp(alpha) +
    components * logWishartConstant(d, gamma, m) -
    0.5 * gamma * gamma * squares +
    m * logDeterminants
  );
}

function logSumExp(v: Float64Array): number {
  let largest = v[0];
  for (let i = 1; i < v.length; i++) if (v[i] > largest) largest = v[i];
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += Math.exp(v[i] - largest);
  return largest + Math.log(sum);
}

function logWishartConstant(d: number, gamma: number, m: number): number {
  const nu = d + m + 1;
  let constant = nu * d * (Math.log(gamma) - 0.5 * Math.log(2));
  constant -= ((d * (d - 1)) / 4) * Math.log(Math.PI);
  for (let j = 0; j < d; j++) constant -= logGammaOfHalf(nu - j);
  return constant;
}

/** log Gamma(n / 2) for a count n. */
function logGammaOfHalf(n: number): number {
  let sum = n % 2 === 0 ? 0 : 0.5 * Math.log(Math.PI);
  for (let k = n - 2; k > 0; k -= 2) sum += Math.log(k / 2);
  return sum;
}
