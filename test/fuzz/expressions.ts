import { instanceRead } from "./classes.js";
import { arrayMethod, functionCall } from "./closures.js";
import { findPlace, findTarget, indexBelow } from "./places.js";
import type { Gen, Helper, Scope } from "./scope.js";
import { type Shape, words } from "./shapes.js";

/** A numeric expression, with a rough bound of its absolute value. */
export interface Expr {
  readonly text: string;
  readonly bound: number;
  /** Binds like an operand: needs no parentheses. */
  readonly tight: boolean;
}

const tight = (text: string, bound: number): Expr => ({
  text,
  bound,
  tight: true,
});
const loose = (text: string, bound: number): Expr => ({
  text,
  bound,
  tight: false,
});
export const operand = (e: Expr): string => (e.tight ? e.text : `(${e.text})`);

type Make = (gen: Gen, scope: Scope, depth: number) => Expr;

/** Weight, first slice in which it may occur, and how it is written. */
const forms: readonly (readonly [number, number, Make])[] = [
  [8, 1, (g, s, d) => sum(g, s, d)],
  [8, 1, (g, s, d) => product(g, s, d)],
  [5, 1, (g, s, d) => mathCall(g, s, d)],
  [2, 1, (g, s, d) => quotient(g, s, d)],
  [2, 1, (g, s, d) => power(g, s, d)],
  [1, 1, (g, s, d) => negated(g, s, d)],
  [2, 1, (g, s, d) => ternary(g, s, d)],
  [1, 1, (g, s, d) => shortCircuit(g, s, d)],
  [5, 2, (g, s, d) => call(g, s, d)],
  [1, 4, (g, s, d) => assignment(g, s, d)],
  [0.5, 4, (g, s, d) => rounded(g, s, d)],
  [1, 4, (g, s, d) => nullish(g, s, d)],
  [4, 5, (g, s) => arrayMethod(g, s) ?? atom(g, s)],
  [4, 5, (g, s, d) => functionCall(g, s, d) ?? atom(g, s)],
  [7, 6, (g, s, d) => instanceRead(g, s, d) ?? atom(g, s)],
];

/** A number, as an expression of at most that depth. */
export function numExpr(gen: Gen, scope: Scope, depth: number): Expr {
  if (depth <= 0 || gen.random.chance(0.15)) return atom(gen, scope);
  const usable = forms
    .filter(([, slice]) => slice <= gen.slice)
    .map(([weight, , make]) => [weight, make] as const);
  return gen.random.weighted(usable)(gen, scope, depth - 1);
}

/** The same, kept below a bound: squashed where it could be larger. */
export function bounded(
  gen: Gen,
  scope: Scope,
  depth: number,
  bound: number,
): Expr {
  return squash(gen, numExpr(gen, scope, depth), bound);
}

export function squash(gen: Gen, e: Expr, bound: number): Expr {
  if (e.bound <= bound) return e;
  const scale = gen.random.decimal(0.2, 0.9);
  const forms: Expr[] = [
    tight(`Math.tanh(${e.text})`, 1),
    tight(`Math.sin(${e.text})`, 1),
    tight(`Math.cos(${e.text})`, 1),
    loose(`${operand(e)} / (1 + ${operand(e)} ** 2)`, 1),
  ].slice(0, e.text.length > 30 || /[=+-]{2}| = |\(.*\)/.test(e.text) ? 3 : 4);
  if (e.bound * scale <= bound)
    forms.push(loose(`${scale} * ${operand(e)}`, e.bound * scale));
  const chosen = gen.random.pick(forms);
  return chosen.bound <= bound
    ? chosen
    : loose(`${bound} * ${operand(chosen)}`, bound);
}

export function atom(gen: Gen, scope: Scope): Expr {
  const { random } = gen;
  if (random.chance(0.15)) return literal(gen);
  if (random.chance(0.1)) {
    const ints = scope.vars.filter((one) => one.shape.k === "int");
    if (ints.length > 0) {
      const one = random.pick(ints);
      const hi = (one.shape as { hi: number }).hi;
      return random.chance(0.5) && hi < 8
        ? tight(one.name, hi)
        : loose(`0.1 * ${one.name}`, 0.1 * hi);
    }
  }
  const place = findPlace(gen, scope, (shape) => shape.k === "num");
  if (place === undefined) return literal(gen);
  return tight(place.text, place.whole ? place.root.bound : 2);
}

