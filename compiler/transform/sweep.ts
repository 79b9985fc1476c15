import type { Activity } from "../analysis/activity.js";
import { fusableLoops } from "../analysis/fusion.js";
import { type Positions, positionsOf } from "../analysis/positions.js";
import { planReloads, type Reload } from "../analysis/reload.js";
import { storedValues, type StoredValue } from "../analysis/storedValues.js";
import {
  loadsBehind,
  type PlanInputs,
  planTape,
  type TapePlan,
} from "../analysis/tapePlan.js";
import type { ForInstr, IfInstr, Value, WhileInstr } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { Environment } from "./environment.js";
import { type GuardedWhile, guardedWhile } from "./guardedWhile.js";
import { newSweep, type SweepState } from "./sweepState.js";

/**
 * Builds a backward sweep three times: to see which loads it would like to repeat, which decides what is undone; to see
 * what it asks for then, which decides what is saved; and with that plan.
 */
export function planSweep<T>(
  environment: Environment,
  activity: Activity,
  isSplit: boolean,
  build: (state: SweepState) => T,
): { state: SweepState; built: T } {
  const fused =
    isSplit || !environment.isOn("fusion")
      ? new Set<ForInstr>()
      : fusableLoops(activity);
  for (;;) {
    const done = planWith(environment, activity, isSplit, fused, build);
    if (done.state.notFused.size === 0) return done;
    for (const loop of done.state.notFused) {
      fused.delete(loop as ForInstr);
      for (const region of loop.regions)
        eachInstr(region, (inner) => fused.delete(inner as ForInstr));
    }
  }
}

function planWith<T>(
  environment: Environment,
  activity: Activity,
  isSplit: boolean,
  fused: ReadonlySet<ForInstr>,
  build: (state: SweepState) => T,
): { state: SweepState; built: T } {
  const { fn, memory } = activity;
  const positions = positionsOf(fn, fused);
  const hasRegions = fn.body.body.some((instr) => instr.regions.length > 0);
  const guarded = findGuarded(activity, positions);
  const start = planReloads(fn, memory, positions, isSplit);
  const storedWith = (reload: Reload): ReadonlyMap<Value, StoredValue> =>
    isSplit ? new Map() : storedValues(fn, memory, positions, reload);
  const run = (
    reload: Reload,
    plan: TapePlan | undefined,
  ): { state: SweepState; built: T } => {
    const state = newSweep(
      environment,
      activity,
      positions,
      reload,
      plan,
      guarded,
      fused,
      storedWith(reload),
    );
    const built = build(state);
    // A value that the test itself hands out is not known yet where its arm would save it: then the loop is an ordinary one.
    const failing = [...guarded].filter(([loop, { test }]) =>
      savesResultOf(state, loop, test),
    );
    if (failing.length === 0) return { state, built };
    for (const [loop] of failing) guarded.delete(loop);
    return run(reload, plan);
  };
  const inputs = (state: SweepState, reload: Reload): PlanInputs => ({
    positions,
    reload,
    demanded: state.demanded,
    stored: state.stored,
    handed: state.handed,
    isFree: (value) => isFree(state, value, isSplit),
  });
  if (!hasRegions && !isSplit) return run(start, undefined);
  const everything: Reload = { ...start, canRepeat: () => true };
  const first = run(start, undefined);
  const wanted = loadsBehind(inputs(first.state, everything));
  const reload = planReloads(fn, memory, positions, isSplit, wanted);
  const second = run(reload, undefined);
  return environment.isOn("recompute")
    ? run(reload, planTape(inputs(second.state, reload)))
    : second;
}

function findGuarded(
  activity: Activity,
  positions: Positions,
): Map<WhileInstr, GuardedWhile> {
  const guarded = new Map<WhileInstr, GuardedWhile>();
  eachInstr(activity.fn.body, (instr) => {
    const found =
      instr.kind === "while"
        ? guardedWhile(instr, activity, positions)
        : undefined;
    if (found !== undefined) guarded.set(instr as WhileInstr, found);
  });
  return guarded;
}

function savesResultOf(
  state: SweepState,
  loop: WhileInstr,
  test: IfInstr,
): boolean {
  const frame = state.frames.get(loop.regions[0]!);
  if (frame === undefined || frame.kind === "direct") return false;
  const twins = test.results.map(
    (result) => state.twins.has(result) && state.twins.of(result),
  );
  return [...frame.saved.keys()].some(
    (value) => test.results.includes(value) || twins.includes(value),
  );
}

/** Is the value at hand in the backward sweep without being saved? */
function isFree(state: SweepState, value: Value, isSplit: boolean): boolean {
  const { positions, activity } = state;
  if (isSplit) {
    if (activity.fn.body.params.includes(value)) return true;
  } else {
    const home = positions.home(value);
    const isDirect =
      home === activity.fn.body ||
      [...state.fused].some((loop) => loop.regions[0] === home);
    if (isDirect) return true;
  }
  return positions.isMirroredIndex(value) || state.counters.has(value);
}
