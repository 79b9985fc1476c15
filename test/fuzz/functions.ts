import { bounded, numExpr, squash } from "./expressions.js";
import {
  declare,
  type Gen,
  type Helper,
  type Scope,
  type Var,
} from "./scope.js";
import { num, type RecordDecl, type Shape, typeText } from "./shapes.js";
import { built, indent, statements } from "./statements.js";

export interface Parameter {
  readonly name: string;
  readonly shape: Shape;
  readonly frozen: boolean;
  /** Text of a default. */
  readonly initial?: string;
}

export interface Written {
  readonly lines: readonly string[];
  readonly cost: number;
  readonly grows: boolean;
}

/** The body of a function over its parameters and the module's constants; ends in a `return`. */
export function functionBody(
  gen: Gen,
  parameters: readonly Parameter[],
  globals: readonly Var[],
  result: Shape | undefined,
  size: number,
): Written {
  const scope: Scope = {
    vars: [...globals],
    depth: 0,
    times: 1,
    loops: [],
    functions: [],
    instances: [],
    result,
    mayGrow: true,
    budget: { statements: size, cost: 0, grows: false, throws: false },
  };
  for (const one of parameters)
    declare(scope, one.name, one.shape, {
      frozen: one.frozen || one.shape.k === "int",
      mutable: one.shape.k === "num" && gen.random.chance(0.5),
    });
  const lines = statements(gen, scope, Math.ceil(size / 3));
  if (result !== undefined) lines.push(...conclusion(gen, scope, result));
  const { cost, grows } = scope.budget;
  return { lines: indent(lines), cost: cost + 2, grows };
}

/** Brings much of what was computed into the result, so that little of the program is dead. */
function conclusion(gen: Gen, scope: Scope, result: Shape): string[] {
  if (result.k !== "num" || gen.random.chance(0.15))
    return [`return ${built(gen, scope, result)};`];
  const total = gen.fresh("total");
  const lines = [`let ${total} = ${numExpr(gen, scope, 1).text};`];
  for (const one of scope.vars.slice(-14)) {
    const weight = gen.random.decimal(0.2, 1.2);
    const i = gen.fresh("n");
    const { k } = one.shape;
    if (k === "num") lines.push(`${total} += ${weight} * ${one.name};`);
    else if (k === "pair")
      lines.push(`${total} += ${weight} * ${one.name}[0] * ${one.name}[1];`);
    else if (k === "arr" && gen.random.chance(0.7))
      lines.push(
        `for (let ${i} = 0; ${i} < ${one.name}.length; ${i}++) ${total} += ${weight} * ${one.name}[${i}] * (${i} + 1);`,
      );
    else if (k === "mat" && gen.random.chance(0.7))
      lines.push(
        `for (const row${i} of ${one.name}) for (const cell of row${i}) ${total} += Math.sin(cell) * ${weight};`,
      );
    else if (k === "rec")
      for (const field of one.shape.decl.fields)
        if (field.shape.k === "num")
          lines.push(`${total} += ${weight} * ${one.name}.${field.name};`);
  }
  lines.push(`return ${total};`);
  return lines;
}

const arr = (store: "js" | "f64", len: number): Shape => ({
  k: "arr",
  store,
  len,
});

/** A helper function: computes a number, writes into its arguments, gives back memory or several results. */
export function writeHelper(
  gen: Gen,
  globals: readonly Var[],
): { helper: Helper; text: string } {
  const { random } = gen;
  const name = gen.fresh(random.pick(["helper", "step", "mix"]));
  const parameters = helperParameters(gen);
  const result = helperResult(gen, parameters);
  if (result?.k === "num" && random.chance(0.2))
    return recursive(gen, name, parameters, globals);
  const body = functionBody(gen, parameters, globals, result, random.int(2, 7));
  const helper = asHelper(name, parameters, result, body);
  return { helper, text: functionText(name, parameters, result, body.lines) };
}

function helperParameters(gen: Gen): Parameter[] {
  const { random } = gen;
  const shapes: Shape[] = [num];
  const kinds: Shape[] = [num, arr("js", 2), arr("f64", 2), arr("js", 3)];
  if (gen.slice >= 3) {
    kinds.push({ k: "mat", rows: 2, cols: 2, store: "js" }, { k: "pair" });
    for (const decl of gen.records) kinds.push({ k: "rec", decl });
  }
  for (let n = random.int(0, 2); n > 0; n--) shapes.push(random.pick(kinds));
  if (random.chance(0.2)) shapes.push({ k: "int", lo: 0, hi: 2 });
  const parameters: Parameter[] = shapes.map((shape) => ({
    name: gen.fresh(parameterName(shape)),
    shape,
    frozen: false,
  }));
  if (random.chance(0.25))
    parameters.push({
      name: gen.fresh("scale"),
      shape: num,
      frozen: false,
      initial: String(random.decimal(0.2, 1.5)),
    });
  return parameters;
}

