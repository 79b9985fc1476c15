import { describe, expect, test } from "vitest";
import {
  adam,
  adamW,
  applyUpdates,
  clipByGlobalNorm,
  clipByValue,
  globalNorm,
  momentum,
  seededRandom,
  sgd,
  treeLeaves,
  treeMap,
  type Optimiser,
} from "../runtime/index.js";

const nested = () => ({
  w: [
    [1, 2],
    [3, 4],
  ],
  t: Float64Array.of(5, 6),
  f: Float32Array.of(7),
  deep: { b: 8, pair: [9, [10]] as [number, number[]] },
});

/** The parameter after each of `n` steps on the given gradients. */
function run<S>(
  optimiser: Optimiser<S>,
  start: number,
  gradients: readonly number[],
): number[] {
  let x = start;
  let state = optimiser.init(x);
  return gradients.map((g) => {
    const step = optimiser.update(g, state, x);
    x = applyUpdates<number>(x, step.updates);
    state = step.state;
    return x;
  });
}

const expectClose = (actual: readonly number[], wanted: readonly number[]) => {
  expect(actual.length).toBe(wanted.length);
  actual.forEach((x, i) => expect(x).toBeCloseTo(wanted[i] as number, 12));
};

describe("steps in closed form", () => {
  test("sgd", () => {
    expectClose(run(sgd(0.1), 1, [1, 2, -3]), [0.9, 0.7, 1]);
  });

  test("momentum: trace 1, 2.5, -1.75 with decay 0.5", () => {
    expectClose(
      run(momentum(0.1, { decay: 0.5 }), 0, [1, 2, -3]),
      [-0.1, -0.35, -0.175],
    );
  });

  test("momentum with nesterov: g + decay * trace", () => {
    expectClose(
      run(momentum(0.1, { decay: 0.5, nesterov: true }), 0, [1, 2, -3]),
      [-0.15, -0.475, -0.0875],
    );
  });

  test("adam: each step of a constant gradient is the rate", () => {
    expectClose(run(adam(0.1, { eps: 0 }), 1, [4, 4, 4]), [0.9, 0.8, 0.7]);
    // the first step is g / (|g| + eps): eps stands outside the root, after the correction
    const [first] = run(adam(1, { eps: 1 }), 0, [3]);
    expect(first).toBeCloseTo(-0.75, 14);
  });

  test("adam: two steps by the formula", () => {
    const [b1, b2, eps, rate] = [0.8, 0.9, 1e-8, 0.5];
    let [m, v, x] = [0, 0, 1];
    const wanted = [2, -1, 0.5].map((g, i) => {
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g ** 2;
      const t = i + 1;
      x -= (rate * (m / (1 - b1 ** t))) / (Math.sqrt(v / (1 - b2 ** t)) + eps);
      return x;
    });
    expectClose(run(adam(rate, { b1, b2 }), 1, [2, -1, 0.5]), wanted);
  });

  test("adamW: the decay is decoupled from the moments", () => {
    const [x] = run(adamW(0.1, { weightDecay: 0.5 }), 2, [3]);
    expect(x).toBeCloseTo(2 - 0.1 * (1 + 0.5 * 2), 7);
    const [plain] = run(adamW(0.1, { weightDecay: 0 }), 2, [3]);
    expect(plain).toBe(run(adam(0.1), 2, [3])[0]);
    const [byDefault] = run(adamW(0.1), 2, [3]);
    expect(byDefault).toBeCloseTo(2 - 0.1 * (1 + 1e-4 * 2), 7);
  });

  test("adamW without parameters is an error", () => {
    const optimiser = adamW(0.1);
    expect(() => optimiser.update([1], optimiser.init([1]))).toThrow(
      "needs the parameters",
    );
  });

  test("a schedule counts steps from 0", () => {
    const rate = (step: number): number => 1 / (step + 1);
    expectClose(run(sgd(rate), 0, [1, 1, 1]), [-1, -1.5, -11 / 6]);
    expectClose(run(adam(rate, { eps: 0 }), 0, [1, 1]), [-1, -1.5]);
  });
});

const all = {
  sgd: sgd(0.1),
  momentum: momentum(0.05),
  nesterov: momentum(0.05, { nesterov: true }),
  adam: adam(0.2),
  adamW: adamW(0.2, { weightDecay: 1e-6 }),
} satisfies Record<string, Optimiser<never> | Optimiser<unknown> | object>;

