import { parseArgs } from "node:util";
import { suggestion, UsageError } from "./usage.js";

export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** The name of its value in the help; an option without one is a flag. */
  readonly value?: string;
  readonly help: string;
  /** Known, but built later. */
  readonly later?: boolean;
}

export interface ParsedArguments {
  readonly operands: readonly string[];
  has(flag: string): boolean;
  valueOf(option: string): string | undefined;
}

/** Splits a command's arguments by its table of options. Every mistake is a UsageError that names the option. */
export function parseOptions(
  args: readonly string[],
  specs: readonly OptionSpec[],
): ParsedArguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(specs.map((spec) => [spec.name, shape(spec)])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const operands: string[] = [];
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const spec = knownOption(token.name, token.rawName, specs);
    given.set(
      spec.name,
      checkedValue(spec, token.value, token.inlineValue === true),
    );
  }
  return {
    operands,
    has: (flag) => given.has(flag),
    valueOf: (option) => given.get(option),
  };
}

const shape = (
  spec: OptionSpec,
): { type: "string" | "boolean"; short?: string } => ({
  type: spec.value === undefined ? "boolean" : "string",
  ...(spec.short === undefined ? {} : { short: spec.short }),
});

function knownOption(
  name: string,
  rawName: string,
  specs: readonly OptionSpec[],
): OptionSpec {
  const spec = specs.find((one) => one.name === name);
  if (spec === undefined) {
    const names = specs.map((one) => `--${one.name}`);
    throw new UsageError(
      `unknown option '${rawName}'${suggestion(rawName, names)}`,
    );
  }
  if (spec.later === true) throw new UsageError(`'--${name}' is not built yet`);
  return spec;
}

/** A flag's value is "". */
function checkedValue(
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean,
): string {
  if (spec.value === undefined) {
    if (inline) throw new UsageError(`'--${spec.name}' takes no value`);
    return "";
  }
  // `--out-dir --check`: the next option is no value; `--out-dir=--check` would be.
  const missing =
    value === undefined || value === "" || (!inline && value.startsWith("-"));
  if (missing)
    throw new UsageError(`'--${spec.name}' needs a value: ${spec.value}`);
  return value;
}

/** A comma list; empty entries are a mistake. */
export function listOf(option: string, text: string): string[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.includes(""))
    throw new UsageError(`'--${option} ${text}' has an empty entry`);
  return words;
}

/** One of the known words. */
export function wordOf<const W extends string>(
  option: string,
  text: string,
  known: readonly W[],
): W {
  const word = known.find((one) => one === text);
  if (word !== undefined) return word;
  throw new UsageError(
    `'--${option}' takes ${known.join(" or ")}, not '${text}'${suggestion(text, known)}`,
  );
}

export function countOf(option: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(
    `'--${option}' takes a whole number from 0 up, not '${text}'`,
  );
}
