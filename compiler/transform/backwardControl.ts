import type { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, IfInstr, Region, Value, WhileInstr } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { endsInThrow } from "../ir/visit.js";
import { extrasOf, give, homeOf, knownConstant, popFrame, type Sweep, sweepBack, takeCotangent } from "./backward.js";
import { backwardFused } from "./backwardFused.js";
import { isIntegral } from "./integral.js";
import { need } from "./need.js";
import { type Frame, newScope, type Scope, setSum, sumSoFar } from "./scope.js";

/** `if` mirrors to an `if` on the same condition; it hands on the cotangents that its arms have added to. */
export function backwardIf(sweep: Sweep, scope: Scope, instr: IfInstr): void {
  if (instr.regions.every(endsInThrow)) return;
  const cotangents = instr.results.map((result) => takeCotangent(sweep, scope, result));
  const arms = instr.regions.map((region) => {
    const arm = newScope("arm", region, scope, scope.builder.child(), frameOfArm(sweep, scope, region));
    if (endsInThrow(region)) return arm;
    region.yields.forEach((value, i) => give(sweep, arm, value, cotangents[i]));
    sweepBack(sweep, arm);
    return arm;
  });
  const touched = touchedOutside(sweep, arms);
  if (touched.length === 0 && arms.every((arm) => arm.builder.body.length === 0 && !hasSaved(arm))) return;
  const condition = need(sweep, scope, instr.args[0]!);
  const before = touched.map((value) => sumSoFar(scope, value, homeOf(sweep, value)));
  const regions = arms.map((arm) => {
    const yields = touched.map(
      (value, i) =>
        (arm.sums.has(value) ? sumSoFar(arm, value, homeOf(sweep, value)) : before[i]) ??
        arm.builder.constant(0),
    );
    popFrame(sweep, arm);
    return arm.builder.finish([], yields);
  });
  const all = touched.map((value) => scope.builder.ids.fresh(num, hintOf(value)));
  // What both arms agree on needs no result.
  const agreed = touched.map((_, i) => {
    const [yes, no] = regions.map((region) => region.yields[i]!);
    const isInside = arms.some((arm) => arm.builder.body.some((one) => one.results.includes(yes!)));
    return yes === no && !isInside ? yes : undefined;
  });
  const keep = (_: unknown, i: number): boolean => agreed[i] === undefined;
  const results = all.filter(keep);
  const kept = regions.map((region) => ({ ...region, yields: region.yields.filter(keep) }));
  scope.builder.emit({ kind: "if", args: [condition], results, regions: kept, span: instr.span });
  touched.forEach((value, i) => setSum(scope, value, agreed[i] ?? all[i]!));
}

const hasSaved = (scope: Scope): boolean =>
  scope.frame.kind !== "direct" && scope.frame.saved.size > 0;

const hintOf = (value: Value): string | undefined =>
  value.hint === undefined ? undefined : `b${value.hint}`;

function frameOfArm(sweep: Sweep, scope: Scope, region: Region): Frame {
  const kind = scope.frame.kind === "tape" ? "tape" : "results";
  const frame: Frame = { kind, saved: new Map() };
  sweep.frames.set(region, frame);
  return frame;
}

/** Values from outside the arms to whose cotangents an arm has added. */
function touchedOutside(sweep: Sweep, arms: readonly Scope[]): Value[] {
  const touched = new Set<Value>();
  for (const arm of arms)
    for (const [value, list] of arm.sums)
      if (list.length > 0 && homeOf(sweep, value) !== arm.region) touched.add(value);
  return [...touched];
}

interface Mirror {
  readonly instr: ForInstr | WhileInstr;
  readonly inits: readonly Value[];
  readonly carried: readonly Value[];
  readonly yields: readonly Value[];
}

