import type { Program } from "../../compiler/ir/ir.js";
import { compileBatch, type Outcome } from "../harness/batch.js";
import { checkPoint, type Faults, type Subject } from "../harness/checks.js";
import { dualOracle, outputPath } from "../harness/compileSources.js";
import { type Exports, loadModules } from "../harness/load.js";
import type { GeneratedProgram } from "./generate.js";
import { newRandom } from "./random.js";

export interface Verdict {
  readonly program: GeneratedProgram;
  readonly kind: "ok" | "wrong" | "refused" | "crashed" | "invalid";
  /** Codes of a refusal; what is wrong; where it crashed. */
  readonly notes: readonly string[];
}

/** Compiles all programs in one run, and puts all questions of the harness to each. */
export function checkPrograms(
  programs: readonly GeneratedProgram[],
): Verdict[] {
  const file = (program: GeneratedProgram): string => `seed${program.seed}.ts`;
  const sources = Object.fromEntries(programs.flatMap(filesOf));
  const compiled = compileBatch(sources);
  return programs.map((program) => {
    const outcome = compiled.get(file(program));
    if (outcome === undefined)
      return { program, kind: "crashed", notes: ["no outcome"] };
    return judge(program, outcome);
  });
}

/** The modules of a program, by path. */
export const filesOf = (program: GeneratedProgram): [string, string][] => {
  const { seed, source, library } = program;
  const own: [string, string] = [`seed${seed}.ts`, source];
  return library === undefined ? [own] : [own, [`seed${seed}.lib.ts`, library]];
};

function judge(program: GeneratedProgram, outcome: Outcome): Verdict {
  const { text, crash, codes, errors } = outcome;
  if (crash !== undefined) return { program, kind: "crashed", notes: [crash] };
  if (text === undefined) {
    // DC1xxx: the generator wrote something that is no valid program
    const invalid =
      codes.length === 0 || codes.some((one) => one.startsWith("DC1"));
    return { program, kind: invalid ? "invalid" : "refused", notes: errors };
  }
  const faults = run(program, text, outcome.program);
  return { program, kind: faults.length > 0 ? "wrong" : "ok", notes: faults };
}

function run(
  program: GeneratedProgram,
  text: string,
  lowered: Program | undefined,
): Faults {
  const path = `seed${program.seed}.ts`;
  const files = Object.fromEntries(filesOf(program));
  const load = loadModules({ ...files, [outputPath(path)]: text });
  try {
    const exports = load(path);
    const outside = Object.assign(
      {},
      ...Object.keys(files).map(load),
    ) as Exports;
    const generated = load(outputPath(path));
    const subject: Subject = {
      name: program.entry,
      parameters: program.parameters,
      wrt: program.wrt,
      original: exports[program.entry] as Subject["original"],
      generated,
      oracle: lowered && dualOracle(lowered, program.entry, outside),
    };
    const missing = program.modes.filter(
      (mode) =>
        !(program.entry + mode[0]?.toUpperCase() + mode.slice(1) in generated),
    );
    if (missing.length > 0) return [`not generated: ${missing.join(", ")}`];
    const random = newRandom(program.seed);
    return program.points.flatMap((args, i) =>
      checkPoint(discreteIn(subject, args), args, random).map(
        (fault) => `point ${i}: ${fault}`,
      ),
    );
  } catch (thrown) {
    const text = thrown instanceof Error ? (thrown.stack ?? "") : "";
    return [`the harness fails: ${String(thrown)}\n${text}`];
  }
}

/** Whole numbers among the arguments are counts: no central differences by them, nor through float32 memory. */
function discreteIn(subject: Subject, args: readonly unknown[]): Subject {
  const counts = new Set(
    subject.parameters.filter((_, i) => Number.isInteger(args[i])),
  );
  const single =
    args.some((arg) => arg instanceof Float32Array) ||
    /Float32Array|fround/.test(subject.original.toString());
  return {
    ...subject,
    discrete: (path) => single || counts.has(path.split(".")[0] ?? ""),
  };
}
