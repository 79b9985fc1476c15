import type { Gain, ReversibleCounter } from "../analysis/reversible.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Region, Value, WhileInstr } from "../ir/ir.js";
import { num } from "../ir/types.js";
import {
  extrasOf,
  give,
  hintOf,
  homeOf,
  popFrame,
  type Sweep,
  sweepBack,
  takeCotangent,
} from "./backward.js";
import { isRepeatable } from "../analysis/tapePlan.js";
import { need } from "./need.js";
import {
  type Frame,
  hasSaved,
  newScope,
  type Scope,
  setSum,
  sumSoFar,
} from "./scope.js";

/** A loop as the backward sweep sees it. */
export interface Mirror {
  readonly instr: ForInstr | WhileInstr;
  readonly inits: readonly Value[];
  readonly carried: readonly Value[];
  readonly yields: readonly Value[];
}

export function mirrorByTrips(
  sweep: Sweep,
  scope: Scope,
  mirror: Mirror,
  enter: (trip: Value, loop: Scope, trips: () => Value) => void,
): void {
  const trip = scope.builder.ids.fresh(num, "trip");
  const trips = (): Value =>
    need(sweep, scope, tripsOf(sweep, scope, mirror.instr));
  const loop = enterLoop(sweep, scope, mirror.instr.regions[0]!);
  enter(trip, loop, trips);
  finishLoop(sweep, scope, loop, mirror, trip, () => {
    const out = scope.builder;
    return {
      lo: out.op("sub", [trips(), out.constant(1)]),
      hi: out.constant(0),
      test: ">=",
      step: -1,
    };
  });
}

function tripsOf(
  sweep: Sweep,
  scope: Scope,
  instr: ForInstr | WhileInstr,
): Value {
  const extras = extrasOf(sweep, instr);
  if (extras.trips === undefined) {
    extras.trips = sweep.ids.fresh(num, "trips");
    sweep.homes.set(extras.trips, scope.region);
  }
  return extras.trips;
}

export function enterLoop(sweep: Sweep, scope: Scope, region: Region): Scope {
  const frame: Frame = { kind: "tape", saved: new Map() };
  sweep.frames.set(region, frame);
  return newScope("loop", region, scope, scope.builder.child(), frame);
}

/** A carried value in the mirrored loop: what it was behind the iteration, and before it. */
interface Counter {
  readonly after: Value;
  before: Value;
  readonly init: Value;
}

/** Counters that are asked for are carried by the mirrored loop, from what they are in the end. */
function runBack(
  sweep: Sweep,
  scope: Scope,
  loop: Scope,
  mirror: Mirror,
): Counter[] {
  const running: Counter[] = [];
  mirror.carried.forEach((param, i) => {
    const counter = sweep.counters.get(param);
    if (counter === undefined) {
      handBack(sweep, scope, loop, mirror, i, running);
      return;
    }
    const start = (): Counter => {
      const after = sweep.ids.fresh(num, param.hint);
      const init = need(sweep, scope, mirror.instr.results[i]!);
      const before = valueBefore(sweep, loop, param, counter, after);
      running.push({ after, before, init });
      loop.available.set(param, before);
      loop.available.set(mirror.yields[i]!, after);
      return running.at(-1)!;
    };
    loop.onDemand.set(param, () => start().before);
    loop.onDemand.set(mirror.yields[i]!, () => start().after);
  });
  return running;
}

/** What a counter was before the iteration. */
function valueBefore(
  sweep: Sweep,
  loop: Scope,
  { hint }: Value,
  counter: ReversibleCounter,
  after: Value,
): Value {
  const named = hint === undefined ? {} : { hint };
  if (counter.kind === "step") {
    const amount = need(sweep, loop, counter.amount);
    const op = counter.isAdded ? "sub" : "add";
    return loop.builder.op(op, [after, amount], named);
  }
  const conditions = new Map<Value, Value>();
  const ask = (gain: Gain): void => {
    if (typeof gain === "number") return;
    conditions.set(gain.condition, need(sweep, loop, gain.condition));
    gain.gains.forEach(ask);
  };
  ask(counter);
  const less = (gain: Gain, out: RegionBuilder): Value => {
    if (gain === 0) return after;
    if (typeof gain === "number")
      return out.op("sub", [after, out.constant(gain)]);
    const regions = gain.gains.map((one) => {
      const arm = out.child();
      return arm.finish([], [less(one, arm)]);
    });
    const result = out.ids.fresh(num, hint);
    const args = [conditions.get(gain.condition)!];
    out.emit({ kind: "if", ...out.plain(args, [result]), regions });
    return result;
  };
  return less(counter, loop.builder);
}

