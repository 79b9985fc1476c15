import type { Func, Instr } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { firstStores } from "./firstStores.js";
import type { Memory } from "./memory.js";
import { find, lengthCell, type MemoryNode } from "./memoryGraph.js";
import { type Spares, sparing } from "./overwrites.js";
import { mayRunAfter, type Positions } from "./positions.js";

/**
 * How the backward sweep gets at memory that the forward sweep has overwritten. For each node either every write is
 * undone in the backward sweep, so that a load can be repeated at its mirrored point, or the loaded values are saved.
 */
export interface Reload {
  /** Does the backward sweep put back what writes to this memory replaced? */
  isUndone(node: MemoryNode): boolean;
  /** Did the store replace something that nobody had seen? That is not put back. */
  isFirst(instr: Instr): boolean;
  /** May the load be repeated anywhere in the backward sweep of its own region? */
  canRepeat(instr: Instr): boolean;
}

interface Facts {
  readonly memory: Memory;
  readonly positions: Positions;
  readonly spares: Spares;
  readonly isSplit: boolean;
}

interface Access {
  readonly instr: Instr;
  readonly node: MemoryNode;
  readonly key: string;
}

/**
 * `wanted`: loads whose values the backward sweep might ask for; left out: all. `isSplit`: forward and backward sweep are two functions,
 * so that the caller may rely on memory from outside being put back.
 */
export function planReloads(
  fn: Func,
  memory: Memory,
  positions: Positions,
  isSplit: boolean,
  wanted?: ReadonlySet<Instr>,
): Reload {
  const first = firstStores(fn, positions);
  const spares = sparing(fn, memory, positions);
  const { writes, reads } = accesses(fn, memory, first);
  const undone = new Set<MemoryNode>();
  for (const node of new Set(writes.map((write) => write.node))) {
    const mine = writes.filter((write) => write.node === node);
    const asked = reads.filter(
      (read) =>
        read.instr.kind === "call" ||
        wanted === undefined ||
        wanted.has(read.instr),
    );
    if (mustUndo(node, mine, asked, { memory, positions, spares, isSplit }))
      undone.add(node);
  }
  const canRepeat = (instr: Instr): boolean =>
    memory.reads(instr).every(({ node, key }) => {
      const root = find(node);
      const writers = writes.filter(
        (write) =>
          write.node === root &&
          write.key === key &&
          !spares(write.instr, instr),
      );
      if (undone.has(root))
        return !writers.some((write) =>
          standsAfterInRegion(positions, write.instr, instr),
        );
      return !writers.some((write) =>
        mayRunAfter(positions, write.instr, instr),
      );
    });
  return {
    isUndone: (node) => undone.has(find(node)),
    isFirst: (instr) => first.has(instr),
    canRepeat,
  };
}

function accesses(
  fn: Func,
  memory: Memory,
  first: ReadonlySet<Instr>,
): { writes: Access[]; reads: Access[] } {
  const writes: Access[] = [];
  const reads: Access[] = [];
  eachInstr(fn.body, (instr) => {
    if (!first.has(instr))
      for (const { node, key } of memory.writes(instr))
        writes.push({ instr, node: find(node), key });
    for (const { node, key } of memory.reads(instr))
      reads.push({ instr, node: find(node), key });
  });
  return { writes, reads };
}

function mustUndo(
  node: MemoryNode,
  writes: readonly Access[],
  reads: readonly Access[],
  { memory, positions, spares, isSplit }: Facts,
): boolean {
  if (memory.outside.has(node) && (isSplit || writes.some(changesShape)))
    return true;
  const overwritten = reads.filter(
    (read) =>
      read.node === node &&
      writes.some(
        (write) =>
          write.key === read.key &&
          mayRunAfter(positions, write.instr, read.instr) &&
          !spares(write.instr, read.instr),
      ),
  );
  if (overwritten.length === 0) return false;
  if (overwritten.some((read) => read.instr.kind === "call")) return true;
  // A load with a write behind it in its own region is saved in any case.
  const repeatable = overwritten.filter(
    (read) =>
      !writes.some(
        (write) =>
          write.key === read.key &&
          standsAfterInRegion(positions, write.instr, read.instr) &&
          !spares(write.instr, read.instr),
      ),
  );
  // Cheaper by a guess at how often each runs: a loop runs eight times.
  const weight = (access: Access): number => 8 ** positions.depth(access.instr);
  const sum = (all: readonly Access[]): number =>
    all.reduce((total, one) => total + weight(one), 0);
  return sum(writes) < sum(repeatable);
}

/**
 * Does the write change what memory hangs together, not only a number in it? The shadow changes with it, and a gradient
 * is reported along the shape that the argument came with.
 */
function changesShape({ instr, key }: Access): boolean {
  if (key === lengthCell || instr.kind === "push" || instr.kind === "pop")
    return true;
  return (
    (instr.kind === "store" || instr.kind === "setField") &&
    isRef(instr.args.at(-1)!.ty)
  );
}

/** Does `later` (or something that owns it) stand behind `earlier` in the region of `earlier`? */
function standsAfterInRegion(
  positions: Positions,
  later: Instr,
  earlier: Instr,
): boolean {
  const own = positions.path(earlier).at(-1)!;
  const step = positions
    .path(later)
    .find(({ region }) => region === own.region);
  return step !== undefined && step.index > own.index;
}
