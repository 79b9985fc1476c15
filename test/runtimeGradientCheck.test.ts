import { describe, expect, test } from "vitest";
import {
  formatGradientCheck,
  gradientCheck,
  type ComponentCheck,
} from "../runtime/index.js";

const one = (
  f: (x: number) => number,
  x: number,
  slope: number,
): ComponentCheck =>
  gradientCheck<number>(f, x, slope).components[0] as ComponentCheck;

describe("smooth functions", () => {
  test.each<[string, (x: number) => number, (x: number) => number, number[]]>([
    ["square", (x) => x * x, (x) => 2 * x, [0, 1, -3, 1e-9, 1e6]],
    ["cube", (x) => x ** 3, (x) => 3 * x * x, [0, 0.5, -20]],
    ["exp", Math.exp, Math.exp, [-30, 0, 3, 20]],
    ["log", Math.log, (x) => 1 / x, [1e-12, 1e-3, 1, 1e9]],
    ["sqrt", Math.sqrt, (x) => 0.5 / Math.sqrt(x), [1e-8, 2, 1e8]],
    ["sin", Math.sin, Math.cos, [0, 1.5, Math.PI / 2, 100]],
    ["tanh", Math.tanh, (x) => 1 - Math.tanh(x) ** 2, [0, 1, 5]],
    ["reciprocal", (x) => 1 / x, (x) => -1 / (x * x), [1e-4, -0.1, 50]],
    [
      "sigmoid of 40x",
      (x) => 1 / (1 + Math.exp(-40 * x)),
      (x) => 40 / (2 + 2 * Math.cosh(40 * x)),
      [0, 0.1],
    ],
    ["far from 0", (x) => 1e6 + x, () => 1, [0, 1]],
    ["constant", () => 1e6, () => 0, [0, 1]],
  ])("%s", (_, f, slope, points) => {
    for (const x of points) {
      expect(one(f, x, slope(x))).toMatchObject({ status: "ok" });
      const wrong = slope(x) * 1.0001 + 1e-4;
      expect(one(f, x, wrong)).toMatchObject({ status: "mismatch", ok: false });
      expect(one(f, x, NaN).status).toBe("mismatch");
      expect(one(f, x, Infinity).status).toBe("mismatch");
    }
  });

  test("the numeric slope is good to about nine digits", () => {
    const check = one(Math.exp, 1, Math.E);
    expect(Math.abs(check.numeric - Math.E)).toBeLessThan(1e-8);
    expect(check.error).toBeLessThan(1e-7);
    expect(check.relativeError).toBeLessThan(1e-6);
  });
});

describe("points where differences say little", () => {
  test("a kink is doubtful for slopes between its sides only", () => {
    expect(one(Math.abs, 0, 0).status).toBe("ok");
    expect(one(Math.abs, 0, 1)).toMatchObject({ status: "doubtful", ok: true });
    expect(one(Math.abs, 0, 2).status).toBe("mismatch");
    expect(one(Math.abs, 0, NaN).status).toBe("mismatch");
    expect(one((x) => Math.max(0, x), 0, 0).note).toBe(
      "a kink: 0 on the left, 1 on the right",
    );
    expect(
      one((x) => Math.exp(x) + 3 * Math.abs(x - 1), 1, Math.E + 1).status,
    ).toBe("doubtful");
  });

  test("a kink nearby does not disturb", () => {
    expect(one((x) => Math.abs(x), 3e-4, 1).status).toBe("ok");
    expect(one((x) => Math.abs(x), 3e-4, -1).status).toBe("mismatch");
  });

  test("edges, jumps and infinite slopes", () => {
    expect(one(Math.sqrt, 0, Infinity).status).toBe("doubtful");
    expect(one(Math.cbrt, 0, Infinity).status).toBe("doubtful");
    expect(one((x) => Math.sign(x), 0, 0).status).toBe("doubtful");
    expect(one(Math.log, -1, NaN).status).toBe("doubtful");
    expect(one((x) => Math.sqrt(Math.abs(x)), 0, NaN).status).toBe("doubtful");
  });

  test("noise is doubtful, not a failure", () => {
    const noisy = (x: number): number => x + 1e-4 * Math.sin(1e9 * x);
    expect(one(noisy, 1, 1).ok).toBe(true);
  });

  test("a function that throws away from the point", () => {
    const guarded = (x: number): number => {
      if (x < 1) throw new RangeError("below 1");
      return x * x;
    };
    expect(one(guarded, 1, 2).note).toContain("edge of the domain");
    expect(one(guarded, 1.0001, 2.0002).status).toBe("ok");
  });
});

