import type { Activity } from "../analysis/activity.js";
import { isGrowable } from "../analysis/memoryEffects.js";
import { find, lengthCell } from "../analysis/memoryGraph.js";
import type { Positions } from "../analysis/positions.js";
import type { Reload } from "../analysis/reload.js";
import { numbersHandedOn } from "../analysis/handedOn.js";
import { reversibleCounters } from "../analysis/reversible.js";
import type { StoredValue } from "../analysis/storedValues.js";
import type { TapePlan } from "../analysis/tapePlan.js";
import { idsAfter } from "../ir/builder.js";
import type { ForInstr, Instr, Region, Value, WhileInstr } from "../ir/ir.js";
import { tapeTy } from "../ir/types.js";
import { eachInstr, freeValues } from "../ir/visit.js";
import type { Sweep } from "./backward.js";
import { backwardCall } from "./calls.js";
import type { Environment } from "./environment.js";
import type { GuardedWhile } from "./guardedWhile.js";
import { lateShadowsOf } from "./need.js";
import { partnersIn } from "./partners.js";
import { newTwins } from "./shadows.js";

/** Everything the two sweeps of a function need, before the backward sweep is built. */
export interface SweepState extends Sweep {
  readonly environment: Environment;
  readonly guardedBodies: ReadonlySet<Region>;
  /** The arm that goes on, to the body of its loop. */
  readonly guardedArms: ReadonlyMap<Region, Region>;
  /** The tape, if something was saved on it or passed it on. */
  usedTape(): Value | undefined;
}

export function newSweep(
  environment: Environment,
  activity: Activity,
  positions: Positions,
  reload: Reload,
  plan: TapePlan | undefined,
  guarded: ReadonlyMap<WhileInstr, GuardedWhile>,
  fused: ReadonlySet<ForInstr>,
  stored: ReadonlyMap<Value, StoredValue>,
): SweepState {
  const { fn } = activity;
  const ids = idsAfter(fn);
  const seeds = new Map<Value, number>();
  let tape: Value | undefined;
  const state: SweepState = {
    environment,
    activity,
    positions,
    reload,
    plan,
    demanded: new Set(),
    counters: environment.isOn("recompute")
      ? reversibleCounters(fn, positions)
      : new Map(),
    fused,
    fusedLoops: new Map(),
    notFused: new Set(),
    given: new Set(),
    guarded,
    guardedBodies: new Set([...guarded.keys()].map((loop) => loop.regions[0]!)),
    guardedArms: new Map(
      [...guarded].map(([loop, { arm }]) => [arm, loop.regions[0]!]),
    ),
    twins: newTwins(activity, ids, "shadow"),
    ids,
    frames: new Map(),
    extras: new Map(),
    homes: new Map(),
    observed: new Map(
      fn.params.flatMap((param) =>
        param.effective ? [[param.effective, undefined]] : [],
      ),
    ),
    lateShadows: findLateShadows(activity, fused),
    seeds,
    stored,
    handed: numbersHandedOn(fn, positions),
    partners: environment.isOn("cse") ? partnersIn(fn) : () => undefined,
    tape: () => (tape ??= ids.fresh(tapeTy, "tape")),
    usedTape: () => tape,
    call: (call, scope) => backwardCall(state, scope, call),
    log: {
      asker: undefined,
      readers: new Map(),
      repeated: new Set(),
      savedTwins: new Map(),
    },
  };
  return state;
}

function findLateShadows(
  activity: Activity,
  fused: ReadonlySet<ForInstr>,
): Set<Value> {
  const { fn, memory } = activity;
  const instrs: Instr[] = [];
  const uses = new Map<Value, Instr[]>();
  const yielded = new Set<Value>(fn.body.yields);
  eachInstr(fn.body, (instr) => {
    instrs.push(instr);
    for (const arg of instr.args)
      uses.set(arg, [...(uses.get(arg) ?? []), instr]);
    for (const region of instr.regions)
      for (const value of region.yields) yielded.add(value);
  });
  const grows = (value: Value): boolean =>
    isGrowable(value) && find(memory.nodeOf(value)).written.has(lengthCell);
  const late = lateShadowsOf(instrs, uses, yielded, grows);
  // A fused loop needs the shadows of arrays from outside while the forward sweep runs.
  for (const loop of fused)
    for (const value of freeValues(loop)) late.delete(value);
  return late;
}
