import { resolve } from "node:path";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.js";
import type { Signature } from "../../compiler/evaluation.js";
import * as runtime from "../../runtime/index.js";
import { seededRandom } from "../../runtime/random.js";
import { treeCopy, treeLeaves } from "../../runtime/tree.js";
import { checkAt, textOf, type Check, type Subject } from "./gradcheckModes.js";
import { runnableModules } from "./gradcheckModules.js";
import { readPoints, type Points } from "./gradcheckPoints.js";
import { gradcheckTable, type Outcome } from "./gradcheckTable.js";
import {
  CannotSample,
  sampleArguments,
  type Choices,
} from "./gradcheckSamples.js";
import type { ExitStatus, Io } from "./io.js";
import { shownPath } from "./paths.js";
import { showDiagnostics } from "./showDiagnostics.js";
import { suggestion, UsageError } from "./usage.js";

export interface GradcheckOptions {
  /** As typed: relative to `io.cwd`. An existing TypeScript file. */
  readonly file: string;
  readonly fn?: string;
  /** A JSON file with points, as typed. */
  readonly points?: string;
}

/**
 * Holds the generated derivatives of a file against finite differences: a table on `io.out`, status 1 on a mismatch, 2
 * where a function could not be checked without the user's help. Nothing is written to the disk.
 *
 * A mistake in the call (no such function, a faulty points file) throws a UsageError.
 */
export async function runGradcheck(
  options: GradcheckOptions,
  io: Io,
): Promise<ExitStatus> {
  const file = resolve(io.cwd, options.file);
  const compiled = await compileFor(file, options, io);
  if (typeof compiled === "number") return compiled;
  const { signatures, outputs } = compiled;
  const points =
    options.points === undefined
      ? undefined
      : readPoints(resolve(io.cwd, options.points), signatures, options.points);
  let subjects: Subject[];
  try {
    subjects = await subjectsOf(signatures, outputs);
  } catch (error) {
    io.err(
      `diffc: ${shownPath(file, io.cwd)} cannot be run: ${textOf(error)}\n`,
    );
    return 1;
  }
  const { choicesFrom } = await import("../../compiler/evaluation.js");
  const choices = choicesFrom(file);
  const outcomes = subjects.map((subject) =>
    outcomeOf(subject, points, choices),
  );
  io.out(gradcheckTable(outcomes));
  if (outcomes.some(({ isWrong }) => isWrong)) return 1;
  return outcomes.some(({ unchecked }) => unchecked !== undefined) ? 2 : 0;
}

