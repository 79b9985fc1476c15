/** The entropy of the shares of what is large enough: what is kept is gone through twice. */

/** @differentiable wrt=xs modes=grad */
export function entropy(xs: readonly number[], scale: number): number {
  const kept = xs.map((x) => x * scale).filter((x) => x > 0.2);
  const total = kept.reduce((sum, x) => sum + x, 0);
  return kept
    .map((x) => x / total)
    .map((share) => -share * Math.log(share))
    .reduce((a, b) => a + b, 0);
}
