import { integersOf } from "../analysis/integers.js";
import { unsignedIntegers } from "../analysis/signs.js";
import { idsAfter, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  mapKept,
  replaceInRegion,
  replaceOperands,
  substitute,
  useCounts,
  withRegions,
} from "../ir/visit.js";
import { constantsIn } from "./constants.js";
import {
  type Counter,
  type Facts,
  gainOf,
  growingCounter,
  plus,
  slopeOf,
  times,
  tripsOf,
} from "./counterGains.js";

/**
 * A counter beside the index, `p++` in a counted loop, is an affine function of the index: it need not be carried, and in a
 * backward sweep it need not be saved. Nor need one that gains more with each trip, `p += i`, as in a triangle that is stored
 * row by row. Only for counters that are integers whatever the arguments, so that no bit changes.
 */
export function deriveInductions(fn: Func): Func {
  const facts: Facts = {
    integers: integersOf(fn),
    constants: constantsIn(fn),
    naturals: naturalsOf(fn),
    unsigned: unsignedIntegers(fn),
    uses: useCounts(fn),
    ids: idsAfter(fn),
    ...scopesOf(fn),
  };
  return keptFunc(fn, walk(fn.body, facts));
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

function naturalsOf(fn: Func): Set<Value> {
  const constants = constantsIn(fn);
  const naturals = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "length") naturals.add(instr.results[0]!);
    if (instr.kind !== "for") return;
    const start = constants.get(
      instr.step > 0 ? instr.args[0]! : instr.args[1]!,
    );
    if (start !== undefined && start >= 0 && !Object.is(start, -0))
      naturals.add(instr.regions[0]!.params[0]!);
  });
  return naturals;
}

function walk(region: Region, facts: Facts): Region {
  const body: Instr[] = [];
  const replaced = new Map<Value, Value>();
  for (const instr of region.body) {
    const current = replaceIn(
      withRegions(instr, (one) => walk(one, facts)),
      replaced,
    );
    if (current.kind === "for" && !current.breaks)
      body.push(...withoutCounters(current, facts, replaced));
    else body.push(current);
  }
  const yields = mapKept(
    region.yields,
    (value) => replaced.get(value) ?? value,
  );
  return yields === region.yields
    ? keptBody(region, body)
    : { params: region.params, body, yields };
}

function replaceIn(instr: Instr, by: ReadonlyMap<Value, Value>): Instr {
  if (by.size === 0) return instr;
  return replaceOperands(instr, substitute(by));
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
