import { resolve } from "node:path";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.js";
import type { Signature } from "../../compiler/evaluation.js";
import { seededRandom } from "../../runtime/random.js";
import { treeCopy, treeLeaves } from "../../runtime/tree.js";
import { checkAt, textOf, type Check, type Subject } from "./gradcheckModes.js";
import { readPoints, type Points } from "./gradcheckPoints.js";
import { gradcheckTable, type Outcome } from "./gradcheckTable.js";
import {
  CannotSample,
  sampleArguments,
  type Choices,
  type Classes,
} from "./gradcheckSamples.js";
import type { ExitStatus, Io } from "./io.js";
import { shownPath } from "./paths.js";
import { showDiagnostics } from "./showDiagnostics.js";
import { suggestion, UsageError } from "./usage.js";
import { type Loaded, load, withReceiver } from "./gradcheckSubjects.js";

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
  let loaded: Loaded;
  try {
    loaded = await load(signatures, outputs);
  } catch (error) {
    io.err(
      `diffc: ${shownPath(file, io.cwd)} cannot be run: ${textOf(error)}\n`,
    );
    return 1;
  }
  const { subjects, classes } = loaded;
  const points =
    options.points === undefined
      ? undefined
      : readPoints(
          resolve(io.cwd, options.points),
          signatures,
          options.points,
          classes,
        );
  const { choicesFrom } = await import("../../compiler/evaluation.js");
  const known = { choices: choicesFrom(file), classes };
  const outcomes = subjects
    // of a function that takes several kinds of arguments, the kinds that are given
    .filter(({ signature }) => points?.of(signature)?.length !== 0)
    .map((subject) => outcomeOf(subject, points, known));
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
  // a function without annotation can be named too, a method, and one beside others that have errors
  const isApart = fn !== undefined && !annotated.includes(fn);
  if (isApart) compiled = await compileFile(file, fn);
  const { diagnostics, outputs } = compiled;
  showDiagnostics(diagnostics, { format: "pretty", quiet: false }, io);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    return errors.some(({ code }) => code.startsWith("DC9")) ? 3 : 1;
  const signatures = compiled.signatures.filter(
    ({ name }) => fn === undefined || isApart || name === fn,
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

/** What values can be made up from. */
interface Known {
  readonly choices: Choices;
  readonly classes: Classes;
}

/** How many points are made up for a function, and how many attempts that may take. */
const WANTED = 3;
const ATTEMPTS = 24;

function outcomeOf(
  subject: Subject,
  points: Points | undefined,
  known: Known,
): Outcome {
  const { signature } = subject;
  const random = seededRandom(1);
  const given = points?.of(signature);
  const { usable, rejected } =
    given === undefined
      ? makeUp(subject, known)
      : {
          usable: given.map((args) =>
            withReceiver(signature, [...args], known.classes),
          ),
          rejected: [] as string[],
        };
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
  { choices, classes }: Known,
): {
  usable: unknown[][];
  rejected: string[];
} {
  const random = seededRandom(20);
  const usable: unknown[][] = [];
  const rejected: string[] = [];
  for (let k = 0; k < ATTEMPTS && usable.length < WANTED; k++) {
    try {
      const { signature } = subject;
      const args = withReceiver(
        signature,
        sampleArguments(signature, random, k, choices, classes),
        classes,
      );
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