function literal(gen: Gen): Expr {
  const value = gen.random.decimal(0.1, 2);
  return tight(String(value), 2);
}

function sum(gen: Gen, scope: Scope, depth: number): Expr {
  const [a, b] = [numExpr(gen, scope, depth), numExpr(gen, scope, depth)];
  const op = gen.random.pick(["+", "+", "-"]);
  return loose(
    `${a.text.includes("?") ? operand(a) : openLeft(a)} ${op} ${operand(b)}`,
    a.bound + b.bound,
  );
}

/** `a + b + c` may stay without parentheses on the left, where the left side is itself arithmetic. */
const openLeft = (e: Expr): string =>
  /[=&|<>]/.test(e.text) ? operand(e) : e.text;

function product(gen: Gen, scope: Scope, depth: number): Expr {
  const a = bounded(gen, scope, depth, 8);
  const b = bounded(gen, scope, depth, 8);
  return loose(`${operand(a)} * ${operand(b)}`, a.bound * b.bound);
}

function quotient(gen: Gen, scope: Scope, depth: number): Expr {
  const a = numExpr(gen, scope, depth);
  const b = bounded(gen, scope, depth, 1.5);
  const below = gen.random.pick([
    `(2.5 + Math.sin(${b.text}))`,
    `(1 + Math.abs(${b.text}))`,
    `(1.2 + Math.cos(${b.text}) ** 2)`,
    "3",
  ]);
  if (gen.random.chance(0.1))
    return loose(`${operand(a)} % ${gen.random.decimal(1, 2.9)}`, 3);
  return loose(`${operand(a)} / ${below}`, a.bound);
}

function power(gen: Gen, scope: Scope, depth: number): Expr {
  const a = squash(gen, atom(gen, scope), 2);
  const b = bounded(gen, scope, depth, 2);
  return gen.random.pick([
    loose(`(${a.text}) ** 2`, a.bound ** 2),
    loose(`(${a.text}) ** 3`, a.bound ** 3),
    loose(`(1.5 + Math.sin(${a.text})) ** ${operand(b)}`, 6.3),
    tight(`Math.pow(1.2 + Math.cos(${a.text}), ${b.text})`, 5),
    tight(`Math.pow(${a.text}, 2)`, a.bound ** 2),
  ]);
}

const negated: Make = (gen, scope, depth) => {
  const a = numExpr(gen, scope, depth);
  return loose(`-${operand(a)}`, a.bound);
};

function mathCall(gen: Gen, scope: Scope, depth: number): Expr {
  const { random } = gen;
  const a = bounded(gen, scope, depth, 3);
  const b = bounded(gen, scope, depth, 3);
  const s = `Math.sin(${a.text})`;
  const one = random.pick([
    [`sin(${a.text})`, 1],
    [`cos(${a.text})`, 1],
    [`tanh(${a.text})`, 1],
    [`atan(${a.text})`, 1.6],
    [`exp(-(${a.text}))`, 20],
    [`exp(${s})`, 2.8],
    [`sqrt(1.1 + ${s})`, 1.5],
    [`sqrt(0.5 + ${operand(a)} * ${operand(a)})`, 3.2],
    [`log(1.5 + ${s})`, 1],
    [`abs(${a.text})`, a.bound],
    [`max(${a.text}, ${b.text})`, 3],
    [`min(${a.text}, ${b.text}, 0.7)`, 3],
    [`max(0, ${a.text})`, 3],
    [`hypot(${a.text}, ${b.text})`, 4.3],
    [`atan2(${a.text}, 1.5 + Math.cos(${b.text}))`, 3.2],
    ...(gen.slice < 4
      ? []
      : [
          [`expm1(${s})`, 1.8],
          [`log1p(${operand(a)} ** 2)`, 3],
          [`log2(2 + ${s})`, 1.6],
          [`log10(2 + ${s})`, 1],
          [`cbrt(2 + ${s})`, 1.5],
          [`sinh(${s})`, 1.2],
          [`cosh(${s})`, 1.6],
          [`tan(0.7 * ${s})`, 1],
          [`asin(0.9 * ${s})`, 1.2],
          [`acos(0.9 * ${s})`, 2.8],
          [`asinh(${a.text})`, 2],
          [`acosh(2.5 + ${s})`, 2],
          [`atanh(0.8 * ${s})`, 1.2],
          [`hypot(${a.text}, 0.3, ${b.text})`, 4.3],
          [`sign(${a.text}) * ${operand(b)}`, 3],
        ]),
  ] as [string, number][]);
  const text = `Math.${one[0]}`;
  // an operand that assigns or counts must not be written twice
  if (/[^=!<>]=[^=>]|\+\+|--/.test(text) && one[0].startsWith("sqrt(0.5"))
    return tight(`Math.sin(${a.text})`, 1);
  return one[0].startsWith("sign") ? loose(text, one[1]) : tight(text, one[1]);
}

