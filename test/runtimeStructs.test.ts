import { describe, expect, test } from "vitest";
import {
  addSeed,
  assertDistinct,
  checkStore,
  copyApart,
  copyDeep,
  gradOf,
  borrowTape,
  growTape,
  releaseTape,
  seedLike,
  Tape,
  zerosLike,
  type Shape,
} from "../runtime/index.js";

describe("copyApart", () => {
  test("copies twice what is reached twice, and views of one buffer", () => {
    const row = [1, 2];
    const rows = copyApart<number[][]>([row, row], [[0]]);
    expect(rows).toEqual([row, row]);
    expect(new Set([row, ...rows]).size).toBe(3);
    const flat = Float64Array.from([1, 2, 3, 4]);
    const views = copyApart<Float64Array[]>(
      [flat.subarray(0, 2), flat.subarray(1, 3)],
      ["typed"],
    );
    views[0]![1] = 9;
    expect(views.map((view) => [...view])).toEqual([
      [1, 9],
      [2, 3],
    ]);
    expect([...flat]).toEqual([1, 2, 3, 4]);
  });
});

describe("copyDeep", () => {
  test("keeps aliases inside, shares nothing with the original", () => {
    const row = [1, 2];
    const x = { a: row, b: row, name: "x" };
    const y = copyDeep<typeof x>(x, { a: [0], b: [0], name: "" });
    expect(y).toEqual(x);
    expect(y.a).toBe(y.b);
    expect(y.a).not.toBe(row);
  });

  test("shares what is carried and what the shape does not know", () => {
    const map = new Map([["k", 1]]);
    const more = { deep: [1] };
    const y = copyDeep<{ m: unknown; more: unknown }>(
      { m: map, more },
      { m: "" },
    );
    expect(y.m).toBe(map);
    expect(y.more).toBe(more);
  });

  test("views of one buffer stay views of one buffer", () => {
    const flat = Float64Array.from([1, 2, 3, 4]);
    const x = [flat.subarray(0, 2), flat.subarray(1, 3)];
    const y = copyDeep<Float64Array[]>(x, ["typed"]);
    (y[0] as Float64Array)[1] = 9;
    expect(Array.from(y[1] as Float64Array)).toEqual([9, 3]);
    expect(Array.from(flat)).toEqual([1, 2, 3, 4]);
  });

  test("keeps kinds, prototypes, holes and missing parts", () => {
    class Point {
      x = 1;
      ref = [2];
    }
    const p = copyDeep<Point>(new Point(), { x: 0, ref: [0] });
    expect(p).toBeInstanceOf(Point);
    const holes = [[1], , [2]] as number[][];
    const copy = copyDeep<number[][]>(holes, [[0]]);
    expect(1 in copy).toBe(false);
    expect(copy[2]).not.toBe(holes[2]);
    expect(copyDeep(undefined, [0])).toBe(undefined);
    expect(copyDeep(Float32Array.of(1), "typed")).toEqual(Float32Array.of(1));
    expect(copyDeep([1, "a", [2]], [0, "", [0]])).toEqual([1, "a", [2]]);
    expect(copyDeep({ i: Int32Array.of(3) }, { i: "typed" })).toEqual({
      i: Int32Array.of(3),
    });
  });
});

