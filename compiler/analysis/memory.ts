import type {
  CallInstr,
  Func,
  Instr,
  Program,
  Region,
  Value,
} from "../ir/ir.js";
import { bare, isRef, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import {
  type Joins,
  joinsAtCalls,
  joinsInArguments,
  type Place,
  withJoins,
} from "./callAliases.js";
import { callComponents } from "./callGraph.js";
import {
  childOf,
  elements,
  find,
  instantiate,
  lengthCell,
  type MemoryNode,
  newNode,
  reachable,
  unify,
} from "./memoryGraph.js";

/** Which memory each reference of a function may point to, and what each instruction does to it. */
export interface Memory {
  nodeOf(value: Value): MemoryNode;
  /** What a call makes of the callee's nodes: callee node -> node here. Empty inside a recursion (they are the same). */
  callMap(call: CallInstr): (calleeNode: MemoryNode) => MemoryNode;
  /** The cells that an instruction itself writes or reads (not those of the regions it owns). */
  writes(instr: Instr): readonly Cell[];
  reads(instr: Instr): readonly Cell[];
  /** Nodes that may be reached from a parameter or a module-level table. */
  readonly outside: ReadonlySet<MemoryNode>;
}

export interface Cell {
  readonly node: MemoryNode;
  readonly key: string;
}

/**
 * One table for each function of the program. Functions that call each other are analysed together and share nodes;
 * elsewhere every call gets its own copy of the callee's graph, so one helper may serve memory of several kinds.
 *
 * What a caller may pass for two parameters at once is one memory for the callee too: what calls show to be joined is
 * joined from the start of another round, until no call shows more. `entries` are called from outside.
 */
export function analyseMemory(
  funcs: ReadonlyMap<string, Func>,
  entries: Iterable<string>,
): Map<string, Memory> {
  let joins: Joins = new Map();
  for (;;) {
    const tables = analyseRound(funcs, joins);
    const memories = new Map(
      [...tables].map(([name, table]) => [name, finish(table)]),
    );
    const found = withJoins(
      joinsAtCalls(funcs, memories),
      joinsInArguments(entries, funcs, memories),
    );
    if (found.size === 0) return memories;
    joins = withJoins(joins, found);
  }
}

export const entriesOf = ({ entries }: Program): Set<string> =>
  new Set(entries.map(({ func }) => func));

function analyseRound(
  funcs: ReadonlyMap<string, Func>,
  joins: Joins,
): Map<string, Building> {
  const tables = new Map<string, Building>();
  for (const component of callComponents(funcs)) {
    const group = component.map((name) => funcs.get(name)!);
    for (const fn of group) {
      const table = newBuilding(fn);
      tables.set(fn.name, table);
      for (const [a, b] of joins.get(fn.name) ?? [])
        unify(nodeAt(table, a), nodeAt(table, b));
    }
    for (const fn of group) {
      const table = tables.get(fn.name)!;
      eachInstr(fn.body, (instr) =>
        link(instr, table, funcs, tables, component),
      );
      for (const [i, value] of fn.body.yields.entries())
        join(table, value, table.results[i]);
    }
    for (const fn of group) {
      const table = tables.get(fn.name)!;
      eachInstr(fn.body, (instr) => markEffects(instr, table));
    }
  }
  return tables;
}

interface Building {
  readonly fn: Func;
  readonly nodes: Map<Value, MemoryNode>;
  /** Nodes of the function's results, undefined for scalars. */
  readonly results: readonly (MemoryNode | undefined)[];
  readonly globals: Map<string, MemoryNode>;
  readonly calls: Map<CallInstr, (node: MemoryNode) => MemoryNode>;
  readonly callWrites: Map<CallInstr, () => Cell[]>;
  readonly callReads: Map<CallInstr, () => Cell[]>;
}

function newBuilding(fn: Func): Building {
  return {
    fn,
    nodes: new Map(),
    results: fn.results.map((ty) => (isRef(ty) ? nodeFor(ty) : undefined)),
    globals: new Map(),
    calls: new Map(),
    callWrites: new Map(),
    callReads: new Map(),
  };
}

function nodeOf(table: Building, value: Value): MemoryNode {
  let node = table.nodes.get(value);
  if (node === undefined) table.nodes.set(value, (node = nodeFor(value.ty)));
  return find(node);
}

const nodeAt = (table: Building, { param, keys }: Place): MemoryNode =>
  keys.reduce(childOf, nodeOf(table, table.fn.body.params[param]!));

/**
 * A node with children for everything that the type can reach, whether the function looks at it or not: a caller's cells
 * below an object that is only handed on are seen through the callee's graph.
 */
function nodeFor(ty: Ty): MemoryNode {
  const node = newNode();
  const below = (key: string, part: Ty): void => {
    if (isRef(part)) node.children.set(key, nodeFor(part));
  };
  const own = bare(ty);
  if (own.kind === "array") below(elements, own.elem);
  if (own.kind === "record")
    for (const field of own.fields) below(field.name, field.ty);
  return node;
}

function join(
  table: Building,
  value: Value,
  node: MemoryNode | undefined,
): void {
  if (node !== undefined && isRef(value.ty)) unify(nodeOf(table, value), node);
}

function joinValues(
  table: Building,
  a: Value | undefined,
  b: Value | undefined,
): void {
  if (a !== undefined && b !== undefined && isRef(a.ty) && isRef(b.ty))
    unify(nodeOf(table, a), nodeOf(table, b));
}

function joinAll(
  table: Building,
  a: readonly Value[],
  b: readonly Value[],
): void {
  a.forEach((value, i) => joinValues(table, value, b[i]));
}

/** Joins the nodes of references that the instruction makes point to the same objects. */
function link(
  instr: Instr,
  table: Building,
  funcs: ReadonlyMap<string, Func>,
  tables: ReadonlyMap<string, Building>,
  component: readonly string[],
): void {
  const [a, b, c] = instr.args;
  const [result] = instr.results;
  const cell = (key: string, value: Value | undefined): void => {
    if (a !== undefined && value !== undefined && isRef(value.ty))
      unify(childOf(nodeOf(table, a), key), nodeOf(table, value));
  };
  switch (instr.kind) {
    case "op":
      if (instr.op === "select") {
        joinValues(table, result, b);
        joinValues(table, result, c);
      } else joinValues(table, result, a);
      return;
    case "global": {
      if (result === undefined || !isRef(result.ty)) return;
      const name = instr.binding.name;
      if (!table.globals.has(name)) table.globals.set(name, nodeFor(result.ty));
      join(table, result, table.globals.get(name));
      return;
    }
    case "newArray":
      return linkParts(table, result, elements, b === undefined ? [] : [b]);
    case "arrayLit":
      return linkParts(table, result, elements, instr.args);
    case "newRecord": {
      if (result?.ty.kind !== "record") return;
      const fields = result.ty.fields;
      instr.args.forEach((arg, i) =>
        linkParts(table, result, fields[i]!.name, [arg]),
      );
      return;
    }
    case "load":
    case "pop":
      return cell(elements, result);
    case "store":
      return cell(elements, c);
    case "push":
      return cell(elements, b);
    case "getField":
      return cell(instr.field, result);
    case "setField":
      return cell(instr.field, b);
    case "slice":
      // a new array of the same elements
      if (result !== undefined && a !== undefined && isRef(elemTy(a)))
        unify(
          childOf(nodeOf(table, result), elements),
          childOf(nodeOf(table, a), elements),
        );
      return;
    case "subarray":
      return joinValues(table, result, a);
    case "if":
      for (const region of instr.regions)
        joinAll(table, instr.results, region.yields);
      return;
    case "for":
      return linkLoop(
        table,
        instr,
        instr.args.slice(2),
        1,
        instr.breaks ? 1 : 0,
      );
    case "while":
      return linkLoop(table, instr, instr.args, 0, 1);
    case "call":
      return linkCall(instr, table, funcs, tables, component);
    default:
      return;
  }
}

const elemTy = (array: Value): Value["ty"] =>
  array.ty.kind === "array" ? array.ty.elem : array.ty;

function linkParts(
  table: Building,
  owner: Value | undefined,
  key: string,
  parts: readonly Value[],
): void {
  if (owner === undefined) return;
  for (const part of parts) {
    if (isRef(part.ty))
      unify(childOf(nodeOf(table, owner), key), nodeOf(table, part));
  }
}

/** `skipParams`, `skipYields`: how many of the body's parameters and yields are not carried values. */
function linkLoop(
  table: Building,
  instr: Instr,
  inits: readonly Value[],
  skipParams: number,
  skipYields: number,
): void {
  const body = instr.regions[0] as Region;
  joinAll(table, inits, body.params.slice(skipParams));
  joinAll(table, instr.results, body.params.slice(skipParams));
  joinAll(table, instr.results, body.yields.slice(skipYields));
}

function linkCall(
  call: CallInstr,
  table: Building,
  funcs: ReadonlyMap<string, Func>,
  tables: ReadonlyMap<string, Building>,
  component: readonly string[],
): void {
  const callee = tables.get(call.callee);
  const fn = funcs.get(call.callee);
  if (callee === undefined || fn === undefined) return;
  const copies = new Map<MemoryNode, MemoryNode>();
  const isInside = component.includes(call.callee);
  const here = (node: MemoryNode): MemoryNode =>
    isInside ? find(node) : find(instantiate(copies, find(node)));
  table.calls.set(call, here);
  fn.body.params.forEach((param, i) => {
    if (isRef(param.ty))
      join(table, call.args[i]!, here(nodeOf(callee, param)));
  });
  callee.results.forEach((node, i) => {
    if (node !== undefined) join(table, call.results[i]!, here(node));
  });
  // The cells are read off the callee's graph once that is complete.
  const cells = (which: "written" | "read") => (): Cell[] => {
    // Results too: a backward sweep of the callee may read memory that it has handed out.
    const shared = [...fn.body.params, ...fn.body.yields].filter((value) =>
      isRef(value.ty),
    );
    const nodes = reachable(...shared.map((value) => nodeOf(callee, value)));
    return [...nodes].flatMap((node) =>
      [...node[which]].map((key) => ({ node: here(node), key })),
    );
  };
  table.callWrites.set(call, cells("written"));
  table.callReads.set(call, cells("read"));
}

function markEffects(instr: Instr, table: Building): void {
  for (const { node, key } of writesOf(instr, table))
    find(node).written.add(key);
  for (const { node, key } of readsOf(instr, table)) find(node).read.add(key);
}

function writesOf(instr: Instr, table: Building): readonly Cell[] {
  const cell = (...keys: string[]): Cell[] =>
    keys.map((key) => ({ node: nodeOf(table, instr.args[0]!), key }));
  switch (instr.kind) {
    case "store":
      return !instr.inBounds && isGrowable(instr.args[0]!)
        ? cell(elements, lengthCell)
        : cell(elements);
    case "accum":
    case "product":
      return cell(elements);
    case "setField":
    case "accumField":
      return cell(instr.field);
    case "push":
    case "pop":
    case "setLength":
      return cell(elements, lengthCell);
    case "struct":
      return instr.what === "addSeed" ? cell(elements) : [];
    case "call":
      return table.callWrites.get(instr)?.() ?? [];
    default:
      return [];
  }
}

export const isGrowable = (array: Value): boolean =>
  array.ty.kind === "array" && array.ty.store === "js";

function readsOf(instr: Instr, table: Building): readonly Cell[] {
  const cell = (...keys: string[]): Cell[] =>
    keys.map((key) => ({ node: nodeOf(table, instr.args[0]!), key }));
  switch (instr.kind) {
    case "load":
      return cell(elements);
    case "slice":
    case "pop":
      return cell(elements, lengthCell);
    case "length":
      return cell(lengthCell);
    case "product":
      return [0, 4, 8].map((at) => ({
        node: nodeOf(table, instr.args[at]!),
        key: elements,
      }));
    case "getField":
      return cell(instr.field);
    case "call":
      return table.callReads.get(instr)?.() ?? [];
    default:
      return [];
  }
}

function finish(table: Building): Memory {
  const roots = [
    ...table.fn.body.params
      .filter((param) => isRef(param.ty))
      .map((param) => nodeOf(table, param)),
    ...table.globals.values(),
  ];
  const outside = reachable(...roots);
  return {
    nodeOf: (value) => nodeOf(table, value),
    callMap: (call) => table.calls.get(call) ?? ((node) => node),
    writes: (instr) => writesOf(instr, table),
    reads: (instr) => readsOf(instr, table),
    outside,
  };
}
