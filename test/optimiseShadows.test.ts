import { describe, expect, test } from "vitest";
import { interpret } from "../compiler/ir/interpret.js";
import type { Func } from "../compiler/ir/ir.js";
import { parseFunc } from "../compiler/ir/parse.js";
import { printFunc } from "../compiler/ir/print.js";
import { verifyFunc } from "../compiler/ir/verify.js";
import { keepAccumulators } from "../compiler/optimise/accumulators.js";
import { dropGiveBacks } from "../compiler/optimise/giveBack.js";
import { hoistInvariants } from "../compiler/optimise/hoist.js";

type Pass = (fn: Func) => Func;

/** The function after the pass; on some arguments it gives what it gave before. */
function after(pass: Pass, text: string, ...args: readonly unknown[]): string {
  const fn = parseFunc(text);
  const done = pass(fn);
  for (const one of [fn, done]) verifyFunc(one);
  const run = (one: Func): unknown =>
    interpret(
      { funcs: new Map([[one.name, one]]) },
      one.name,
      structuredClone([...args]),
    );
  expect(run(done)).toEqual(run(fn));
  return printFunc(done);
}

const count = (text: string, word: string): number =>
  text.split(word).length - 1;

describe("slopes that are given back", () => {
  const takeAndGive = (between: string, given = "t") => `func f(n: num): f64[] {
  by: f64[] = newArray n
  bc: f64[] = newArray n
  i: num = const 1
  j: num = const 0
  one: num = const 1
  zero: num = const 0
  accum by, i, one
  t: num = load by, i
  store by, i, zero
  ${between}
  accum by, i, ${given}
  yield by
}`;

  test("both writes go", () => {
    const text = after(dropGiveBacks, takeAndGive("accum bc, j, t"), 3);
    expect(count(text, "store")).toBe(0);
    expect(count(text, "accum")).toBe(2);
  });

  test("what is added meanwhile stays", () => {
    const text = after(dropGiveBacks, takeAndGive("accum by, j, one"), 3);
    expect(count(text, "store")).toBe(0);
    expect(count(text, "accum")).toBe(2);
  });

  test.each([
    ["a read between", "u: num = load by, i\n  accum bc, j, u"],
    ["a store between", "store by, j, one"],
    [
      "a loop that reads",
      "for[< 1] zero, n (k: num) {\n    u: num = load by, k\n    accum bc, k, u\n    yield\n  }",
    ],
  ])("not with %s", (_, between) => {
    const text = after(dropGiveBacks, takeAndGive(between), 3);
    expect(text).toBe(printFunc(parseFunc(takeAndGive(between))));
  });

  test("another value is stored at once", () => {
    const source = takeAndGive("u: num = add t, t", "u");
    const text = after(dropGiveBacks, source, 3);
    expect(text).toContain("store by, i, u");
    expect([count(text, "store"), count(text, "accum")]).toEqual([1, 1]);
  });

  test("not where something was added, nor where the array might grow", () => {
    const added = takeAndGive("u: num = add t, t\n  accum by, j, t", "u");
    expect(after(dropGiveBacks, added, 3)).toBe(printFunc(parseFunc(added)));
    const growing = takeAndGive("u: num = add t, t", "u").replaceAll(
      "f64[]",
      "num[]",
    );
    expect(after(dropGiveBacks, growing, 3)).toBe(
      printFunc(parseFunc(growing)),
    );
  });
});

describe("sums in locals", () => {
  const loop = (body: string) => `func f(n: num): f64[] {
  zero: num = const 0
  one: num = const 1
  three: num = const 3
  bx: f64[] = newArray three
  by: f64[] = newArray three
  for[< 1] zero, n (k: num) {
    ${body}
    yield
  }
  yield bx
}`;

  test("one addition behind the loop", () => {
    const source = loop("accum[inBounds] bx, one, k");
    expect(after(keepAccumulators, source, 3)).toMatchInlineSnapshot(`
      "func f(n: num): f64[] {
        zero: num = const 0
        one: num = const 1
        three: num = const 3
        bx: f64[] = newArray three
        by: f64[] = newArray three
        v0: num = const 0
        bx_2: num = for[< 1] zero, n, v0 (k: num, bx_3: num) {
          bx_4: num = add bx_3, k
          yield bx_4
        }
        accum bx, one, bx_2
        yield bx
      }
      "
    `);
  });

  test("none for a loop that does not run, nor outside the array", () => {
    after(keepAccumulators, loop("accum bx, one, k"), 0);
    const outside = loop("accum bx, n, k");
    expect(count(after(keepAccumulators, outside, 7), "add")).toBe(1);
  });

  test("two additions to one place, and another array", () => {
    const source = loop(
      "accum bx, one, k\n    accum bx, one, one\n    accum by, zero, k",
    );
    const text = after(keepAccumulators, source, 4);
    expect([count(text, "add"), count(text, "accum")]).toEqual([3, 2]);
  });

  test.each([
    ["places that vary", "accum bx, k, one"],
    ["two places", "accum bx, one, k\n    accum bx, zero, k"],
    [
      "a read in the loop",
      "accum bx, one, k\n    u: num = load bx, one\n    accum by, k, u",
    ],
    [
      "a store in an inner loop",
      "accum bx, one, k\n    for[< 1] zero, k (m: num) {\n      store bx, m, one\n      yield\n    }",
    ],
  ])("not for %s", (_, body) => {
    expect(after(keepAccumulators, loop(body), 3)).toContain("accum bx, ");
    expect(count(after(keepAccumulators, loop(body), 3), "accum bx")).toBe(
      count(loop(body), "accum bx"),
    );
  });

  test("not for arrays that may be one", () => {
    const source = `func f(x: f64[], y: f64[], n: num): num {
  zero: num = const 0
  one: num = const 1
  for[< 1] zero, n (k: num) {
    accum x, one, k
    u: num = load y, one
    accum x, one, u
    yield
  }
  r: num = load x, one
  yield r
}`;
    const shared = new Float64Array(3);
    expect(after(keepAccumulators, source, shared, shared, 3)).toBe(
      printFunc(parseFunc(source)),
    );
  });
});

describe("loads of arrays that only one value reaches", () => {
  const source = (made: string) => `func f(x: f64[], n: num): num {
  one: num = const 1
  zero: num = const 0
  y: f64[] = newArray n
  c: f64[] = ${made}
  for[< 1] zero, n (k: num) {
    u: num = load c, one
    store y, k, u
    yield
  }
  r: num = load y, one
  yield r
}
`;
  const hoisted = /load c, one\n {2}for/;

  test("hoisted past writes of another", () => {
    const text = after(
      hoistInvariants,
      source("newArray n"),
      new Float64Array(3),
      3,
    );
    expect(text).toMatch(hoisted);
  });

  test("not out of loops that write the same", () => {
    const text = source("newArray n").replace("store y", "store c");
    expect(after(hoistInvariants, text, new Float64Array(3), 3)).not.toMatch(
      hoisted,
    );
  });

  test("not past writes through a view", () => {
    const text = source("newArray n")
      .replace(
        "  for",
        "  two: num = const 2\n  view: f64[] = subarray c, zero, two\n  for",
      )
      .replace("store y, k, u", "v: num = add u, one\n    store view, one, v");
    expect(after(hoistInvariants, text, new Float64Array(3), 3)).not.toMatch(
      /load c, one\n {2}for/,
    );
  });
});
