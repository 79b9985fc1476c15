import {
  argument,
  bounded,
  callText,
  condition,
  numExpr,
  operand,
} from "./expressions.js";
import { classForms } from "./classes.js";
import { closureForms } from "./closures.js";
import { branchForms } from "./branches.js";
import { everydayForms } from "./everyday.js";
import { loopForms } from "./loops.js";
import { memoryForms } from "./memory.js";
import { findPlace, findTarget, indexBelow } from "./places.js";
import { declare, type Gen, inner, type Scope } from "./scope.js";
import { num, type Shape } from "./shapes.js";

/** Writes a statement, and declares in the scope what it declares; nothing where it does not fit here. */
export type Form = (gen: Gen, scope: Scope) => string[] | undefined;

/** Weight, first slice, form. */
export type FormTable = readonly (readonly [number, number, Form])[];

const simpleForms: FormTable = [
  [8, 1, (g, s) => declareNumber(g, s)],
  [8, 1, (g, s) => assignNumber(g, s)],
  [8, 1, (g, s) => storeNumber(g, s)],
  [1, 1, (g, s) => declareFlag(g, s)],
  [2, 1, (g, s) => declareCounter(g, s)],
  [2, 1, (g, s) => count(g, s)],
  [1, 1, (g, s) => shadowBlock(g, s)],
  [6, 2, (g, s) => helperCall(g, s)],
  [1, 4, (g, s) => guard(g, s)],
  [1, 4, (g, s) => maybeNumber(g, s)],
  [1, 4, (g, s) => logicalAssign(g, s)],
];

/** `count` statements, or as many as the budget of the function allows. */
export function statements(gen: Gen, scope: Scope, count: number): string[] {
  const table = [
    ...simpleForms,
    ...memoryForms,
    ...branchForms,
    ...loopForms,
    ...closureForms,
    ...classForms,
    ...everydayForms,
  ].filter(([, slice]) => slice <= gen.slice);
  const choices = table.map(([weight, , form]) => [weight, form] as const);
  const lines: string[] = [];
  let made = 0;
  for (let tries = 0; made < count && tries < count * 4; tries++) {
    if (scope.budget.statements <= 0) break;
    const written = gen.random.weighted(choices)(gen, scope);
    if (written === undefined) continue;
    scope.budget.statements--;
    scope.budget.cost += scope.times;
    made++;
    lines.push(...written);
  }
  if (lines.length === 0) lines.push(...(storeNumber(gen, scope) ?? []));
  return lines;
}

/**
 * The body of a block. Often its last line brings something that was declared inside out into what the scope outside
 * can see, so that the block is not dead code.
 */
export function blockLines(
  gen: Gen,
  outside: Scope,
  inside: Scope,
  count: number,
): string[] {
  const known = new Set(outside.vars);
  const lines = statements(gen, inside, count);
  const local = inside.vars.filter((one) => !known.has(one));
  if (local.length === 0 || gen.random.chance(0.3)) return lines;
  const from = findPlace(
    gen,
    { ...inside, vars: local },
    (shape) => shape.k === "num",
  );
  const into = findTarget(
    gen,
    { ...inside, vars: inside.vars.filter((one) => known.has(one)) },
    (shape) => shape.k === "num",
  );
  if (from === undefined || into === undefined) return lines;
  const weight = gen.random.decimal(0.2, 0.9);
  lines.push(`${into.text} += ${weight} * ${from.text};`);
  return lines;
}

export const indent = (lines: readonly string[]): string[] =>
  lines.map((line) => `  ${line}`);

function declareNumber(gen: Gen, scope: Scope): string[] {
  const mutable = gen.random.chance(0.6);
  const e = bounded(gen, scope, gen.random.int(1, 3), 2);
  const name = gen.fresh(gen.random.pick(["a", "b", "u", "s", "t", "acc"]));
  declare(scope, name, num, { mutable });
  return [`${mutable ? "let" : "const"} ${name} = ${e.text};`];
}

