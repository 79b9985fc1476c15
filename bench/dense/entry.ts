import { type Contest, type Module, twice } from "../races/contest.js";

/** A problem of the group: the function, a gradient by hand, data, and room for a gradient. */
export interface Dense<Args extends readonly unknown[], Out extends object> {
  readonly name: string;
  readonly primal: (...args: Args) => number;
  readonly byHand: (...args: [...Args, Out]) => number;
  args(): Args;
  out(): Out;
}

export function contestOf<Args extends readonly unknown[], Out extends object>(
  module: Module,
  dense: Dense<Args, Out>,
): Contest {
  const { primal, byHand } = dense;
  const into = module[`${dense.name}ValueAndGradInto`] as typeof byHand;
  const sets = twice(() => dense.args());
  const [hand, made] = [twice(() => dense.out()), twice(() => dense.out())];
  return {
    primal: (t) => primal(...sets[t]),
    hand: (t) => byHand(...sets[t], hand[t]),
    generated: (t) => into(...sets[t], made[t]),
    slopes: () => ({
      hand: numbersIn(hand[0]),
      generated: numbersIn(made[0]),
    }),
  };
}

/** All numbers of a gradient, in order. */
function numbersIn(x: unknown): number[] {
  if (typeof x === "number") return [x];
  return Object.values(x as object).flatMap(numbersIn);
}

/** Rows as plain arrays. */
export const rowsOf = (flat: Float64Array, width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, r) =>
    Array.from(flat.subarray(r * width, (r + 1) * width)),
  );

export const zeroRows = (height: number, width: number): number[][] =>
  Array.from({ length: height }, () => new Array<number>(width).fill(0.5));
