import type { CallInstr, Func, Instr, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import {
  type Joins,
  joinsAtCalls,
  joinsInArguments,
  withJoins,
} from "./callAliases.js";
import { callComponents } from "./callGraph.js";
import { type Cell, markEffects, readsOf, writesOf } from "./memoryEffects.js";
import { type MemoryNode, reachable, unify } from "./memoryGraph.js";
import { link } from "./memoryLinks.js";
import {
  type Building,
  join,
  newBuilding,
  nodeAt,
  nodeOf,
} from "./memoryTable.js";
import type { Program } from "../ir/program.js";

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
