/** A string of beads, with vectors as immutable instances. */
export class Vec3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;

  constructor(x: number, y: number, z: number) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  add(o: Vec3): Vec3 {
    return new Vec3(this.x + o.x, this.y + o.y, this.z + o.z);
  }

  scale(k: number): Vec3 {
    return new Vec3(k * this.x, k * this.y, k * this.z);
  }

  dot(o: Vec3): number {
    return this.x * o.x + this.y * o.y + this.z * o.z;
  }
}

/** @differentiable wrt=beads modes=grad */
export function energy(beads: readonly Vec3[], rest: number): number {
  let centre = new Vec3(0, 0, 0);
  let stretched = 0;
  for (let i = 1; i < beads.length; i++) {
    const link = beads[i].add(beads[i - 1].scale(-1));
    const stretch = Math.sqrt(link.dot(link)) - rest;
    stretched += 0.5 * stretch * stretch;
    centre = centre.add(beads[i].scale(1 / beads.length));
  }
  return stretched + centre.dot(centre);
}
