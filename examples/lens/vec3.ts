/** Points and directions in space, immutable. */
export class Vec3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;

  constructor(x: number, y: number, z: number) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  static readonly zero = new Vec3(0, 0, 0);

  static of({ x, y, z }: { x: number; y: number; z: number }): Vec3 {
    return new Vec3(x, y, z);
  }

  add(o: Vec3): Vec3 {
    return new Vec3(this.x + o.x, this.y + o.y, this.z + o.z);
  }

  sub(o: Vec3): Vec3 {
    return new Vec3(this.x - o.x, this.y - o.y, this.z - o.z);
  }

  scale(k: number): Vec3 {
    return new Vec3(k * this.x, k * this.y, k * this.z);
  }

  dot(o: Vec3): number {
    return this.x * o.x + this.y * o.y + this.z * o.z;
  }

  map(f: (c: number) => number): Vec3 {
    return new Vec3(f(this.x), f(this.y), f(this.z));
  }

  get length(): number {
    return Math.hypot(this.x, this.y, this.z);
  }
}
