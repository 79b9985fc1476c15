import * as prettier from "prettier";
import { describe, expect, test } from "vitest";
import { printDoc } from "../compiler/codegen/doc.js";
import { statementsDoc } from "../compiler/codegen/printStatement.js";
import {
  binary,
  type BinaryOp,
  call,
  cond,
  type Expr,
  index,
  math,
  member,
  name,
  numberExpr,
  type Stmt,
  unary,
} from "../compiler/codegen/tree.js";
import { newRandom, type Random } from "./fuzz/random.js";

/** Random expressions: prettier leaves them as they are printed, and they mean what the tree means. */

const options = { uncheckedIndexed: false };
const arithmetic: readonly BinaryOp[] = ["+", "-", "*", "/", "%", "**"];
const integer: readonly BinaryOp[] = ["|", "^", "&", "<<", ">>", ">>>"];
const comparisons: readonly BinaryOp[] = ["<", "<=", ">", ">=", "===", "!=="];

const variables = { a: 2.5, b: -0.75, c: 3, xs: [0.5, -2, 7] };

function numeric(random: Random, depth: number): Expr {
  if (depth === 0) return leaf(random);
  const inner = (): Expr => numeric(random, depth - 1);
  return random.weighted<() => Expr>([
    [8, () => binary(random.pick(arithmetic), inner(), inner())],
    [2, () => binary(random.pick(integer), inner(), inner())],
    [2, () => unary(random.pick(["-", "+", "~"]), inner())],
    [1, () => cond(truth(random, depth - 1), inner(), leaf(random))],
    [1, () => math("sin", [inner()])],
    [1, () => math("max", [inner(), inner()])],
    [1, () => index(name("xs"), leafIndex(random))],
    [2, () => leaf(random)],
  ])();
}

const leafIndex = (random: Random): Expr => numberExpr(random.int(0, 2));

const leaf = (random: Random): Expr =>
  random.weighted<() => Expr>([
    [4, () => name(random.pick(["a", "b", "c"]))],
    [2, () => numberExpr(random.pick([0, 1, 2, 0.5, 1e21, 1e-7, -1, -0.25]))],
    [1, () => member(name("xs"), "length")],
  ])();

function truth(random: Random, depth: number): Expr {
  if (depth <= 0) return binary("<", leaf(random), leaf(random));
  const inner = (): Expr => truth(random, depth - 1);
  return random.weighted<() => Expr>([
    [
      4,
      () =>
        binary(
          random.pick(comparisons),
          numeric(random, depth - 1),
          numeric(random, depth - 1),
        ),
    ],
    [3, () => binary(random.pick(["&&", "||"]), inner(), inner())],
    [1, () => unary("!", inner())],
  ])();
}

/** The tree's meaning, without printing it. */
function valueOf(expr: Expr): unknown {
  const num = (e: Expr): number => valueOf(e) as number;
  switch (expr.kind) {
    case "name":
      return variables[expr.name as keyof typeof variables];
    case "literal":
      return Number(expr.text);
    case "unary": {
      const x = valueOf(expr.arg) as number;
      if (expr.op === "-") return -x;
      if (expr.op === "+") return +x;
      return expr.op === "~" ? ~x : !x;
    }
    case "binary":
      return binaryValue(expr.op, expr.left, expr.right);
    case "cond":
      return valueOf(expr.test) === true ? valueOf(expr.yes) : valueOf(expr.no);
    case "index":
      return variables.xs[num(expr.index)];
    case "member":
      return variables.xs.length;
    case "call": {
      const args = expr.args.map(num);
      return args.length === 1 ? Math.sin(args[0]!) : Math.max(...args);
    }
    default:
      throw new Error(expr.kind);
  }
}

function binaryValue(op: BinaryOp, left: Expr, right: Expr): unknown {
  if (op === "&&") return valueOf(left) === true ? valueOf(right) : false;
  if (op === "||") return valueOf(left) === true ? true : valueOf(right);
  const [x, y] = [valueOf(left) as number, valueOf(right) as number];
  switch (op) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      return x / y;
    case "%":
      return x % y;
    case "**":
      return x ** y;
    case "|":
      return x | y;
    case "^":
      return x ^ y;
    case "&":
      return x & y;
    case "<<":
      return x << y;
    case ">>":
      return x >> y;
    case ">>>":
      return x >>> y;
    case "<":
      return x < y;
    case "<=":
      return x <= y;
    case ">":
      return x > y;
    case ">=":
      return x >= y;
    case "===":
      return x === y;
    default:
      return x !== y;
  }
}

const text = (stmts: readonly Stmt[]): string =>
  `${printDoc(statementsDoc(stmts, options))}\n`;

const evaluate = (body: string): unknown =>
  new Function("a", "b", "c", "xs", body)(...Object.values(variables));

const seeds = Array.from({ length: 400 }, (_, seed) => seed);

describe("random expressions", () => {
  test("mean what the tree means", () => {
    for (const seed of seeds) {
      const random = newRandom(seed);
      const expr = numeric(random, 4);
      const body = text([{ kind: "return", value: expr }]);
      expect(evaluate(body), body).toEqual(valueOf(expr));
      const test = truth(random, 4);
      const question = text([{ kind: "return", value: test }]);
      expect(evaluate(question), question).toEqual(valueOf(test));
    }
  });

  test("are printed as prettier prints them, where they fit on a line", async () => {
    let compared = 0;
    for (const seed of seeds) {
      const random = newRandom(seed);
      const value = numeric(random, 2 + (seed % 3));
      const condition = truth(random, 2);
      const printed = text([
        { kind: "declare", how: "const", name: "d", init: value },
        { kind: "assign", op: "+=", target: name("e"), value },
        {
          kind: "if",
          test: condition,
          yes: [{ kind: "expr", expr: call("f", [value, condition]) }],
          no: [],
        },
      ]);
      if (printed.split("\n").length > 6 || /.{81}/.test(printed)) continue;
      expect(await prettier.format(printed, { parser: "typescript" })).toBe(
        printed,
      );
      compared++;
    }
    expect(compared).toBeGreaterThan(150);
  });
});
