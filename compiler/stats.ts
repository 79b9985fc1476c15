import type { Entry, Func, Instr, Mode, Program } from "./ir/ir.js";
import { eachInstr } from "./ir/visit.js";
import type { Derived } from "./transform/derive.js";

export type { Mode } from "./ir/ir.js";

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
  /** What is saved for the backward sweep, for a person: "nothing", "3 values, 2 in loops". */
  readonly tape: string;
}

/** Function name to pass name to the instructions that the pass took out. */
export type Removed = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** `program` is what was differentiated, optimised as the derivatives are. */
export function statsOf(
  program: Program,
  derived: Derived,
  removed: Removed,
): FunctionStats[] {
  const made = new Map(
    [...derived.helpers, ...derived.exports].map((fn) => [fn.name, fn]),
  );
  return program.entries.flatMap((entry) =>
    entry.modes.map((mode) => {
      const name = derivativeName(entry, mode);
      const code = reachable(made, name);
      return {
        file: entry.file,
        fn: entry.exportName,
        mode,
        primalOps: countOps(reachable(program.funcs, entry.func)),
        derivativeOps: countOps(code),
        removed: Object.fromEntries(removed.get(name) ?? []),
        tape: tapeText(code),
      };
    }),
  );
}

/** The function that holds the work: `fGrad` only calls `fValueAndGrad`. */
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

/** Values pushed on tapes, by the places in the code that push. */
function tapeText(funcs: readonly Func[]): string {
  let all = 0;
  let inLoops = 0;
  const walk = (body: readonly Instr[], inLoop: boolean): void => {
    for (const instr of body) {
      if (instr.kind === "tapePush") {
        all += instr.args.length - 1;
        if (inLoop) inLoops += instr.args.length - 1;
      }
      const loops = instr.kind === "for" || instr.kind === "while";
      for (const region of instr.regions) walk(region.body, inLoop || loops);
    }
  };
  for (const fn of funcs) walk(fn.body.body, false);
  if (all === 0) return "nothing";
  const values = `${all} value${all === 1 ? "" : "s"}`;
  return inLoops === 0 ? values : `${values}, ${inLoops} in loops`;
}
