/** The potential energy of bodies in space, each a record. */

export interface Body {
  x: number;
  y: number;
  z: number;
  mass: number;
}

/** @differentiable wrt=bodies */
export function nbody(bodies: Body[]): number {
  let energy = 0;
  for (let i = 0; i < bodies.length; i++)
    for (let j = i + 1; j < bodies.length; j++) {
      const a = bodies[i];
      const b = bodies[j];
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      energy -=
        (a.mass * b.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz + 0.01);
    }
  return energy;
}
