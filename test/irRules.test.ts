import { describe, expect, test } from "vitest";
import { numericOps, type OpName } from "../compiler/ir/ops.js";
import { evaluateOp } from "../compiler/ir/scalar.js";
import { applySlope, type Algebra } from "../compiler/rules/algebra.js";
import { rules } from "../compiler/rules/rules.js";
import { partialOf } from "./oracle/dualRules.js";
import { slopeAtZero } from "./oracle/finite.js";
import { pointsOf, singularPoints } from "./oracle/points.js";

/** Rules compute with plain numbers; `known` says which of them the compiler knows. */
const numbers = (
  known: (v: number) => number | undefined,
): Algebra<number> => ({
  constant: (value) => value,
  op: (op, ...args) => Number(evaluateOp(op, args)),
  known,
});
const algebras = [
  ["nothing known", numbers(() => undefined)],
  ["everything known", numbers((v) => v)],
] as const;

/** What the product's rule makes of the tangent t of operand i. */
function through(
  k: Algebra<number>,
  op: OpName,
  xs: readonly number[],
  i: number,
  t: number,
): number {
  const rule = rules[op];
  if (rule.kind !== "smooth") return 0;
  const y = evaluateOp(op, xs) as number;
  return applySlope(k, t, rule.slope(k, xs, y, i)) ?? 0;
}

const nearly = (found: number, wanted: number, what: string): void => {
  if (Number.isNaN(wanted)) expect(found, what).toBeNaN();
  else if (!Number.isFinite(wanted)) expect(found, what).toBe(wanted);
  else
    expect(Math.abs(found - wanted), what).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(wanted)),
    );
};

const cases: readonly (readonly [OpName, readonly number[]])[] = [
  ...numericOps.flatMap((op) => pointsOf(op).map((xs) => [op, xs] as const)),
  ...singularPoints.map(([op, xs]) => [op, xs] as const),
];

describe.each(algebras)("the rules agree with the conventions, %s", (_, k) => {
  test.each(cases)("%s at %j", (op, xs) => {
    const y = evaluateOp(op, xs) as number;
    xs.forEach((_x, i) => {
      const partial = partialOf(op, xs, y, i);
      nearly(through(k, op, xs, i, 1.5), 1.5 * partial, `operand ${i}`);
      if (op !== "mul" || Number.isFinite(partial))
        nearly(
          Math.abs(through(k, op, xs, i, 0)),
          0,
          `operand ${i}, zero tangent`,
        );
    });
  });

  test.each<[OpName, readonly number[]]>([
    ["guardMul", [2, 3]],
    ["guardDiv", [2, 3]],
    ["maxSlope", [2, 3]],
    ["minSlope", [2, 3, 4]],
    ["hypotSlope", [2, 3]],
    ["powSlopeX", [2, 3.5]],
    ["powSlopeX", [0.7, -1.5]],
    ["powSlopeY", [2, 3.5, 2 ** 3.5]],
    ["absSlope", [-2]],
  ])("slope of the slope %s at %j", (op, xs) => {
    xs.forEach((x, i) => {
      const at = (t: number): number => {
        const moved = xs.with(i, x + t);
        return evaluateOp(op, moved) as number;
      };
      const wanted = slopeAtZero(at, 2 ** -10);
      expect(
        Math.abs(through(k, op, xs, i, 1.5) - 1.5 * wanted),
        `operand ${i}`,
      ).toBeLessThan(1e-6);
    });
  });
});
