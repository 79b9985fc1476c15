import {
  functionBody,
  functionText,
  type Parameter,
  parameterName,
  writeHelper,
  writeRecord,
} from "./functions.js";
import { classNames, writeClasses } from "./classes.js";
import { higherOrder } from "./closures.js";
import { generateDense } from "./dense.js";
import { generateEdges } from "./edges.js";
import { generatePair } from "./pairs.js";
import { generateTiny } from "./tiny.js";
import { newRandom } from "./random.js";
import { type Gen, newNames, type Var } from "./scope.js";
import {
  declText,
  num,
  randomValue,
  type RecordDecl,
  type Shape,
} from "./shapes.js";

export interface GeneratedProgram extends Entry {
  readonly seed: number;
  /** Name of its file, where that is not `seedN`. */
  readonly name?: string;
  readonly source: string;
  /** Text of the module `seedN.lib.ts` that the source imports from, where it does. */
  readonly library?: string;
  /** Its points are where slopes are infinite, and it does nothing to avoid them. */
  readonly isAtKinks?: boolean;
  /** Other annotated functions in it. */
  readonly more?: readonly Entry[];
}

/** An annotated function, and what to ask of it. */
export interface Entry {
  /** Its name. */
  readonly entry: string;
  /** Argument lists to evaluate at. */
  readonly points: readonly (readonly unknown[])[];
  /** Names of the parameters, in order, and those that derivatives are taken by. */
  readonly parameters: readonly string[];
  readonly wrt: readonly string[];
  readonly modes: readonly ("grad" | "vjp" | "jvp")[];
}

/**
 * A type-correct module with one annotated function, the same for the same seed. Its programs end, keep their values
 * bounded and stay inside their arrays. `slice` says how much of the language they use: 1 loops, arrays written in
 * place and branches; 2 also calls and recursion; 3 also records, tuples and aliases; 4 everything else but 5, local
 * functions, functions as values and array methods; 6 those and classes; 7 everyday patterns too (everyday.ts); 8 something
 * else, products of matrices (dense.ts); 9 loops at the edge of their arrays (edges.ts); 10
 * two constructs in each other (pairs.ts); 11 functions of a few statements (tiny.ts).
 */
export function generateProgram(seed: number, slice: number): GeneratedProgram {
  if (slice === 8) return generateDense(seed);
  if (slice === 9) return generateEdges(seed);
  if (slice === 10) return generatePair(seed);
  if (slice === 11) return generateTiny(seed);
  const random = newRandom(seed * 8 + slice);
  const gen: Gen = {
    random,
    slice,
    helpers: [],
    records: [],
    fresh: newNames(),
    library: slice >= 4 && random.chance(0.25),
  };
  const parts: string[] = [];
  if (slice >= 3)
    for (let n = random.int(1, 2); n > 0; n--)
      parts.push(declText(writeRecord(gen)));
  if (slice >= 5) parts.push(`${gen.library ? "export " : ""}${higherOrder}`);
  if (slice >= 6) parts.push(writeClasses({ ...gen, slice: 4 }));
  const globals = slice >= 2 ? writeConstants(gen, parts) : [];
  if (slice >= 2)
    for (let n = random.int(1, 3); n > 0; n--) {
      const { helper, text } = writeHelper(gen, globals);
      parts.push(gen.library ? `export ${text}` : text);
      gen.helpers.push(helper);
    }
  const library = gen.library ? parts.splice(0).join("\n") : undefined;
  if (library !== undefined) parts.push(importLine(gen, globals, seed));
  const parameters = entryParameters(gen);
  const result = entryResult(gen);
  const body = functionBody(
    gen,
    parameters,
    globals,
    result,
    random.int(6, 22),
  );
  const wrt = differentiated(gen, parameters);
  const modes = someModes(gen, result);
  const tag = [
    "@differentiable",
    ...(wrt === undefined ? [] : [`wrt=${wrt.join(",")}`]),
    `modes=${modes.join(",")}`,
  ].join(" ");
  const head = slice >= 4 && random.chance(0.2) ? "const" : "function";
  const text = functionText("model", parameters, result, body.lines, head);
  parts.push(`/** ${tag} */\nexport ${text}`);
  const shapes = parameters.map((one) => one.shape);
  return {
    seed,
    source: parts.join("\n"),
    ...(library === undefined ? {} : { library }),
    entry: "model",
    points: [0, 1].map(() => shapes.map((one) => randomValue(one, random))),
    parameters: parameters.map((one) => one.name),
    wrt:
      wrt ??
      parameters
        .filter((one) => one.shape.k !== "bool" && one.shape.k !== "str")
        .map((one) => one.name),
    modes,
  };
}

