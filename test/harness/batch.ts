import { optimisations } from "../../compiler/switches.js";
import {
  type Compiled,
  compileSources,
  type Settings,
  type Sources,
  type Traced,
} from "./compileSources.js";
import type { Program } from "../../compiler/ir/program.js";

/** What became of one source of a batch. */
export interface Outcome {
  readonly text: string | undefined;
  readonly errors: readonly string[];
  /** The codes of its errors. */
  readonly codes: readonly string[];
  readonly warnings: readonly string[];
  /** The compiler itself failed. */
  readonly crash: string | undefined;
  readonly program: Program | undefined;
  readonly traces: readonly Traced[];
}

/** `DISABLE=inline npm run fuzz`: the same questions without some optimisations. */
const disabledHere = optimisations.filter((name) =>
  (process.env["DISABLE"] ?? "").split(",").includes(name),
);

/**
 * Compiles many modules in one run, which is much quicker than one by one. Where the compiler fails, the batch is
 * halved until the module is found that makes it fail.
 */
export function compileBatch(
  sources: Sources,
  settings: Settings = {},
): Map<string, Outcome> {
  const names = Object.keys(sources);
  try {
    const compiled = compileSources(sources, {
      disable: disabledHere,
      ...settings,
    });
    return new Map(names.map((name) => [name, outcomeOf(compiled, name)]));
  } catch (thrown) {
    const [only] = names;
    if (names.length === 1 && only !== undefined)
      return new Map([[only, crashed(thrown)]]);
    const half = Math.ceil(names.length / 2);
    return new Map([
      ...compileBatch(pick(sources, names.slice(0, half)), settings),
      ...compileBatch(pick(sources, names.slice(half)), settings),
    ]);
  }
}

const pick = (sources: Sources, names: readonly string[]): Sources =>
  Object.fromEntries(names.map((name) => [name, sources[name] ?? ""]));

function outcomeOf(compiled: Compiled, name: string): Outcome {
  const own = compiled.diagnostics.filter((one) => sameFile(one.file, name));
  const show = (severity: string): string[] =>
    own
      .filter((one) => one.severity === severity)
      .map(
        (one) =>
          `${name}:${one.start.line}:${one.start.column} - ${one.severity} ${one.code}: ${one.message}`,
      );
  return {
    text: compiled.outputs.get(name),
    errors: show("error"),
    codes: own.filter((one) => one.severity === "error").map((one) => one.code),
    warnings: show("warning"),
    program: compiled.programs.get(name),
    traces: compiled.traces.get(name) ?? [],
    crash: own.some((one) => one.code.startsWith("DC9"))
      ? show("error").join("\n")
      : undefined,
  };
}

const sameFile = (a: string, b: string): boolean =>
  a === b || a.endsWith(`/${b}`);

function crashed(thrown: unknown): Outcome {
  const crash =
    thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {
    text: undefined,
    errors: [],
    codes: [],
    warnings: [],
    crash,
    program: undefined,
    traces: [],
  };
}
