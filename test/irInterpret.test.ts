import { describe, expect, test } from "vitest";
import { newIds, RegionBuilder } from "../compiler/ir/builder.js";
import { noSpan } from "../compiler/diagnostics/span.js";
import { IrFault } from "../compiler/ir/fault.js";
import { interpret, type Host } from "../compiler/ir/interpret.js";
import type { Func, OpaqueInstr, Value } from "../compiler/ir/ir.js";
import {
  arrayOf,
  bool,
  f64Array,
  maybe,
  num,
  recordOf,
  str,
  type Ty,
} from "../compiler/ir/types.js";

/** A function of the given parameter types whose body is built by `body`. */
function makeFunc(
  name: string,
  tys: readonly Ty[],
  body: (b: RegionBuilder, params: readonly Value[]) => readonly Value[],
): Func {
  const ids = newIds();
  const b = new RegionBuilder(ids);
  const params = tys.map((ty, k) => ids.fresh(ty, `p${k}`));
  const yields = body(b, params);
  return {
    name,
    params: params.map((value, k) => ({
      name: `p${k}`,
      value,
      optional: false,
      span: noSpan,
    })),
    body: b.finish(params, yields),
    results: yields.map((value) => value.ty),
    span: noSpan,
  };
}

const run = (fn: Func, args: readonly unknown[], host?: Host): unknown =>
  interpret({ funcs: new Map([[fn.name, fn]]) }, fn.name, args, host);

const sumLoop = (test: "<" | "<=" | ">" | ">=", step: number): Func =>
  makeFunc("sum", [num, num], (b, [lo, hi]) => {
    const inner = b.child();
    const i = b.ids.fresh(num, "i");
    const sum = b.ids.fresh(num, "sum");
    const next = inner.op("add", [sum, i]);
    const total = b.ids.fresh(num, "total");
    b.emit({
      kind: "for",
      test,
      step,
      breaks: false,
      args: [lo!, hi!, b.constant(0)],
      results: [total],
      regions: [inner.finish([i, sum], [next])],
      span: noSpan,
    });
    return [total];
  });

describe("for", () => {
  test.each([
    ["<", 1, 0, 4, 6],
    ["<=", 2, 0, 4, 6],
    [">", -1, 4, 0, 10],
    [">=", -2, 4, 0, 6],
    ["<", 1, 4, 4, 0],
    ["<", 1, 0, 2.5, 3],
    ["<", 1, 0, NaN, 0],
  ] as const)(
    "%s step %d from %d to %d sums to %d",
    (how, step, lo, hi, sum) => {
      expect(run(sumLoop(how, step), [lo, hi])).toBe(sum);
    },
  );

  test("a break stops after the iteration that asks for it", () => {
    const fn = makeFunc("f", [num], (b, [n]) => {
      const inner = b.child();
      const i = b.ids.fresh(num);
      const c = b.ids.fresh(num);
      const next = inner.op("add", [c, inner.constant(1)]);
      const stop = inner.op("ge", [i, inner.constant(3)]);
      const total = b.ids.fresh(num);
      b.emit({
        kind: "for",
        test: "<",
        step: 1,
        breaks: true,
        args: [b.constant(0), n!, b.constant(0)],
        results: [total],
        regions: [inner.finish([i, c], [stop, next])],
        span: noSpan,
      });
      return [total];
    });
    expect(run(fn, [2])).toBe(2);
    expect(run(fn, [10])).toBe(4);
  });
});

describe("while", () => {
  const halve = makeFunc("halve", [num], (b, [x]) => {
    const inner = b.child();
    const y = b.ids.fresh(num);
    const half = inner.op("div", [y, inner.constant(2)]);
    const again = inner.op("gt", [half, inner.constant(1)]);
    const out = b.ids.fresh(num);
    b.emit({
      kind: "while",
      args: [x!],
      results: [out],
      regions: [inner.finish([y], [again, half])],
      span: noSpan,
    });
    return [out];
  });

  test("runs at least once", () => {
    expect(run(halve, [20])).toBe(0.625);
    expect(run(halve, [0.5])).toBe(0.25);
  });

  test("an endless loop meets the step limit", () => {
    expect(() => run(halve, [Infinity], { maxSteps: 1000 })).toThrow(IrFault);
  });
});

describe("memory", () => {
  const storeAt = (ty: Ty): Func =>
    makeFunc("f", [ty, num, num], (b, [a, i, v]) => {
      b.emit({ kind: "store", inBounds: false, ...b.plain([a!, i!, v!], []) });
      const back = b.ids.fresh(num);
      b.emit({ kind: "load", inBounds: false, ...b.plain([a!, i!], [back]) });
      return [back];
    });

  test("a store at the length grows an array, one beyond it throws", () => {
    const array = [1];
    expect(run(storeAt(arrayOf(num)), [array, 1, 5])).toBe(5);
    expect(array).toEqual([1, 5]);
    expect(() => run(storeAt(arrayOf(num)), [array, 3, 5])).toThrow(RangeError);
  });

  test("a typed array ignores a store outside", () => {
    const array = new Float64Array(2);
    expect(run(storeAt(f64Array), [array, 2, 5])).toBe(undefined);
    expect(array).toEqual(new Float64Array(2));
  });

  test("an index said to be inside must be", () => {
    const fn = makeFunc("f", [f64Array, num], (b, [a, i]) => {
      const back = b.ids.fresh(num);
      b.emit({ kind: "load", inBounds: true, ...b.plain([a!, i!], [back]) });
      return [back];
    });
    expect(run(fn, [new Float64Array([7]), 0])).toBe(7);
    expect(() => run(fn, [new Float64Array([7]), 1])).toThrow(IrFault);
  });
});