describe("zerosLike and seedLike", () => {
  test("one shadow for an object that two paths reach", () => {
    const row = [1, 2];
    const shadow = zerosLike<number[][]>([row, row], [[0]]);
    expect(shadow).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(shadow[0]).toBe(shadow[1]);
  });

  test("leaves out what has no derivative; float arrays become Float64Array", () => {
    const x = { w: Float32Array.of(1, 2), b: 3, name: "n", t: ["a", 4] };
    const shape: Shape = { w: "typed", b: 0, t: { 1: 0 } };
    expect(zerosLike(x, shape)).toEqual({
      w: new Float64Array(2),
      b: 0,
      t: { 1: 0 },
    });
  });

  test("views of one buffer have overlapping shadows", () => {
    const flat = new Float64Array(4);
    const x = { a: flat, b: flat.subarray(2) };
    const s = zerosLike<typeof x>(x, { a: "typed", b: "typed" });
    s.b[0] = 5;
    expect(Array.from(s.a)).toEqual([0, 0, 5, 0]);
    const f = Float32Array.of(1, 2, 3);
    const t = zerosLike<Float64Array[]>([f, f.subarray(1)], ["typed"]);
    (t[1] as Float64Array)[0] = 7;
    expect(Array.from(t[0] as Float64Array)).toEqual([0, 7, 0]);
  });

  test("views with cells of different sizes in one buffer have shadows apart", () => {
    const buffer = new ArrayBuffer(96);
    const x = {
      wide: new Float64Array(buffer, 48, 3),
      narrow: new Float32Array(buffer, 24, 3),
      last: new Float32Array(buffer, 84, 3),
    };
    for (const keys of [
      ["wide", "narrow", "last"],
      ["last", "narrow", "wide"],
    ] as const) {
      const shape = Object.fromEntries(keys.map((key) => [key, "typed"]));
      const s = zerosLike<Record<keyof typeof x, Float64Array>>(
        x,
        shape as Shape,
      );
      keys.forEach((key, i) => s[key].fill(i + 1));
      keys.forEach((key, i) =>
        expect(Array.from(s[key])).toEqual([i + 1, i + 1, i + 1]),
      );
    }
  });

  test("missing parts", () => {
    const shape: Shape = { n: 0, a: [0], r: { z: 0 } };
    expect(zerosLike({ a: null }, shape)).toEqual({ n: 0, a: null });
    expect(zerosLike(undefined, [0])).toBe(undefined);
    expect(zerosLike([1, undefined], [0])).toEqual([0, 0]);
    expect(seedLike(undefined, { a: [1], r: { z: 1 } }, shape)).toEqual({
      n: 0,
      a: [0],
      r: { z: 0 },
    });
    expect(seedLike({ n: 2 }, { n: 1, a: [1] }, shape)).toEqual({
      n: 2,
      a: [0],
    });
    expect(seedLike({ a: [1] }, { a: undefined }, shape)).toEqual({
      n: 0,
      a: undefined,
    });
  });

  test("the tangent of an aliased object is the sum over its paths", () => {
    const row = [1, 2];
    const s = seedLike<number[][]>(
      [
        [1, 2],
        [10, 20],
      ],
      [row, row],
      [[0]],
    );
    expect(s[0]).toEqual([11, 22]);
    expect(s[0]).toBe(s[1]);
  });

  test("does not keep the tangent's memory", () => {
    const t = Float64Array.of(1, 2);
    const s = seedLike<Float64Array>(t, new Float64Array(2), "typed");
    expect(s).toEqual(t);
    expect(s.buffer).not.toBe(t.buffer);
    expect(seedLike(1.5, 7, 0)).toBe(1.5);
    expect(seedLike(undefined, 7, 0)).toBe(0);
  });

  test("a tangent of another length is an error", () => {
    expect(() => seedLike([1], [1, 2], [0])).toThrow(RangeError);
    expect(() => seedLike([1, 2, 3], [1, 2], [0])).toThrow(
      "3 elements where the value has 2",
    );
  });
});

