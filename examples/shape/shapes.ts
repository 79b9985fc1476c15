/** Solids as signed distances: negative inside, positive outside. They are put together like a tree. */
import { Vec3 } from "./vec3.js";

export abstract class Shape {
  /** The signed distance from a point to the surface. */
  abstract distance(p: Vec3): number;

  translate(by: Vec3): Shape {
    return new Translated(this, by);
  }

  mirrored(): Shape {
    return new Mirrored(this);
  }

  /** This solid and another, with the seam rounded by about `radius`. */
  blend(other: Shape, radius: number): Shape {
    return new SmoothUnion(this, other, radius);
  }

  cut(tool: Shape): Shape {
    return new Difference(this, tool);
  }
}

export class Sphere extends Shape {
  readonly radius: number;

  constructor(radius: number) {
    super();
    this.radius = radius;
  }

  distance(p: Vec3): number {
    return p.length - this.radius;
  }
}

/** A box of given half sizes, its edges rounded. */
export class RoundedBox extends Shape {
  readonly half: Vec3;
  readonly rounding: number;

  constructor(half: Vec3, rounding: number) {
    super();
    this.half = half;
    this.rounding = rounding;
  }

  distance(p: Vec3): number {
    const q = p
      .map(Math.abs)
      .sub(this.half)
      .add(new Vec3(this.rounding, this.rounding, this.rounding));
    const outside = q.map((c) => Math.max(c, 0)).length;
    const inside = Math.min(Math.max(q.x, q.y, q.z), 0);
    return outside + inside - this.rounding;
  }
}

/** A rod with round ends. */
export class Capsule extends Shape {
  readonly from: Vec3;
  readonly to: Vec3;
  readonly radius: number;

  constructor(from: Vec3, to: Vec3, radius: number) {
    super();
    this.from = from;
    this.to = to;
    this.radius = radius;
  }

  distance(p: Vec3): number {
    const axis = this.to.sub(this.from);
    const along = p.sub(this.from).dot(axis) / axis.dot(axis);
    const clamped = Math.min(1, Math.max(0, along));
    const nearest = this.from.add(axis.scale(clamped));
    return p.sub(nearest).length - this.radius;
  }
}

class Translated extends Shape {
  private readonly inner: Shape;
  private readonly by: Vec3;

  constructor(inner: Shape, by: Vec3) {
    super();
    this.inner = inner;
    this.by = by;
  }

  distance(p: Vec3): number {
    return this.inner.distance(p.sub(this.by));
  }
}

/** Both sides of the plane x = 0 alike. */
class Mirrored extends Shape {
  private readonly inner: Shape;

  constructor(inner: Shape) {
    super();
    this.inner = inner;
  }

  distance(p: Vec3): number {
    return this.inner.distance(new Vec3(Math.abs(p.x), p.y, p.z));
  }
}

/** The polynomial smooth minimum: near the seam, a little less than either. */
function smoothMin(a: number, b: number, radius: number): number {
  const h = Math.max(0, radius - Math.abs(a - b)) / radius;
  return Math.min(a, b) - (h * h * radius) / 4;
}

class SmoothUnion extends Shape {
  private readonly first: Shape;
  private readonly second: Shape;
  private readonly radius: number;

  constructor(first: Shape, second: Shape, radius: number) {
    super();
    this.first = first;
    this.second = second;
    this.radius = radius;
  }

  distance(p: Vec3): number {
    return smoothMin(
      this.first.distance(p),
      this.second.distance(p),
      this.radius,
    );
  }
}

class Difference extends Shape {
  private readonly solid: Shape;
  private readonly tool: Shape;

  constructor(solid: Shape, tool: Shape) {
    super();
    this.solid = solid;
    this.tool = tool;
  }

  distance(p: Vec3): number {
    return Math.max(this.solid.distance(p), -this.tool.distance(p));
  }
}
