import { describe, expect, test } from "vitest";
import { numericOps } from "../compiler/ir/ops.js";
import { parseFuncs } from "../compiler/ir/parse.js";
import { evaluateOp } from "../compiler/ir/scalar.js";
import { interpretDual, type DualResult } from "./oracle/dual.js";
import { partialOf } from "./oracle/dualRules.js";
import { pointsOf, singularPoints } from "./oracle/points.js";
import { finiteGradient, slopeAtZero, stepFor } from "./oracle/finite.js";

describe("partials against central differences", () => {
  const cases = numericOps
    .filter((op) => op !== "fround")
    .flatMap((op) => pointsOf(op).map((xs) => [op, xs] as const));

  test.each(cases)("%s at %j", (op, xs) => {
    const y = evaluateOp(op, xs) as number;
    xs.forEach((x, i) => {
      const at = (t: number): number =>
        evaluateOp(op, xs.with(i, x + t)) as number;
      const expected = slopeAtZero(
        at,
        Math.min(stepFor(0) * Math.max(Math.abs(x), 0.05), 1e-2),
      );
      const error = partialOf(op, xs, y, i) - expected;
      expect(Math.abs(error)).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(expected)),
      );
    });
  });
});

describe("partials at singular points", () => {
  test.each(singularPoints)("%s at %j", (op, xs, slopes) => {
    const y = evaluateOp(op, xs) as number;
    slopes.forEach((slope, i) => {
      const found = partialOf(op, xs, y, i);
      if (slope === 0) expect(Math.abs(found)).toBe(0);
      else if (Number.isNaN(slope)) expect(found).toBeNaN();
      else expect(found).toBeCloseTo(slope, 12);
    });
  });
});

const run = (
  text: string,
  args: readonly unknown[],
  tangents: Record<string, unknown>,
): DualResult => {
  const funcs = parseFuncs(text);
  return interpretDual({ funcs }, [...funcs.keys()].at(-1)!, args, tangents);
};

describe("dual interpretation", () => {
  test("a loop over an array that is written in place", () => {
    const text = `func f(a: f64[]): num {
      n: num = length a
      one: num = const 1
      for[< 1] one, n (i: num) {
        j: num = sub i, one
        before: num = load[inBounds] a, j
        here: num = load[inBounds] a, i
        y: num = mul before, here
        store[inBounds] a, i, y
        yield
      }
      last: num = sub n, one
      out: num = load[inBounds] a, last
      yield out
    }`;
    const a = new Float64Array([2, 3, 5]);
    const got = run(text, [a], { a: [1, 0, 10] });
    expect(got).toEqual({
      value: 30,
      tangent: 15 + 60,
      singular: false,
      steep: false,
      kinkDistance: Infinity,
    });
    expect([...a]).toEqual([2, 3, 5]);
  });

  test("aliases and views share their tangents", () => {
    const text = `func f(a: f64[], b: f64[]): f64[] {
      i: num = const 0
      x: num = load a, i
      y: num = exp x
      store b, i, y
      yield a
    }`;
    const a = new Float64Array([0, 0]);
    const got = run(text, [a, a.subarray(1)], { a: [3, 1] });
    expect(got.value).toEqual(new Float64Array([0, 1]));
    expect(got.tangent).toEqual(new Float64Array([3, 3]));
  });

  test("a zero tangent kills a partial that is not finite", () => {
    const text = `func f(x: num, z: num): num {
      r: num = sqrt z
      y: num = add x, r
      yield y
    }`;
    expect(run(text, [1, 0], { x: 1 }).tangent).toBe(1);
    const both = run(text, [1, 0], { x: 1, z: 1 });
    expect(both.tangent).toBe(Infinity);
    expect(both.singular).toBe(true);
  });

  test("a Float32Array rounds the value, not the tangent", () => {
    const text = `func f(a: f32[], x: num): num {
      i: num = const 0
      store a, i, x
      y: num = load a, i
      yield y
    }`;
    const got = run(text, [new Float32Array(1), 0.1], { x: 0.1 });
    expect(got.value).toBe(Math.fround(0.1));
    expect(got.tangent).toBe(0.1);
  });

  test("an integer store of an active value is an error, a bit operation has no slope", () => {
    const store = `func f(a: i32[], x: num): num {
      i: num = const 0
      store a, i, x
      yield x
    }`;
    expect(() => run(store, [new Int32Array(1), 2], { x: 1 })).toThrow(/i32/);
    expect(run(store, [new Int32Array(1), 2], {}).tangent).toBe(0);
    const bits = `func f(x: num): num {
      y: num = bitnot x
      yield y
    }`;
    expect(run(bits, [2], { x: 1 }).tangent).toBeNaN();
  });

  test("the tangent of a parameter with a default is that of the value used", () => {
    const text = `func f(x: num? optional effective used): num {
      c: bool = isUndefined x
      used: num = if c {
        d: num = const 3
        yield d
      } else {
        given: num = unwrap x
        yield given
      }
      y: num = mul used, used
      yield y
    }`;
    expect(run(text, [undefined], { x: 1 })).toMatchObject({
      value: 9,
      tangent: 6,
    });
    expect(run(text, [5], { x: 1 })).toMatchObject({ value: 25, tangent: 10 });
  });

  test("records, results of record type, a recursive call", () => {
    const text = `func f(p: {x: num, s: "string", y?: num?}, n: num): {v: num, y?: num?} {
      zero: num = const 0
      c: bool = le n, zero
      x: num = getField[x] p
      r: {v: num, y?: num?} = if c {
        y: num? = getField[y] p
        a: {v: num, y?: num?} = newRecord x, y
        yield a
      } else {
        one: num = const 1
        m: num = sub n, one
        x2: num = mul x, x
        setField[x] p, x2
        b: {v: num, y?: num?} = call[f] p, m
        yield b
      }
      yield r
    }`;
    const got = run(text, [{ x: 2, s: "a" }, 2], { p: { x: 1 } });
    expect(got.value).toEqual({ v: 16 });
    expect(got.tangent).toEqual({ v: 32 });
    const more = run(text, [{ x: 2, s: "a", y: 7 }, 0], { p: { y: 5 } });
    expect(more.tangent).toEqual({ v: 0, y: 5 });
  });

  test("tells how near a branch was to go otherwise", () => {
    const text = `func f(x: num): num {
      two: num = const 2
      c: bool = gt x, two
      y: num = select c, x, two
      yield y
    }`;
    expect(run(text, [2.25], { x: 1 })).toMatchObject({
      tangent: 1,
      kinkDistance: 0.25,
    });
  });
});

test("finite gradients of nested arguments", () => {
  const f = (p: { w: number[][]; b: Float64Array; s: string }): number =>
    p.w[0]![1]! ** 2 + Math.exp(p.b[0]!);
  const grad = finiteGradient(
    f,
    [{ w: [[1, 3]], b: new Float64Array([0]), s: "" }],
    0,
  ) as {
    w: number[][];
    b: Float64Array;
  };
  expect(Object.keys(grad)).toEqual(["w", "b"]);
  expect(grad.w[0]![0]).toBeCloseTo(0, 8);
  expect(grad.w[0]![1]).toBeCloseTo(6, 8);
  expect(grad.b[0]).toBeCloseTo(1, 8);
});
