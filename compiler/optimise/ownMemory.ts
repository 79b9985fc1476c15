import { analyseMemory, type Memory } from "../analysis/memory.js";
import { find, type MemoryNode, reachable } from "../analysis/memoryGraph.js";
import type { Func, Instr, StructInstr, Value } from "../ir/ir.js";
import { bare, isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";

/** Tells the memory that a function has made apart by its number; undefined: it may be anything that is not numbered. */
export type OwnMemory = (reference: Value) => number | undefined;

/**
 * Structures that a function has made and shows to nobody else while it runs, a shadow above all: an addition to a field of
 * the shadow leaves the same field of the argument as it was. What is linked by references is one piece of memory here;
 * one that a parameter, a call, carried source or a tape from elsewhere leads to is not the function's own.
 */
export function ownMemory(fn: Func): OwnMemory {
  if (!hasStructures(fn)) return () => undefined;
  const memory = analyseMemory(new Map([[fn.name, fn]]), []).get(fn.name)!;
  const pieces = newPieces(memory);
  const isPaired = pairedFrames(fn);
  for (const param of fn.body.params) pieces.share(param);
  eachInstr(fn.body, (instr) => {
    for (const value of [...instr.args, ...instr.results]) pieces.see(value);
    for (const value of sharedBy(instr, isPaired)) pieces.share(value);
  });
  return pieces.numberOf;
}

/** Arrays of numbers under one name are seen to by privateArrays.ts. */
function hasStructures(fn: Func): boolean {
  let isFound = false;
  eachInstr(fn.body, ({ kind, results }) => {
    for (const { ty } of results) {
      const own = bare(ty);
      isFound ||=
        own.kind === "record" ||
        (own.kind === "array" && (isRef(own.elem) || handsOn.has(kind)));
    }
  });
  return isFound;
}

const handsOn: ReadonlySet<string> = new Set<Instr["kind"]>([
  "for",
  "while",
  "if",
  "tapePop",
]);

/** Frames of the tape that are pushed and popped in the function: what is popped is what was pushed. */
function pairedFrames(fn: Func): (frame: number) => boolean {
  const pushed = new Set<number>();
  const popped = new Set<number>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "tapePush" && instr.frame !== undefined)
      pushed.add(instr.frame);
    if (instr.kind === "tapePop" && instr.frame !== undefined)
      popped.add(instr.frame);
  });
  return (frame) => pushed.has(frame) && popped.has(frame);
}

/** References that an instruction takes from elsewhere, or shows to somebody who goes on using them. */
function sharedBy(
  instr: Instr,
  isPaired: (frame: number) => boolean,
): readonly Value[] {
  switch (instr.kind) {
    case "call":
    case "opaque":
    case "global":
      return [...instr.args, ...instr.results];
    case "tapePush":
    case "tapePop":
      return instr.frame !== undefined && isPaired(instr.frame)
        ? []
        : [...instr.args, ...instr.results];
    case "struct":
      return sharedByStruct(instr);
    default:
      return [];
  }
}

function sharedByStruct(instr: StructInstr): readonly Value[] {
  switch (instr.what) {
    case "copy":
    case "apart":
    case "zeros":
    case "seed":
    // The caller's value for the gradient is apart from all else, since it is cleared on entry.
    case "shadowIn":
    // The last thing that is done with a shadow.
    case "gradOf":
    case "deliver":
      return [];
    default:
      return [...instr.args, ...instr.results];
  }
}

function newPieces(memory: Memory): {
  see(value: Value): void;
  share(value: Value): void;
  readonly numberOf: OwnMemory;
} {
  const above = new Map<MemoryNode, MemoryNode>();
  const shared = new Set<MemoryNode>();
  const top = (node: MemoryNode): MemoryNode => {
    let one = find(node);
    for (let next = above.get(one); next !== undefined; next = above.get(one))
      one = next;
    return one;
  };
  const see = (value: Value): void => {
    if (!isRef(value.ty)) return;
    const node = memory.nodeOf(value);
    for (const other of reachable(node)) {
      const [a, b] = [top(node), top(other)];
      if (a === b) continue;
      above.set(b, a);
      if (shared.has(b)) shared.add(a);
    }
  };
  return {
    see,
    share: (value) => {
      if (!isRef(value.ty)) return;
      see(value);
      shared.add(top(memory.nodeOf(value)));
    },
    numberOf: (reference) => {
      const piece = top(memory.nodeOf(reference));
      return shared.has(piece) ? undefined : piece.id;
    },
  };
}
