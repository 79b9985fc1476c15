import { interpret } from "../../compiler/ir/interpret.js";
import { compileBatch, type Outcome } from "../harness/batch.js";
import {
  checkInTurns,
  checkPoint,
  checkValues,
  type Faults,
  type Subject,
} from "../harness/checks.js";
import { dualOracle, outputPath } from "../harness/compileSources.js";
import { type Exports, loadModules, toJavaScript } from "../harness/load.js";
import { withTimeLimit } from "../harness/timeLimit.js";
import { isObject, mapLeaves, showValue } from "../harness/values.js";
import type { Entry, GeneratedProgram } from "./generate.js";
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
  const widths = new Map(
    programs.map((one) => [file(one), widthOf(one.seed)] as const),
  );
  const compiled = compileBatch(sources, {
    width: (path) => widths.get(path.replace(/^.*\//, "")) ?? 80,
  });
  return programs.map((program) => {
    const outcome = compiled.get(file(program));
    if (outcome === undefined)
      return { program, kind: "crashed", notes: ["no outcome"] };
    return judge(program, outcome);
  });
}

/** Of the lines of its generated module: what they hold must not decide what is computed. `WIDTH=40 npm run fuzz` for all. */
export const widthOf = (seed: number): number =>
  Number(process.env["WIDTH"] ?? [80, 80, 40, 80, 24, 60, 120][seed % 7]);

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
    return [program, ...(program.more ?? [])].flatMap((one) => {
      const { entry, parameters, wrt } = one;
      const subject: Subject = {
        name: entry,
        parameters,
        wrt,
        original: exports[entry] as Subject["original"],
        generated,
        oracle: outcome.program && dualOracle(outcome.program, entry, outside),
        isAtKinks: program.isAtKinks === true,
      };
      const missing = one.modes.filter(
        (mode) =>
          !(entry + mode[0]?.toUpperCase() + mode.slice(1) in generated),
      );
      if (missing.length > 0)
        return [`${entry} not generated: ${missing.join(", ")}`];
      const asked = { ...one, seed: program.seed };
      const faults = askAll(asked, subject);
      return faults.length > 0
        ? [...faults, `${entry}: ${blame(asked, subject, outcome, outside)}`]
        : [];
    });
  } catch (thrown) {
    const text = thrown instanceof Error ? (thrown.stack ?? "") : "";
    return [`the harness fails: ${String(thrown)}\n${text}`];
  }
}

/** An entry of the program with that seed. */
type Asked = Entry & { readonly seed: number };

function askAll(program: Asked, subject: Subject): Faults {
  const random = newRandom(program.seed);
  // what shrinking makes of a loop may be one without an end
  if (program.points.some((args) => !ends(subject, args)))
    return [`${subject.name} does not end`];
  const faults = program.points.flatMap((args, i) => {
    // A value that is no number (an element beyond the end, say) has no slope that two ways could agree on.
    const check = isNaNAt(subject, args) ? checkValues : checkPoint;
    const found = check(discreteIn(subject, args), args, random);
    if (isSameStoreBeyond(found)) return [];
    return found
      .filter(
        (fault) =>
          !isStoreBeforeThrow(fault) &&
          !isStoreNowhere(fault) &&
          !isMissing(fault),
      )
      .map(
        (fault) =>
          `point ${i}: ${fault} (${subject.name} at ${showValue(args)})`,
      );
  });
  const strange = withStrangeNumbers(program.points[0] ?? [], random);
  return [
    ...faults,
    ...checkValues(subject, strange, random)
      .filter(
        (fault) =>
          !isStoreOutside(fault) &&
          !isEndless(fault) &&
          !isMissing(fault) &&
          !isNeverMade(fault),
      )
      .map((fault) => `at ${showValue(strange)}: ${fault}`),
    ...checkInTurns(subject, program.points),
  ];
}

/** With NaN among the arguments, `cells[i] = v` may be a property of an array: that is a thrown error here. */
const isStoreOutside = (fault: string): boolean =>
  fault.includes("throws RangeError: store at index");

/** `cells[1 - i] = v` in a loop over more than the two cells that the generator knows of. */
const isStoreNowhere = (fault: string): boolean =>
  isStoreOutside(fault) && fault.includes("store at index -");

/**
 * `cells[i] = v` in a loop over a longer array than the generator knows of: one and the same store behind the end stops
 * each mode, before there is anything to compare.
 */
function isSameStoreBeyond(faults: Faults): boolean {
  const stores = faults.map((fault) => /store at index .*: /.exec(fault)?.[0]);
  const [first] = stores;
  return first !== undefined && stores.every((one) => one === first);
}

/** A store outside is an error here, and may come before the one that the original throws. */
const isStoreBeforeThrow = (fault: string): boolean =>
  isStoreOutside(fault) && fault.includes(", the original ");

const asNaN = (shown: string): string => shown.replaceAll("undefined", "NaN");

/** Of an element that is not there, `x * 1` is NaN, and may be undefined here. */
function isMissing(fault: string): boolean {
  const shown = /: value (.*), the original gives (.*)$/.exec(fault);
  const [found, given] = (shown ?? []).slice(1);
  return found !== undefined && asNaN(found) === asNaN(given ?? "");
}

/** Up to 1e300 or Infinity, a loop of the original does not end. */
const isEndless = (fault: string): boolean =>
  fault.includes("the original Error: Script execution timed out");

/** An array that nobody reads is not made, of whatever length. */
const isNeverMade = (fault: string): boolean =>
  /does not throw, the original RangeError: Invalid (typed )?array length/.test(
    fault,
  );

const holdsNone = (value: unknown): boolean =>
  value === undefined ||
  Number.isNaN(value) ||
  (isObject(value) && Object.values(value).some(holdsNone));

function isNaNAt(subject: Subject, args: readonly unknown[]): boolean {
  try {
    return holdsNone(subject.original(...structuredClone(args)));
  } catch {
    return false;
  }
}

function ends(subject: Subject, args: readonly unknown[]): boolean {
  try {
    withTimeLimit(() => subject.original(...structuredClone(args)));
    return true;
  } catch (thrown) {
    return !isEndless(`the original ${String(thrown)}`);
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
  program: Asked,
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
