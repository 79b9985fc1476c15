import type { Func, Instr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  mapKept,
  withRegions,
} from "../ir/visit.js";
import { type Cell, isAmong, type MemoryView, memoryOf } from "./writes.js";
import type { AccumInstr } from "../ir/memoryInstrs.js";

/**
 * What `y[i] += e` leaves in a backward sweep: the slope is taken out of the shadow's cell and given back to it.
 *
 *     const t = by[i]; by[i] = 0; ...; by[i] += t;
 *
 * Both writes go, where nothing between them reads such a cell or stores into one. What is added there meanwhile is added
 * to t instead of 0. Where it is not t itself that is given, and nothing is added meanwhile, the addition is to 0: one
 * store does for both.
 */
export function dropGiveBacks(fn: Func): Func {
  const memory = memoryOf(fn);
  const zeros = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && instr.value === 0)
      zeros.add(instr.results[0]!);
  });
  const walk = (region: Region): Region => {
    const spared = edited(region.body, spareWrites(region.body, memory, zeros));
    const body = mapKept(spared, (instr) => withRegions(instr, walk));
    return keptBody(region, body);
  };
  return keptFunc(fn, walk(fn.body));
}

/** What becomes of an instruction; undefined: it goes. */
type Edits = ReadonlyMap<Instr, Instr | undefined>;

function edited(body: readonly Instr[], edits: Edits): readonly Instr[] {
  if (edits.size === 0) return body;
  return body.flatMap((instr) =>
    edits.has(instr) ? (edits.get(instr) ?? []) : instr,
  );
}

interface Taken {
  readonly load: Instr;
  /** Where 0 was stored. */
  readonly clear?: Instr;
  /** Has something been added since to such a cell? */
  readonly isAddedTo?: boolean;
}

function spareWrites(
  body: readonly Instr[],
  memory: MemoryView,
  zeros: ReadonlySet<Value>,
): Edits {
  const edits = new Map<Instr, Instr | undefined>();
  const taken = new Map<Cell, Taken>();
  for (const instr of body) {
    const cell =
      instr.kind === "accum" || instr.kind === "store"
        ? memory.elements(instr.args[0]!)
        : undefined;
    const open = cell === undefined ? undefined : taken.get(cell);
    if (
      instr.kind === "store" &&
      open !== undefined &&
      open.clear === undefined &&
      clears(instr, open.load, zeros)
    ) {
      taken.set(cell!, { ...open, clear: instr });
      continue;
    }
    if (instr.kind === "accum") {
      if (open === undefined) continue;
      const { load, clear } = open;
      const isBack = clear !== undefined && isSamePlace(instr, load);
      if (isBack && instr.args[2] === load.results[0])
        edits.set(clear, undefined).set(instr, undefined);
      else if (isBack && open.isAddedTo !== true && cannotGrow(instr))
        edits.set(clear, undefined).set(instr, { ...instr, kind: "store" });
      else if (clear !== undefined) {
        taken.set(cell!, { ...open, isAddedTo: true });
        continue;
      }
      taken.delete(cell!);
      continue;
    }
    const touched = touches(instr, memory);
    for (const one of [...taken.keys()])
      if (isAmong(touched, one)) taken.delete(one);
    if (instr.kind === "load") taken.set(memory.read(instr)!, { load: instr });
  }
  return edits;
}

const isSamePlace = (a: Instr, b: Instr): boolean =>
  a.args[0] === b.args[0] && a.args[1] === b.args[1];

/** A store outside an array may make it longer; an addition does nothing there. */
function cannotGrow(accum: AccumInstr): boolean {
  const { ty } = accum.args[0]!;
  return accum.inBounds || (ty.kind === "array" && ty.store !== "js");
}

const clears = (
  store: Instr,
  load: Instr,
  zeros: ReadonlySet<Value>,
): boolean => isSamePlace(store, load) && zeros.has(store.args[2]!);

/** The cells that an instruction reads or writes, with its regions. */
function touches(instr: Instr, memory: MemoryView): Set<Cell> {
  const cells = new Set<Cell>();
  const see = (one: Instr): void => {
    const read = memory.read(one);
    if (read !== undefined) cells.add(read);
    // What reads memory without saying where.
    if (
      one.kind === "opaque" ||
      one.kind === "struct" ||
      one.kind === "slice" ||
      one.kind === "call"
    )
      cells.add("all");
    for (const cell of memory.written(one)) cells.add(cell);
  };
  see(instr);
  for (const region of instr.regions) eachInstr(region, see);
  return cells;
}
