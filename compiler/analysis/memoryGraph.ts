/**
 * Abstract memory: a node stands for a set of objects that the analysis does not tell apart. Two references with
 * different nodes never point to the same object (the entry checks its parameters for overlap where that matters).
 * Nodes are joined, never split (Steensgaard's analysis), with one child for each field and one for all elements.
 */
export interface MemoryNode {
  /** Creation order, for stable iteration. */
  readonly id: number;
  parent: MemoryNode | undefined;
  children: Map<string, MemoryNode>;
  /** Cells that some instruction writes: field names, "[]" for elements, "length" where the array grows or shrinks, or a table gets keys. */
  written: Set<string>;
  read: Set<string>;
}

export const elements = "[]";
export const lengthCell = "length";

let created = 0;
// The counter only orders nodes that were made in one run; nothing printed depends on its value.
export function newNode(): MemoryNode {
  return {
    id: created++,
    parent: undefined,
    children: new Map(),
    written: new Set(),
    read: new Set(),
  };
}

export function find(node: MemoryNode): MemoryNode {
  let root = node;
  while (root.parent !== undefined) root = root.parent;
  while (node.parent !== undefined) {
    const next: MemoryNode = node.parent;
    if (next !== root) node.parent = root;
    node = next;
  }
  return root;
}

/** What a cell of the node points to. */
export function childOf(node: MemoryNode, key: string): MemoryNode {
  const root = find(node);
  let child = root.children.get(key);
  if (child === undefined) root.children.set(key, (child = newNode()));
  return find(child);
}

export function unify(a: MemoryNode, b: MemoryNode): MemoryNode {
  const kept = find(a);
  const gone = find(b);
  if (kept === gone) return kept;
  gone.parent = kept;
  for (const key of gone.written) kept.written.add(key);
  for (const key of gone.read) kept.read.add(key);
  const pairs = [...gone.children];
  gone.children = new Map();
  for (const [key, child] of pairs) {
    // A recursive call may have joined `kept` into another node meanwhile.
    const into = find(kept);
    const own = into.children.get(key);
    if (own === undefined) into.children.set(key, child);
    else unify(own, child);
  }
  return find(kept);
}

/** The node and all that can be reached from it. */
export function reachable(...from: readonly MemoryNode[]): Set<MemoryNode> {
  const seen = new Set<MemoryNode>();
  const walk = (node: MemoryNode): void => {
    const root = find(node);
    if (seen.has(root)) return;
    seen.add(root);
    for (const child of root.children.values()) walk(child);
  };
  for (const node of from) walk(node);
  return seen;
}

/** A fresh copy of the graph below some nodes: what a call sees of its callee's memory. */
export function instantiate(
  copies: Map<MemoryNode, MemoryNode>,
  node: MemoryNode,
): MemoryNode {
  const root = find(node);
  const known = copies.get(root);
  if (known !== undefined) return known;
  const copy = newNode();
  copies.set(root, copy);
  copy.written = new Set(root.written);
  copy.read = new Set(root.read);
  for (const [key, child] of root.children)
    copy.children.set(key, instantiate(copies, child));
  return copy;
}
