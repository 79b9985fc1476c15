import { expect, test } from "vitest";
import { addMatMul, addMatVec, addOuter } from "../runtime/products.js";
import { copyInto } from "../runtime/memory.js";
import { seededRandom } from "../runtime/random.js";

/** Every cell's sum, one after the other, in the order of its terms. */
function plain(
  c: Float64Array,
  [c0, cn, cm]: readonly number[],
  a: Float64Array,
  [a0, an, ak]: readonly number[],
  b: Float64Array,
  [b0, bm, bk]: readonly number[],
  [n, m, k]: readonly number[],
): void {
  for (let i = 0; i < n!; i++)
    for (let j = 0; j < m!; j++) {
      const at = c0! + i * cn! + j * cm!;
      let s = c[at]!;
      for (let l = 0; l < k!; l++)
        s += a[a0! + i * an! + l * ak!]! * b[b0! + j * bm! + l * bk!]!;
      c[at] = s;
    }
}

const random = seededRandom(7);
const below = (n: number): number => Math.floor(random.uniform() * n);
const filled = (n: number): Float64Array =>
  new Float64Array(n).map(() => random.normal());

/** Start and strides of a matrix that lies by rows or by columns, forwards or backwards along the second index. */
function layout(rows: number, columns: number): number[] {
  const start = below(3);
  if (below(2) === 0) return [start, columns, 1];
  if (below(2) === 0) return [start, 1, rows];
  return [start + Math.max(0, columns - 1), columns, -1];
}

test("products of all sizes and layouts are the plain loops, bit for bit", () => {
  for (let round = 0; round < 300; round++) {
    const [n, m] = [below(20), below(14)] as [number, number];
    const k = round % 25 === 0 ? 250 + below(30) : below(12);
    const sizes = [n, m, k];
    const c = filled(n * m + 3);
    const [a, b] = [filled(n * k + 3), filled(m * k + 3)] as const;
    const [cAt, aAt, bAt] = [layout(n, m), layout(n, k), layout(m, k)];
    const [wanted, got] = [c.slice(), c.slice()];
    plain(wanted, cAt, a, aAt, b, bAt, sizes);
    const spread = [...cAt, a, ...aAt, b, ...bAt, ...sizes] as never;
    (addMatMul as (...args: unknown[]) => void)(got, ...(spread as unknown[]));
    expect(got).toEqual(wanted);
  }
});

test("a matrix times a vector, and two vectors", () => {
  for (let n = 0; n < 10; n++)
    for (let k = 0; k < 6; k++) {
      const [c, a, b] = [filled(n), filled(n * k), filled(k)] as const;
      const wanted = c.slice();
      plain(wanted, [0, 1, 0], a, [0, k, 1], b, [0, 0, 1], [n, 1, k]);
      const got = c.slice();
      addMatVec(got, 0, 1, a, 0, k, 1, b, 0, 1, n, k);
      expect(got).toEqual(wanted);
      const [w, x] = [filled(n * k), filled(n)] as const;
      const outer = w.slice();
      plain(outer, [0, k, 1], x, [0, 1, 0], b, [0, 1, 0], [n, k, 1]);
      for (const [cn, cm] of [[k, 1]] as const)
        addOuter(w, 0, cn, cm, x, 0, 1, b, 0, 1, n, k);
      expect(w).toEqual(outer);
    }
});

test("cells that several sums share get all of them", () => {
  const [a, b] = [filled(9), filled(9)] as const;
  const [wanted, got] = [new Float64Array(20), new Float64Array(20)];
  plain(wanted, [0, 1, 1], a, [0, 1, 0], b, [0, 1, 0], [9, 9, 1]);
  addMatMul(got, 0, 1, 1, a, 0, 1, 0, b, 0, 1, 0, 9, 9, 1);
  got.forEach((x, i) => expect(x).toBeCloseTo(wanted[i]!, 12));
  const same = new Float64Array(1);
  addMatMul(same, 0, 0, 0, a, 0, 1, 0, b, 0, 1, 0, 9, 9, 1);
  const sum = (xs: Float64Array): number => xs.reduce((s, x) => s + x, 0);
  expect(same[0]).toBeCloseTo(sum(a) * sum(b), 12);
});

test("what lies outside reads as NaN and is not written", () => {
  const c = Float64Array.of(1, 2);
  addMatVec(c, 0, 1, Float64Array.of(1), 0, 1, 1, c.slice(), 0, 1, 5, 1);
  expect(c[0]).toBe(2);
  expect(c[1]).toBeNaN();
  expect(c).toHaveLength(2);
});

test("copyInto leaves NaN behind the copy, whatever was there", () => {
  const work = new Float64Array(5);
  expect(copyInto(work, Float64Array.of(1, 2, 3))).toBe(true);
  expect([...work]).toEqual([1, 2, 3, NaN, NaN]);
  expect(copyInto(work, Float64Array.of(4))).toBe(true);
  expect([...work]).toEqual([4, NaN, NaN, NaN, NaN]);
  expect(copyInto(work, new Float64Array(6))).toBe(false);
  expect([...work]).toEqual([4, NaN, NaN, NaN, NaN]);
});
