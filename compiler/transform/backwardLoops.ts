import { integersOf } from "../analysis/integers.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Region, Value, WhileInstr } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { knownConstant, type Sweep } from "./backward.js";
import { backwardFused } from "./backwardFused.js";
import { isIntegral } from "./integral.js";
import {
  enterLoop,
  finishLoop,
  type Mirror,
  mirrorByTrips,
} from "./mirrorLoop.js";
import { need } from "./need.js";
import type { Scope } from "./scope.js";

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

function indexAt(
  sweep: Sweep,
  instr: ForInstr,
  lo: Value,
  trip: Value,
  out: RegionBuilder,
): Value {
  const offset =
    instr.step === 1 ? trip : out.op("mul", [trip, out.constant(instr.step)]);
  const starts = knownConstant(sweep, instr.args[0]!);
  return starts === 0 ? offset : out.op("add", [lo, offset]);
}

/** The induction variable in the last iteration (before the first one, where there is none). */
function lastIndex(sweep: Sweep, scope: Scope, instr: ForInstr): Value {
  const out = scope.builder;
  const lo = need(sweep, scope, instr.args[0]!);
  const hi = need(sweep, scope, instr.args[1]!);
  const isInteger =
    isIntegral(sweep.positions, instr.args[1]!) ||
    integersOf(sweep.activity.fn).has(instr.args[1]!);
  const isUp = instr.step > 0;
  const isStrict = instr.test === "<" || instr.test === ">";
  if (Math.abs(instr.step) === 1) {
    if (!isStrict)
      return isInteger ? hi : out.op(isUp ? "floor" : "ceil", [hi]);
    const edge = isInteger ? hi : out.op(isUp ? "ceil" : "floor", [hi]);
    return out.op(isUp ? "sub" : "add", [edge, out.constant(1)]);
  }
  // trips - 1 = ceil(distance / step) - 1, or floor(distance / step) where the bound itself is reached
  const ratio = out.op("div", [
    out.op("sub", [hi, lo]),
    out.constant(instr.step),
  ]);
  const trips = isStrict
    ? out.op("sub", [out.op("ceil", [ratio]), out.constant(1)])
    : out.op("floor", [ratio]);
  return out.op("add", [lo, out.op("mul", [trips, out.constant(instr.step)])]);
}

/** A loop whose number of trips is only known afterwards: the forward sweep counts them. */
export function backwardWhile(
  sweep: Sweep,
  scope: Scope,
  instr: WhileInstr,
): void {
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
      return void loop.onDemand.set(guard.test.args[0]!, () =>
        loop.builder.constant(true),
      );
    for (const condition of continuesWhere(sweep, body))
      loop.onDemand.set(condition, () => {
        const last = loop.builder.op("sub", [
          trips(),
          loop.builder.constant(1),
        ]);
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
  const [yes, no] = instr.regions.map((region) =>
    sweep.positions.definition(region.yields[at]!),
  );
  const isPlain =
    yes?.kind === "const" &&
    yes.value === true &&
    no?.kind === "const" &&
    no.value === false;
  return isPlain && sweep.positions.home(instr.args[0]!) === body
    ? [instr.args[0]!]
    : [];
}
