import { analyseActivity, type Activity } from "../analysis/activity.js";
import { calleesOf } from "../analysis/callGraph.js";
import { analyseMemory, entriesOf, type Memory } from "../analysis/memory.js";
import type { Func } from "../ir/ir.js";
import type { SweepNotes } from "./sweepNotes.js";
import type { Program } from "../ir/program.js";

/** What the differentiation of one module shares: the primal functions, and the derivative functions made so far. */
export interface Environment {
  readonly funcs: ReadonlyMap<string, Func>;
  readonly memories: ReadonlyMap<string, Memory>;
  /** Derivative functions that are not exported, in the order in which they were made. */
  readonly helpers: Map<string, Func>;
  /** Derivative functions by what they derive, for instance the activity's key with the mode. */
  readonly variants: Map<string, unknown>;
  /** Why their sweeps find values as they do, by the derivative function that has the forward sweep. */
  readonly notes: Map<string, SweepNotes>;
  /** Primal functions that derivative code calls. */
  readonly primals: Set<string>;
  /** Derivative functions whose call was built before they were: their parameters are fixed. */
  readonly recursive: Set<string>;
  readonly building: Set<string>;
  /** Removes what the transform emitted without need. */
  clean(fn: Func): Func;
  readonly isOn: SweepSwitches;
  activity(func: string, wrt: readonly (readonly string[])[]): Activity;
  /** The same, where what is useful is followed through rounding and bits. */
  influence(func: string, wrt: readonly (readonly string[])[]): Activity;
  calleesOf(func: string): Iterable<string>;
  /** A name for a helper that nothing else in the module has. */
  uniqueName(wanted: string): string;
}

/** Which optimisations of the sweeps are on. */
export type SweepSwitches = (name: "fusion" | "recompute" | "cse") => boolean;

export function newEnvironment(
  program: Program,
  taken: Iterable<string>,
  clean: (fn: Func) => Func,
  isOn: SweepSwitches,
): Environment {
  const { funcs } = program;
  const memories = analyseMemory(funcs, entriesOf(program));
  const names = new Set([...funcs.keys(), ...taken]);
  return {
    funcs,
    memories,
    helpers: new Map(),
    variants: new Map(),
    notes: new Map(),
    primals: new Set(),
    recursive: new Set(),
    building: new Set(),
    clean,
    isOn,
    activity: (func, wrt) => analyseActivity({ funcs, memories }, func, wrt),
    influence: (func, wrt) =>
      analyseActivity({ funcs, memories }, func, wrt, true),
    calleesOf: (name) => calleesOf(funcs.get(name)!),
    uniqueName: (wanted) => {
      let name = wanted;
      for (let n = 2; names.has(name); n++) name = `${wanted}${n}`;
      names.add(name);
      return name;
    },
  };
}