/** A counted loop mirrors to one that counts down; the induction variable is recomputed. */
export function backwardFor(sweep: Sweep, scope: Scope, instr: ForInstr): void {
  if (sweep.fused.has(instr)) return backwardFused(sweep, scope, instr);
  const body = instr.regions[0]!;
  const [index, ...carried] = body.params;
  const mirror: Mirror = {
    instr,
    inits: instr.args.slice(2),
    carried,
    yields: body.yields.slice(instr.breaks ? 1 : 0),
  };
  if (instr.breaks) {
    mirrorByTrips(sweep, scope, mirror, (trip, loop) => {
      loop.onDemand.set(index!, () => {
        const lo = need(sweep, scope, instr.args[0]!);
        return indexAt(sweep, instr, lo, trip, loop.builder);
      });
    });
    return;
  }
  const counter = scope.builder.ids.fresh(num, index!.hint);
  const loop = enterLoop(sweep, scope, body);
  loop.available.set(index!, counter);
  finishLoop(sweep, scope, loop, mirror, counter, () => ({
    lo: lastIndex(sweep, scope, instr),
    hi: need(sweep, scope, instr.args[0]!),
    test: instr.step > 0 ? ">=" : "<=",
    step: -instr.step,
  }));
}

function indexAt(sweep: Sweep, instr: ForInstr, lo: Value, trip: Value, out: RegionBuilder): Value {
  const offset = instr.step === 1 ? trip : out.op("mul", [trip, out.constant(instr.step)]);
  const starts = knownConstant(sweep, instr.args[0]!);
  return starts === 0 ? offset : out.op("add", [lo, offset]);
}

/** The induction variable in the last iteration (before the first one, where there is none). */
function lastIndex(sweep: Sweep, scope: Scope, instr: ForInstr): Value {
  const out = scope.builder;
  const lo = need(sweep, scope, instr.args[0]!);
  const hi = need(sweep, scope, instr.args[1]!);
  const isInteger = isIntegral(sweep.positions, instr.args[1]!);
  const isUp = instr.step > 0;
  const isStrict = instr.test === "<" || instr.test === ">";
  if (Math.abs(instr.step) === 1) {
    if (!isStrict) return isInteger ? hi : out.op(isUp ? "floor" : "ceil", [hi]);
    const edge = isInteger ? hi : out.op(isUp ? "ceil" : "floor", [hi]);
    return out.op(isUp ? "sub" : "add", [edge, out.constant(1)]);
  }
  // trips - 1 = ceil(distance / step) - 1, or floor(distance / step) where the bound itself is reached
  const ratio = out.op("div", [out.op("sub", [hi, lo]), out.constant(instr.step)]);
  const trips = isStrict
    ? out.op("sub", [out.op("ceil", [ratio]), out.constant(1)])
    : out.op("floor", [ratio]);
  return out.op("add", [lo, out.op("mul", [trips, out.constant(instr.step)])]);
}

/** A loop whose number of trips is only known afterwards: the forward sweep counts them. */
export function backwardWhile(sweep: Sweep, scope: Scope, instr: WhileInstr): void {
  const body = instr.regions[0]!;
  const mirror: Mirror = {
    instr,
    inits: instr.args,
    carried: body.params,
    yields: body.yields.slice(1),
  };
  const guard = sweep.guarded.get(instr);
  mirrorByTrips(sweep, scope, mirror, (trip, loop, trips) => {
    if (guard !== undefined)
      return void loop.onDemand.set(guard.test.args[0]!, () => loop.builder.constant(true));
    for (const condition of continuesWhere(sweep, body))
      loop.onDemand.set(condition, () => {
        const last = loop.builder.op("sub", [trips(), loop.builder.constant(1)]);
        return loop.builder.op("lt", [trip, last]);
      });
  });
}

/**
 * `while (c) s`, as { c; if (c) { s; yield true } else { yield false } }: c held in every trip but the last one, so it need
 * not be saved.
 */
function continuesWhere(sweep: Sweep, body: Region): Value[] {
  const [again] = body.yields;
  const instr = sweep.positions.definition(again!);
  if (instr === undefined) return [];
  if (instr.kind !== "if") return instr.kind === "op" ? [again!] : [];
  const at = instr.results.indexOf(again!);
  const [yes, no] = instr.regions.map((region) => sweep.positions.definition(region.yields[at]!));
  const isPlain = yes?.kind === "const" && yes.value === true && no?.kind === "const" && no.value === false;
  return isPlain && sweep.positions.home(instr.args[0]!) === body ? [instr.args[0]!] : [];
}

