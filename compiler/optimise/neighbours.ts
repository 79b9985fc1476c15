import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  replaceInRegion,
  withParts,
  withRegions,
} from "../ir/visit.js";
import { type Offsets, offsetsOf } from "./offsets.js";
import { sureReferences } from "./sureReferences.js";
import { privateArrays } from "./privateArrays.js";
import { isAmong, type MemoryView, memoryView } from "./writes.js";
import type { LoadInstr } from "../ir/memoryInstrs.js";

/**
 * A loop that reads neighbouring cells, `x[i]` and `x[i + 1]`, reads each cell in several trips. A trip hands what it has read
 * to the next one in a local: one load a trip. For loops in steps of one that do not write such cells; what the first trip
 * finds is read before the loop, where a cell that is not there is undefined as it is inside.
 */
export function carryNeighbours(fn: Func): Func {
  const facts: Facts = {
    sure: sureReferences(fn),
    memory: memoryView(privateArrays(fn)),
    offsets: offsetsOf(fn),
    ids: idsAfter(fn),
  };
  return keptFunc(fn, walk(fn.body, facts));
}

interface Facts {
  /** References that are surely there, also where the loop does not run. */
  readonly sure: ReadonlySet<Value>;
  readonly memory: MemoryView;
  readonly offsets: Offsets;
  readonly ids: Ids;
}

/** A wider window needs more locals than it spares. */
const maxWidth = 4;

function walk(region: Region, facts: Facts): Region {
  const body = region.body.flatMap((instr) => {
    const inner = withRegions(instr, (one) => walk(one, facts));
    if (inner.kind !== "for") return [inner];
    const windows = windowsOf(inner, facts);
    return windows.length === 0 ? [inner] : carried(inner, windows, facts);
  });
  return keptBody(region, body);
}

/** The load of each offset from the index, from one array. */
type Window = ReadonlyMap<number, LoadInstr>;

function windowsOf(loop: ForInstr, facts: Facts): Window[] {
  if (Math.abs(loop.step) !== 1 || loop.breaks) return [];
  const [body] = loop.regions as [Region];
  const written = facts.memory.writtenIn(body);
  const found = new Map<Value, Map<number, LoadInstr>>();
  for (const instr of body.body) {
    const offset = offsetOf(loop, instr, facts);
    if (instr.kind !== "load" || offset === undefined) continue;
    if (isAmong(written, facts.memory.read(instr)!)) continue;
    const [array] = instr.args as [Value];
    const loads = found.get(array) ?? new Map<number, LoadInstr>();
    found.set(array, loads);
    if (!loads.has(offset)) loads.set(offset, instr);
  }
  return [...found.values()].filter((window) => {
    const [least, most] = rangeOf(window);
    return most > least && most - least < maxWidth;
  });
}

function rangeOf(window: Window): readonly [least: number, most: number] {
  const offsets = [...window.keys()];
  return [Math.min(...offsets), Math.max(...offsets)];
}

/** How far the cell that is read is from the one at the loop's index, in an array from outside. */
function offsetOf(
  loop: ForInstr,
  instr: Instr,
  facts: Facts,
): number | undefined {
  if (instr.kind !== "load" || instr.results[0]!.ty.kind !== "num")
    return undefined;
  const [array, index] = instr.args as [Value, Value];
  const at = facts.offsets.of(index);
  const isOurs = at.value === loop.regions[0]!.params[0];
  return isOurs && facts.sure.has(array) && !isInside(loop, array)
    ? at.offset
    : undefined;
}

function isInside(loop: ForInstr, value: Value): boolean {
  let isFound = false;
  eachInstr(loop.regions[0]!, (instr) => {
    if (instr.results.includes(value)) isFound = true;
  });
  return isFound;
}

function carried(
  loop: ForInstr,
  windows: readonly Window[],
  facts: Facts,
): Instr[] {
  const [body] = loop.regions as [Region];
  const before = new RegionBuilder(facts.ids, loop.span);
  const now = new Map<Value, Value>();
  const params: Value[] = [];
  const inits: Value[] = [];
  const yields: Value[] = [];
  for (const window of windows) {
    const [least, most] = rangeOf(window);
    const values = new Map<number, Value>();
    const fresh = loop.step > 0 ? most : least;
    const [model] = window.get(fresh)!.results as [Value];
    values.set(fresh, model);
    for (let offset = least; offset <= most; offset++) {
      if (offset === fresh) continue;
      const own = window.get(offset);
      const param = facts.ids.fresh(model.ty, own?.results[0]?.hint);
      values.set(offset, param);
      params.push(param);
      inits.push(firstOf(loop, window.get(fresh)!, offset, before, facts));
      if (own !== undefined) now.set(own.results[0]!, param);
    }
    // In the next trip the same cell is at another offset.
    for (let offset = least; offset <= most; offset++)
      if (offset !== fresh) yields.push(values.get(offset + loop.step)!);
  }
  const inner = replaceInRegion(body, (value) => now.get(value) ?? value);
  const results = params.map((param) => facts.ids.fresh(param.ty));
  const region: Region = {
    params: [...body.params, ...params],
    body: inner.body.filter((instr) => !now.has(instr.results[0]!)),
    yields: [...inner.yields, ...yields],
  };
  return [
    ...before.body,
    withParts(loop, {
      args: [...loop.args, ...inits],
      results: [...loop.results, ...results],
      regions: [region],
    }),
  ];
}

/** What the first trip finds at an offset. */
function firstOf(
  loop: ForInstr,
  load: LoadInstr,
  offset: number,
  out: RegionBuilder,
  { offsets, ids }: Facts,
): Value {
  const [array] = load.args as [Value];
  const [lo] = loop.args as [Value];
  const start = offsets.of(lo);
  const index =
    start.base === undefined
      ? out.constant(start.offset + offset)
      : offset === 0
        ? lo
        : out.op(offset > 0 ? "add" : "sub", [
            lo,
            out.constant(Math.abs(offset)),
          ]);
  const value = ids.fresh(load.results[0]!.ty, load.results[0]!.hint);
  // Proven for the trips of the loop only.
  out.emit({
    kind: "load",
    inBounds: false,
    ...out.plain([array, index], [value]),
  });
  return value;
}
