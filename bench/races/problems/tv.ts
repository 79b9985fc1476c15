/** Denoising: the image stays near the noisy one, with little total variation. @differentiable wrt=u modes=grad */
export function tv(
  u: Float64Array,
  f: Float64Array,
  width: number,
  height: number,
  lambda: number,
): number {
  let e = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const d = u[i] - f[i];
      e += 0.5 * d * d;
      if (x + 1 < width && y + 1 < height) {
        const dx = u[i + 1] - u[i];
        const dy = u[i + width] - u[i];
        e += lambda * Math.sqrt(dx * dx + dy * dy + 1e-6);
      }
    }
  }
  return e;
}
