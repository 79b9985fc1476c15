import { expect, test } from "vitest";
import { noSpan } from "../compiler/diagnostics/span.js";
import { interpret } from "../compiler/ir/interpret.js";
import { parseFuncs } from "../compiler/ir/parse.js";
import { verifyFunc } from "../compiler/ir/verify.js";
import { derive } from "../compiler/transform/derive.js";
import { interpretDual } from "./oracle/dual.js";

/** f(a = [2, 3], b = 5) = a[0] * a[1] * b, where a[0] is doubled in place first. */
const text = `func f(a: num[]? optional effective own, b: num? optional effective factor): num {
  c: bool = isUndefined a
  own: num[] = if c {
    two: num = const 2
    three: num = const 3
    fallback: num[] = arrayLit two, three
    yield fallback
  } else {
    given: num[] = unwrap a
    yield given
  }
  d: bool = isUndefined b
  factor: num = if d {
    five: num = const 5
    yield five
  } else {
    some: num = unwrap b
    yield some
  }
  i: num = const 0
  j: num = const 1
  x: num = load own, i
  y: num = load own, j
  x2: num = add x, x
  store own, i, x2
  x3: num = load own, i
  xy: num = mul x3, y
  z: num = mul xy, factor
  yield z
}`;

const funcs = parseFuncs(text);
const { exports, helpers } = derive(
  {
    funcs,
    entries: [
      {
        func: "f",
        exportName: "f",
        modes: ["grad", "jvp"],
        wrt: [["a"], ["b"]],
        file: "",
        span: noSpan,
        returnType: { text: "number", needs: [] },
      },
    ],
  },
  (fn) => fn,
);
const derived = new Map([...exports, ...helpers].map((fn) => [fn.name, fn]));

test.each<[string, readonly unknown[], object]>([
  ["nothing given", [undefined, undefined], { a: [60 / 2, 20], b: 12 }],
  ["all given", [[4, 7], 2], { a: [28, 16], b: 56 }],
])("parameters with defaults, %s", (_, args, grad) => {
  for (const fn of derived.values()) verifyFunc(fn, { funcs: derived });
  const full = interpret({ funcs: derived }, "fValueAndGrad", args);
  expect(full).toMatchObject({ grad });
  const tangents = { a: [1, 10], b: 100 };
  const dual = interpretDual({ funcs }, "f", args, tangents);
  const jvp = interpret({ funcs: derived }, "fJvp", [...args, tangents]);
  expect(jvp).toEqual({ value: dual.value, tangent: dual.tangent });
});