function assignNumber(gen: Gen, scope: Scope): string[] | undefined {
  const targets = scope.vars.filter(
    (one) => one.shape.k === "num" && one.mutable,
  );
  if (targets.length === 0) return undefined;
  return [write(gen, scope, gen.random.pick(targets).name)];
}

/** `x = e`, or a compound assignment that cannot run away within the loops around it. */
function write(gen: Gen, scope: Scope, target: string): string {
  const { random } = gen;
  const depth = random.int(1, 3);
  if (random.chance(0.35))
    return `${target} = ${bounded(gen, scope, depth, 2).text};`;
  const e = bounded(gen, scope, depth, 1);
  return random.pick(
    [
      `${target} += ${e.text};`,
      `${target} -= ${random.decimal(0.1, 0.9)} * ${operand(e)};`,
      `${target} *= ${e.text};`,
      `${target} /= 1 + ${operand(e)} * ${operand(e)};`,
      `${target} = ${random.decimal(0.1, 0.9)} * ${target} + ${operand(e)};`,
    ].slice(0, /=|\+\+|--/.test(e.text) ? 3 : 5),
  );
}

function storeNumber(gen: Gen, scope: Scope): string[] | undefined {
  const target = findTarget(gen, scope, (shape) => shape.k === "num");
  return target && [write(gen, scope, target.text)];
}

function declareFlag(gen: Gen, scope: Scope): string[] {
  const test = condition(gen, scope, 1);
  const name = gen.fresh("flag");
  const mutable = gen.random.chance(0.3);
  declare(scope, name, { k: "bool" }, { mutable });
  const type = mutable ? ": boolean" : "";
  return [`${mutable ? "let" : "const"} ${name}${type} = ${test};`];
}

const counter: Shape = { k: "int", lo: 0, hi: 1000 };

function declareCounter(gen: Gen, scope: Scope): string[] {
  const name = gen.fresh("k");
  declare(scope, name, counter, { mutable: true });
  return [`let ${name} = ${gen.random.int(0, 2)};`];
}

function count(gen: Gen, scope: Scope): string[] | undefined {
  const counters = scope.vars.filter(
    (one) => one.shape === counter && one.mutable,
  );
  if (counters.length === 0) return undefined;
  const { name } = gen.random.pick(counters);
  const target = findTarget(gen, scope, (shape) => shape.k === "arr");
  if (
    target !== undefined &&
    target.shape.k === "arr" &&
    gen.random.chance(0.5)
  )
    return [
      `${target.text}[${name}++ % ${target.shape.len}] = ${bounded(gen, scope, 2, 2).text};`,
    ];
  return [gen.random.pick([`${name}++;`, `++${name};`, `${name} += 2;`])];
}

/** `{ const x = ...; ... }` that hides an outer `x`. */
function shadowBlock(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 3) return undefined;
  const block = inner(scope);
  const hidden = gen.random.chance(0.5)
    ? scope.vars.filter((one) => one.shape.k === "num")
    : [];
  const lines: string[] = [];
  if (hidden.length > 0) {
    const { name } = gen.random.pick(hidden);
    block.vars.splice(
      block.vars.findIndex((one) => one.name === name),
      1,
    );
    const e = bounded(gen, block, 2, 2);
    declare(block, name, num, { mutable: true });
    lines.push(`let ${name} = ${e.text};`);
  }
  lines.push(...blockLines(gen, scope, block, gen.random.int(1, 3)));
  return ["{", ...indent(lines), "}"];
}

