import type { Activity } from "../analysis/activity.js";
import { fusableLoops } from "../analysis/fusion.js";
import { isGrowable } from "../analysis/memory.js";
import { find, lengthCell } from "../analysis/memoryGraph.js";
import { type Positions, positionsOf } from "../analysis/positions.js";
import { reversibleCounters } from "../analysis/reversible.js";
import { planReloads, type Reload } from "../analysis/reload.js";
import {
  loadsBehind,
  type PlanInputs,
  planTape,
  type TapePlan,
} from "../analysis/tapePlan.js";
import { idsAfter, type RegionBuilder } from "../ir/builder.js";
import type {
  ForInstr,
  IfInstr,
  Instr,
  Region,
  Value,
  WhileInstr,
} from "../ir/ir.js";
import { tapeTy } from "../ir/types.js";
import { eachInstr, freeValues } from "../ir/visit.js";
import type { Augmenter } from "./augment.js";
import type { Extras, Sweep } from "./backward.js";
import { backwardCall, forwardCall } from "./calls.js";
import type { Environment } from "./environment.js";
import { type GuardedWhile, guardedWhile } from "./guardedWhile.js";
import { lateShadowsOf } from "./need.js";
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

function newSweep(
  environment: Environment,
  activity: Activity,
  positions: Positions,
  reload: Reload,
  plan: TapePlan | undefined,
  guarded: ReadonlyMap<WhileInstr, GuardedWhile>,
  fused: ReadonlySet<ForInstr>,
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

/** The forward sweep's part: built after the backward sweep has said what it needs. */
export function forwardAugmenter(state: SweepState): Augmenter {
  const { frames, extras } = state;
  const late = state.lateShadows;
  // A late shadow has no twin in the forward sweep.
  const twins = {
    ...state.twins,
    has: (value: Value) => !late.has(value) && state.twins.has(value),
  };
  const augmenter: Augmenter = {
    activity: state.activity,
    twins,
    mode: "shadow",
    known: () => undefined,
    hooks: {
      before: (instr, out) =>
        defineExtras(instr, extras.get(instr), out, augmenter),
      atEnd: (region, out) => {
        // What a guarded loop saves, the arm that goes on pushes for it.
        if (!state.guardedBodies.has(region)) pushFrame(state, region, out);
        const body = state.guardedArms.get(region);
        if (body !== undefined) pushFrame(state, body, out);
        for (const [loop, { body: backward }] of state.fusedLoops)
          if (loop.regions[0] === region) out.body.push(...backward);
      },
      handedOut: (instr) =>
        instr.regions.flatMap((arm) => {
          const frame = frames.get(arm);
          if (frame?.kind !== "results") return [];
          return [...frame.saved].map(([inside, result]) => ({
            result,
            yieldedBy: (one: Region) => (one === arm ? inside : undefined),
          }));
        }),
      fused: (loop) => state.fusedLoops.get(loop),
      countedIn: (loop) =>
        loop.kind === "while" ? state.guarded.get(loop)?.test : undefined,
      trips: (loop) => extras.get(loop)?.trips,
      givenTangent: () => undefined,
      call: (call, out) => forwardCall(state, call, out, augmenter),
    },
  };
  return augmenter;
}

function pushFrame(
  state: SweepState,
  region: Region,
  out: RegionBuilder,
): void {
  const frame = state.frames.get(region);
  if (frame?.kind !== "tape" || frame.saved.size === 0) return;
  out.emit({
    kind: "tapePush",
    ...out.plain([state.tape(), ...frame.saved.keys()], []),
  });
}

/** What a write replaces is read off before it runs. */
function defineExtras(
  instr: Instr,
  extras: Extras | undefined,
  out: RegionBuilder,
  at: Augmenter,
): void {
  if (extras === undefined) return;
  const [owner, index] = instr.args;
  const read = (from: Value, into: Value): void => {
    if (instr.kind === "setField")
      out.emit({
        kind: "getField",
        field: instr.field,
        ...out.plain([from], [into]),
      });
    else
      out.emit({
        kind: "load",
        inBounds: false,
        ...out.plain([from, index!], [into]),
      });
  };
  if (extras.length !== undefined)
    out.emit({ kind: "length", ...out.plain([owner!], [extras.length]) });
  if (extras.old !== undefined) read(owner!, extras.old);
  if (extras.oldTwin !== undefined) read(at.twins.of(owner!), extras.oldTwin);
}
