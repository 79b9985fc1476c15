import { bounded, condition, type Expr, operand } from "./expressions.js";
import { findPlace, findTarget } from "./places.js";
import {
  declare,
  type Gen,
  inner,
  type LocalFunction,
  type Scope,
} from "./scope.js";
import { num, type Shape } from "./shapes.js";
import { built, type FormTable, indent, statements } from "./statements.js";

/** Slice 5: local functions, functions as values, array methods with callbacks. */

/** A scope for the body of a local function: loops around it are out of reach. */
function bodyScope(scope: Scope, times: number): Scope {
  return inner(scope, {
    loops: [],
    result: num,
    times: scope.times * times,
    mayGrow: false,
  });
}

const calls = 4;

/** `const f = (p: number): number => { ... };` */
function localFunction(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 3 || scope.times > 60) return undefined;
  const { random } = gen;
  const name = gen.fresh("fn");
  const body = bodyScope(scope, calls);
  const p = gen.fresh("p");
  declare(body, p, num, { mutable: random.chance(0.3) });
  const q = random.chance(0.3) ? gen.fresh("q") : undefined;
  const initial = q && bounded(gen, body, 1, 2).text;
  if (q !== undefined) declare(body, q, num);
  const second = q === undefined ? "" : `, ${q} = ${initial}`;
  const head = `(${p}: number${second}): number`;
  const lines = random.chance(0.5)
    ? statements(gen, body, random.int(1, 3))
    : [];
  const result = bounded(gen, body, 2, 2).text;
  const made: LocalFunction = { name, optional: q !== undefined };
  scope.functions.push(made);
  if (lines.length === 0 && random.chance(0.7))
    return [`const ${name} = ${head} => ${result};`];
  const block = [...indent(lines), `  return ${result};`, "}"];
  return random.chance(0.5)
    ? [`const ${name} = ${head} => {`, ...block.slice(0, -1), "};"]
    : [`function ${name}${head} {`, ...block];
}

/** `const g = test ? f : h;`, `let g = f; if (test) g = h;` */
function chosenFunction(gen: Gen, scope: Scope): string[] | undefined {
  const { random } = gen;
  const f = functionText(gen, scope);
  const h = functionText(gen, scope);
  const name = gen.fresh("chosen");
  const test = condition(gen, scope, 1);
  const lines = random.pick([
    [`const ${name} = ${test} ? ${f} : ${h};`],
    [
      `let ${name}: (v: number) => number = ${f};`,
      `if (${test}) ${name} = ${h};`,
    ],
    [
      `const ${name}s = [${f}, ${h}, Math.sin];`,
      `const ${name} = ${name}s[${random.int(0, 2)}];`,
    ],
    [
      `const ${name}Of = { one: ${f}, two: ${h} };`,
      `const ${name} = ${name}Of.two;`,
    ],
  ]);
  scope.functions.push({ name, optional: false });
  return lines;
}

/** Something that is a function of one number. */
function functionText(gen: Gen, scope: Scope): string {
  const { random } = gen;
  const known = scope.functions;
  if (known.length > 0 && random.chance(0.5)) {
    const one = random.pick(known);
    return one.optional ? `(v: number) => ${one.name}(v)` : one.name;
  }
  if (random.chance(0.3))
    return random.pick(["Math.sin", "Math.tanh", "Math.cos"]);
  const body = bodyScope(scope, calls);
  const v = gen.fresh("v");
  declare(body, v, num);
  return `(${v}: number) => ${bounded(gen, body, 2, 2).text}`;
}

function callForEffect(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.functions.length === 0) return undefined;
  return [`${localCall(gen, scope, 2)};`];
}

function localCall(gen: Gen, scope: Scope, depth: number): string {
  const one = gen.random.pick(scope.functions);
  scope.budget.cost += scope.times * 10;
  const args = [bounded(gen, scope, depth, 2).text];
  if (one.optional && gen.random.chance(0.5))
    args.push(bounded(gen, scope, depth, 2).text);
  return `${one.name}(${args.join(", ")})`;
}

const isArray = (shape: Shape): boolean =>
  shape.k === "arr" && (shape.store === "js" || shape.store === "f64");

interface Callback {
  readonly text: string;
  readonly value: string;
}

/** A callback with an expression as its body: `(v, i) => e`. */
function callback(
  gen: Gen,
  scope: Scope,
  write: (body: Scope) => string,
  first?: string,
): Callback {
  const { random } = gen;
  const body = bodyScope(scope, 4);
  if (first !== undefined) declare(body, first, num);
  const v = gen.fresh("v");
  declare(body, v, num);
  const i = random.chance(0.4) ? gen.fresh("i") : undefined;
  if (i !== undefined) declare(body, i, { k: "int", lo: 0, hi: 5 });
  const names = [first, v, i].filter((one) => one !== undefined);
  return { text: `(${names.join(", ")}) => ${write(body)}`, value: v };
}