/** A call for its effect, or for a result that gets a name. */
function helperCall(gen: Gen, scope: Scope): string[] | undefined {
  if (gen.helpers.length === 0) return undefined;
  const helper = gen.random.pick(gen.helpers);
  const text = callText(gen, scope, helper, 1);
  if (text === undefined) return undefined;
  const { result } = helper;
  if (result === undefined || gen.random.chance(0.1)) return [`${text};`];
  if (result.k === "pair" && gen.random.chance(0.6)) {
    const [p, q] = [gen.fresh("p"), gen.fresh("q")];
    const mutable = gen.random.chance(0.4);
    for (const name of [p, q]) declare(scope, name, num, { mutable });
    return [`${mutable ? "let" : "const"} [${p}, ${q}] = ${text};`];
  }
  const name = gen.fresh("r");
  const mutable = gen.random.chance(0.3);
  declare(scope, name, result, { mutable });
  return [`${mutable ? "let" : "const"} ${name} = ${text};`];
}

/** `if (!Number.isFinite(x)) throw ...`: never taken, and passive. */
function guard(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 2) return undefined;
  scope.budget.throws = true;
  const e = numExpr(gen, scope, 1);
  const text = gen.random.pick([
    `if (!Number.isFinite(${e.text})) throw new Error("not finite");`,
    `if (Number.isNaN(${e.text})) throw new RangeError(\`bad value \${${indexBelow(gen, scope, 3)}}\`);`,
  ]);
  return [text];
}

/** `let found: number | undefined;`, and assignments to what is there already. */
function maybeNumber(gen: Gen, scope: Scope): string[] {
  const known = scope.vars.filter(
    (one) => one.shape.k === "opt" && one.mutable,
  );
  const value = bounded(gen, scope, 2, 2).text;
  if (known.length > 0 && gen.random.chance(0.7)) {
    const { name } = gen.random.pick(known);
    return [
      gen.random.pick([
        `${name} = ${value};`,
        `${name} ??= ${value};`,
        `${name} = undefined;`,
        `if (${condition(gen, scope, 0)}) ${name} = ${value};`,
      ]),
    ];
  }
  const name = gen.fresh("found");
  declare(scope, name, { k: "opt" }, { mutable: true });
  return [
    `let ${name} = ${gen.random.chance(0.5) ? "undefined" : value} as number | undefined;`,
  ];
}

/** `x ||= e;`, `x &&= e;` */
function logicalAssign(gen: Gen, scope: Scope): string[] | undefined {
  const target = findTarget(gen, scope, (shape) => shape.k === "num");
  if (target === undefined) return undefined;
  const op = gen.random.pick(["||=", "&&="]);
  return [`${target.text} ${op} ${bounded(gen, scope, 2, 2).text};`];
}

/** A value of a shape for a `return`: memory at hand, or built on the spot. */
export function built(gen: Gen, scope: Scope, shape: Shape): string {
  const number = (): string => bounded(gen, scope, 2, 2).text;
  const numbers = (n: number): string =>
    Array.from({ length: n }, number).join(", ");
  const known =
    shape.k === "num" || gen.random.chance(0.4)
      ? undefined
      : argument(gen, scope, shape, 1);
  if (known !== undefined) return known;
  switch (shape.k) {
    case "pair":
      return `[${numbers(2)}]`;
    case "arr":
      if (shape.store === "js") return `[${numbers(shape.len)}]`;
      return `Float${shape.store === "f64" ? 64 : 32}Array.of(${numbers(shape.len)})`;
    case "mat":
      return `[${Array.from({ length: shape.rows }, () => (shape.store === "js" ? `[${numbers(shape.cols)}]` : `Float64Array.of(${numbers(shape.cols)})`)).join(", ")}]`;
    case "rec":
      return `{ ${shape.decl.fields
        .map((field) => `${field.name}: ${built(gen, scope, field.shape)}`)
        .join(", ")} }`;
    case "recs":
      return `[${Array.from({ length: shape.len }, () =>
        built(gen, scope, { k: "rec", decl: shape.decl }),
      ).join(", ")}]`;
    case "int":
      return indexBelow(gen, scope, shape.hi + 1);
    case "bool":
      return condition(gen, scope, 1);
    case "str":
      return argument(gen, scope, shape, 1) ?? '"none"';
    case "opt":
    case "num":
      return number();
  }
}
