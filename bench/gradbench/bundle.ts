/** What surrounds reprojectionError: all errors of a bundle, and its Jacobian from two seeds for each observation. */
import { reprojectionError, weightError } from "./ba.js";
import type { Bundle } from "./data.js";

export type ReprojectionVjp = (
  cam: readonly number[],
  point: readonly number[],
  weight: number,
  seen: readonly number[],
  cotangent: [number, number],
) => {
  value: [number, number];
  grad: { cam: number[]; point: number[]; weight: number };
};

/** Entries in a row of the Jacobian: a camera, a point and a weight. */
export const ROW = 11 + 3 + 1;

/** Two errors for each observation, then one for each weight. */
export function errors(
  { cams, points, weights, seen }: Bundle,
  out: Float64Array,
): void {
  const p = weights.length;
  for (let i = 0; i < p; i++) {
    const [a, b] = reprojectionError(
      cams[i % cams.length]!,
      points[i % points.length]!,
      weights[i]!,
      seen[i]!,
    );
    out[2 * i] = a;
    out[2 * i + 1] = b;
    out[2 * p + i] = weightError(weights[i]!);
  }
}

/** The entries that are not zero, row by row: 15 for each error of an observation, then one for each weight. */
export function jacobian(
  { cams, points, weights, seen }: Bundle,
  vjp: ReprojectionVjp,
  out: Float64Array,
): void {
  const p = weights.length;
  let next = 0;
  const row = (grad: ReturnType<ReprojectionVjp>["grad"]) => {
    for (let j = 0; j < 11; j++) out[next + j] = grad.cam[j]!;
    for (let j = 0; j < 3; j++) out[next + 11 + j] = grad.point[j]!;
    out[next + 14] = grad.weight;
    next += ROW;
  };
  for (let i = 0; i < p; i++) {
    const cam = cams[i % cams.length]!;
    const point = points[i % points.length]!;
    row(vjp(cam, point, weights[i]!, seen[i]!, [1, 0]).grad);
    row(vjp(cam, point, weights[i]!, seen[i]!, [0, 1]).grad);
  }
  for (let i = 0; i < p; i++) out[next + i] = -2 * weights[i]!;
}
