import type { Entry, GeneratedProgram } from "./generate.js";
import { newRandom, type Random } from "./random.js";
import {
  type Tiny,
  tinyNumber,
  tinyScope,
  tinyStatements,
} from "./tinyCode.js";
import { names, type TinyParameter, tinyParameters } from "./tinyParameters.js";

/**
 * Slice 11: functions of few statements, several in a file, with parameters and results of all forms, under names that
 * the compiler likes too, at points where functions have their kinks. What is small is printed in other ways than what is
 * long, and every way has its own mistakes.
 */
export function generateTiny(seed: number): GeneratedProgram {
  const random = newRandom(seed * 8 + 7);
  const parts: string[] = [];
  const calls: Tiny["calls"][number][] = [];
  const entries: Entry[] = [];
  for (let k = random.pick([1, 2, 3, 4]); k > 0; k--) {
    const made = annotated(random, entries.length, calls);
    parts.push(made.text);
    entries.push(made.entry);
    if (made.call !== undefined) calls.push(made.call);
  }
  const [first, ...more] = entries;
  return { seed, source: parts.join("\n"), ...first!, more, isAtKinks: true };
}

interface Annotated {
  readonly text: string;
  readonly entry: Entry;
  readonly call: Tiny["calls"][number] | undefined;
}

function annotated(
  random: Random,
  count: number,
  calls: readonly Tiny["calls"][number][],
): Annotated {
  const name = `model${count === 0 ? "" : count}`;
  const taken = new Set<string>([name]);
  const fresh = (): string => {
    const free = names.filter((one) => !taken.has(one));
    const chosen = free.length === 0 ? `u${taken.size}` : random.pick(free);
    taken.add(chosen);
    return chosen;
  };
  const parameters = tinyParameters(random, fresh);
  const scope = tinyScope(random, parameters, fresh);
  scope.calls.push(...calls);
  const result = resultOf(random);
  const tiny: Tiny = {
    ...scope,
    leave: () => `return ${result.make(() => tinyNumber(scope, 1), scope)};`,
  };
  const lines = tinyStatements(tiny, random.pick([0, 0, 1, 1, 2, 3, 4]));
  const value = result.make(() => tinyNumber(tiny, random.int(1, 3)), tiny);
  const modes = modesOf(random, result.isNumber);
  const wrt = wrtOf(random, parameters);
  const tag = `/** @differentiable${wrt === undefined ? "" : ` wrt=${wrt.join(",")}`} modes=${modes.join(",")} */`;
  const points = [0, 1, 2].map(() =>
    parameters.map((one) => one.value(random)),
  );
  return {
    text: `${tag}\n${functionText(random, name, parameters, result.type, lines, value)}`,
    entry: {
      entry: name,
      points,
      parameters: parameters.map((one) => one.name),
      wrt:
        wrt ??
        parameters.filter((one) => !one.isPassive).map((one) => one.name),
      modes,
    },
    call: result.isNumber
      ? (a, b) =>
          `${name}(${parameters.map((one) => one.build(a, b)).join(", ")})`
      : undefined,
  };
}

interface Result {
  readonly type: string;
  readonly isNumber: boolean;
  make(number: () => string, tiny: Tiny): string;
}

function resultOf(random: Random): Result {
  const many = (type: string, make: Result["make"]): Result => ({
    type,
    isNumber: false,
    make,
  });
  return random.weighted<Result>([
    [9, { type: "number", isNumber: true, make: (e) => e() }],
    [1, many("[number, number]", (e) => `[${e()}, ${e()}]`)],
    [1, many("number[]", (e) => `[${e()}, ${e()}, ${e()}]`)],
    [0.7, many("Float64Array", (e) => `Float64Array.of(${e()}, ${e()})`)],
    [
      1,
      many(
        "{ x: number; value: number }",
        (e) => `{ x: ${e()}, value: ${e()} }`,
      ),
    ],
    [
      0.7,
      many(
        "{ grad: number[]; ok: boolean; n: number }",
        (e) => `{ grad: [${e()}, ${e()}], ok: ${e()} > 0, n: ${e()} }`,
      ),
    ],
    [0.5, many("number[][]", (e) => `[[${e()}, ${e()}], [${e()}]]`)],
    [
      0.7,
      many("number[]", (e, { lists }) =>
        lists.length === 0 ? `[${e()}]` : `Array.from(${random.pick(lists)})`,
      ),
    ],
  ]);
}

function functionText(
  random: Random,
  name: string,
  parameters: readonly TinyParameter[],
  result: string,
  lines: readonly string[],
  value: string,
): string {
  const list = parameters.map((one) => one.text).join(", ");
  const type = random.chance(0.85) || result !== "number" ? `: ${result}` : "";
  if (lines.length === 0 && random.chance(0.4)) {
    const body = value.startsWith("{") ? `(${value})` : value;
    return `export const ${name} = (${list})${type} => ${body};\n`;
  }
  const body = [...lines, `return ${value};`].map((line) => `  ${line}`);
  const [open, close] = random.chance(0.15)
    ? [`export const ${name} = (${list})${type} => {`, "};"]
    : [`export function ${name}(${list})${type} {`, "}"];
  return [open, ...body, close, ""].join("\n");
}

function modesOf(random: Random, isNumber: boolean): Entry["modes"] {
  if (!isNumber)
    return random.pick([["vjp", "jvp"], ["vjp"], ["jvp"]] as const);
  return random.weighted([
    [4, ["grad"]],
    [3, ["grad", "vjp", "jvp"]],
    [2, ["grad", "jvp"]],
    [1, ["vjp"]],
    [1, ["jvp"]],
    [1, ["grad", "vjp"]],
  ] as const);
}

/** Some of the parameters, or parts of them; nothing for all. */
function wrtOf(
  random: Random,
  parameters: readonly TinyParameter[],
): string[] | undefined {
  if (random.chance(0.6)) return undefined;
  const possible = parameters.filter((one) => !one.isPassive);
  const chosen = possible.filter(() => random.chance(0.6));
  return (chosen.length > 0 ? chosen : possible).map((one) =>
    one.paths.length > 0 && random.chance(0.5)
      ? random.pick(one.paths)
      : one.name,
  );
}
