/** The energy of springs between points in space, with their weight. */

/** @differentiable wrt=p */
export function cloth(
  p: Float64Array,
  from: Int32Array,
  to: Int32Array,
  rest: Float64Array,
  stiffness: number,
): number {
  let energy = 0;
  for (let e = 0; e < rest.length; e++) {
    const a = 3 * from[e];
    const b = 3 * to[e];
    const dx = p[a] - p[b];
    const dy = p[a + 1] - p[b + 1];
    const dz = p[a + 2] - p[b + 2];
    const stretch = Math.sqrt(dx * dx + dy * dy + dz * dz) - rest[e];
    energy += 0.5 * stiffness * stretch * stretch;
  }
  for (let i = 0; i < p.length / 3; i++) energy += 9.81 * p[3 * i + 2];
  return energy;
}
