import { interpret } from "../../compiler/ir/interpret.js";
import { compileBatch, type Outcome } from "../harness/batch.js";
import {
  checkPoint,
  checkValues,
  type Faults,
  type Subject,
} from "../harness/checks.js";
import { dualOracle, outputPath } from "../harness/compileSources.js";
import { type Exports, loadModules, toJavaScript } from "../harness/load.js";
import { mapLeaves, showValue } from "../harness/values.js";
import type { GeneratedProgram } from "./generate.js";
import { newRandom, type Random } from "./random.js";

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
  const sources = Object.fromEntries(programs.flatMap(filesOf));
  const compiled = compileBatch(sources);
  return programs.map((program) => {
    const outcome = compiled.get(file(program));
    if (outcome === undefined)
      return { program, kind: "crashed", notes: ["no outcome"] };
    return judge(program, outcome);
  });
}

const file = ({ name, seed }: GeneratedProgram): string =>
  `${name ?? `seed${seed}`}.ts`;

/** The modules of a program, by path. */
export const filesOf = (program: GeneratedProgram): [string, string][] => {
  const { seed, source, library } = program;
  const own: [string, string] = [file(program), source];
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
  const faults = run(program, text, outcome);
  return { program, kind: faults.length > 0 ? "wrong" : "ok", notes: faults };
}

function run(
  program: GeneratedProgram,
  text: string,
  outcome: Outcome,
): Faults {
  const path = file(program);
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
      oracle:
        outcome.program && dualOracle(outcome.program, program.entry, outside),
    };
    const missing = program.modes.filter(
      (mode) =>
        !(program.entry + mode[0]?.toUpperCase() + mode.slice(1) in generated),
    );
    if (missing.length > 0) return [`not generated: ${missing.join(", ")}`];
    const faults = askAll(program, subject);
    return faults.length > 0
      ? [...faults, blame(program, subject, outcome, outside)]
      : [];
  } catch (thrown) {
    const text = thrown instanceof Error ? (thrown.stack ?? "") : "";
    return [`the harness fails: ${String(thrown)}\n${text}`];
  }
}

function askAll(program: GeneratedProgram, subject: Subject): Faults {
  const random = newRandom(program.seed);
  const faults = program.points.flatMap((args, i) => {
    // A value that is no number (an element beyond the end, say) has no slope that two ways could agree on.
    const check = isNaNAt(subject, args) ? checkValues : checkPoint;
    return check(discreteIn(subject, args), args, random)
      .filter((fault) => !isStoreBeforeThrow(fault))
      .map((fault) => `point ${i}: ${fault}`);
  });
  const strange = withStrangeNumbers(program.points[0] ?? [], random);
  return [
    ...faults,
    ...checkValues(subject, strange, random)
      .filter((fault) => !isStoreOutside(fault) && !isEndless(fault))
      .map((fault) => `at ${showValue(strange)}: ${fault}`),
  ];
}

/** With NaN among the arguments, `cells[i] = v` may be a property of an array: that is a thrown error here. */
const isStoreOutside = (fault: string): boolean =>
  fault.includes("throws RangeError: store at index");

/** A store outside is an error here, and may come before the one that the original throws. */
const isStoreBeforeThrow = (fault: string): boolean =>
  isStoreOutside(fault) && fault.includes(", the original ");

/** Up to 1e300 or Infinity, a loop of the original does not end. */
const isEndless = (fault: string): boolean =>
  fault.includes("the original Error: Script execution timed out");

function isNaNAt(subject: Subject, args: readonly unknown[]): boolean {
  try {
    return Number.isNaN(subject.original(...structuredClone(args)));
  } catch {
    return false;
  }
}

const strangeNumbers = [NaN, Infinity, -Infinity, -0, 0, 1e300, 1e-310];

/** Some of the floats replaced by NaN, infinities, zeros and the like; counts stay. */
const withStrangeNumbers = (
  args: readonly unknown[],
  random: Random,
): unknown[] =>
  mapLeaves([...args], (value) =>
    Number.isInteger(value) || random.chance(0.6)
      ? value
      : random.pick(strangeNumbers),
  ) as unknown[];

/** Which half of the compiler is wrong: the derivatives' IR is asked the same questions. */
function blame(
  program: GeneratedProgram,
  subject: Subject,
  outcome: Outcome,
  bindings: Exports,
): string {
  const derived = outcome.traces.find(({ pass }) => pass === "derive");
  const funcs = new Map(derived?.funcs.map((fn) => [fn.name, fn]));
  const generated = Object.fromEntries(
    [...funcs.keys()].map((name) => [
      name,
      (...args: unknown[]) =>
        interpret({ funcs }, name, args, { bindings, toJavaScript }),
    ]),
  );
  const faults = askAll(program, { ...subject, generated });
  return faults.length === 0
    ? "the IR is right: code generation"
    : `the IR is wrong too: ${faults[0]}`;
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
