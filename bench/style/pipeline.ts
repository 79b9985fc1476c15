/** Squares of the logarithms of what is large enough, as one chain of array methods. */

/** @differentiable wrt=xs modes=grad */
export function roughness(xs: readonly number[], scale: number): number {
  return xs
    .map((x) => x * scale)
    .filter((x) => x > 0.2)
    .map((x) => Math.log(x) ** 2)
    .reduce((sum, x) => sum + x, 0);
}
