import { resolve } from "node:path";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.js";
import type { FunctionStats } from "../../compiler/stats.js";
import type { BuildOptions } from "./buildOptions.js";
import { fileReason } from "./fileErrors.js";
import { findInputs, findProject } from "./inputs.js";
import type { Inputs } from "./inputs.js";
import type { ExitStatus, Io } from "./io.js";
import { findOrphans } from "./orphans.js";
import type { Orphan } from "./orphans.js";
import { outputPathOf, stateOf, writeAtomically } from "./outputFile.js";
import type { FileState } from "./outputFile.js";
import { shownPath } from "./paths.js";
import { mendingCommand, plural, statsTable, summaryOf } from "./report.js";
import { showDiagnostics } from "./showDiagnostics.js";
import { UsageError } from "./usage.js";

/** `diffc build`: compiles what the operands name, then writes (or with `--check` compares) the generated files. */
export async function runBuild(
  options: BuildOptions,
  io: Io,
): Promise<ExitStatus> {
  const started = performance.now();
  const inputs = await findInputs(options.operands, io.cwd);
  if (options.fn !== undefined && inputs.sources.length !== 1)
    throw new UsageError(
      `'--fn' wants exactly one file, not ${inputs.sources.length}`,
    );
  const { outputs, diagnostics, stats } = await compileInputs(
    options,
    inputs,
    io,
  );
  showDiagnostics(diagnostics, options, io);

  const talk = talkOf(options, io);
  const results =
    options.emit === "ir"
      ? printOutputs(outputs, io)
      : settleOutputs(outputs, options, talk, io);
  const orphans =
    options.fn === undefined && options.emit === "ts"
      ? findOrphans(
          inputs,
          outputs,
          withErrors(diagnostics).size > 0,
          options,
          io.cwd,
        )
      : [];
  showOrphans(orphans, options, talk, io);
  if (options.stats)
    (options.format === "json" ? io.err : io.out)(statsTable(stats));
  return conclude({
    options,
    io,
    talk,
    started,
    inputs,
    results,
    orphans,
    diagnostics,
  });
}

interface Compiled {
  readonly outputs: readonly Output[];
  readonly diagnostics: readonly Diagnostic[];
  readonly stats: readonly FunctionStats[];
}

interface Output {
  readonly path: string;
  readonly text: string;
}

async function compileInputs(
  options: BuildOptions,
  inputs: Inputs,
  io: Io,
): Promise<Compiled> {
  const { outDir, project, fn, wrt, modes, emit, disable } = options;
  const found =
    project === undefined ? undefined : findProject(project, io.cwd);
  if (inputs.sources.length === 0)
    return { outputs: [], diagnostics: [], stats: [] };
  const { compileProject } = await import("../../compiler/compile.js");
  const compiled = compileProject({
    files: [...inputs.sources],
    emit,
    ...(disable === undefined ? {} : { disable }),
    ...(found === undefined ? {} : { project: found }),
    ...(outDir === undefined ? {} : { outDir: resolve(io.cwd, outDir) }),
    ...(fn === undefined ? {} : { fn }),
    ...(wrt === undefined ? {} : { wrt: [...wrt] }),
    ...(modes === undefined ? {} : { modes: [...modes] }),
  });
  const spoilt = [...withErrors(compiled.diagnostics)].map((file) =>
    outputPathOf(
      file,
      outDir === undefined ? undefined : resolve(io.cwd, outDir),
    ),
  );
  const outputs = compiled.outputs
    .map(({ path, text }) => ({ path: resolve(io.cwd, path), text }))
    .filter(({ path }) => !spoilt.includes(path));
  return { ...compiled, outputs };
}

type Talk = (text: string) => void;

/** One line per file and the summary: on standard output, unless that is taken or the user wants quiet. */
function talkOf({ quiet, format, emit }: BuildOptions, io: Io): Talk {
  if (quiet) return () => undefined;
  return format === "json" || emit === "ir" ? io.err : io.out;
}

const withErrors = (diagnostics: readonly Diagnostic[]): Set<string> =>
  new Set(
    diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ file }) => resolve(file)),
  );

function printOutputs(outputs: readonly Output[], io: Io): FileState[] {
  for (const { text } of outputs) io.out(text);
  return outputs.map(() => "same");
}

/** Writes what differs, or with `--check` only says so. */
function settleOutputs(
  outputs: readonly Output[],
  options: BuildOptions,
  talk: Talk,
  io: Io,
): FileState[] {
  refuseCollisions(outputs, io);
  return outputs.map(({ path, text }) => {
    const shown = shownPath(path, io.cwd);
    try {
      const state = stateOf(path, text);
      if (options.check) {
        if (state !== "same") io.err(`${shown} is ${checkWords[state]}\n`);
      } else {
        if (state !== "same") writeAtomically(path, text);
        talk(`${shown}  ${state === "same" ? "unchanged" : "written"}\n`);
      }
      return state;
    } catch (error) {
      const reason = fileReason(error);
      if (reason === undefined) throw error;
      throw new UsageError(`cannot write ${shown}: ${reason}`);
    }
  });
}

const checkWords = {
  missing: "missing",
  different: "stale: it is not what its source gives now",
};

/** `a/model.ts` and `b/model.ts` would both become `gen/model.diff.ts`. */
function refuseCollisions(outputs: readonly Output[], io: Io): void {
  const seen = new Set<string>();
  for (const { path } of outputs) {
    if (seen.has(path))
      throw new UsageError(
        `two sources would both write ${shownPath(path, io.cwd)}: build them into different folders`,
      );
    seen.add(path);
  }
}

function showOrphans(
  orphans: readonly Orphan[],
  options: BuildOptions,
  talk: Talk,
  io: Io,
): void {
  for (const { path, reason } of orphans) {
    const line = `${shownPath(path, io.cwd)} is orphaned: ${reason}\n`;
    if (options.check) io.err(line);
    else talk(line);
  }
}

interface Conclusion {
  readonly options: BuildOptions;
  readonly io: Io;
  readonly talk: Talk;
  readonly started: number;
  readonly inputs: Inputs;
  readonly results: readonly FileState[];
  readonly orphans: readonly Orphan[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The summary, the command that mends, and the exit status. */
function conclude(run: Conclusion): ExitStatus {
  const { options, io, talk, results, orphans, diagnostics } = run;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const warnings = diagnostics.length - errors.length;
  if (errors.some(({ code }) => code.startsWith("DC9"))) {
    io.err("This is a fault of diffc, not of your code: please report it.\n");
    return 3;
  }
  const nothing =
    results.length + orphans.length + errors.length === 0 &&
    run.inputs.sources.length > 0;
  if (nothing)
    throw new UsageError(
      `nothing to do: no function in ${plural(run.inputs.sources.length, "file")} is annotated with @differentiable`,
    );
  const outdated = results.filter((state) => state !== "same").length;
  const stale = options.check && outdated + orphans.length > 0;
  if (stale) io.err(mendingCommand(options, outdated, orphans, io.cwd));
  const tooMany = warnings > options.maxWarnings;
  if (tooMany)
    io.err(
      `diffc: ${plural(warnings, "warning")}, at most ${options.maxWarnings} allowed\n`,
    );
  talk(
    summaryOf({
      files: results.length,
      outdated,
      check: options.check,
      printed: options.emit === "ir",
      errors: errors.length,
      warnings,
      milliseconds: performance.now() - run.started,
    }),
  );
  return errors.length > 0 || stale || tooMany ? 1 : 0;
}
