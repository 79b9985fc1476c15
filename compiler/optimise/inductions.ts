import { integersOf } from "../analysis/integers.js";
import { idsAfter, type Ids, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  replaceInRegion,
  useCounts,
  withParts,
} from "../ir/visit.js";

/**
 * A counter beside the index, `p++` in a counted loop, is an affine function of the index: it need not be carried, and in a
 * backward sweep it need not be saved. Only for counters that are integers whatever the arguments, so that no bit changes.
 */
export function deriveInductions(fn: Func): Func {
  const facts: Facts = {
    integers: integersOf(fn),
    constants: constantsOf(fn),
    naturals: naturalsOf(fn),
    uses: useCounts(fn),
    ids: idsAfter(fn),
  };
  return { ...fn, body: walk(fn.body, facts) };
}

interface Facts {
  readonly integers: ReadonlySet<Value>;
  readonly constants: ReadonlyMap<Value, number>;
  /** Indices that are never negative. */
  readonly naturals: ReadonlySet<Value>;
  readonly uses: ReadonlyMap<Value, number>;
  readonly ids: Ids;
}

function constantsOf(fn: Func): Map<Value, number> {
  const constants = new Map<Value, number>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
  });
  return constants;
}

function naturalsOf(fn: Func): Set<Value> {
  const constants = constantsOf(fn);
  const naturals = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "length") naturals.add(instr.results[0]!);
    if (instr.kind !== "for") return;
    const start = constants.get(
      instr.step > 0 ? instr.args[0]! : instr.args[1]!,
    );
    if (start !== undefined && start >= 0)
      naturals.add(instr.regions[0]!.params[0]!);
  });
  return naturals;
}

function walk(region: Region, facts: Facts): Region {
  const body: Instr[] = [];
  const replaced = new Map<Value, Value>();
  for (const instr of region.body) {
    const current = replaceIn(
      withParts(instr, {
        regions: instr.regions.map((one) => walk(one, facts)),
      }),
      replaced,
    );
    if (current.kind === "for" && !current.breaks)
      body.push(...withoutCounters(current, facts, replaced));
    else body.push(current);
  }
  return {
    params: region.params,
    body,
    yields: region.yields.map((value) => replaced.get(value) ?? value),
  };
}

function replaceIn(instr: Instr, by: ReadonlyMap<Value, Value>): Instr {
  if (by.size === 0) return instr;
  const now = (value: Value): Value => by.get(value) ?? value;
  return withParts(instr, {
    args: instr.args.map(now),
    regions: instr.regions.map((region) => replaceInRegion(region, now)),
  });
}

interface Counter {
  /** Position among the carried values. */
  readonly at: number;
  /** What the counter gains while the index gains 1. */
  readonly slope: number;
}

function withoutCounters(
  loop: ForInstr,
  facts: Facts,
  replaced: Map<Value, Value>,
): Instr[] {
  const body = loop.regions[0]!;
  const counters = loop.results.flatMap((_, at): Counter[] => {
    const slope = slopeOf(loop, at, facts);
    return slope === undefined ? [] : [{ at, slope }];
  });
  if (counters.length === 0) return [loop];
  const before = new RegionBuilder(facts.ids, loop.span);
  const inside = new RegionBuilder(facts.ids, loop.span);
  const after = new RegionBuilder(facts.ids, loop.span);
  const [lo, , ...inits] = loop.args;
  const [index, ...carried] = body.params;
  const inner = new Map<Value, Value>();
  for (const { at, slope } of counters) {
    const offset = plus(
      before,
      inits[at]!,
      times(before, lo!, -slope, facts),
      facts,
    );
    inner.set(
      carried[at]!,
      plus(
        inside,
        offset,
        times(inside, index!, slope, facts),
        facts,
        carried[at]!.hint,
      ),
    );
    const result = loop.results[at]!;
    if ((facts.uses.get(result) ?? 0) === 0) continue;
    const gained = times(
      after,
      tripsOf(loop, after, facts)!,
      slope * loop.step,
      facts,
    );
    replaced.set(result, plus(after, inits[at]!, gained, facts, result.hint));
  }
  const drop = new Set(counters.map(({ at }) => at));
  const keep = (_: Value, i: number): boolean => !drop.has(i);
  const rest = replaceInRegion(body, (value) => inner.get(value) ?? value);
  const region: Region = {
    params: [index!, ...carried.filter(keep)],
    body: [...inside.body, ...rest.body],
    yields: rest.yields.filter(keep),
  };
  const now = {
    ...loop,
    args: [...loop.args.slice(0, 2), ...inits.filter(keep)],
    results: loop.results.filter(keep),
    regions: [region],
  };
  return [...before.body, now, ...after.body];
}

/** The counter's gain for each step of the index, where it is one: `p + c` in every iteration, from an integer. */
function slopeOf(loop: ForInstr, at: number, facts: Facts): number | undefined {
  const body = loop.regions[0]!;
  const param = body.params[at + 1]!;
  const next = body.body.find((instr) => instr.results[0] === body.yields[at]);
  if (next?.kind !== "op" || (next.op !== "add" && next.op !== "sub"))
    return undefined;
  const [a, b] = next.args;
  const isForward = a === param;
  if (!isForward && !(b === param && next.op === "add")) return undefined;
  const step = facts.constants.get(isForward ? b! : a!);
  if (
    step === undefined ||
    !facts.integers.has(loop.args[at + 2]!) ||
    !facts.integers.has(loop.args[0]!)
  )
    return undefined;
  const slope = (next.op === "add" ? step : -step) / loop.step;
  if (!Number.isInteger(slope) || slope === 0) return undefined;
  const isResultUsed = (facts.uses.get(loop.results[at]!) ?? 0) > 0;
  return isResultUsed && !canCountTrips(loop, facts) ? undefined : slope;
}

/** Only for steps of 1 up to a finite integer. */
const canCountTrips = (loop: ForInstr, facts: Facts): boolean =>
  loop.step === 1 && loop.test === "<" && facts.integers.has(loop.args[1]!);

function tripsOf(
  loop: ForInstr,
  out: RegionBuilder,
  facts: Facts,
): Value | undefined {
  const [lo, hi] = loop.args;
  const distance = plus(out, hi!, times(out, lo!, -1, facts), facts);
  return distance === hi && facts.naturals.has(hi)
    ? hi
    : out.op("max", [out.constant(0), distance]);
}

/** Undefined stands for 0. */
function times(
  out: RegionBuilder,
  value: Value,
  factor: number,
  facts: Facts,
): Value | undefined {
  const known = facts.constants.get(value);
  if (known !== undefined)
    return known * factor === 0 ? undefined : out.constant(known * factor);
  if (factor === 1) return value;
  return factor === -1
    ? out.op("neg", [value])
    : out.op("mul", [value, out.constant(factor)]);
}

function plus(
  out: RegionBuilder,
  value: Value,
  other: Value | undefined,
  facts: Facts,
  hint?: string,
): Value {
  if (other === undefined) return value;
  if (facts.constants.get(value) === 0) return other;
  return out.op("add", [value, other], hint === undefined ? {} : { hint });
}
