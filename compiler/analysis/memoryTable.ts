import type { CallInstr, Func, Value } from "../ir/ir.js";
import { bare, isRef, type Ty } from "../ir/types.js";
import type { Place } from "./callAliases.js";
import type { Cell } from "./memoryEffects.js";
import {
  childOf,
  elements,
  find,
  type MemoryNode,
  newNode,
  unify,
} from "./memoryGraph.js";

/** The table of one function while its nodes are being joined. */
export interface Building {
  readonly fn: Func;
  readonly nodes: Map<Value, MemoryNode>;
  /** Nodes of the function's results, undefined for scalars. */
  readonly results: readonly (MemoryNode | undefined)[];
  readonly globals: Map<string, MemoryNode>;
  /** What a place in a frame of the tape leads to, by the numbers of both. */
  readonly saved: Map<string, MemoryNode>;
  readonly calls: Map<CallInstr, (node: MemoryNode) => MemoryNode>;
  readonly callWrites: Map<CallInstr, () => Cell[]>;
  readonly callReads: Map<CallInstr, () => Cell[]>;
}

export function newBuilding(fn: Func): Building {
  return {
    fn,
    nodes: new Map(),
    results: fn.results.map((ty) => (isRef(ty) ? nodeFor(ty) : undefined)),
    globals: new Map(),
    saved: new Map(),
    calls: new Map(),
    callWrites: new Map(),
    callReads: new Map(),
  };
}

export function nodeOf(table: Building, value: Value): MemoryNode {
  let node = table.nodes.get(value);
  if (node === undefined) table.nodes.set(value, (node = nodeFor(value.ty)));
  return find(node);
}

export const nodeAt = (table: Building, { param, keys }: Place): MemoryNode =>
  keys.reduce(childOf, nodeOf(table, table.fn.body.params[param]!));

/**
 * A node with children for everything that the type can reach, whether the function looks at it or not: a caller's cells
 * below an object that is only handed on are seen through the callee's graph.
 */
export function nodeFor(
  ty: Ty,
  made: Map<Ty, MemoryNode> = new Map(),
): MemoryNode {
  const own = bare(ty);
  const known = made.get(own);
  if (known !== undefined) return known;
  const node = newNode();
  // a tree is one node: all that hangs below it may hang anywhere in it
  if (own.kind === "record" && own.recursive) made.set(own, node);
  const below = (key: string, part: Ty): void => {
    if (isRef(part)) node.children.set(key, nodeFor(part, made));
  };
  if (own.kind === "array" || own.kind === "table") below(elements, own.elem);
  if (own.kind === "record")
    for (const field of own.fields) below(field.name, field.ty);
  return node;
}

export function join(
  table: Building,
  value: Value,
  node: MemoryNode | undefined,
): void {
  if (node !== undefined && isRef(value.ty)) unify(nodeOf(table, value), node);
}

export function joinValues(
  table: Building,
  a: Value | undefined,
  b: Value | undefined,
): void {
  if (a !== undefined && b !== undefined && isRef(a.ty) && isRef(b.ty))
    unify(nodeOf(table, a), nodeOf(table, b));
}

export function joinAll(
  table: Building,
  a: readonly Value[],
  b: readonly Value[],
): void {
  a.forEach((value, i) => joinValues(table, value, b[i]));
}
