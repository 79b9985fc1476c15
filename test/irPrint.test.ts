import { describe, expect, test } from "vitest";
import { IrFault } from "../compiler/ir/fault.js";
import { interpret } from "../compiler/ir/interpret.js";
import { parseFunc, parseFuncs } from "../compiler/ir/parse.js";
import { printFunc, printTy } from "../compiler/ir/print.js";
import { parseTy } from "../compiler/ir/parseTypes.js";
import { readTokens } from "../compiler/ir/tokens.js";

const everything = `func everything(x: f64[], n: num? named count optional effective m, s: "string" named "0 odd" type "Map<\\"a\\", T>" needs (T import "m.ts" "U" typeOnly)): num {
  v0: bool = isNil n
  m: num = if v0 {
    v1: num = const -0
    yield v1
  } else {
    v2: num = unwrap n
    yield v2
  }
  v3: num = length x
  v4: num = const 1e-7
  last: num, sum: num = for[<= 2 breaks] m, v3, m, v4 (i: num, a: num, b: num) {
    v5: num = load x, i
    v6: num = load[inBounds] x, i
    v7: bool = gt v5, v6
    store[inBounds] x, i, v5
    accum x, i, v6
    yield v7, b, a
  }
  y: num = while sum (c: num) {
    v8: bool = const false
    yield v8, c
  }
  while {
    v9: bool = const false
    yield v9
  }
  v10: num = global[K import "m.ts" "K" = 3]
  v11: "string" = global[name copy "const name = \\"\\";" (q package "p" "q")]
  v12: num = opaque[none needs (Math2 import "m.ts" "Math2")] "Math2.f(" y ", " last ")"
  opaque[effect] "console.log(" s ")"
  v13: num[] = newArray v3
  v14: num[2] = arrayLit y, last
  v15: {x: num, "a-b"?: num?} = newRecord y, n
  v16: (0: num, 1: "string") = newRecord y, s
  v17: num = getField["a-b"] v15
  setField[x] v15, v17
  accumField[x] v15, v17
  push v13, y
  v18: num? = pop v13
  v19: num[] = slice v13, m, v3
  v20: f64[] = subarray x, m, v3
  setLength v13, m
  v21: f64[] = struct[zeros] x
  struct[distinct "x and \\"y\\""] x, v21
  t: tape = newTape
  tapePush t, y, last
  v22: num, v23: num = tapePop t
  v24: num = call[helper] v22, v23
  v25: num = const poison
  v26: num? = const undefined
  v27: num?null = const null
  v28: num = const NaN
  v29: num = const -Infinity
  v30: "string" = const "a\\nb"
  opaque[throw] "throw new Error(" s ")"
  yield v25
}
`;

test("what was printed is read back and printed the same", () => {
  expect(printFunc(parseFunc(everything))).toBe(everything);
});

test.each([
  "num",
  "bool",
  "tape",
  '"Set<\\"a\\">"',
  "num[]",
  "num[3]",
  "f64[]",
  "u8c[2]",
  "num?[]?null",
  "num[][]?both",
  '{x: num, y?: f64[]?, "a b": {}}',
  '(0: num, 1: "string")[]',
])("type %s", (text) => {
  expect(printTy(parseTy(readTokens(text)))).toBe(text);
});

describe("names", () => {
  const renamed = (from: string, to: string): string => {
    const fn = parseFunc("func f(v0: num): num {\n  yield v0\n}\n");
    const value = { ...fn.body.params[0]!, hint: from };
    const again = {
      ...fn,
      params: [{ ...fn.params[0]!, value, name: to }],
      body: { ...fn.body, params: [value], yields: [value] },
    };
    const text = printFunc(again);
    expect(printFunc(parseFunc(text))).toBe(text);
    return text.split("\n")[1]!.trim();
  };

  test.each([
    ["x", "yield x"],
    ["v7", "yield v7_"],
    ["yield", "yield yield_"],
    ["0", "yield _0"],
    ["a b", "yield a_b"],
    ["größe", "yield größe"],
  ])("hint %s", (hint, line) => {
    expect(renamed(hint, "p")).toBe(line);
  });

  test("a hint that occurs twice is told apart", () => {
    const fn = parseFunc("func f(a: num, b: num): num {\n  yield b\n}\n");
    const [a, b] = fn.body.params.map((value) => ({ ...value, hint: "x" }));
    const text = printFunc({
      ...fn,
      params: [
        { ...fn.params[0]!, value: a! },
        { ...fn.params[1]!, value: b! },
      ],
      body: { params: [a!, b!], body: [], yields: [b!] },
    });
    expect(text).toBe(
      "func f(x: num named a, x_2: num named b): num {\n  yield x_2\n}\n",
    );
    expect(printFunc(parseFunc(text))).toBe(text);
  });
});

test("functions one after the other call each other", () => {
  const funcs = parseFuncs(`
    func double(x: num): num {
      y: num = add x, x
      yield y
    }
    func main(x: num): num {
      y: num = call[double] x
      z: num = call[double] y
      yield z
    }`);
  expect(interpret({ funcs }, "main", [3])).toBe(12);
});

test.each([
  [
    "func f() {\n  x: num = nonsense\n  yield\n}",
    /an instruction instead of nonsense/,
  ],
  ["func f(): num {\n  yield x\n}", /x is not defined/],
  ["func f(x: num) {\n  x: num = const 1\n  yield\n}", /x is defined twice/],
  ["func f(x: banana) {\n  yield\n}", /a type expected, found banana/],
  ["func f() {\n  x: num = const @\n  yield\n}", /line 2: what is @/],
])("text that makes no sense: %s", (text, message) => {
  expect(() => parseFunc(text)).toThrow(IrFault);
  expect(() => parseFunc(text)).toThrow(message);
});