function mirrorByTrips(
  sweep: Sweep,
  scope: Scope,
  mirror: Mirror,
  enter: (trip: Value, loop: Scope, trips: () => Value) => void,
): void {
  const trip = scope.builder.ids.fresh(num, "trip");
  const trips = (): Value => need(sweep, scope, tripsOf(sweep, scope, mirror.instr));
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

function tripsOf(sweep: Sweep, scope: Scope, instr: ForInstr | WhileInstr): Value {
  const extras = extrasOf(sweep, instr);
  if (extras.trips === undefined) {
    extras.trips = sweep.ids.fresh(num, "trips");
    sweep.homes.set(extras.trips, scope.region);
  }
  return extras.trips;
}

function enterLoop(sweep: Sweep, scope: Scope, region: Region): Scope {
  const frame: Frame = { kind: "tape", saved: new Map() };
  sweep.frames.set(region, frame);
  return newScope("loop", region, scope, scope.builder.child(), frame);
}

/** A counter in the mirrored loop: what it was behind the iteration, and before it. */
interface Counter {
  readonly after: Value;
  readonly before: Value;
  readonly init: Value;
}

/** Counters that are asked for are carried by the mirrored loop, from what they are in the end. */
function runBack(sweep: Sweep, scope: Scope, loop: Scope, mirror: Mirror): Counter[] {
  const running: Counter[] = [];
  mirror.carried.forEach((param, i) => {
    const counter = sweep.counters.get(param);
    if (counter === undefined) return;
    const start = (): Counter => {
      const after = sweep.ids.fresh(num, param.hint);
      const init = need(sweep, scope, mirror.instr.results[i]!);
      const amount = need(sweep, loop, counter.amount);
      const hint = param.hint === undefined ? {} : { hint: param.hint };
      const before = loop.builder.op(counter.isAdded ? "sub" : "add", [after, amount], hint);
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
function finishLoop(
  sweep: Sweep,
  scope: Scope,
  loop: Scope,
  mirror: Mirror,
  counter: Value,
  bounds: () => Bounds,
): void {
  const active = mirror.carried.map((_, i) => i).filter((i) => sweep.activity.isActive(mirror.carried[i]!));
  const incoming = active.map((i) => takeCotangent(sweep, scope, mirror.instr.results[i]!));
  const params = active.map((i) => sweep.ids.fresh(num, hintOf(mirror.carried[i]!)));
  active.forEach((i, n) => give(sweep, loop, mirror.yields[i]!, params[n]));
  const counters = runBack(sweep, scope, loop, mirror);
  sweepBack(sweep, loop);
  const out = loop.builder;
  const next = active.map((i) => takeCotangent(sweep, loop, mirror.carried[i]!) ?? out.constant(0));
  const outside = [...loop.carried.keys()];
  const sums = outside.map((value) => sumSoFar(loop, value, homeOf(sweep, value))!);
  popFrame(sweep, loop);
  const isIdle = out.body.every(({ kind }) => kind === "const" || kind === "op") && outside.length === 0 && active.length === 0;
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
    args: [lo, hi, ...inits, ...accumulators.map((one) => one.init), ...counters.map((one) => one.init)],
    test,
    step,
    breaks: false,
    results,
    regions: [
      out.finish(
        [counter, ...params, ...accumulators.map((one) => one.param), ...counters.map((one) => one.after)],
        [...next, ...sums, ...counters.map((one) => one.before)],
      ),
    ],
    span: mirror.instr.span,
  });
  outside.forEach((value, n) => setSum(scope, value, results[active.length + n]!));
  // The cotangent of a plain sum is the same before the loop as behind it.
  active.forEach((i, n) => give(sweep, scope, mirror.inits[i]!, next[n] === params[n] ? inits[n] : results[n]));
}