function ternary(gen: Gen, scope: Scope, depth: number): Expr {
  const test = condition(gen, scope, 1);
  const a = numExpr(gen, scope, depth);
  const b = numExpr(gen, scope, depth);
  return loose(
    `${test} ? ${operand(a)} : ${operand(b)}`,
    Math.max(a.bound, b.bound),
  );
}

/** `x || y` and `x && y` on numbers, `c && x || y` on a condition. */
function shortCircuit(gen: Gen, scope: Scope, depth: number): Expr {
  const left = findPlace(gen, scope, (shape) => shape.k === "num");
  const b = numExpr(gen, scope, depth);
  if (left === undefined) return b;
  const bound = Math.max(b.bound, left.whole ? left.root.bound : 2);
  const op = gen.random.pick(["||", "&&"]);
  return loose(`${left.text} ${op} ${operand(b)}`, bound);
}

function assignment(gen: Gen, scope: Scope, depth: number): Expr {
  const { random } = gen;
  const target = findTarget(gen, scope, (shape) => shape.k === "num");
  if (target === undefined) return atom(gen, scope);
  const e = bounded(gen, scope, depth, 1);
  if (random.chance(0.2)) {
    const step = random.pick(["++", "--"]);
    return random.chance(0.5)
      ? tight(`${target.text}${step}`, 3)
      : tight(`(${step}${target.text})`, 3);
  }
  const op = random.pick(["=", "+=", "-=", "*="]);
  return tight(`(${target.text} ${op} ${e.text})`, 3);
}

function rounded(gen: Gen, scope: Scope, depth: number): Expr {
  const a = bounded(gen, scope, depth, 3);
  const fn = gen.random.pick(["floor", "ceil", "round", "trunc", "sign"]);
  return tight(`Math.${fn}(${a.text})`, 3);
}

function nullish(gen: Gen, scope: Scope, depth: number): Expr {
  const maybe = scope.vars.filter((one) => one.shape.k === "opt");
  if (maybe.length > 0) {
    const { name } = gen.random.pick(maybe);
    const other = bounded(gen, scope, depth, 2);
    return gen.random.chance(0.6)
      ? loose(`${name} ?? ${operand(other)}`, 2)
      : loose(`${name} !== undefined ? ${name} : ${operand(other)}`, 2);
  }
  const left = findPlace(gen, scope, (shape) => shape.k === "num");
  const b = numExpr(gen, scope, depth);
  if (left === undefined || left.whole) return b;
  return loose(`${left.text} ?? ${operand(b)}`, Math.max(2, b.bound));
}

/** A call of a helper that gives a number, with arguments that fit; an atom where there is none. */
function call(gen: Gen, scope: Scope, depth: number): Expr {
  const helpers = gen.helpers.filter((one) => one.result?.k === "num");
  if (helpers.length === 0) return atom(gen, scope);
  const text = callText(gen, scope, gen.random.pick(helpers), depth);
  return text === undefined ? atom(gen, scope) : tight(text, 3);
}