describe.each(Object.entries(all))("%s", (_, optimiser) => {
  const it = optimiser as Optimiser<unknown>;

  test("finds the minimum of a quadratic", () => {
    let params = { x: [3, -2], y: 5 };
    let state = it.init(params);
    for (let i = 0; i < 600; i++) {
      const grads = { x: params.x.map((x) => 2 * (x - 1)), y: 4 * params.y };
      const step = it.update(grads, state, params);
      params = applyUpdates(params, step.updates);
      state = step.state;
    }
    for (const { value } of treeLeaves({
      x: params.x.map((x) => x - 1),
      y: params.y,
    }))
      expect(Math.abs(value)).toBeLessThan(1e-3);
  });

  test("keeps the shape and leaves its inputs alone", () => {
    const [params, grads] = [nested(), nested()];
    const state = it.init(params);
    const before = structuredClone(state);
    const step = it.update(grads, state, params);
    expect([params, grads]).toEqual([nested(), nested()]);
    expect(state).toEqual(before);
    expect(structuredClone(step.state)).toEqual(step.state);
    expect(step.updates.t).toBeInstanceOf(Float64Array);
    expect(step.updates.f).toBeInstanceOf(Float32Array);
    expect(treeMap(() => 0, step.updates)).toEqual(treeMap(() => 0, nested()));
    const moved = applyUpdates(params, step.updates);
    expect(params).toEqual(nested());
    expect(moved.deep.b).toBeLessThan(8);
    expect(moved.f).toBeInstanceOf(Float32Array);
    expect(moved.w[0]).not.toBe(params.w[0]);
  });

  test("a gradient may leave out fields, which then stay", () => {
    const params = { w: [1], name: "net", n: 3, t: ["a", 2], none: undefined };
    const grads = { w: [1], t: { 1: 1 }, none: undefined };
    const first = it.update(grads, it.init(params), params);
    const step = it.update(grads, first.state, params);
    const moved = applyUpdates(params, step.updates);
    expect(Object.keys(moved)).toEqual(Object.keys(params));
    expect([moved.name, moved.n, moved.t[0], moved.none]).toEqual([
      "net",
      3,
      "a",
      undefined,
    ]);
    expect(moved.w[0]).toBeLessThan(1);
    expect(moved.t[1]).toBeLessThan(2);
  });
});

test("moments of a part without a gradient wait for the next one", () => {
  const optimiser = momentum(1, { decay: 0.5 });
  const first = optimiser.update<object>(
    { a: 1, b: 1 },
    optimiser.init({ a: 0, b: 0 }),
  );
  const second = optimiser.update<object>({ a: 1 }, first.state);
  expect(second.updates).toEqual({ a: -1.5 });
  const third = optimiser.update<object>({ b: 1 }, second.state);
  expect(third.updates).toEqual({ b: -1.5 });
});

describe("shapes that do not fit", () => {
  test.each([
    [[1, 2], [1], "has 2 elements in one and 1 in another"],
    [{ a: { b: [1] } }, { a: { b: 1 } }, "a.b is a number in one and an array"],
    [{ a: 1 }, { b: 1 }, "b is a number in one and missing in another"],
    [{ a: 1 }, { a: [1] }, "a is a number in one and an array in another"],
    [1, { a: 1 }, "the tree is a number in one and an object in another"],
  ])("applyUpdates(%j, %j)", (params, updates, message) => {
    expect(() => applyUpdates<unknown>(params, updates)).toThrow(message);
  });

  test("treeMap with a tree that lacks a number", () => {
    expect(() => treeMap((x, y) => x + y, [1, 2], [1])).toThrow("[1]");
    expect(() => treeMap((x, y) => x + y, { a: 1 }, {})).toThrow("a is a");
  });
});

test("treeMap keeps classes and carries what is no number", () => {
  class Point {
    x = 1;
    label = "p";
  }
  const moved = treeMap((x) => x + 1, { p: new Point(), s: null });
  expect(moved.p).toBeInstanceOf(Point);
  expect(moved).toEqual({ p: { x: 2, label: "p" }, s: null });
  expect(treeMap((x, y, z) => x + y * z, [1, 2], [3, 4], [5, 6])).toEqual([
    16, 26,
  ]);
});

test("treeLeaves lists numbers with their places", () => {
  const leaves = treeLeaves({ w: [1, [2]], t: Float64Array.of(3), s: "s" });
  expect(leaves).toEqual([
    { keys: ["w", 0], value: 1 },
    { keys: ["w", 1, 0], value: 2 },
    { keys: ["t", 0], value: 3 },
  ]);
});

