import type { Func, Instr, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Memory } from "./memory.js";
import { find, type MemoryNode, reachable } from "./memoryGraph.js";

/** Where the arrays of a node are made. */
export interface Makings {
  /** All places; undefined where some may come from elsewhere. */
  placesOf(array: Value): readonly Value[] | undefined;
  isMadeHere(node: MemoryNode): boolean;
  /** From a callee, a module-level table, an object that is copied as a whole; parameters are not meant. */
  isFromElsewhere(node: MemoryNode): boolean;
}

/**
 * Where all arrays of a node are made: the rows of `Array.from({ length: r }, () => new Array(c))`, the arrays in the
 * fields of objects that are made here. Undefined where some may come from elsewhere: from a parameter, from a callee,
 * from an object that is copied as a whole.
 */
export function makingsOf(fn: Func, memory: Memory): Makings {
  const made = new Map<MemoryNode, Value[]>();
  const unknown = new Set<MemoryNode>();
  const outside = new Set<MemoryNode>([...memory.outside].map(find));
  const give = (from: Iterable<MemoryNode>): void => {
    for (const node of from) unknown.add(find(node));
  };
  eachInstr(fn.body, (instr) => {
    if (makesArray(instr)) {
      const [result] = instr.results as [Value];
      const node = find(memory.nodeOf(result));
      made.set(node, [...(made.get(node) ?? []), result]);
      return;
    }
    if (comesFromElsewhere(instr))
      for (const result of instr.results)
        if (isRef(result.ty)) give(reachable(memory.nodeOf(result)));
    if (instr.kind !== "call") return;
    // what a callee puts into memory of its caller
    for (const { node, key } of memory.writes(instr)) {
      const put = find(node).children.get(key);
      if (put !== undefined) give(reachable(put));
    }
  });
  return {
    placesOf: (array) => {
      const node = find(memory.nodeOf(array));
      const isKnown = !unknown.has(node) && !outside.has(node);
      return isKnown ? made.get(node) : undefined;
    },
    isMadeHere: (node) => made.has(find(node)),
    isFromElsewhere: (node) => unknown.has(find(node)),
  };
}

export const makesArray = ({ kind, results }: Instr): boolean =>
  (kind === "newArray" ||
    kind === "arrayLit" ||
    kind === "slice" ||
    kind === "subarray") &&
  results[0]?.ty.kind === "array";

const comesFromElsewhere = ({ kind }: Instr): boolean =>
  kind === "call" ||
  kind === "struct" ||
  kind === "global" ||
  kind === "opaque" ||
  kind === "tapePop";
