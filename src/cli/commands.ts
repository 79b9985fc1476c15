import type { ExitStatus, Io } from "./io.js";
import type { OptionSpec, ParsedArguments } from "./options.js";

/** One row of the command table: it says how to run a command and what its help shows. */
export interface Command {
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** Loads what the command needs only now: `--help` and `--version` stay quick. */
  readonly run: (args: ParsedArguments, io: Io) => Promise<ExitStatus>;
}

export const helpOption: OptionSpec = {
  name: "help",
  short: "h",
  help: "show this help",
};
export const versionOption: OptionSpec = {
  name: "version",
  short: "v",
  help: "show the version",
};

const build: Command = {
  name: "build",
  operands: "FILE|GLOB...",
  summary: "write FILE.diff.ts for every FILE with @differentiable functions",
  options: [
    {
      name: "out-dir",
      value: "DIR",
      help: "write into DIR instead of beside the source",
    },
    {
      name: "project",
      value: "TSCONFIG",
      help: "the tsconfig to read (default: the nearest one)",
    },
    {
      name: "check",
      help: "write nothing; exit 1 if a generated file is missing, stale or orphaned",
    },
    {
      name: "stats",
      help: "show operation counts, what each pass removed, tape sizes",
    },
    {
      name: "emit",
      value: "ts|ir",
      help: "ts: write the generated files (default); ir: print the IR",
    },
    {
      name: "disable",
      value: "A,B",
      help: "leave out optimisations, to compare or to look for a fault",
    },
    {
      name: "fn",
      value: "NAME",
      help: "differentiate this function, annotated or not",
    },
    {
      name: "wrt",
      value: "A,B",
      help: "with --fn: the parameters to differentiate by",
    },
    {
      name: "modes",
      value: "M,N",
      help: "with --fn: any of grad, vjp, jvp",
    },
    {
      name: "format",
      value: "pretty|json",
      help: "how diagnostics are shown; json: one array on standard output",
    },
    {
      name: "max-warnings",
      value: "N",
      help: "exit 1 if there are more than N warnings",
    },
    { name: "quiet", help: "show errors only" },
    { name: "watch", help: "build again on every change", later: true },
    { name: "config", value: "FILE", help: "a config file", later: true },
    helpOption,
  ],
  examples: [
    "diffc src/model.ts",
    "diffc 'src/**/*.ts' --check",
    "diffc src/price.ts --fn price --wrt spot,vol --modes grad,jvp",
  ],
  run: async (args, io) =>
    (await import("./build.js")).runBuild(
      (await import("./buildOptions.js")).buildOptions(args),
      io,
    ),
};

const gradcheck: Command = {
  name: "gradcheck",
  operands: "FILE",
  summary: "hold generated derivatives against finite differences",
  options: [
    { name: "fn", value: "NAME", help: "check this function only" },
    {
      name: "points",
      value: "FILE.json",
      help: "the arguments to check at (default: made up, the same each time)",
    },
    helpOption,
  ],
  examples: ["diffc gradcheck src/model.ts --fn loss"],
  run: async (args, io) =>
    (await import("./gradcheck.js")).runGradcheck(
      (await import("./gradcheckOptions.js")).gradcheckOptions(args, io),
      io,
    ),
};

export const commands: readonly Command[] = [build, gradcheck];

/** The command that is meant where none is named. */
export const defaultCommand = build;

export const laterCommands: readonly string[] = ["explain", "init", "watch"];
