/**
 * The mixture example twice more: the value from textbook densities with dense matrices, and the gradient in closed
 * form. Nothing is shared with examples/gmm/gmm.ts.
 */
import type { Mixture } from "../examples/gmm/data.js";

export interface MixtureGradient {
  alpha: number[];
  mu: number[][];
  q: number[][];
  l: number[][];
}

/** log of prod_i sum_k pi_k Normal(x_i | mu_k, P_k) prod_k Wishart(P_k | nu, I / gamma^2), P_k = Q_k^T Q_k the precisions. */
export function textbookPosterior(mix: Mixture): number {
  const { alpha, mu, x, gamma, m } = mix;
  const d = mu[0]!.length;
  const weights = softmax(alpha);
  const precisions = alpha.map((_, k) => gram(factor(mix, k)));
  const logDets = precisions.map(logDeterminant);
  let total = 0;
  for (const point of x) {
    const terms = alpha.map((_, k) => {
      const c = point.map((e, j) => e - mu[k]![j]!);
      return (
        Math.log(weights[k]!) +
        0.5 * logDets[k]! -
        0.5 * quadratic(precisions[k]!, c) -
        0.5 * d * Math.log(2 * Math.PI)
      );
    });
    const top = Math.max(...terms);
    total += top + Math.log(sum(terms.map((t) => Math.exp(t - top))));
  }
  const nu = d + m + 1;
  const scaleLogDet = -2 * d * Math.log(gamma);
  precisions.forEach((p, k) => {
    const trace = sum(p.map((row, i) => row[i]!));
    total +=
      0.5 * (nu - d - 1) * logDets[k]! -
      0.5 * gamma * gamma * trace -
      0.5 * nu * d * Math.log(2) -
      0.5 * nu * scaleLogDet -
      logMultivariateGammaOfHalf(nu, d);
  });
  return total;
}

/** The closed form: posterior weights w, and what each point adds by them. */
export function closedFormGradient(mix: Mixture): MixtureGradient {
  const { alpha, mu, q, l, x, gamma, m } = mix;
  const d = mu[0]!.length;
  const zeros = (rows: readonly number[][]) => rows.map((r) => r.map(() => 0));
  const g: MixtureGradient = {
    alpha: softmax(alpha).map((p) => -x.length * p),
    mu: zeros(mu),
    q: zeros(q),
    l: zeros(l),
  };
  const factors = alpha.map((_, k) => factor(mix, k));
  for (const point of x) {
    const cs = mu.map((row) => point.map((e, j) => e - row[j]!));
    const ys = factors.map((f, k) => times(f, cs[k]!));
    const w = softmax(
      alpha.map((a, k) => a + sum(q[k]!) - 0.5 * sum(ys[k]!.map((e) => e * e))),
    );
    w.forEach((weight, k) => {
      const [c, y, f] = [cs[k]!, ys[k]!, factors[k]!];
      g.alpha[k]! += weight;
      for (let a = 0; a < d; a++) {
        g.q[k]![a]! += weight * (1 - f[a]![a]! * c[a]! * y[a]!);
        for (let b = 0; b <= a; b++) g.mu[k]![b]! += weight * f[a]![b]! * y[a]!;
        for (let b = 0; b < a; b++)
          g.l[k]![place(a, b, d)]! -= weight * y[a]! * c[b]!;
      }
    });
  }
  alpha.forEach((_, k) => {
    q[k]!.forEach((e, a) => {
      g.q[k]![a]! += m - gamma * gamma * Math.exp(2 * e);
    });
    l[k]!.forEach((e, i) => {
      g.l[k]![i]! -= gamma * gamma * e;
    });
  });
  return g;
}

/** Where entry (row, column) of the strictly lower triangle stands, column by column. */
const place = (row: number, column: number, d: number): number =>
  column * d - (column * (column + 1)) / 2 + row - column - 1;

/** Q_k as a dense matrix. */
function factor({ q, l, mu }: Mixture, k: number): number[][] {
  const d = mu[0]!.length;
  return Array.from({ length: d }, (_, a) =>
    Array.from({ length: d }, (_, b) =>
      a === b ? Math.exp(q[k]![a]!) : a > b ? l[k]![place(a, b, d)]! : 0,
    ),
  );
}

const sum = (v: readonly number[]): number => v.reduce((s, e) => s + e, 0);

function softmax(v: readonly number[]): number[] {
  const top = Math.max(...v);
  const e = v.map((t) => Math.exp(t - top));
  return e.map((t) => t / sum(e));
}

const times = (m: readonly number[][], v: readonly number[]): number[] =>
  m.map((row) => sum(row.map((e, j) => e * v[j]!)));

const gram = (m: readonly number[][]): number[][] =>
  m.map((_, i) => m.map((_, j) => sum(m.map((row) => row[i]! * row[j]!))));

const quadratic = (m: readonly number[][], v: readonly number[]): number =>
  sum(times(m, v).map((e, i) => e * v[i]!));

/** By elimination; the matrix is positive definite. */
function logDeterminant(matrix: readonly number[][]): number {
  const a = matrix.map((row) => [...row]);
  let total = 0;
  a.forEach((pivot, i) => {
    total += Math.log(pivot[i]!);
    for (const row of a.slice(i + 1)) {
      const f = row[i]! / pivot[i]!;
      pivot.forEach((e, j) => (row[j]! -= f * e));
    }
  });
  return total;
}

/** log of the multivariate gamma function at n / 2, from the gamma function's recurrence. */
function logMultivariateGammaOfHalf(n: number, p: number): number {
  let total = ((p * (p - 1)) / 4) * Math.log(Math.PI);
  for (let j = 1; j <= p; j++) total += logGammaOfHalf(n + 1 - j);
  return total;
}

/** log Gamma(n / 2) */
function logGammaOfHalf(n: number): number {
  if (n === 1) return 0.5 * Math.log(Math.PI);
  if (n === 2) return 0;
  return Math.log(n / 2 - 1) + logGammaOfHalf(n - 2);
}
