import { tapeSize, tapeText } from "./analysis/tapeSize.js";
import { lineStarts } from "./diagnostics/positions.js";
import type { Span } from "./diagnostics/span.js";
import type { Func } from "./ir/ir.js";
import { eachInstr } from "./ir/visit.js";
import type { Derived } from "./transform/derive.js";
import type { SweepNote } from "./transform/sweepNotes.js";
import type { Entry, Mode, Program } from "./ir/program.js";

export type { Mode } from "./ir/program.js";

/** What `--stats` shows of one generated function. */
export interface FunctionStats {
  readonly file: string;
  /** The annotated function. */
  readonly fn: string;
  readonly mode: Mode;
  /** Scalar operations in the code of the primal and of the derivative, functions that they call included (a loop's body counts once). */
  readonly primalOps: number;
  readonly derivativeOps: number;
  /** Pass name to the number of instructions that it took out of the derivative, in the order of the passes. */
  readonly removed: Readonly<Record<string, number>>;
  /**
   * The size of what is saved for the backward sweep, as a formula in the trip counts: "nothing", "16*n*m bytes",
   * "at most 8*xs.length bytes".
   */
  readonly tape: string;
  /** The values that the forward sweep saves, and those that the backward sweep has without that. */
  readonly saved: readonly ValueNote[];
  readonly recomputed: readonly ValueNote[];
  /** Lines of loops that are differentiated an iteration at a time, for which nothing is saved. */
  readonly fusedLoops: readonly number[];
}

/** How the backward sweep gets at a value: `exp`, line 12, "read by the derivative of exp, costs more than a load". */
export interface ValueNote {
  readonly name: string;
  /** From 1, in `file`. */
  readonly line: number;
  readonly file: string;
  readonly why: string;
}

/** Function name to pass name to the instructions that the pass took out. */
export type Removed = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** `program` is what was differentiated, optimised as the derivatives are. */
export function statsOf(
  program: Program,
  derived: Derived,
  removed: Removed,
  read: (file: string) => string,
): FunctionStats[] {
  const made = new Map(
    [...derived.helpers, ...derived.exports].map((fn) => [fn.name, fn]),
  );
  const textOf = readOnce(read);
  const lines = lineFinder(textOf);
  return program.entries.flatMap((entry) =>
    entry.modes.map((mode) => {
      const code = reachable(made, derivativeName(entry, mode));
      const notes = code.flatMap(({ name }) => derived.notes.get(name) ?? []);
      const shown = (all: readonly SweepNote[]): ValueNote[] =>
        all.map((note) => valueNote(note, lines, textOf)).filter(isFirst);
      return {
        file: entry.file,
        fn: entry.exportName,
        mode,
        primalOps: countOps(reachable(program.funcs, entry.func)),
        derivativeOps: countOps(code),
        removed: removedFrom(code, removed),
        tape: tapeText(
          tapeSize(made, derivativeName(entry, mode), ({ span }) =>
            lines(span),
          ),
        ),
        saved: shown(notes.flatMap(({ saved }) => saved)),
        recomputed: shown(notes.flatMap(({ recomputed }) => recomputed)),
        fusedLoops: notes.flatMap(({ fused }) => fused.map(lines)),
      };
    }),
  );
}

/** The function that is called for the mode's value and derivative; `fGrad` may only call it. */
function derivativeName({ exportName }: Entry, mode: Mode): string {
  const suffix = { grad: "ValueAndGrad", vjp: "Vjp", jvp: "Jvp" };
  return exportName + suffix[mode];
}

/** A function and all that it calls, each once. */
function reachable(funcs: ReadonlyMap<string, Func>, name: string): Func[] {
  const found = new Map<string, Func>();
  const take = (one: string): void => {
    const fn = funcs.get(one);
    if (fn === undefined || found.has(one)) return;
    found.set(one, fn);
    eachInstr(fn.body, (instr) => {
      if (instr.kind === "call") take(instr.callee);
    });
  };
  take(name);
  return [...found.values()];
}

function countOps(funcs: readonly Func[]): number {
  let count = 0;
  for (const fn of funcs)
    eachInstr(fn.body, ({ kind }) => {
      if (kind === "op") count++;
    });
  return count;
}

function removedFrom(
  code: readonly Func[],
  removed: Removed,
): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { name } of code)
    for (const [pass, count] of removed.get(name) ?? [])
      total[pass] = (total[pass] ?? 0) + count;
  return total;
}

function readOnce(read: (file: string) => string): (file: string) => string {
  const texts = new Map<string, string>();
  return (file) => {
    const text = texts.get(file) ?? read(file);
    texts.set(file, text);
    return text;
  };
}

function lineFinder(textOf: (file: string) => string): (span: Span) => number {
  const starts = new Map<string, number[]>();
  return ({ file, start }) => {
    let all = starts.get(file);
    if (all === undefined) {
      all = lineStarts(file === "" ? "" : textOf(file));
      starts.set(file, all);
    }
    let [low, high] = [0, all.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (all[middle]! <= start) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

const longestName = 32;

/** A value without a name is called by its code. */
function valueNote(
  { name, span, why }: SweepNote,
  lines: (span: Span) => number,
  textOf: (file: string) => string,
): ValueNote {
  const { file, start, end } = span;
  const code = file === "" ? "" : textOf(file).slice(start, end);
  // A loop or branch is no name for something in it.
  const flat = /^(?:for|while|do|if|switch)\b/.test(code)
    ? "(unnamed)"
    : code.replace(/\s+/g, " ");
  const cut =
    flat.length > longestName ? `${flat.slice(0, longestName - 3)}...` : flat;
  return { name: name ?? cut, line: lines(span), file, why };
}

const isFirst = (
  note: ValueNote,
  index: number,
  all: readonly ValueNote[],
): boolean =>
  all.findIndex(
    (other) =>
      other.name === note.name &&
      other.line === note.line &&
      other.file === note.file,
  ) === index;
