/** Lennard-Jones energy of a cluster. @differentiable wrt=x modes=grad */
export function lj(
  x: Float64Array,
  sigma: number,
  eps: number,
  cutoff: number,
): number {
  const n = x.length / 3;
  let e = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const dx = x[3 * i] - x[3 * j];
      const dy = x[3 * i + 1] - x[3 * j + 1];
      const dz = x[3 * i + 2] - x[3 * j + 2];
      const r2 = dx * dx + dy * dy + dz * dz;
      if (r2 > cutoff * cutoff) continue;
      const s2 = (sigma * sigma) / r2;
      const s6 = s2 * s2 * s2;
      e += 4 * eps * (s6 * s6 - s6);
    }
  }
  return e;
}
