import { affineOf } from "./affine.js";
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
 * backward sweep it need not be saved. Nor need one that gains more with each trip, `p += i`, as in a triangle that is stored
 * row by row. Only for counters that are integers whatever the arguments, so that no bit changes.
 */
export function deriveInductions(fn: Func): Func {
  const facts: Facts = {
    integers: integersOf(fn),
    constants: constantsOf(fn),
    naturals: naturalsOf(fn),
    uses: useCounts(fn),
    ids: idsAfter(fn),
    ...scopesOf(fn),
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
  readonly definitions: ReadonlyMap<Value, Instr>;
  /** Is the value defined outside of the loop, as the function was at the start? */
  isOutside(value: Value, loop: ForInstr): boolean;
}

function scopesOf(fn: Func): Pick<Facts, "definitions" | "isOutside"> {
  const definitions = new Map<Value, Instr>();
  const loops = new Map<Value, ReadonlySet<Value>>();
  const walk = (region: Region, indices: ReadonlySet<Value>): void => {
    for (const param of region.params) loops.set(param, indices);
    for (const instr of region.body) {
      for (const result of instr.results) {
        definitions.set(result, instr);
        loops.set(result, indices);
      }
      const index =
        instr.kind === "for" ? instr.regions[0]!.params[0]! : undefined;
      const inner =
        index === undefined ? indices : new Set([...indices, index]);
      for (const one of instr.regions) walk(one, inner);
    }
  };
  walk(fn.body, new Set());
  return {
    definitions,
    isOutside: (value, loop) => {
      const around = loops.get(value);
      return around !== undefined && !around.has(loop.regions[0]!.params[0]!);
    },
  };
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
  /** What it gains beside that: `each` in every trip, and `growth` times the index, in a loop from 0 in steps of 1. */
  readonly each?: Value;
  readonly growth?: number;
  /** Are there so few trips that the square of the index is a 32-bit integer? */
  readonly isShort?: boolean;
}

function withoutCounters(
  loop: ForInstr,
  facts: Facts,
  replaced: Map<Value, Value>,
): Instr[] {
  const body = loop.regions[0]!;
  const counters = loop.results.flatMap((_, at): Counter[] => {
    const slope = slopeOf(loop, at, facts);
    if (slope !== undefined) return [{ at, slope }];
    const growing = growingCounter(loop, at, facts);
    return growing === undefined ? [] : [growing];
  });
  if (counters.length === 0) return [loop];
  const before = new RegionBuilder(facts.ids, loop.span);
  const inside = new RegionBuilder(facts.ids, loop.span);
  const after = new RegionBuilder(facts.ids, loop.span);
  const [lo, , ...inits] = loop.args;
  const [index, ...carried] = body.params;
  const inner = new Map<Value, Value>();
  for (const counter of counters) {
    const { at, slope } = counter;
    const offset = plus(
      before,
      inits[at]!,
      slope === 0 ? undefined : times(before, lo!, -slope, facts),
      facts,
    );
    inner.set(
      carried[at]!,
      plus(
        inside,
        offset,
        gainOf(counter, index!, slope, inside, facts),
        facts,
        carried[at]!.hint,
      ),
    );
    const result = loop.results[at]!;
    if ((facts.uses.get(result) ?? 0) === 0) continue;
    const trips = tripsOf(loop, after, facts)!;
    const gained = gainOf(counter, trips, slope * loop.step, after, facts);
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

/** slope * x + each * x + growth * (x * x - x) / 2 */
function gainOf(
  { each, growth, isShort }: Counter,
  x: Value,
  slope: number,
  out: RegionBuilder,
  facts: Facts,
): Value | undefined {
  const straight = slope === 0 ? undefined : times(out, x, slope, facts);
  const steady = each === undefined ? undefined : out.op("mul", [each, x]);
  const both =
    straight === undefined || steady === undefined
      ? (straight ?? steady)
      : out.op("add", [straight, steady]);
  if (growth === undefined) return both;
  // In this form, since 0 * (0 - 1) is -0, which V8 would take for a sign that these are no integers.
  const twice = out.op("sub", [out.op("mul", [x, x]), x]);
  const triangle = isShort
    ? out.op("shr", [twice, out.constant(1)])
    : out.op("div", [twice, out.constant(2)]);
  const grown =
    growth === 1 ? triangle : out.op("mul", [triangle, out.constant(growth)]);
  return both === undefined ? grown : out.op("add", [both, grown]);
}

/** `p += i`, `p += n - i`: what is gained is itself a straight line of the index, from 0 on. */
function growingCounter(
  loop: ForInstr,
  at: number,
  facts: Facts,
): Counter | undefined {
  const body = loop.regions[0]!;
  const [index, param] = [body.params[0]!, body.params[at + 1]!];
  const next = facts.definitions.get(body.yields[at]!);
  const isPlain =
    loop.step === 1 &&
    loop.test === "<" &&
    facts.constants.get(loop.args[0]!) === 0 &&
    facts.integers.has(loop.args[at + 2]!) &&
    facts.integers.has(body.yields[at]!);
  if (!isPlain || next?.kind !== "op" || next.op !== "add") return undefined;
  const [a, b] = next.args as [Value, Value];
  if ((a === param) === (b === param)) return undefined;
  const isResultUsed = (facts.uses.get(loop.results[at]!) ?? 0) > 0;
  if (isResultUsed && !canCountTrips(loop, facts)) return undefined;
  const gain = affineOf(
    a === param ? b : a,
    new Set([index]),
    (value) => facts.isOutside(value, loop),
    (value) => facts.definitions.get(value),
  );
  const growth = gain?.coefs.get(index);
  if (typeof growth !== "number" || growth === 0) return undefined;
  const { rest } = gain!;
  const isShort = (facts.constants.get(loop.args[1]!) ?? Infinity) <= 46_340;
  if (typeof rest === "number") return { at, slope: rest, growth, isShort };
  return "op" in rest
    ? undefined
    : { at, slope: 0, each: rest, growth, isShort };
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
