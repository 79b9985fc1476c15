import { expect, test } from "vitest";
import type { OpName } from "../compiler/ir/ops.js";
import { evaluateOp } from "../compiler/ir/scalar.js";
import {
  absSlope,
  hypotSlope,
  maxSlope,
  maxSlope3,
  maxSlopeAmong,
  minSlope,
  minSlope3,
  minSlopeAmong,
  powSlopeX,
  powSlopeY,
} from "../runtime/index.js";

test("absSlope: 0 at both zeros, NaN at NaN", () => {
  expect([2, -2, 0, -0, Infinity, -Infinity].map(absSlope)).toEqual([
    1, -1, 0, 0, 1, -1,
  ]);
  expect(absSlope(NaN)).toBe(NaN);
});

test("maxSlope and minSlope split ties", () => {
  expect(maxSlope(3, 2)).toBe(1);
  expect(maxSlope(2, 3)).toBe(0);
  expect(maxSlope(2, 2)).toBe(0.5);
  expect(maxSlope(0, -0)).toBe(0.5);
  expect(maxSlopeAmong(1, 1, 1, 0)).toBe(1 / 3);
  expect(maxSlopeAmong(1, 1, 2)).toBe(0);
  expect(maxSlopeAmong(5)).toBe(1);
  for (const [x, y] of [
    [1, 2],
    [2, 1],
    [0, -0],
    [NaN, 1],
    [1, NaN],
    [Infinity, Infinity],
  ] as const) {
    expect(maxSlope(x, y)).toBe(maxSlopeAmong(x, y));
    expect(minSlope(x, y)).toBe(minSlopeAmong(x, y));
  }
  expect(maxSlope(1, NaN)).toBe(NaN);
  expect(maxSlopeAmong(1, 2, NaN)).toBe(NaN);
  expect(maxSlope(NaN, 1)).toBe(NaN);
  expect(minSlope(3, 2)).toBe(0);
  expect(minSlope(2, 3)).toBe(1);
  expect(minSlope(-0, 0)).toBe(0.5);
  expect(minSlopeAmong(1, 1, 2, 1)).toBe(1 / 3);
  expect(minSlope(2, NaN)).toBe(NaN);
  expect(minSlope(NaN, 2)).toBe(NaN);
});

test("of three, as among many", () => {
  const edges = [0, -0, 1, -1, 2.5, Infinity, -Infinity, NaN];
  for (const x of edges)
    for (const a of edges)
      for (const b of edges) {
        expect(maxSlope3(x, a, b)).toBe(maxSlopeAmong(x, a, b));
        expect(minSlope3(x, a, b)).toBe(minSlopeAmong(x, a, b));
      }
});

test("hypotSlope: 0 where all arguments are 0", () => {
  expect(hypotSlope(3, 5)).toBe(0.6);
  expect(hypotSlope(0, 0)).toBe(0);
  expect(hypotSlope(NaN, NaN)).toBe(NaN);
});

test("powSlopeX by the table of conventions", () => {
  expect(powSlopeX(2, 3)).toBe(12);
  expect(powSlopeX(0, 0)).toBe(0);
  expect(powSlopeX(5, 0)).toBe(0);
  expect(powSlopeX(0, 1)).toBe(1);
  expect(powSlopeX(0, 2)).toBe(0);
  expect(powSlopeX(0, 0.5)).toBe(Infinity);
  expect(powSlopeX(-2, 3)).toBe(12);
  expect(powSlopeX(-2, 0.5)).toBe(NaN);
  expect(powSlopeX(NaN, 2)).toBe(NaN);
});

test("powSlopeY by the table of conventions", () => {
  const slope = (x: number, y: number): number => powSlopeY(x, y, x ** y);
  expect(slope(Math.E, 1)).toBeCloseTo(Math.E, 15);
  expect(slope(0, 2)).toBe(0);
  expect(slope(-0, 2)).toBe(0);
  expect(slope(0, 0)).toBe(NaN);
  expect(slope(-2, 3)).toBe(NaN);
  expect(slope(1, 7)).toBe(0);
});

test("the interpreter gives the same slopes, bit for bit", () => {
  const edges = [0, -0, 1, -1, 2, 0.5, -2.5, 3, Infinity, -Infinity, NaN];
  const agree = (op: OpName, ours: number, args: readonly number[]): void =>
    expect(evaluateOp(op, args), `${op}(${args})`).toBe(ours);
  for (const x of edges) {
    agree("absSlope", absSlope(x), [x]);
    for (const y of edges) {
      agree("hypotSlope", hypotSlope(x, y), [x, y]);
      agree("powSlopeX", powSlopeX(x, y), [x, y]);
      agree("powSlopeY", powSlopeY(x, y, x ** y), [x, y, x ** y]);
      for (const more of [[], [x], [1, y]]) {
        agree("maxSlope", maxSlopeAmong(x, y, ...more), [x, y, ...more]);
        agree("minSlope", minSlopeAmong(x, y, ...more), [x, y, ...more]);
      }
    }
  }
});
