import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr, withParts } from "../ir/visit.js";
import { privateArrays } from "./privateArrays.js";
import { type Cell, isAmong, type MemoryView, memoryView } from "./writes.js";

/**
 * What `y[i] += e` leaves in a backward sweep: the slope is taken out of the shadow's cell and given back to it.
 *
 *     const t = by[i]; by[i] = 0; ...; by[i] += t;
 *
 * Both writes go, where nothing between them reads such a cell or stores into one. What is added there meanwhile is added
 * to t instead of 0.
 */
export function dropGiveBacks(fn: Func): Func {
  const memory = memoryView(privateArrays(fn));
  const zeros = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && instr.value === 0) zeros.add(instr.results[0]!);
  });
  const walk = (region: Region): Region => ({
    ...region,
    body: without(region.body, spareWrites(region.body, memory, zeros)).map((instr) =>
      instr.regions.length === 0 ? instr : withParts(instr, { regions: instr.regions.map(walk) }),
    ),
  });
  return { ...fn, body: walk(fn.body) };
}

const without = (body: readonly Instr[], spare: ReadonlySet<Instr>): readonly Instr[] =>
  spare.size === 0 ? body : body.filter((instr) => !spare.has(instr));

interface Taken {
  readonly load: Instr;
  /** Where 0 was stored. */
  readonly clear?: Instr;
}

function spareWrites(body: readonly Instr[], memory: MemoryView, zeros: ReadonlySet<Value>): Set<Instr> {
  const spare = new Set<Instr>();
  const taken = new Map<Cell, Taken>();
  for (const instr of body) {
    const cell = instr.kind === "accum" || instr.kind === "store" ? memory.elements(instr.args[0]!) : undefined;
    const open = cell === undefined ? undefined : taken.get(cell);
    if (instr.kind === "store" && open !== undefined && open.clear === undefined && clears(instr, open.load, zeros)) {
      taken.set(cell!, { ...open, clear: instr });
      continue;
    }
    if (instr.kind === "accum") {
      if (open?.clear !== undefined && isSamePlace(instr, open.load) && instr.args[2] === open.load.results[0]) {
        spare.add(open.clear).add(instr);
        taken.delete(cell!);
      } else if (open !== undefined && open.clear === undefined) taken.delete(cell!);
      continue;
    }
    const touched = touches(instr, memory);
    for (const one of [...taken.keys()]) if (isAmong(touched, one)) taken.delete(one);
    if (instr.kind === "load") taken.set(memory.read(instr)!, { load: instr });
  }
  return spare;
}

const isSamePlace = (a: Instr, b: Instr): boolean => a.args[0] === b.args[0] && a.args[1] === b.args[1];

const clears = (store: Instr, load: Instr, zeros: ReadonlySet<Value>): boolean =>
  isSamePlace(store, load) && zeros.has(store.args[2]!);

/** The cells that an instruction reads or writes, with its regions. */
function touches(instr: Instr, memory: MemoryView): Set<Cell> {
  const cells = new Set<Cell>();
  const see = (one: Instr): void => {
    const read = memory.read(one);
    if (read !== undefined) cells.add(read);
    // What reads memory without saying where.
    if (one.kind === "opaque" || one.kind === "struct" || one.kind === "slice" || one.kind === "call") cells.add("all");
    for (const cell of memory.written(one)) cells.add(cell);
  };
  see(instr);
  for (const region of instr.regions) eachInstr(region, see);
  return cells;
}
