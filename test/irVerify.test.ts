import { expect, test } from "vitest";
import { IrFault } from "../compiler/ir/fault.js";
import type { Func, Value } from "../compiler/ir/ir.js";
import { parseFunc, parseFuncs } from "../compiler/ir/parse.js";
import { verifyFunc } from "../compiler/ir/verify.js";

const verifyText = (text: string): void => {
  const funcs = parseFuncs(text);
  for (const fn of funcs.values()) verifyFunc(fn, { funcs });
};

/** A function f(x: num, a: f64[], r: {x: num}, c: bool, n: num?) with this body. */
const withBody = (body: string): string =>
  `func f(x: num, a: f64[], r: {x: num}, c: bool, n: num?): num {\n${body}\n}`;

test.each([
  ["y: num = add x, x\nyield y"],
  ["y: num = unwrap n\nyield y"],
  ["y: num? = wrap x\nyield x"],
  [
    'y: num = if c {\nyield x\n} else {\np: num = const poison\nopaque[throw] "throw 1"\nyield p\n}\nyield y',
  ],
  ["y: num = for[< 1] x, x, x (i: num, s: num) {\nyield i\n}\nyield y"],
  ["y: num = while x (s: num) {\nyield c, s\n}\nyield y"],
  ["y: num? = load a, x\nyield x"],
  ["s: {x: num} = struct[zeros] r\nyield x"],
  ["t: num = select c, x, x\nyield t"],
  ["b: bool = eq n, x\nyield x"],
])("accepts %s", (body) => {
  verifyText(withBody(body));
});

test.each([
  ["y: num = add x\nyield y", "1 operands instead of 2"],
  ["y: num = add x, c\nyield y", "operands: (num, bool)"],
  ["y: num = add x, n\nyield y", "operands: (num, num?)"],
  ["y: bool = add x, x\nyield x", "results: (bool)"],
  ["yield c", "a result is bool where num is wanted"],
  ["yield x, x", "2 instead of 1"],
  ["y: num = load x, x\nyield y", "the first operand is no array"],
  ["y: num = getField[y] r\nyield y", "there is no field y"],
  ["push a, x\nyield x", "a typed array keeps its length"],
  [
    "y: num = if x {\nyield x\n} else {\nyield x\n}\nyield y",
    "operands: (num)",
  ],
  ["y: num = if c {\nyield x\n}\nyield y", "1 regions instead of 2"],
  ["y: num = if c {\nyield x\n} else {\nyield\n}\nyield y", "yields: ()"],
  [
    "if c {\nz: num = neg x\nyield\n} else {\nyield\n}\nyield z",
    "z (id 5) is used where it is not defined",
  ],
  [
    "y: num = for[< -1] x, x, x (i: num, s: num) {\nyield i\n}\nyield y",
    "the step does not fit",
  ],
  [
    "y: num = for[< 1 breaks] x, x, x (i: num, s: num) {\nyield i\n}\nyield y",
    "yields: (num)",
  ],
  [
    "y: num = for[< 1] x, x (i: num) {\nyield\n}\nyield y",
    "initial values: ()",
  ],
  ["y: num = while x (s: num) {\nyield x, s\n}\nyield y", "yields: (num, num)"],
  [
    'opaque[throw] "throw 1"\ny: num = neg x\nyield y',
    "something follows a throw",
  ],
  ["y: num = const true\nyield y", "the constant is no num"],
  ["s: num[] = struct[zeros] a\nyield x", "the result is not f64[]"],
  ["y: num = call[g] x\nyield y", "the callee is unknown"],
  ["y: num = call[f] x\nyield y", "1 instead of 5"],
])("refuses %s", (body, message) => {
  const verify = (): void => verifyText(withBody(body));
  expect(verify).toThrow(IrFault);
  expect(verify).toThrow(`f: `);
  expect(verify).toThrow(message);
});

test("the message shows the instruction", () => {
  expect(() => verifyText(withBody("y: num = add x, c\nyield y"))).toThrow(
    "y: num = add x, c",
  );
});

const identity = parseFunc(
  "func f(x: num): num {\n  y: num = neg x\n  yield y\n}",
);
const changed = (body: Partial<Func["body"]>): Func => ({
  ...identity,
  body: { ...identity.body, ...body },
});
const neg = identity.body.body[0]!;
const copyOf = (value: Value): Value => ({ ...value });

test.each([
  [
    "the same id twice",
    changed({ body: [neg, neg] }),
    "y (id 1) is defined twice",
  ],
  [
    "a use before the definition",
    changed({ body: [{ ...neg, args: neg.results }] }),
    "y (id 1) is used where",
  ],
  [
    "another object",
    changed({ yields: neg.results.map(copyOf) }),
    "another object",
  ],
  [
    "other parameters",
    changed({ params: identity.body.params.map(copyOf) }),
    "not those of the body",
  ],
])("refuses %s", (_, fn, message) => {
  expect(() => verifyFunc(fn)).toThrow(message);
});
