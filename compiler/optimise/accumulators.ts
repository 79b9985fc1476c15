import type { Ids } from "../ir/builder.js";
import { RegionBuilder } from "../ir/builder.js";
import type { AccumInstr, ForInstr, Func, Instr, Region, Value, WhileInstr } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { eachInstr, withParts } from "../ir/visit.js";
import { privateArrays } from "./privateArrays.js";
import { rewrite } from "./rewrite.js";
import { type Cell, isAmong, type MemoryView, memoryView } from "./writes.js";

/**
 * A loop that adds to one and the same cell of an array of the derivative's in every trip, and does nothing else to that
 * array, adds to a local instead, which goes into the cell once, behind the loop: a cell costs four times as much. Inner
 * loops first, since what they leave behind may be the outer loop's.
 */
export function keepAccumulators(fn: Func): Func {
  const memory = memoryView(privateArrays(fn));
  return rewrite(fn, {
    instr: (instr, ids) => {
      if (instr.kind !== "for" && instr.kind !== "while") return undefined;
      const groups = constantPlaces(instr, memory);
      return groups.length === 0 ? undefined : { instrs: withLocals(instr, groups, ids) };
    },
  });
}

/** The additions to one place. */
type Group = readonly AccumInstr[];

function constantPlaces(loop: Instr, memory: MemoryView): Group[] {
  const [body] = loop.regions as [Region];
  const inside = new Set<Value>(body.params);
  const groups = new Map<Cell, AccumInstr[]>();
  const spoiled = new Set<Cell>();
  for (const instr of body.body) {
    for (const result of instr.results) inside.add(result);
    if (instr.kind !== "accum") {
      spoil(instr, memory, spoiled);
      continue;
    }
    const [array, index] = instr.args as [Value, Value];
    const cell = memory.elements(array);
    const group = groups.get(cell) ?? [];
    groups.set(cell, [...group, instr]);
    const [first = instr] = group;
    if (inside.has(array) || inside.has(index) || !isSamePlace(instr, first)) spoiled.add(cell);
  }
  return [...groups].filter(([cell]) => !isAmong(spoiled, cell)).map(([, group]) => group);
}

const isSamePlace = (a: Instr, b: Instr): boolean => a.args[0] === b.args[0] && a.args[1] === b.args[1];

/** All cells that an instruction may read or write, with its regions. */
function spoil(instr: Instr, memory: MemoryView, spoiled: Set<Cell>): void {
  const see = (one: Instr): void => {
    const read = memory.read(one);
    if (read !== undefined) spoiled.add(read);
    // What may read memory without saying where.
    if (one.kind === "opaque" || one.kind === "struct" || one.kind === "slice") spoiled.add("all");
    for (const cell of memory.written(one)) spoiled.add(cell);
  };
  see(instr);
  for (const region of instr.regions) eachInstr(region, see);
}

function withLocals(loop: ForInstr | WhileInstr, groups: readonly Group[], ids: Ids): Instr[] {
  const [body] = loop.regions as [Region];
  const before = new RegionBuilder(ids, loop.span);
  const after = new RegionBuilder(ids, loop.span);
  const locals = new Map<Instr, number>();
  groups.forEach((group, k) => group.forEach((accum) => locals.set(accum, k)));
  const hints = groups.map(([first]) => first!.args[0]!.hint);
  const fresh = (k: number): Value => ids.fresh(num, hints[k]);
  const params = groups.map((_, k) => fresh(k));
  const sums = [...params];
  const instrs = body.body.map((instr): Instr => {
    const k = locals.get(instr);
    if (k === undefined) return instr;
    const sum = fresh(k);
    const op: Instr = { kind: "op", op: "add", args: [sums[k]!, instr.args[2]!], results: [sum], regions: [], span: instr.span };
    sums[k] = sum;
    return op;
  });
  const results = groups.map((_, k) => fresh(k));
  groups.forEach(([first], k) => {
    const [array, index] = first!.args as [Value, Value];
    // The loop may not run at all: the index is proven for its trips only.
    after.emit({ kind: "accum", inBounds: false, ...after.plain([array, index, results[k]!], []) });
  });
  const inner: Region = {
    params: [...body.params, ...params],
    body: instrs,
    yields: [...body.yields, ...sums],
  };
  const args = [...loop.args, ...groups.map(() => before.constant(0))];
  const now = withParts(loop, { args, results: [...loop.results, ...results], regions: [inner] });
  return [...before.body, now, ...after.body];
}
