import type { Mode } from "../../compiler/stats.js";
import { type Optimisation, optimisations } from "../../compiler/switches.js";
import { countOf, listOf, wordOf } from "./options.js";
import type { ParsedArguments } from "./options.js";
import { suggestion, UsageError } from "./usage.js";

/** The options of `diffc build`, checked as far as that goes without touching a file. Paths are as typed. */
export interface BuildOptions {
  readonly operands: readonly string[];
  readonly outDir?: string;
  readonly project?: string;
  readonly check: boolean;
  readonly stats: boolean;
  readonly emit: "ts" | "ir";
  readonly disable?: readonly Optimisation[];
  readonly fn?: string;
  readonly wrt?: readonly string[];
  readonly modes?: readonly Mode[];
  readonly format: "pretty" | "json";
  readonly maxWarnings: number;
  readonly quiet: boolean;
}

export function buildOptions(args: ParsedArguments): BuildOptions {
  if (args.operands.length === 0)
    throw new UsageError("no file given: diffc build FILE|GLOB...");
  const read = <T>(
    option: string,
    parse: (option: string, text: string) => T,
  ): T | undefined => {
    const text = args.valueOf(option);
    return text === undefined ? undefined : parse(option, text);
  };
  const fn = args.valueOf("fn");
  const outDir = args.valueOf("out-dir");
  const project = args.valueOf("project");
  const wrt = read("wrt", listOf);
  const modes = read("modes", modesOf);
  const disable = read("disable", (option, text) =>
    listOf(option, text).map((word) => wordOf(option, word, optimisations)),
  );
  const emit =
    read("emit", (option, text) => wordOf(option, text, ["ts", "ir"])) ?? "ts";
  const format =
    read("format", (option, text) =>
      wordOf(option, text, ["pretty", "json"]),
    ) ?? "pretty";
  if (fn === undefined && (wrt ?? modes) !== undefined)
    throw new UsageError("'--wrt' and '--modes' go with '--fn NAME'");
  if (emit === "ir" && args.has("check"))
    throw new UsageError("'--check' and '--emit ir' do not go together");
  if (emit === "ir" && format === "json")
    throw new UsageError(
      "'--emit ir' and '--format json' both want standard output",
    );
  return {
    operands: args.operands,
    ...(outDir === undefined ? {} : { outDir }),
    ...(project === undefined ? {} : { project }),
    ...(disable === undefined ? {} : { disable }),
    ...(fn === undefined ? {} : { fn }),
    ...(wrt === undefined ? {} : { wrt }),
    ...(modes === undefined ? {} : { modes }),
    check: args.has("check"),
    stats: args.has("stats"),
    emit,
    format,
    maxWarnings: read("max-warnings", countOf) ?? Infinity,
    quiet: args.has("quiet"),
  };
}

const modes: readonly Mode[] = ["grad", "vjp", "jvp"];
const laterModes: readonly string[] = ["jacobian", "hvp", "hessian"];

const modesOf = (option: string, text: string): Mode[] =>
  listOf(option, text).map((word) => {
    const mode = modes.find((one) => one === word);
    if (mode !== undefined) return mode;
    if (laterModes.includes(word))
      throw new UsageError(
        `mode '${word}' is not built yet: use grad, vjp or jvp`,
      );
    throw new UsageError(
      `unknown mode '${word}'${suggestion(word, modes)} (grad, vjp, jvp)`,
    );
  });
