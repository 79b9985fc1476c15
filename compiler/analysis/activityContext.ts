import type { CallInstr, Func, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import type { Memory } from "./memory.js";
import { find, type MemoryNode, reachable } from "./memoryGraph.js";

/** Cells of memory: for each node the keys of its cells. */
export type Cells = Map<MemoryNode, Set<string>>;

/** A function and the set of its inputs that vary; the sets grow until nothing changes. */
export interface ActivityContext {
  readonly key: string;
  readonly fn: Func;
  readonly memory: Memory;
  readonly isEntry: boolean;
  readonly varied: Set<Value>;
  readonly useful: Set<Value>;
  readonly variedCells: Cells;
  readonly usefulCells: Cells;
  readonly calls: Map<CallInstr, ActivityContext>;
  readonly shadowMemo: Map<MemoryNode, boolean>;
}

export function addCell(cells: Cells, node: MemoryNode, key: string): boolean {
  const root = find(node);
  const keys = cells.get(root);
  if (keys === undefined) cells.set(root, new Set([key]));
  else if (keys.has(key)) return false;
  else keys.add(key);
  return true;
}

export const hasCell = (cells: Cells, node: MemoryNode, key: string): boolean =>
  cells.get(find(node))?.has(key) ?? false;

/** Memory that a function shares with its callers. */
export function sharedNodes(fn: Func, memory: Memory): Set<MemoryNode> {
  const refs = [...fn.body.params, ...fn.body.yields].filter((value) =>
    isRef(value.ty),
  );
  return reachable(...refs.map((value) => memory.nodeOf(value)));
}
