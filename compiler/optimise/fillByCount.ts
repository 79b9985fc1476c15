import { integersOf } from "../analysis/integers.js";
import { lengthsOf } from "../analysis/sizes.js";
import { undefinedNumbers } from "../analysis/undefinedNumbers.js";
import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { f64Array, num } from "../ir/types.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  mapKept,
  replaceInRegion,
  substitute,
  withParts,
  withRegions,
} from "../ir/visit.js";
import { endOf, type LoopFacts } from "./loopEnds.js";
import { isEmptyList, isPushTo, mayThrow, mentions } from "./pushedLists.js";

/**
 * `const z = []; for (...) if (c) z.push(e);`, as a filter leaves it, becomes an array with room for every trip of the
 * loop, and a counter: z[n] = e; n++. Nothing grows then, in the function as in its slopes, and the array can live at module
 * level. Behind the loop the list must be asked for its length and for elements that are there, and nothing else.
 */
export function fillByCount(fn: Func): Func {
  const constants = new Map<Value, number>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
  });
  const facts: Facts = {
    constants,
    integers: integersOf(fn),
    lengths: lengthsOf(fn),
    ids: idsAfter(fn),
    mayBypass: undefinedNumbers(fn).mayBypass,
  };
  return keptFunc(fn, countedRegion(fn.body, facts));
}

interface Facts extends LoopFacts {
  readonly ids: Ids;
  mayBypass(array: Value, stored: Value, loaded: Value): boolean;
}

function countedRegion(region: Region, facts: Facts): Region {
  let current = keptBody(
    region,
    mapKept(region.body, (instr) =>
      withRegions(instr, (one) => countedRegion(one, facts)),
    ),
  );
  for (const instr of region.body)
    if (isEmptyList(instr) && instr.args.length === 0)
      current = countedList(current, instr.results[0]!, facts) ?? current;
  return current;
}

/** The region with the list filled by a counter. */
function countedList(
  region: Region,
  list: Value,
  facts: Facts,
): Region | undefined {
  const { body } = region;
  const made = body.findIndex(({ results }) => results[0] === list);
  const at = body.findIndex((instr) => mentions(instr, list));
  const loop = body[at];
  if (loop?.kind !== "for" || loop.step < 1 || loop.args.includes(list))
    return undefined;
  const [hi] = loop.args.slice(1) as [Value];
  const inner = loop.regions[0]!;
  const most = mostPushes(inner, list);
  // what is thrown is thrown before an array is made whose length is just a number
  if (most === undefined || most === 0 || most > mostInTrip) return undefined;
  if (!facts.lengths.has(hi) && mayThrow(inner)) return undefined;
  const behind: Region = { ...region, params: [], body: body.slice(at + 1) };
  const loads = loadsOf(behind, list);
  if (loads === undefined) return undefined;
  const array = facts.ids.fresh(f64Array, list.hint);
  const pushed = valuesPushed(inner, list);
  const isFlat = pushed.every((value) =>
    loads.every((loaded) => facts.mayBypass(array, value, loaded)),
  );
  if (!isFlat) return undefined;
  const { instrs, count } = filledLoop(loop, list, array, most, facts);
  const lengths = new Map<Value, Value>([[list, array]]);
  eachInstr(behind, (instr) => {
    if (instr.kind === "length" && instr.args[0] === list)
      lengths.set(instr.results[0]!, count);
  });
  const rest = replaceInRegion(
    withoutLengths(behind, list),
    substitute(lengths),
  );
  return {
    ...region,
    body: [
      ...body.slice(0, made),
      ...body.slice(made + 1, at),
      ...instrs,
      ...rest.body,
    ],
    yields: rest.yields,
  };
}

/** More room than that for each trip would mostly stay empty. */
const mostInTrip = 4;

/** How often a trip pushes at most; undefined where it does anything else with the list, or pushes in a loop. */
function mostPushes(region: Region, list: Value): number | undefined {
  if (region.yields.includes(list)) return undefined;
  let most = 0;
  for (const instr of region.body) {
    if (isPushTo(instr, list)) most++;
    else if (instr.args.includes(list)) return undefined;
    else if (instr.kind === "if") {
      const arms = instr.regions.map((arm) => mostPushes(arm, list));
      const [yes, no] = arms;
      if (yes === undefined || no === undefined) return undefined;
      most += Math.max(yes, no);
    } else if (mentions(instr, list)) return undefined;
  }
  return most;
}

function valuesPushed(region: Region, list: Value): Value[] {
  const found: Value[] = [];
  eachInstr(region, (instr) => {
    if (isPushTo(instr, list)) found.push(instr.args[1]!);
  });
  return found;
}

/** What is loaded of the list; undefined where there is more to it than elements and the length. */
function loadsOf(region: Region, list: Value): Value[] | undefined {
  const found: Value[] = [];
  let isFine = !region.yields.includes(list);
  eachInstr(region, (instr) => {
    for (const { yields } of instr.regions) isFine &&= !yields.includes(list);
    if (!instr.args.includes(list) || instr.kind === "length") return;
    if (instr.kind === "load" && instr.inBounds) found.push(instr.results[0]!);
    else isFine = false;
  });
  return isFine ? found : undefined;
}

function withoutLengths(region: Region, list: Value): Region {
  const rest = region.body.filter(
    ({ kind, args }) => kind !== "length" || args[0] !== list,
  );
  const body = mapKept(rest, (instr) =>
    withRegions(instr, (one) => withoutLengths(one, list)),
  );
  return keptBody(region, body);
}

/** The making of the array, and the loop that fills it and counts. */
function filledLoop(
  loop: ForInstr,
  list: Value,
  array: Value,
  most: number,
  facts: Facts,
): { instrs: readonly Instr[]; count: Value } {
  const out = new RegionBuilder(facts.ids, loop.span);
  const end = endOf(loop, out, facts);
  const start = facts.constants.get(loop.args[0]!);
  const trips = start === 0 ? end : out.op("sub", [end, loop.args[0]!]);
  const room = most === 1 ? trips : out.op("mul", [trips, out.constant(most)]);
  out.emit({ kind: "newArray", ...out.plain([room], [array]) });
  const zero = out.constant(0);
  const { ids } = facts;
  const before = ids.fresh(num);
  const count = ids.fresh(num, "count");
  const body = loop.regions[0]!;
  const region = counting(body, list, array, before, ids);
  out.emit(
    withParts(loop, {
      args: [...loop.args, zero],
      results: [...loop.results, count],
      regions: [{ ...region, params: [...body.params, before] }],
    }),
  );
  return { instrs: out.body, count };
}

/** Stores in place of pushes; hands on, behind all else, how many there are then. */
function counting(
  region: Region,
  list: Value,
  array: Value,
  before: Value,
  ids: Ids,
): Region {
  const out = new RegionBuilder(ids);
  let count = before;
  for (const instr of region.body) {
    out.span = instr.span;
    if (isPushTo(instr, list)) {
      const args = [array, count, instr.args[1]!];
      out.emit({ kind: "store", inBounds: true, ...out.plain(args, []) });
      count = out.op("add", [count, out.constant(1)]);
    } else if (instr.kind === "if" && mentions(instr, list)) {
      const arms = instr.regions.map((arm) =>
        counting(arm, list, array, count, ids),
      );
      count = ids.fresh(num);
      const results = [...instr.results, count];
      out.emit(withParts(instr, { results, regions: arms }));
    } else out.emit(instr);
  }
  return { ...region, body: out.body, yields: [...region.yields, count] };
}
