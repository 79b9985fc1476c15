/** The problems of bench/style with their inputs: the same numbers on every machine. */
import { entropy } from "./chain.js";
import {
  energyGradient,
  entropyGradient,
  riskGradient,
  roughnessGradient,
} from "./hand.js";
import { roughness } from "./pipeline.js";
import { type Position, risk } from "./records.js";
import { energy, Vec3 } from "./vec3.js";

export interface Derived {
  readonly value: number;
  readonly grad: unknown;
}

export interface StyleProblem {
  readonly fn: string;
  readonly at: readonly [point: unknown, constant: number];
  readonly primal: (point: never, constant: number) => number;
  readonly hand: (point: never, constant: number) => Derived;
}

const N = 1000;
const wave = (i: number, k: number): number => Math.sin(12.9898 * i + k);

export const problems: Readonly<Record<string, () => StyleProblem>> = {
  vec3: () => ({
    fn: "energy",
    at: [
      Array.from(
        { length: N },
        (_, i) => new Vec3(i + wave(i, 0), wave(i, 1), wave(i, 2)),
      ),
      0.9,
    ],
    primal: energy,
    hand: energyGradient,
  }),
  pipeline: () => ({
    fn: "roughness",
    at: [Array.from({ length: N }, (_, i) => 1 + wave(i, 3)), 0.8],
    primal: roughness,
    hand: roughnessGradient,
  }),
  chain: () => ({
    fn: "entropy",
    at: [Array.from({ length: N }, (_, i) => 1 + wave(i, 3)), 0.8],
    primal: entropy,
    hand: entropyGradient,
  }),
  records: () => ({
    fn: "risk",
    at: [
      Array.from({ length: N }, (_, i): Position => ({
        name: `p${i}`,
        amount: 1 + wave(i, 4),
        price: 10 + wave(i, 5),
        volatility: 0.3 + 0.1 * wave(i, 6),
      })),
      0.25,
    ],
    primal: risk,
    hand: riskGradient,
  }),
};

/** Largest difference of two gradients of one shape, relative to each slope or to a millionth of the largest. */
export function worstDifference(a: unknown, b: unknown): number {
  const [left, right] = [numbersIn(a), numbersIn(b)];
  if (left.length !== right.length) return Infinity;
  const floor = 1e-6 * left.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  return left.reduce((worst, x, i) => {
    const error = Math.abs(x - right[i]!) / (Math.abs(x) + floor);
    return error <= worst ? worst : error;
  }, 0);
}

function numbersIn(tree: unknown): number[] {
  if (typeof tree === "number") return [tree];
  return Object.values(tree as object).flatMap(numbersIn);
}
