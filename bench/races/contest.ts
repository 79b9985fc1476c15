import type { Candidate } from "../timing.js";

/** One problem: the function, a gradient by hand and the generated one, each at one of two sets of data. */
export interface Contest {
  readonly primal: Candidate;
  readonly hand: Candidate;
  readonly generated: Candidate;
  /** The gradients that the last calls at set 0 left. */
  slopes(): {
    readonly hand: readonly number[];
    readonly generated: readonly number[];
  };
}

/** What a generated module exports. */
export type Module = Readonly<Record<string, unknown>>;

/** Numbers from a linear congruential generator, in [lo, hi). */
export function numbers(
  seed: number,
): (n: number, lo: number, hi: number) => Float64Array {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  return (n, lo, hi) => new Float64Array(n).map(() => lo + (hi - lo) * next());
}

/** The same for two sets. */
export const twice = <T>(make: () => T): readonly [T, T] => [make(), make()];