export function callText(
  gen: Gen,
  scope: Scope,
  helper: Helper,
  depth: number,
): string | undefined {
  const cost = helper.cost * scope.times;
  if (cost > 4000 || scope.budget.cost + cost > 12000) return undefined;
  if (helper.grows && !scope.mayGrow) return undefined;
  const args: string[] = [];
  for (const param of helper.params) {
    if (param.optional && gen.random.chance(0.4)) break;
    const text = argument(gen, scope, param.shape, depth);
    if (text === undefined) return undefined;
    args.push(text);
  }
  scope.budget.cost += cost;
  if (helper.grows) scope.budget.grows = true;
  return `${helper.name}(${args.join(", ")})`;
}

/** An expression of a shape: memory that exists, or (numbers and the like) something computed. */
export function argument(
  gen: Gen,
  scope: Scope,
  shape: Shape,
  depth: number,
): string | undefined {
  switch (shape.k) {
    case "num":
      return bounded(gen, scope, depth, 2).text;
    case "int":
      return indexBelow(gen, scope, shape.hi + 1);
    case "bool":
      return condition(gen, scope, 1);
    case "opt":
      return gen.random.chance(0.3)
        ? "undefined"
        : bounded(gen, scope, depth, 2).text;
    case "str":
      return (
        findPlace(gen, scope, (one) => one.k === "str")?.text ??
        `"${gen.random.pick(words)}"`
      );
    default:
      return findPlace(
        gen,
        scope,
        (one) => fits(one, shape),
        (root) => !root.frozen,
      )?.text;
  }
}

/** May memory of shape `have` stand where `want` is expected? */
export function fits(have: Shape, want: Shape): boolean {
  if (have.k === "arr" && want.k === "arr")
    return have.store === want.store && have.len >= want.len;
  if (have.k === "mat" && want.k === "mat")
    return (
      have.store === want.store &&
      have.rows >= want.rows &&
      have.cols >= want.cols
    );
  if (have.k === "rec" && want.k === "rec") return have.decl === want.decl;
  if (have.k === "recs" && want.k === "recs")
    return have.decl === want.decl && have.len >= want.len;
  return have.k === want.k && have.k === "pair";
}

/** A boolean expression. */
export function condition(gen: Gen, scope: Scope, depth: number): string {
  const { random } = gen;
  if (depth > 0 && random.chance(0.2)) {
    const [a, b] = [condition(gen, scope, 0), condition(gen, scope, 0)];
    return `(${a} ${random.pick(["&&", "||"])} ${b})`;
  }
  if (depth > 0 && random.chance(0.05)) return `!(${condition(gen, scope, 0)})`;
  const flags = scope.vars.filter((one) => one.shape.k === "bool");
  if (flags.length > 0 && random.chance(0.2)) return random.pick(flags).name;
  const ints = scope.vars.filter((one) => one.shape.k === "int");
  if (ints.length > 0 && random.chance(0.3)) {
    const { name } = random.pick(ints);
    return random.pick([
      `${name} % 2 === 0`,
      `${name} > 1`,
      `${name} >= 2`,
      `${name} <= 1`,
    ]);
  }
  if (gen.slice >= 4 && random.chance(0.1)) {
    const word = findPlace(gen, scope, (one) => one.k === "str");
    if (word !== undefined)
      return random.pick([
        `(${word.text} as string) === "${random.pick(words)}"`,
        `(${word.text} as string) !== "${random.pick(words)}"`,
        `${word.text}.startsWith("${random.pick(words)}")`,
        `${word.text}.length > ${random.int(4, 6)}`,
      ]);
  }
  const a = squash(gen, numExpr(gen, scope, 1), 4);
  const op = random.pick(["<", ">", "<=", ">="]);
  const right = random.chance(0.5)
    ? String(random.decimal(-0.8, 0.8))
    : operand(squash(gen, atom(gen, scope), 4));
  return `${operand(a)} ${op} ${right}`;
}
