import { integersOf } from "../analysis/integers.js";
import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  withParts,
  withRegions,
} from "../ir/visit.js";
import { type Offsets, offsetsOf } from "./offsets.js";
import { privateArrays } from "./privateArrays.js";
import { type Cell, isAmong, type MemoryView, memoryView } from "./writes.js";
import type { AccumInstr } from "../ir/memoryInstrs.js";

/**
 * A loop that adds to neighbouring cells of an array, `bx[i] += ...; bx[i + 1] += ...`, adds to each cell in several trips.
 * What a cell has got so far is carried in a local instead, and goes into the cell in the last trip that adds to it: one
 * addition to memory a trip, instead of one for each neighbour. What is left when the loop ends is added behind it.
 *
 * For loops in steps of one whose bound is an integer, and arrays with which the loop does nothing else.
 */
export function carryStencils(fn: Func): Func {
  const facts: Facts = {
    memory: memoryView(privateArrays(fn)),
    offsets: offsetsOf(fn),
    integers: integersOf(fn),
    ids: idsAfter(fn),
  };
  return keptFunc(fn, walk(fn.body, facts));
}

interface Facts {
  readonly memory: MemoryView;
  readonly offsets: Offsets;
  readonly integers: ReadonlySet<Value>;
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

/** What a loop adds to the cells of one array: index + offset. */
interface Window {
  readonly array: Value;
  readonly accums: ReadonlyMap<AccumInstr, number>;
  readonly least: number;
  readonly most: number;
}

function windowsOf(loop: ForInstr, facts: Facts): Window[] {
  const isCounted = Math.abs(loop.step) === 1 && !loop.breaks;
  if (!isCounted || !facts.integers.has(loop.args[1]!)) return [];
  const [body] = loop.regions as [Region];
  const inside = new Set<Value>(body.params);
  const found = new Map<Cell, Map<AccumInstr, number>>();
  const spoiled = new Set<Cell>();
  for (const instr of body.body) {
    for (const result of instr.results) inside.add(result);
    const offset =
      instr.kind === "accum" ? offsetIn(loop, instr, facts) : undefined;
    if (
      instr.kind !== "accum" ||
      offset === undefined ||
      inside.has(instr.args[0]!)
    ) {
      spoil(instr, facts.memory, spoiled);
      continue;
    }
    const cell = facts.memory.elements(instr.args[0]!);
    const accums = found.get(cell) ?? new Map<AccumInstr, number>();
    found.set(cell, accums.set(instr, offset));
    const [first = instr] = accums.keys();
    if (first.args[0] !== instr.args[0]) spoiled.add(cell);
  }
  return [...found]
    .filter(([cell]) => !isAmong(spoiled, cell))
    .flatMap(([, accums]) => windowOf(accums));
}

function windowOf(accums: ReadonlyMap<AccumInstr, number>): Window[] {
  const offsets = [...accums.values()];
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  if (accums.size < 2 || most - least >= maxWidth) return [];
  const [first] = accums.keys();
  return [{ array: first!.args[0]!, accums, least, most }];
}

/** How far the cell is from the one at the loop's index. */
function offsetIn(
  loop: ForInstr,
  accum: AccumInstr,
  { offsets }: Facts,
): number | undefined {
  const at = offsets.of(accum.args[1]!);
  return at.value === loop.regions[0]!.params[0] ? at.offset : undefined;
}

/** All cells that an instruction may read or write, with its regions. */
function spoil(instr: Instr, memory: MemoryView, spoiled: Set<Cell>): void {
  const see = (one: Instr): void => {
    const read = memory.read(one);
    if (read !== undefined) spoiled.add(read);
    // What may read memory without saying where.
    if (one.kind === "opaque" || one.kind === "struct" || one.kind === "slice")
      spoiled.add("all");
    for (const cell of memory.written(one)) spoiled.add(cell);
  };
  see(instr);
  for (const region of instr.regions) eachInstr(region, see);
}

/** What has been added to the cells of a window so far, by offset. */
type Sums = Map<number, Value>;

function carried(
  loop: ForInstr,
  windows: readonly Window[],
  facts: Facts,
): Instr[] {
  const { ids } = facts;
  const [body] = loop.regions as [Region];
  const before = new RegionBuilder(ids, loop.span);
  const inside = new RegionBuilder(ids, loop.span);
  const after = new RegionBuilder(ids, loop.span);
  const all = windows.map((window) => ({
    window,
    sums: new Map<number, Value>(),
    slots: slotsOf(window, loop),
  }));
  const params: Value[] = [];
  for (const { window, sums, slots } of all)
    for (const offset of slots) {
      const param = ids.fresh(num, window.array.hint);
      params.push(param);
      sums.set(offset, param);
    }
  for (const instr of body.body) {
    const owner = all.find(
      ({ window }) => instr.kind === "accum" && window.accums.has(instr),
    );
    if (owner === undefined) inside.emit(instr);
    else addTo(owner.sums, owner.window, instr as AccumInstr, inside);
  }
  const yields: Value[] = [];
  for (const { window, sums, slots } of all) {
    leave(window, sums, loop, inside);
    // In the next trip the same cell is at another offset.
    for (const offset of slots) yields.push(sums.get(offset + loop.step)!);
  }
  const results = params.map(({ hint }) => ids.fresh(num, hint));
  const now = withParts(loop, {
    args: [...loop.args, ...params.map(() => before.constant(0))],
    results: [...loop.results, ...results],
    regions: [
      {
        params: [...body.params, ...params],
        body: inside.body,
        yields: [...body.yields, ...yields],
      },
    ],
  });
  let next = 0;
  for (const { window, slots } of all)
    for (const offset of slots)
      addBehind(window.array, loop, offset, results[next++]!, after, facts);
  return [...before.body, now, ...after.body];
}

/** The offsets at which a trip finds what others have added: all but the one of a cell that it is the first to see. */
function slotsOf({ least, most }: Window, loop: ForInstr): number[] {
  const first = loop.step > 0 ? least : least + 1;
  return Array.from({ length: most - least }, (_, k) => first + k);
}

function addTo(
  sums: Sums,
  window: Window,
  accum: AccumInstr,
  out: RegionBuilder,
): void {
  const offset = window.accums.get(accum)!;
  const sum = sums.get(offset);
  const amount = accum.args[2]!;
  const { hint } = window.array;
  const options = { span: accum.span, ...(hint === undefined ? {} : { hint }) };
  sums.set(
    offset,
    sum === undefined ? amount : out.op("add", [sum, amount], options),
  );
}

/** The cell that no later trip reaches gets its sum. */
function leave(
  window: Window,
  sums: Sums,
  loop: ForInstr,
  out: RegionBuilder,
): void {
  const offset = loop.step > 0 ? window.least : window.most;
  const [last] = [...window.accums].filter(([, one]) => one === offset).at(-1)!;
  out.emit({
    ...last,
    args: [last.args[0]!, last.args[1]!, sums.get(offset)!],
  });
}

/** Where the loop does not run at all, 0 is added. */
function addBehind(
  array: Value,
  loop: ForInstr,
  offset: number,
  sum: Value,
  out: RegionBuilder,
  { offsets }: Facts,
): void {
  // The first index that the loop does not reach, from the bound.
  const beyond = loop.test === "<=" ? 1 : loop.test === ">=" ? -1 : 0;
  const bound = offsets.of(loop.args[1]!);
  const by = beyond + offset;
  const index =
    bound.base === undefined
      ? out.constant(bound.offset + by)
      : by === 0
        ? loop.args[1]!
        : out.op(by > 0 ? "add" : "sub", [
            loop.args[1]!,
            out.constant(Math.abs(by)),
          ]);
  // Proven for the trips of the loop only.
  out.emit({
    kind: "accum",
    inBounds: false,
    ...out.plain([array, index, sum], []),
  });
}