describe("shapes", () => {
  interface Point {
    name: string;
    w: number[][];
    t: Float64Array;
    f: Float32Array;
    pair: [number, { z: number }];
    n: number;
  }
  const point = (): Point => ({
    name: "p",
    w: [[1, 2], [3]],
    t: Float64Array.of(4, 5),
    f: Float32Array.of(0.5, 7),
    pair: [8, { z: 9 }],
    n: 10,
  });
  const sum = (p: Point): number =>
    p.w[0]![0]! * p.w[1]![0]! +
    p.t[1]! ** 2 +
    Math.sin(p.f[0]!) * p.n +
    p.pair[0] * p.pair[1].z;
  const gradient = () => ({
    w: [[3, 0], [1]],
    t: Float64Array.of(0, 10),
    f: Float32Array.of(10 * Math.cos(0.5), 0),
    pair: [9, { z: 8 }],
  });

  test("every number of the gradient is checked, by its path", () => {
    const p = point();
    const report = gradientCheck(sum, p, gradient());
    expect(report.ok).toBe(true);
    expect(report.components.map((c) => c.path)).toEqual([
      "w[0][0]",
      "w[0][1]",
      "w[1][0]",
      "t[0]",
      "t[1]",
      "f[0]",
      "f[1]",
      "pair[0]",
      "pair[1].z",
    ]);
    expect(report.total).toBe(9);
    expect(p).toEqual(point());
  });

  test("one wrong number is found", () => {
    const wrong = gradient();
    wrong.t[0] = 1e-3;
    const report = gradientCheck(sum, point(), wrong);
    expect(report.ok).toBe(false);
    expect(report.components.filter((c) => !c.ok).map((c) => c.path)).toEqual([
      "t[0]",
    ]);
    expect(report.worst).toBe(1);
  });

  test("a gradient that does not fit the point is an error", () => {
    expect(() => gradientCheck(sum, point(), { q: [1] })).toThrow("q[0]");
    expect(() => gradientCheck(sum, point(), { name: 1 })).toThrow("name");
    expect(() => gradientCheck(sum, point(), 1)).toThrow("its root");
  });

  test("maxComponents spreads the checks", () => {
    const x = Array.from({ length: 100 }, (_, i) => i);
    const f = (v: number[]): number => v.reduce((s, e) => s + e * e, 0);
    const report = gradientCheck(
      f,
      x,
      x.map((e) => 2 * e),
      { maxComponents: 4 },
    );
    expect(report.components.map((c) => c.path)).toEqual([
      "[0]",
      "[33]",
      "[66]",
      "[99]",
    ]);
    expect([report.total, report.ok]).toEqual([100, true]);
  });

  test("aliases in the point move together", () => {
    const row = [2];
    const f = (p: { a: number[]; b: number[] }): number => p.a[0]! * p.b[0]!;
    const report = gradientCheck(f, { a: row, b: row }, { a: [4], b: [4] });
    expect(report.ok).toBe(true);
  });

  test("a function that writes into its argument", () => {
    const f = (v: number[]): number => {
      v[0]! *= v[0]!;
      return v.pop()! + v[0]!;
    };
    expect(gradientCheck(f, [3, 1], [6, 1]).ok).toBe(true);
  });

  test("tolerance", () => {
    const check = (tolerance: number): boolean =>
      gradientCheck((x: number) => x * x, 1, 2.001, { tolerance }).ok;
    expect([check(1e-2), check(1e-5)]).toEqual([true, false]);
  });
});

test("the table shows what is wrong first", () => {
  const report = gradientCheck(
    (p: { a: number; b: number; c: number }) => p.a + Math.abs(p.b) + p.c,
    { a: 1, b: 0, c: 1 },
    { a: 1, b: 1, c: 2 },
  );
  const lines = formatGradientCheck(report).split("\n");
  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual([
    "component",
    "c",
    "b",
    "a",
    "1 of 3 components ok, 1 doubtful, 1 wrong; largest relative error 5e-1",
  ]);
  expect(lines[1]).toMatch(/^c +2 +1 +5e-1 +mismatch$/);
  expect(lines[2]).toMatch(/doubtful: a kink: -1 on the left, 1 on the right$/);
  expect(formatGradientCheck(report, 1)).toContain("1 shown");
});
