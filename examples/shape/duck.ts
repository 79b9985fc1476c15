/** A duck for the bath: its measures, and how well they explain a scan of its surface. */
import { Capsule, RoundedBox, Sphere, type Shape } from "./shapes.js";
import { Vec3 } from "./vec3.js";

interface Point {
  x: number;
  y: number;
  z: number;
}

/** Centimetres; the duck looks along y and is mirrored at x = 0. */
export interface Duck {
  body: { half: Point; rounding: number };
  head: { centre: Point; radius: number };
  beak: { length: number; radius: number };
  wing: { root: Point; tip: Point; radius: number };
  eye: { centre: Point; radius: number };
  blend: number;
}

export function duckShape({ body, head, beak, wing, eye, blend }: Duck): Shape {
  const at = Vec3.of(head.centre);
  const trunk = new RoundedBox(Vec3.of(body.half), body.rounding);
  const skull = new Sphere(head.radius).translate(at);
  const bill = new Capsule(
    Vec3.zero,
    new Vec3(0, beak.length, 0),
    beak.radius,
  ).translate(at);
  const arm = new Capsule(Vec3.of(wing.root), Vec3.of(wing.tip), wing.radius);
  const socket = new Sphere(eye.radius).translate(at.add(Vec3.of(eye.centre)));
  return trunk
    .blend(skull, blend)
    .blend(bill, blend / 2)
    .blend(arm.mirrored(), blend)
    .cut(socket.mirrored());
}

/**
 * Mean square distance of scanned points from the surface, in square centimetres.
 *
 * @differentiable wrt=duck
 */
export function scanError(duck: Duck, scan: readonly Point[]): number {
  const shape = duckShape(duck);
  const squares = scan.map((p) => shape.distance(Vec3.of(p)) ** 2);
  return squares.reduce((a, b) => a + b, 0) / scan.length;
}