interface Compiled {
  readonly signatures: readonly Signature[];
  /** Generated modules, by absolute path. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Compiles in memory. An exit status where that did not work; the user has been told why. */
async function compileFor(
  file: string,
  { fn }: GradcheckOptions,
  io: Io,
): Promise<Compiled | ExitStatus> {
  let compiled = await compileFile(file);
  const annotated = compiled.signatures.map(({ name }) => name);
  // a function without annotation can be named too, and one beside others that have errors
  if (fn !== undefined && !annotated.includes(fn))
    compiled = await compileFile(file, fn);
  const { diagnostics, outputs } = compiled;
  showDiagnostics(diagnostics, { format: "pretty", quiet: false }, io);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    return errors.some(({ code }) => code.startsWith("DC9")) ? 3 : 1;
  const signatures = compiled.signatures.filter(
    ({ name }) => fn === undefined || name === fn,
  );
  if (signatures.length === 0)
    throw new UsageError(
      fn === undefined
        ? "nothing to check: no function is annotated with @differentiable"
        : `there is no function ${fn}${suggestion(fn, annotated)}`,
    );
  return {
    signatures,
    outputs: new Map(
      outputs.map(({ path, text }) => [resolve(io.cwd, path), text]),
    ),
  };
}

async function compileFile(
  file: string,
  fn?: string,
): Promise<{
  signatures: Signature[];
  outputs: readonly { path: string; text: string }[];
  diagnostics: readonly Diagnostic[];
}> {
  const { compileProject } = await import("../../compiler/compile.js");
  const { signaturesOf } = await import("../../compiler/evaluation.js");
  const signatures: Signature[] = [];
  const { outputs, diagnostics } = compileProject({
    files: [file],
    ...(fn === undefined ? {} : { fn }),
    trace: (pass, _funcs, module) => {
      if (pass === "lower") signatures.push(...signaturesOf(module));
    },
  });
  return { signatures, outputs, diagnostics };
}

/** Loads the source beside its generated module. */
async function subjectsOf(
  signatures: readonly Signature[],
  outputs: ReadonlyMap<string, string>,
): Promise<Subject[]> {
  const { javaScriptModules } = await import("../../compiler/evaluation.js");
  const files = [...new Set(signatures.map(({ file }) => file))];
  const names = files.map((file): [string, string[]] => [
    file,
    signatures.filter((one) => one.file === file).map(({ name }) => name),
  ]);
  const modules = await runnableModules(
    javaScriptModules([...files, ...outputs.keys()], outputs),
    new Map([["diffc/runtime", runtime]]),
    new Map(names),
  );
  const generated = (name: string): ((...args: unknown[]) => unknown) => {
    for (const path of outputs.keys()) {
      const found = modules.exportsOf(path)[name];
      if (typeof found === "function") return found as never;
    }
    throw new Error(`the generated module has no ${name}`);
  };
  return signatures.map((signature) => ({
    signature,
    original: withRest(
      signature,
      modules.functionIn(signature.file, signature.name) as never,
    ),
    generated: (name) =>
      /Grad$/.test(name)
        ? withRest(signature, generated(name))
        : generated(name),
  }));
}

type Callable = (...args: unknown[]) => unknown;

/** Takes the further arguments of a rest parameter as one array, as the checks hold them. */
function withRest(signature: Signature, fn: Callable): Callable {
  const place = signature.parameters.findIndex((one) => one.isRest);
  if (place < 0) return fn;
  return (...args) =>
    fn(...args.slice(0, place), ...((args[place] ?? []) as unknown[]));
}

/** How many points are made up for a function, and how many attempts that may take. */
const WANTED = 3;
const ATTEMPTS = 24;

function outcomeOf(
  subject: Subject,
  points: Points | undefined,
  choices: Choices,
): Outcome {
  const { signature } = subject;
  const random = seededRandom(1);
  const given = points?.get(signature.name);
  const { usable, rejected } =
    given === undefined
      ? makeUp(subject, choices)
      : { usable: given, rejected: [] as string[] };
  const checks = usable.map((args) => ({
    args,
    checks: checkAt(subject, args, random),
  }));
  const isWrong = checks.some(({ checks: list }) => list.some(isMismatch));
  return {
    name: signature.name,
    points: checks,
    rejected,
    isWrong,
    ...(usable.length > 0 ? {} : { unchecked: whyNot(rejected) }),
  };
}

const isMismatch = ({ problems, report }: Check): boolean =>
  problems.length > 0 || report?.ok === false;

const whyNot = (rejected: readonly string[]): string =>
  `${rejected[0] ?? "no point was found"}; give points with --points FILE.json`;

/** Points at which the function gives finite numbers, and why others were not taken. */
function makeUp(
  subject: Subject,
  choices: Choices,
): {
  usable: unknown[][];
  rejected: string[];
} {
  const random = seededRandom(20);
  const usable: unknown[][] = [];
  const rejected: string[] = [];
  for (let k = 0; k < ATTEMPTS && usable.length < WANTED; k++) {
    try {
      const args = sampleArguments(subject.signature, random, k, choices);
      const leaves = treeLeaves(subject.original(...treeCopy(args)));
      if (leaves.every(({ value }) => Number.isFinite(value)))
        usable.push(args);
      else rejected.push("it gives a number that is not finite");
    } catch (error) {
      if (error instanceof CannotSample)
        return { usable: [], rejected: [error.message] };
      rejected.push(`it throws ${textOf(error)}`);
    }
  }
  return { usable, rejected };
}
