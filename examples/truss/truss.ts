/** Plane trusses: stiffness, displacements, stresses, and what a design costs. */
import { solveSymmetric, zeros } from "./linearSolve.js";

export interface Joint {
  readonly x: number;
  readonly y: number;
  readonly support?: "pinned" | "roller";
  /** Force on the joint, in kip. */
  readonly load?: { readonly x: number; readonly y: number };
}

export interface Bar {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface Truss {
  readonly joints: readonly Joint[];
  readonly bars: readonly Bar[];
  /** Young's modulus, in ksi. */
  readonly modulus: number;
  /** Weight of the material, in lb per cubic inch. */
  readonly density: number;
}

export interface Limits {
  /** Largest stress of a bar, in ksi, and largest displacement of a joint, in inches. */
  readonly stress: number;
  readonly displacement: number;
}

/** How a truss of given areas answers to its loads. */
export interface Response {
  readonly weight: number;
  readonly stresses: number[];
  readonly displacements: { x: number; y: number }[];
}

class Direction {
  readonly length: number;
  readonly cos: number;
  readonly sin: number;

  constructor(from: Joint, to: Joint) {
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    this.length = Math.hypot(dx, dy);
    this.cos = dx / this.length;
    this.sin = dy / this.length;
  }

  /** How much longer the bar gets when its ends move by these displacements. */
  stretch(u: readonly number[]): number {
    const [ux, uy, vx, vy] = u;
    return (vx - ux) * this.cos + (vy - uy) * this.sin;
  }

  get components(): number[] {
    return [-this.cos, -this.sin, this.cos, this.sin];
  }
}

const isHeld = ({ support }: Joint, axis: "x" | "y"): boolean =>
  support === "pinned" || (support === "roller" && axis === "y");

/** Numbers the directions in which joints can move; -1 where they are held. */
function freedoms(joints: readonly Joint[]): { x: number; y: number }[] {
  let count = 0;
  return joints.map((joint) => ({
    x: isHeld(joint, "x") ? -1 : count++,
    y: isHeld(joint, "y") ? -1 : count++,
  }));
}

/** Displacements, stresses and weight of the truss whose bars have these areas, in square inches. */
export function analyse(truss: Truss, areas: readonly number[]): Response {
  const { joints, bars, modulus, density } = truss;
  const numbers = freedoms(joints);
  const size = Math.max(...numbers.flatMap(({ x, y }) => [x, y])) + 1;
  const ends = bars.map(({ from, to }) => [
    ...[numbers[from].x, numbers[from].y],
    ...[numbers[to].x, numbers[to].y],
  ]);
  const directions = bars.map(
    ({ from, to }) => new Direction(joints[from], joints[to]),
  );

  const stiffness = zeros(size, size);
  bars.forEach((_, b) => {
    const { components, length } = directions[b];
    const k = (modulus * areas[b]) / length;
    ends[b].forEach((row, i) => {
      ends[b].forEach((column, j) => {
        if (row < 0 || column < 0) return;
        stiffness[row][column] += k * components[i] * components[j];
      });
    });
  });

  const loads = new Array<number>(size).fill(0);
  joints.forEach(({ load }, j) => {
    if (!load) return;
    if (numbers[j].x >= 0) loads[numbers[j].x] = load.x;
    if (numbers[j].y >= 0) loads[numbers[j].y] = load.y;
  });
  const moved = solveSymmetric(stiffness, loads);
  const displacement = (n: number): number => (n < 0 ? 0 : moved[n]);

  return {
    weight: directions.reduce(
      (sum, { length }, b) => sum + density * length * areas[b],
      0,
    ),
    stresses: directions.map(
      (direction, b) =>
        (modulus * direction.stretch(ends[b].map(displacement))) /
        direction.length,
    ),
    displacements: numbers.map(({ x, y }) => ({
      x: displacement(x),
      y: displacement(y),
    })),
  };
}

/** By how much, as a share of the limit, a magnitude is beyond it. */
const excess = (value: number, limit: number): number =>
  Math.max(0, Math.abs(value) / limit - 1);

/**
 * What the optimiser makes small: the weight, and a penalty for stresses and displacements beyond their limits.
 * Areas are given by their logarithms, so that they stay positive.
 *
 * @differentiable wrt=logAreas
 */
export function cost(
  logAreas: readonly number[],
  truss: Truss,
  limits: Limits,
  penalty: number,
): number {
  const { weight, stresses, displacements } = analyse(
    truss,
    logAreas.map((a) => Math.exp(a)),
  );
  const tooStressed = stresses
    .map((stress) => excess(stress, limits.stress) ** 2)
    .reduce((a, b) => a + b, 0);
  let tooFar = 0;
  for (const { x, y } of displacements) {
    tooFar += excess(x, limits.displacement) ** 2;
    tooFar += excess(y, limits.displacement) ** 2;
  }
  return weight + penalty * (tooStressed + tooFar);
}