/** The elements of an array, perhaps through `map`, `filter` and the like. */
function chain(gen: Gen, scope: Scope): string | undefined {
  const { random } = gen;
  const place = findPlace(gen, scope, isArray);
  if (place === undefined || scope.times > 60) return undefined;
  scope.budget.cost += scope.times * 20;
  let text = place.text;
  if (random.chance(0.15)) {
    const body = bodyScope(scope, 4);
    const i = gen.fresh("i");
    declare(body, i, { k: "int", lo: 0, hi: 3 });
    text = `Array.from({ length: ${random.int(2, 4)} }, (_, ${i}) => ${bounded(gen, body, 2, 2).text})`;
  }
  for (let n = random.int(0, 2); n > 0; n--) {
    const mapped = callback(
      gen,
      scope,
      (body) => bounded(gen, body, 2, 2).text,
    );
    const kept = callback(gen, scope, (body) => condition(gen, body, 1));
    text += random.weighted([
      [4, `.map(${mapped.text})`],
      [2, `.filter(${kept.text})`],
      [0.7, ".slice(1)"],
      [0.5, ".toReversed()"],
      [0.7, ".toSorted((a, b) => a - b)"],
    ] as const);
  }
  return text;
}

/** A number out of an array by a method with a callback. */
export function arrayMethod(gen: Gen, scope: Scope): Expr | undefined {
  const { random } = gen;
  const from = chain(gen, scope);
  if (from === undefined) return undefined;
  const start = operand(bounded(gen, scope, 1, 2));
  const total = gen.fresh("total");
  const folded = callback(
    gen,
    scope,
    (body) => bounded(gen, body, 2, 2).text,
    total,
  );
  const test = callback(gen, scope, (body) => condition(gen, body, 1)).text;
  const text = random.weighted([
    [4, `${from}.reduce((a, b) => a + b, ${start})`],
    [3, `${from}.reduce(${folded.text}, ${start})`],
    [1, `${from}.reduceRight(${folded.text}, ${start})`],
    [1.5, `(${from}.find(${test}) ?? ${start})`],
    [1, `(${from}.some(${test}) ? 0.5 : ${start})`],
    [1, `(${from}.every(${test}) ? 0.5 : ${start})`],
    [0.7, `(0.2 * ${from}.findIndex(${test}))`],
  ] as const);
  return { text, bound: 20, tight: true };
}

/** A call of a local function, or of a function that is written on the spot. */
export function functionCall(
  gen: Gen,
  scope: Scope,
  depth: number,
): Expr | undefined {
  if (scope.times > 60) return undefined;
  if (gen.random.chance(0.2)) {
    const f = functionText(gen, scope);
    const arg = bounded(gen, scope, depth, 2).text;
    return { text: `applyTwice(${f}, ${arg})`, bound: 3, tight: true };
  }
  if (scope.functions.length === 0) return undefined;
  return { text: localCall(gen, scope, depth), bound: 3, tight: true };
}

/** What programs of this slice have at module level. */
export const higherOrder = `function applyTwice(f: (v: number) => number, x: number): number {
  return f(x) + 0.5 * f(0.3 * f(x));
}
`;

function forEach(gen: Gen, scope: Scope): string[] | undefined {
  if (scope.depth > 2 || scope.times > 40) return undefined;
  const from = chain(gen, scope);
  if (from === undefined) return undefined;
  const body = inner(scope, {
    loops: [],
    result: undefined,
    times: scope.times * 4,
    mayGrow: false,
  });
  const v = gen.fresh("v");
  declare(body, v, num);
  const lines = statements(gen, body, gen.random.int(1, 3));
  const target = findTarget(gen, body, (shape) => shape.k === "num");
  if (target !== undefined) lines.push(`${target.text} += 0.3 * ${v};`);
  return [`${from}.forEach((${v}) => {`, ...indent(lines), "});"];
}

function mappedArray(gen: Gen, scope: Scope): string[] | undefined {
  const place = findPlace(
    gen,
    scope,
    (shape) => shape.k === "arr" && shape.store === "js",
  );
  if (place?.shape.k !== "arr" || scope.times > 60) return undefined;
  const name = gen.fresh("mapped");
  const { text } = callback(
    gen,
    scope,
    (body) => bounded(gen, body, 2, 2).text,
  );
  const line = gen.random.pick([
    `const ${name} = ${place.text}.map(${text});`,
    `const ${name} = [...${place.text}].sort((a, b) => b - a);`,
    `const ${name} = ${place.text}.flatMap((x) => [x, 0.5 * x]);`,
    `const ${name} = ${place.text}.concat(${built(gen, scope, { k: "arr", store: "js", len: 2 })});`,
  ]);
  declare(scope, name, { k: "arr", store: "js", len: place.shape.len });
  return [line];
}

export const closureForms: FormTable = [
  [7, 5, localFunction],
  [3, 5, chosenFunction],
  [4, 5, callForEffect],
  [4, 5, forEach],
  [4, 5, mappedArray],
];