/**
 * What the carried value i held behind the iteration is what the iteration handed on: where that is asked for and not saved,
 * the mirrored loop brings it along, from what it is in the end.
 */
function handBack(
  sweep: Sweep,
  scope: Scope,
  loop: Scope,
  mirror: Mirror,
  i: number,
  running: Counter[],
): void {
  const carrier = mirror.carried[i]!;
  const handed = mirror.yields[i]!;
  const { plan, stored, positions, reload } = sweep;
  const maker = positions.definition(handed);
  const isHadOtherwise =
    stored.has(handed) || (maker !== undefined && isRepeatable(maker, reload));
  if (sweep.handed.get(handed) !== carrier || plan === undefined) return;
  if (plan.isSaved(handed) || isHadOtherwise) return;
  loop.onDemand.set(handed, () => {
    const after = sweep.ids.fresh(handed.ty, handed.hint);
    const init = need(sweep, scope, mirror.instr.results[i]!);
    const one: Counter = { after, before: after, init };
    running.push(one);
    // two that change places ask for each other
    loop.available.set(handed, after);
    one.before = need(sweep, loop, carrier);
    return after;
  });
}

interface Bounds {
  readonly lo: Value;
  readonly hi: Value;
  readonly test: ForInstr["test"];
  readonly step: number;
}

/**
 * Carried values: what a result's cotangent is after the loop, the yield's is in the last iteration; what a parameter's
 * is, the yield's is one iteration earlier, and the initial value's in the end.
 */
export function finishLoop(
  sweep: Sweep,
  scope: Scope,
  loop: Scope,
  mirror: Mirror,
  counter: Value,
  bounds: () => Bounds,
): void {
  const active = mirror.carried
    .map((_, i) => i)
    .filter((i) => sweep.activity.isActive(mirror.carried[i]!));
  const incoming = active.map((i) =>
    takeCotangent(sweep, scope, mirror.instr.results[i]!),
  );
  const params = active.map((i) =>
    sweep.ids.fresh(num, hintOf(mirror.carried[i]!)),
  );
  active.forEach((i, n) => give(sweep, loop, mirror.yields[i]!, params[n]));
  const counters = runBack(sweep, scope, loop, mirror);
  sweepBack(sweep, loop);
  const out = loop.builder;
  const next = active.map(
    (i) => takeCotangent(sweep, loop, mirror.carried[i]!) ?? out.constant(0),
  );
  const outside = [...loop.carried.keys()];
  const sums = outside.map((value) =>
    sumSoFar(loop, value, homeOf(sweep, value))!,
  );
  popFrame(sweep, loop);
  const isIdle =
    out.body.every(({ kind }) => kind === "const" || kind === "op") &&
    outside.length === 0 &&
    active.length === 0;
  if (isIdle && !hasSaved(loop)) return;
  const { lo, hi, test, step } = bounds();
  const inits = incoming.map((value) => value ?? scope.builder.constant(0));
  const accumulators = outside.map((value) => loop.carried.get(value)!);
  const results = [
    ...active.map((i) => sweep.ids.fresh(num, hintOf(mirror.carried[i]!))),
    ...outside.map((value) => sweep.ids.fresh(num, hintOf(value))),
    ...counters.map(({ before }) => sweep.ids.fresh(num, before.hint)),
  ];
  scope.builder.emit({
    kind: "for",
    args: [
      lo,
      hi,
      ...inits,
      ...accumulators.map((one) => one.init),
      ...counters.map((one) => one.init),
    ],
    test,
    step,
    breaks: false,
    results,
    regions: [
      out.finish(
        [
          counter,
          ...params,
          ...accumulators.map((one) => one.param),
          ...counters.map((one) => one.after),
        ],
        [...next, ...sums, ...counters.map((one) => one.before)],
      ),
    ],
    span: mirror.instr.span,
  });
  outside.forEach((value, n) =>
    setSum(scope, value, results[active.length + n]!),
  );
  // The cotangent of a plain sum is the same before the loop as behind it.
  active.forEach((i, n) =>
    give(
      sweep,
      scope,
      mirror.inits[i]!,
      next[n] === params[n] ? inits[n] : results[n],
    ),
  );
}