describe("clipping", () => {
  test("globalNorm", () => {
    expect(globalNorm({ w: [3], b: 4, name: "n" })).toBe(5);
    expect(globalNorm([3e200, 4e200])).toBeCloseTo(5e200, -190);
    expect(globalNorm([3e-200, 4e-200]) / 5e-200).toBeCloseTo(1, 12);
    expect(globalNorm([])).toBe(0);
    expect(globalNorm([0, -0])).toBe(0);
    expect(globalNorm([Infinity, 1])).toBe(Infinity);
    expect(globalNorm([NaN, Infinity])).toBe(NaN);
  });

  test("clipByGlobalNorm scales the whole gradient, down only", () => {
    const grads = { w: Float64Array.of(3), b: 4 };
    const clipped = clipByGlobalNorm(grads, 1);
    expect(globalNorm(clipped)).toBeCloseTo(1, 14);
    expect(clipped.b).toBeCloseTo(0.8, 14);
    expect(grads).toEqual({ w: Float64Array.of(3), b: 4 });
    const same = clipByGlobalNorm(grads, 5);
    expect(same).toEqual(grads);
    expect(same.w).not.toBe(grads.w);
    expect(clipByGlobalNorm([0, 0], 1)).toEqual([0, 0]);
    expect(clipByGlobalNorm([NaN, 1], 1)).toEqual([NaN, NaN]);
    expect(() => clipByGlobalNorm(grads, 0)).toThrow(RangeError);
  });

  test("clipByValue holds each number", () => {
    expect(clipByValue({ w: [3, -0.5], b: -4 }, 1)).toEqual({
      w: [1, -0.5],
      b: -1,
    });
    expect(clipByValue([NaN, Infinity], 2)).toEqual([NaN, 2]);
    expect(() => clipByValue([1], -1)).toThrow(RangeError);
  });
});

describe("seededRandom", () => {
  const draws = (seed: number, n: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: n }, () => random.uniform());
  };
  const mean = (xs: readonly number[]): number =>
    xs.reduce((sum, x) => sum + x, 0) / xs.length;

  test("the same seed gives the same numbers, another seed others", () => {
    expect(draws(7, 20)).toEqual(draws(7, 20));
    expect(draws(7, 1)).not.toEqual(draws(8, 1));
    for (const seed of [0, -1, 1.5, 2 ** 32, 1e300, NaN])
      expect(new Set(draws(seed, 50)).size).toBe(50);
  });

  test("uniform numbers fill their interval evenly", () => {
    const xs = draws(1, 20000);
    expect(xs.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(mean(xs)).toBeCloseTo(0.5, 2);
    expect(mean(xs.map((x) => (x - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
    const neighbours = xs
      .slice(1)
      .map((x, i) => (x - 0.5) * ((xs[i] as number) - 0.5));
    expect(Math.abs(mean(neighbours))).toBeLessThan(0.003);
    expect(seededRandom(3).uniform(5, 6)).toBeGreaterThanOrEqual(5);
    // neighbouring seeds are independent
    const firsts = Array.from(
      { length: 2000 },
      (_, seed) => draws(seed, 1)[0] as number,
    );
    expect(mean(firsts)).toBeCloseTo(0.5, 1);
    expect(
      Math.abs(
        mean(
          firsts
            .slice(1)
            .map((x, i) => (x - 0.5) * ((firsts[i] as number) - 0.5)),
        ),
      ),
    ).toBeLessThan(0.01);
  });

  test("normal numbers have the moments asked for", () => {
    const random = seededRandom(2);
    const xs = Array.from({ length: 20000 }, () => random.normal(3, 2));
    expect(mean(xs)).toBeCloseTo(3, 1);
    expect(Math.sqrt(mean(xs.map((x) => (x - 3) ** 2)))).toBeCloseTo(2, 1);
    expect(mean(xs.map((x) => Number(Math.abs(x - 3) < 2)))).toBeCloseTo(
      0.683,
      1,
    );
  });

  test("integers and permutations", () => {
    const random = seededRandom(4);
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++) counts[random.integer(3)]!++;
    for (const count of counts) expect(count).toBeGreaterThan(900);
    const order = random.permutation(10);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(random.permutation(0)).toEqual([]);
  });
});
