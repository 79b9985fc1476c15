/**
 * The problem "ba" of GradBench, bundle adjustment: where a camera sees a point, against where it was seen.
 * cam[11]: rotation (angle and axis) 3 | centre 3 | focal length | principal point 2 | radial distortion 2
 */

/** @differentiable wrt=cam,point,weight modes=vjp */
export function reprojectionError(
  cam: readonly number[],
  point: readonly number[],
  weight: number,
  seen: readonly number[],
): [number, number] {
  const x = point[0] - cam[3];
  const y = point[1] - cam[4];
  const z = point[2] - cam[5];
  const [a, b, c] = rotated(cam[0], cam[1], cam[2], x, y, z);
  const px = a / c;
  const py = b / c;
  const rho = px * px + py * py;
  const scale = cam[6] * (1 + cam[9] * rho + cam[10] * rho * rho);
  return [
    weight * (scale * px + cam[7] - seen[0]),
    weight * (scale * py + cam[8] - seen[1]),
  ];
}

/** Turns (x, y, z) about the axis (rx, ry, rz), by its length; Rodrigues' formula. */
function rotated(
  rx: number,
  ry: number,
  rz: number,
  x: number,
  y: number,
  z: number,
): [number, number, number] {
  const square = rx * rx + ry * ry + rz * rz;
  if (square === 0)
    return [
      x + (ry * z - rz * y),
      y + (rz * x - rx * z),
      z + (rx * y - ry * x),
    ];
  const angle = Math.sqrt(square);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const vx = rx / angle;
  const vy = ry / angle;
  const vz = rz / angle;
  const along = (vx * x + vy * y + vz * z) * (1 - cos);
  return [
    x * cos + (vy * z - vz * y) * sin + vx * along,
    y * cos + (vz * x - vx * z) * sin + vy * along,
    z * cos + (vx * y - vy * x) * sin + vz * along,
  ];
}

export const weightError = (weight: number): number => 1 - weight * weight;