describe("poison", () => {
  const fn = makeFunc("f", [bool], (b, [c]) => {
    const then = b.child();
    const otherwise = b.child();
    const one = then.constant(1);
    const nothing = otherwise.poison(num);
    const out = b.ids.fresh(num);
    b.emit({
      kind: "if",
      args: [c!],
      results: [out],
      regions: [then.finish([], [one]), otherwise.finish([], [nothing])],
      span: noSpan,
    });
    return [b.op("neg", [out])];
  });

  test("may be carried but not be looked at", () => {
    expect(run(fn, [true])).toBe(-1);
    expect(() => run(fn, [false])).toThrow(IrFault);
  });
});

describe("opaque", () => {
  const opaque = (
    effect: OpaqueInstr["effect"],
    parts: readonly string[],
    needs: OpaqueInstr["needs"] = [],
  ): Func =>
    makeFunc("f", [num], (b, [x]) => {
      const out = b.ids.fresh(num);
      const results = effect === "throw" ? [] : [out];
      b.emit({
        kind: "opaque",
        effect,
        parts,
        needs,
        ...b.plain([x!], results),
      });
      return results;
    });

  test("evaluates its text", () => {
    expect(run(opaque("none", ["1 + ", " * 2"]), [4])).toBe(9);
  });

  test("throws what it throws", () => {
    const fn = opaque("throw", ["throw new RangeError(`bad ${", "}`)"]);
    expect(() => run(fn, [4])).toThrow(new RangeError("bad 4"));
  });

  test("sees bindings of the host and copies", () => {
    const given = { name: "k", typeOnly: false } as const;
    const from = { kind: "import", file: "m", exported: "k" } as const;
    const fn = opaque("none", ["k * ", ""], [{ ...given, from }]);
    expect(run(fn, [4], { bindings: { k: 3 } })).toBe(12);
    expect(() => run(fn, [4])).toThrow(IrFault);
    const copied = { kind: "copy", text: "const k = 5;", needs: [] } as const;
    expect(
      run(opaque("none", ["k * ", ""], [{ ...given, from: copied }]), [4]),
    ).toBe(20);
  });
});

describe("struct", () => {
  const struct = (
    what: "copy" | "zeros" | "seed" | "gradOf" | "addSeed",
    args: readonly Ty[],
    result: Ty,
  ): Func =>
    makeFunc("f", args, (b, params) => {
      const out = b.ids.fresh(result);
      b.emit({ kind: "struct", what, ...b.plain(params, [out]) });
      return [out];
    });

  const pair = recordOf([
    { name: "a", ty: f64Array },
    { name: "b", ty: f64Array },
    { name: "n", ty: maybe(num), optional: true },
  ]);

  test("copy keeps aliases and views", () => {
    const a = new Float64Array([1, 2, 3]);
    const x = { a, b: a.subarray(1) };
    const y = run(struct("copy", [pair], pair), [x]) as typeof x;
    y.a[1] = 9;
    expect(y.b[0]).toBe(9);
    expect(a[1]).toBe(2);
  });

  test("seed is the transpose of gradOf where memory is shared", () => {
    const a = new Float64Array([1, 2]);
    const x = { a, b: a };
    const seed = struct("seed", [pair, pair], pair);
    const s = run(seed, [{ a: [1, 2], b: [10, 20] }, x]) as typeof x;
    expect(s.a).toBe(s.b);
    expect([...s.a]).toEqual([11, 22]);
    const gradOf = struct("gradOf", [pair, pair], pair);
    const g = run(gradOf, [s, x]) as typeof x;
    expect(g).toEqual({
      a: new Float64Array([11, 22]),
      b: new Float64Array([11, 22]),
    });
    expect(g.a).not.toBe(g.b);
  });

  test("a seed that is missing is zero", () => {
    const x = { a: new Float64Array(1), b: new Float64Array(2), n: 3 };
    const seed = struct("seed", [maybe(pair), pair], pair);
    expect(run(seed, [undefined, x])).toEqual({
      a: new Float64Array(1),
      b: new Float64Array(2),
      n: 0,
    });
  });

  test("the gradient of a Float32Array is one", () => {
    const f32 = arrayOf(num, "f32");
    const x = new Float32Array(2);
    const g = run(struct("gradOf", [f64Array, f32], f32), [
      new Float64Array([0.1, 2]),
      x,
    ]);
    expect(g).toEqual(new Float32Array([0.1, 2]));
  });

  test("an absent number has a place in the shadow, but not in the gradient", () => {
    const x = { a: new Float64Array(0), b: new Float64Array(0) };
    const s = run(struct("zeros", [pair], pair), [x]);
    expect(s).toEqual({ ...x, n: 0 });
    expect(run(struct("gradOf", [pair, pair], pair), [s, x])).toEqual(x);
  });

  test("the gradient of a tuple in which an entry has none is keyed by position", () => {
    const tuple = recordOf(
      [
        { name: "0", ty: str },
        { name: "1", ty: num },
      ],
      true,
    );
    const gradient = recordOf([{ name: "1", ty: num }], true);
    const x = ["a", 3];
    const s = run(struct("seed", [gradient, tuple], gradient), [{ 1: 5 }, x]);
    expect(run(struct("gradOf", [gradient, tuple], gradient), [s, x])).toEqual({
      1: 5,
    });
  });

  test("a seed of another length is refused", () => {
    const seed = struct("seed", [f64Array, f64Array], f64Array);
    const args = [new Float64Array(2), new Float64Array(3)];
    expect(() => run(seed, args)).toThrow(RangeError);
  });
});
