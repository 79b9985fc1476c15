/** Rays through a row of spherical surfaces, exactly (no small angles). Millimetres; light goes along z. */
import { Vec3 } from "./vec3.js";

export interface Ray {
  readonly origin: Vec3;
  /** Of length one. */
  readonly direction: Vec3;
}

/** A glass by Cauchy's formula; wavelengths in micrometres. */
export interface Glass {
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

export const indexOf = ({ a, b }: Glass, wavelength: number): number =>
  a + b / wavelength ** 2;

/** A refracting surface: curvature is one over the radius, and what follows it. */
export interface Surface {
  curvature: number;
  /** To the next surface. */
  thickness: number;
  readonly aperture: number;
  readonly glass: Glass;
}

/** Where a ray meets the sphere through `vertex`; undefined where it misses or passes beyond the edge. */
function meet(
  { origin, direction }: Ray,
  { curvature, aperture }: Surface,
  vertex: Vec3,
): Vec3 | undefined {
  const toRay = origin.sub(vertex);
  // curvature * |p|^2 - 2 p.z = 0, with p = toRay + t * direction; it holds for a plane too
  const b = direction.z - curvature * direction.dot(toRay);
  const c = curvature * toRay.dot(toRay) - 2 * toRay.z;
  const discriminant = b * b - curvature * c;
  if (discriminant < 0) return undefined;
  const t = c / (b + Math.sqrt(discriminant));
  const point = origin.add(direction.scale(t));
  return Math.hypot(point.x, point.y) <= aperture ? point : undefined;
}

/** Snell's law in space; undefined where the light is totally reflected. */
function refract(direction: Vec3, normal: Vec3, eta: number): Vec3 | undefined {
  const cosIn = direction.dot(normal);
  const cosOut2 = 1 - eta * eta * (1 - cosIn * cosIn);
  if (cosOut2 < 0) return undefined;
  return direction
    .scale(eta)
    .add(normal.scale(Math.sqrt(cosOut2) - eta * cosIn));
}

/** Follows a ray through the surfaces to the plane `backFocus` behind the last one; undefined where it is lost. */
export function trace(
  start: Ray,
  surfaces: readonly Surface[],
  backFocus: number,
  wavelength: number,
): Vec3 | undefined {
  let ray = start;
  let index = 1;
  let z = 0;
  for (const surface of surfaces) {
    const vertex = new Vec3(0, 0, z);
    const point = meet(ray, surface, vertex);
    if (!point) return undefined;
    const { curvature, thickness, glass } = surface;
    const normal = new Vec3(0, 0, 1).sub(point.sub(vertex).scale(curvature));
    const next = indexOf(glass, wavelength);
    const direction = refract(ray.direction, normal, index / next);
    if (!direction) return undefined;
    ray = { origin: point, direction };
    index = next;
    z += thickness;
  }
  const { origin, direction } = ray;
  const last = surfaces[surfaces.length - 1];
  const plane = z - last.thickness + backFocus;
  return origin.add(direction.scale((plane - origin.z) / direction.z));
}