export function parameterName(shape: Shape): string {
  const names = {
    num: "x",
    int: "n",
    opt: "may",
    bool: "on",
    str: "mode",
    arr: "v",
    mat: "w",
    pair: "pq",
    rec: "o",
    recs: "list",
  };
  return names[shape.k];
}

function helperResult(
  gen: Gen,
  parameters: readonly Parameter[],
): Shape | undefined {
  const results: (readonly [number, Shape | undefined])[] = [
    [5, num],
    [parameters.some((one) => one.shape.k !== "num") ? 3 : 0, undefined],
    [1, arr("js", 2)],
    [1, arr("f64", 3)],
  ];
  if (gen.slice >= 3) {
    results.push([2, { k: "pair" }]);
    for (const decl of gen.records) results.push([1, { k: "rec", decl }]);
  }
  return gen.random.weighted(results);
}

function asHelper(
  name: string,
  parameters: readonly Parameter[],
  result: Shape | undefined,
  body: { cost: number; grows: boolean },
): Helper {
  return {
    name,
    params: parameters.map((one) => ({
      name: one.name,
      shape: one.shape,
      optional: one.initial !== undefined,
    })),
    result,
    cost: body.cost,
    grows: body.grows,
  };
}

/** Counts down its first parameter; calls itself once or twice. */
function recursive(
  gen: Gen,
  name: string,
  parameters: readonly Parameter[],
  globals: readonly Var[],
): { helper: Helper; text: string } {
  const depth: Parameter = {
    name: gen.fresh("depth"),
    shape: { k: "int", lo: 0, hi: 3 },
    frozen: false,
  };
  const own = parameters.filter((one) => one.initial === undefined);
  const body = functionBody(gen, own, globals, num, gen.random.int(1, 4));
  // the body's own `return` becomes the last line's operand: its lines run before the recursive calls
  const lines = body.lines.slice(0, -1);
  const last = (body.lines.at(-1) ?? "").trim().replace(/^return |;$/g, "");
  const again = (first: string): string =>
    `${name}(${[`${depth.name} - 1`, first, ...own.slice(1).map((one) => one.name)].join(", ")})`;
  const x = own[0]?.name ?? "x";
  const twice = gen.random.chance(0.3);
  const recur = twice
    ? `${again(`Math.sin(${x})`)} * 0.5 + ${again(`0.5 * ${x}`)}`
    : again(`Math.cos(${x}) + 0.1 * ${x}`);
  const text = functionText(name, [depth, ...own], num, [
    `  if (${depth.name} <= 0) return ${squash(gen, { text: x, bound: 2, tight: true }, 2).text};`,
    ...lines,
    `  return 0.5 * Math.sin(${last}) + ${recur};`,
  ]);
  const cost = body.cost * (twice ? 15 : 4);
  const helper = asHelper(name, [depth, ...own], num, {
    cost,
    grows: body.grows,
  });
  return { helper, text };
}

export function functionText(
  name: string,
  parameters: readonly Parameter[],
  result: Shape | undefined,
  lines: readonly string[],
  head = "function",
): string {
  const list = parameters.map((one) =>
    one.initial !== undefined
      ? `${one.name} = ${one.initial}`
      : `${one.name}: ${one.frozen && one.shape.k === "arr" && one.shape.store === "js" ? "readonly " : ""}${typeText(one.shape)}`,
  );
  const type = result === undefined ? "void" : typeText(result);
  const open =
    head === "const"
      ? `const ${name} = (${list.join(", ")}): ${type} => {`
      : `function ${name}(${list.join(", ")}): ${type} {`;
  return [open, ...lines, head === "const" ? "};" : "}", ""].join("\n");
}

/** An interface with floats, and perhaps memory and passive fields. */
export function writeRecord(gen: Gen): RecordDecl {
  const { random } = gen;
  const names = ["x", "y", "gain", "bias", "depth", "v", "w"];
  const fields = [
    { name: random.pick(names.slice(0, 2)), shape: num },
    { name: random.pick(names.slice(2, 4)), shape: num },
  ];
  const extra: { name: string; shape: Shape }[] = [];
  if (random.chance(0.5)) extra.push({ name: "v", shape: arr("js", 2) });
  if (random.chance(0.25)) extra.push({ name: "w", shape: arr("f64", 3) });
  if (random.chance(0.3)) extra.push({ name: "on", shape: { k: "bool" } });
  if (gen.slice >= 4 && random.chance(0.3))
    extra.push({ name: "kind", shape: { k: "str" } });
  if (gen.records.length > 0 && random.chance(0.5))
    extra.push({
      name: "sub",
      shape: { k: "rec", decl: random.pick(gen.records) },
    });
  const decl: RecordDecl = {
    name: gen.fresh(random.pick(["Layer", "Point", "Body"])),
    exported: gen.library || random.chance(0.5),
    fields: [...fields, ...extra],
  };
  gen.records.push(decl);
  return decl;
}

/** The default of a parameter, for use by the entry function. */
export const defaultText = (gen: Gen, scope: Scope): string =>
  bounded(gen, scope, 0, 2).text;
