/** The derivative of a function of one number by finite differences, and how far it can be trusted. */
export interface Difference {
  /** The value at the point itself. */
  readonly value: number;
  /** The derivative; NaN where no steps gave one. */
  readonly slope: number;
  /** How far off it may be; infinite where there is none. */
  readonly error: number;
  /** The slopes to the left and to the right, by a short step. */
  readonly left: number;
  readonly right: number;
  /**
   * - `smooth`: left and right draw together as the step shrinks
   * - `kink`: they stay apart
   * - `singular`: they part further (a jump, a cusp), or the slope itself grows without end
   * - `edge`: the function is a number on one side only, or on none
   */
  readonly kind: "smooth" | "kink" | "singular" | "edge";
}

/** Each step is a tenth of the one before. */
const RATIO = 10;
const STEPS = [1, 1e-1, 1e-2, 1e-3, 1e-4] as const;

/** What one step gives. */
interface Rung {
  readonly central: number;
  readonly left: number;
  readonly right: number;
  /** By how much rounding of f's values alone can falsify `central`. */
  readonly rounding: number;
}

/**
 * Central differences over a ladder of steps. Two neighbours are combined by Richardson's extrapolation, which
 * removes the error in h^2; what they disagree by is the error, and the pair that disagrees least is taken. Rounding
 * limits short steps, curvature and kinks limit long ones: no single step fits all functions.
 *
 * @param f the function of the distance from the point; it may throw, or give NaN, away from 0
 * @param longest the longest step: a hundredth of the size of what is moved is a good one
 * @param moved the distance that is really gone for a wanted one, where the number is stored with rounding
 */
export function centralDifference(
  f: (distance: number) => number,
  longest: number,
  moved: (distance: number) => number = (distance) => distance,
): Difference {
  const at = (distance: number): number => {
    try {
      return f(distance);
    } catch {
      // outside the domain, like a value that is no number
      return NaN;
    }
  };
  const value = at(0);
  const [a, b, c, d, e] = STEPS.map((step) => {
    const [up, down] = [at(step * longest), at(-step * longest)];
    const [forth, back] = [moved(step * longest), -moved(-step * longest)];
    const size = Math.max(Math.abs(up), Math.abs(down), Math.abs(value));
    return {
      central: (up - down) / (forth + back),
      left: (value - down) / back,
      right: (up - value) / forth,
      rounding: (2 * Number.EPSILON * size) / (forth + back),
    };
  }) as [Rung, Rung, Rung, Rung, Rung];
  const found = best([a, b, c, d, e]);
  const kind = kindOf(a, c, d, e);
  return { value, ...found, left: d.left, right: d.right, kind };
}

function best(rungs: readonly Rung[]): { slope: number; error: number } {
  let found = { slope: NaN, error: Infinity };
  for (let k = 0; k + 1 < rungs.length; k++) {
    const [long, short] = [rungs[k] as Rung, rungs[k + 1] as Rung];
    const gap = short.central - long.central;
    const error = Math.abs(gap) + short.rounding;
    if (error < found.error)
      found = { slope: short.central + gap / (RATIO ** 2 - 1), error };
  }
  return found;
}

/**
 * For a smooth function right - left is h f'': it shrinks with the step. It is read where steps are too short for
 * curvature to look like a kink, and too long for rounding to.
 */
function kindOf(a: Rung, c: Rung, d: Rung, e: Rung): Difference["kind"] {
  if (!Number.isFinite(e.left) || !Number.isFinite(e.right)) return "edge";
  const size = Math.max(Math.abs(d.right), Math.abs(d.left));
  const floor = 1e-6 * size + 8 * d.rounding;
  const growth = Math.abs(d.central / c.central);
  // x ** 0.9 at 0 grows by 10 ** 0.1 from step to step
  if (size > 8 * d.rounding && growth > 1.2 && steady(a, c, d, e))
    return "singular";
  const gap = Math.abs(d.right - d.left);
  const before = Math.abs(c.right - c.left);
  if (!(gap > floor) || !(gap > 0.5 * before)) return "smooth";
  return gap > 2 * before ? "singular" : "kink";
}

/** Does the slope grow by the same factor all the way down? */
function steady(a: Rung, c: Rung, d: Rung, e: Rung): boolean {
  const factor = e.central / d.central;
  const near = (x: number): boolean => Math.abs(x / factor - 1) < 0.05;
  return near(d.central / c.central) && near(Math.sqrt(c.central / a.central));
}
