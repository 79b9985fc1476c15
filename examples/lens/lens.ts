/** How sharp a lens is: the size of the spots that it makes of far points. */
import { trace, type Ray, type Surface } from "./rays.js";
import { Vec3 } from "./vec3.js";

export interface Lens {
  surfaces: Surface[];
  /** From the last surface to the film. */
  backFocus: number;
}

/** What the lens is used for. */
export interface Use {
  /** Angles between far points and the axis, in degrees. */
  readonly fields: readonly number[];
  /** Wavelengths in micrometres, with the weights of the colours. */
  readonly colours: readonly {
    readonly wavelength: number;
    readonly weight: number;
  }[];
  readonly entranceRadius: number;
  readonly focalLength: number;
}

/** Points of the entrance pupil: the middle, and rings of rays around it. */
function pupil(radius: number): { x: number; y: number }[] {
  const rings = [1, 2, 3].map((ring) =>
    Array.from({ length: 6 * ring }, (_, i) => {
      const angle = (2 * Math.PI * i) / (6 * ring);
      const r = (radius * ring) / 3;
      return { x: r * Math.cos(angle), y: r * Math.sin(angle) };
    }),
  );
  return [{ x: 0, y: 0 }, ...rings.flat()];
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Where the rays of a far point arrive. */
export function spot(
  { surfaces, backFocus }: Lens,
  use: Use,
  field: number,
  wavelength: number,
): Vec3[] {
  const angle = radians(field);
  const direction = new Vec3(0, Math.sin(angle), Math.cos(angle));
  const arrived: Vec3[] = [];
  for (const { x, y } of pupil(use.entranceRadius)) {
    const start: Ray = { origin: new Vec3(x, y, -10), direction };
    const end = trace(start, surfaces, backFocus, wavelength);
    if (end) arrived.push(end);
  }
  return arrived;
}

/**
 * Mean square radius of the spots around where they should be (in square micrometres), over fields and colours.
 *
 * @differentiable wrt=lens
 */
export function blur(lens: Lens, use: Use): number {
  const total = use.colours.reduce((sum, { weight }) => sum + weight, 0);
  const perField = use.fields.map((field) => {
    const wanted = new Vec3(0, use.focalLength * Math.tan(radians(field)), 0);
    let sum = 0;
    for (const { wavelength, weight } of use.colours) {
      const points = spot(lens, use, field, wavelength);
      if (points.length === 0) throw new Error("no light comes through");
      const squares = points.map(
        (p) => (p.x - wanted.x) ** 2 + (p.y - wanted.y) ** 2,
      );
      sum +=
        (weight / total) * (squares.reduce((a, b) => a + b, 0) / points.length);
    }
    return sum;
  });
  return (1e6 * perField.reduce((a, b) => a + b, 0)) / use.fields.length;
}