describe("gradOf and addSeed", () => {
  test("undoes aliases and keeps kinds", () => {
    const row = Float32Array.of(1, 2);
    const x = { a: row, b: row, name: "n" };
    const shape: Shape = { a: "typed", b: "typed" };
    const s = zerosLike<{ a: Float64Array }>(x, shape);
    s.a[0] = 0.1;
    const g = gradOf<{ a: Float32Array; b: Float32Array }>(s, x, shape);
    expect(g.a).toEqual(Float32Array.of(0.1, 0));
    expect(g.b).toEqual(g.a);
    expect(g.b).not.toBe(g.a);
    expect(Object.keys(g)).toEqual(["a", "b"]);
  });

  test("nothing where there is nothing", () => {
    const shape: Shape = { n: 0, m: 0, a: [0] };
    const x = { m: undefined, a: [1, null] };
    const g = gradOf(zerosLike(x, shape), x, shape);
    expect(g).toStrictEqual({ m: undefined, a: [0, null] });
  });

  test("tuples", () => {
    const x = [1, [2, 3]];
    const s = seedLike([4, [5, 6]], x, [0, [0]]);
    expect(gradOf(s, x, [0, [0]])).toEqual([4, [5, 6]]);
    const mixed = ["a", 1];
    expect(gradOf({ 1: 5 }, mixed, { 1: 0 })).toEqual({ 1: 5 });
  });

  test("addSeed adds in place, at every path", () => {
    const row = Float64Array.of(1, 1);
    const s = { a: row, b: row, n: 1, list: [{ z: 1 }] };
    addSeed(
      s,
      { a: [1, 2], b: [10, 20], n: 3, list: [{ z: 4 }] },
      { a: "typed", b: "typed", n: 0, list: [{ z: 0 }] },
    );
    expect(Array.from(row)).toEqual([12, 23]);
    expect(s.n).toBe(4);
    expect(s.list).toEqual([{ z: 5 }]);
    addSeed(s, { n: 1 }, { a: "typed", n: 0 });
    expect(s.n).toBe(5);
    addSeed(undefined, [1], [0]);
  });
});

describe("assertDistinct", () => {
  const flat = new Float64Array(4);
  const row = [1];
  test.each([
    ["the same object", flat, flat],
    ["overlapping views", flat.subarray(0, 3), flat.subarray(2)],
    ["a part of the other", [row], row],
    ["a common part", { a: row }, [[0], row]],
    ["views deep inside", { a: [flat] }, { b: flat.subarray(1, 2) }],
  ])("throws: %s", (_, a, b) => {
    expect(() => assertDistinct(a, b, "a and b")).toThrow(
      "a and b share memory",
    );
  });
  test.each([
    ["equal contents", [1], [1]],
    ["disjoint views", flat.subarray(0, 2), flat.subarray(2)],
    ["common carried values", { m: Math, s: "s" }, { m: Math, s: "s" }],
    ["nothing", undefined, undefined],
  ])("passes: %s", (_, a, b) => {
    assertDistinct(a, b, "a and b");
  });
});

describe("Tape and checkStore", () => {
  test("a stack of numbers and a stack of references", () => {
    const tape = new Tape(1);
    for (let i = 0; i < 5000; i++) tape.push(i);
    const ref = {};
    tape.pushRef(ref);
    for (let i = 4999; i >= 0; i--) expect(tape.pop()).toBe(i);
    expect(tape.popRef<object>()).toBe(ref);
    expect(() => tape.pop()).toThrow(RangeError);
    expect(() => tape.popRef()).toThrow(RangeError);
  });

  test("a buffer at least doubles and keeps its contents", () => {
    const start = borrowTape();
    expect(start.length).toBeGreaterThanOrEqual(256);
    start[7] = 3;
    const grown = growTape(start);
    expect(grown.length).toBe(2 * start.length);
    expect(grown[7]).toBe(3);
    expect(growTape(new Float64Array(0)).length).toBeGreaterThanOrEqual(256);
    expect(growTape(start, 100_000).length).toBe(100_000);
  });

  test("a buffer that is given back serves again, one call at a time", () => {
    const outer = borrowTape();
    const inner = borrowTape();
    expect(inner).not.toBe(outer);
    releaseTape(inner);
    expect(borrowTape()).toBe(inner);
    releaseTape(outer);
  });

  test("checkStore", () => {
    checkStore([1], 0);
    checkStore([1], 1);
    for (const bad of [2, -1, 0.5, NaN])
      expect(() => checkStore([1], bad)).toThrow(RangeError);
  });
});
