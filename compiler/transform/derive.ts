import type { Activity } from "../analysis/activity.js";
import type { Func } from "../ir/ir.js";
import {
  type Environment,
  newEnvironment,
  type SweepSwitches,
} from "./environment.js";
import { forwardEntry } from "./forward.js";
import { gradEntries } from "./into.js";
import { gradOnly } from "./gradOnly.js";
import { reverseEntry } from "./reverse.js";
import type { SweepNotes } from "./sweepNotes.js";
import type { Entry, Program } from "../ir/program.js";

/** The derivative functions of one module, and the primal functions that they call. */
export interface Derived {
  readonly exports: readonly Func[];
  readonly helpers: readonly Func[];
  /** What is saved and what computed again, by the function that has the forward sweep. */
  readonly notes: ReadonlyMap<string, SweepNotes>;
}

/** What each entry exports, by mode. */
export function exportNames(entry: Entry): string[] {
  const { exportName } = entry;
  return entry.modes.flatMap((mode) => {
    if (mode === "grad")
      return [
        `${exportName}Grad`,
        `${exportName}ValueAndGrad`,
        `${exportName}ValueAndGradInto`,
      ];
    return [exportName + (mode === "vjp" ? "Vjp" : "Jvp")];
  });
}

/** `see` gets the activity of each entry, for findings, and its influence; false: it has no derivative. */
export function derive(
  program: Program,
  clean: (fn: Func) => Func,
  see: (
    activity: Activity,
    entry: Entry,
    influence: () => Activity,
  ) => boolean = () => true,
  isOn: SweepSwitches = () => true,
): Derived {
  const environment = newEnvironment(
    program,
    program.entries.flatMap(exportNames),
    clean,
    isOn,
  );
  const exports: Func[] = [];
  for (const entry of program.entries) {
    const activity = environment.activity(entry.func, entry.wrt);
    const influence = (): Activity =>
      environment.influence(entry.func, entry.wrt);
    if (!see(activity, entry, influence)) continue;
    exports.push(
      ...deriveEntry(environment, activity, entry).map((fn) => clean(fn)),
    );
  }
  return {
    exports,
    helpers: [...environment.helpers.values(), ...calledPrimals(environment)],
    notes: environment.notes,
  };
}

function deriveEntry(
  environment: Environment,
  activity: Activity,
  entry: Entry,
): Func[] {
  const { exportName } = entry;
  return entry.modes.flatMap((mode) => {
    switch (mode) {
      case "grad": {
        const name = `${exportName}ValueAndGrad`;
        const both = gradEntries(environment, activity, entry, name);
        const grad = gradOnly(environment, activity, entry, both);
        return [grad, both.full, both.into];
      }
      case "vjp":
        return [
          reverseEntry(environment, activity, entry, `${exportName}Vjp`, "vjp"),
        ];
      case "jvp":
        return [forwardEntry(environment, activity, entry, `${exportName}Jvp`)];
    }
  });
}

/** Primal functions that derivative code calls, with those that they call. */
function calledPrimals(environment: Environment): Func[] {
  const found = new Map<string, Func>();
  const take = (name: string): void => {
    const fn = environment.funcs.get(name);
    if (fn === undefined || found.has(name)) return;
    found.set(name, fn);
    for (const callee of environment.calleesOf(name)) take(callee);
  };
  for (const name of environment.primals) take(name);
  return [...found.values()];
}