/** Forward mode always, and seldom more than one reverse mode: they have much code in common. */
function someModes(gen: Gen, result: Shape): GeneratedProgram["modes"] {
  if (result.k !== "num") return ["vjp", "jvp"];
  return gen.random.weighted([
    [5, ["grad", "jvp"]],
    [4, ["vjp", "jvp"]],
    [1, ["grad", "vjp", "jvp"]],
  ] as const);
}

/** Everything of the library by name; what the source does not use does no harm. */
function importLine(gen: Gen, globals: readonly Var[], seed: number): string {
  const names = [
    ...gen.helpers.map((one) => one.name),
    ...globals.map((one) => one.name),
    ...gen.records.map((one) => `type ${one.name}`),
    ...(gen.slice >= 5 ? ["applyTwice"] : []),
    ...(gen.slice >= 6 ? classNames : []),
  ];
  return `import { ${names.join(", ")} } from "./seed${seed}.lib.js";\n`;
}

/** Module constants and constant tables. */
function writeConstants(gen: Gen, parts: string[]): Var[] {
  const { random } = gen;
  const made: Var[] = [];
  const one = (name: string, shape: Shape, text: string): void => {
    const head = gen.library || random.chance(0.5) ? "export const" : "const";
    parts.push(`${head} ${name}${text};\n`);
    made.push({ name, shape, mutable: false, bound: 2, frozen: true });
  };
  if (random.chance(0.5)) one("RATE", num, ` = ${random.decimal(0.1, 1.5)}`);
  if (gen.slice >= 3 && random.chance(0.4)) {
    const table = [0, 1, 2].map(() => random.decimal(-1.5, 1.5)).join(", ");
    one(
      "TABLE",
      { k: "arr", store: "js", len: 3 },
      `: readonly number[] = [${table}]`,
    );
  }
  return made;
}

function entryParameters(gen: Gen): Parameter[] {
  const { random, slice } = gen;
  const js = (): Shape => ({ k: "arr", store: "js", len: random.int(2, 5) });
  const kinds: (() => Shape)[] = [
    () => num,
    () => num,
    js,
    js,
    () => ({ k: "arr", store: "f64", len: random.int(3, 5) }),
    () => ({
      k: "mat",
      rows: random.int(2, 3),
      cols: random.int(2, 3),
      store: slice >= 4 && random.chance(0.3) ? "f64" : "js",
    }),
    () => ({ k: "int", lo: 1, hi: 4 }),
    () => ({ k: "bool" }),
  ];
  const record = (): RecordDecl => random.pick(gen.records);
  if (slice >= 3)
    kinds.push(
      () => ({ k: "rec", decl: record() }),
      () => ({ k: "rec", decl: record() }),
      () => ({ k: "recs", decl: record(), len: random.int(2, 3) }),
      () => ({ k: "pair" }),
    );
  if (slice >= 4)
    kinds.push(
      () => ({ k: "str" }),
      () => ({ k: "arr", store: "f32", len: 3 }),
      () => ({ k: "opt" }),
    );
  const shapes: Shape[] = [num];
  for (let n = random.int(1, 4); n > 0; n--) shapes.push(random.pick(kinds)());
  return shapes.map((shape) => ({
    name: gen.fresh(parameterName(shape)),
    shape,
    frozen: shape.k === "arr" && random.chance(0.25),
  }));
}

function entryResult(gen: Gen): Shape {
  const { random, slice } = gen;
  const results: (readonly [number, Shape])[] = [[7, num]];
  if (slice >= 2) {
    results.push([1, { k: "arr", store: "js", len: 2 }]);
    results.push([1, { k: "arr", store: "f64", len: 3 }]);
  }
  if (slice >= 3) {
    results.push(
      [0.7, { k: "pair" }],
      [0.5, { k: "mat", rows: 2, cols: 2, store: "js" }],
    );
    for (const decl of gen.records) results.push([0.7, { k: "rec", decl }]);
  }
  return random.weighted(results);
}

/** A choice of parameters for `wrt=`, or nothing for all of them. */
function differentiated(
  gen: Gen,
  parameters: readonly Parameter[],
): string[] | undefined {
  if (gen.random.chance(0.7)) return undefined;
  const possible = parameters.filter(
    (one) =>
      one.shape.k !== "bool" && one.shape.k !== "str" && one.shape.k !== "int",
  );
  const chosen = possible.filter(() => gen.random.chance(0.6));
  return (chosen.length > 0 ? chosen : possible).map((one) => one.name);
}
