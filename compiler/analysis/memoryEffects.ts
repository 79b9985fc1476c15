import type { Instr, Value } from "../ir/ir.js";
import { elements, find, lengthCell, type MemoryNode } from "./memoryGraph.js";
import { type Building, nodeOf } from "./memoryTable.js";

/** The elements, the length or one field of whatever lies at a node. */
export interface Cell {
  readonly node: MemoryNode;
  readonly key: string;
}

export function markEffects(instr: Instr, table: Building): void {
  for (const { node, key } of writesOf(instr, table))
    find(node).written.add(key);
  for (const { node, key } of readsOf(instr, table)) find(node).read.add(key);
}

export function writesOf(instr: Instr, table: Building): readonly Cell[] {
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

/** A plain array gets an element with a store at its length, a table a key. */
export const isGrowable = ({ ty }: Value): boolean =>
  ty.kind === "table" || (ty.kind === "array" && ty.store === "js");

export function readsOf(instr: Instr, table: Building): readonly Cell[] {
  const cell = (...keys: string[]): Cell[] =>
    keys.map((key) => ({ node: nodeOf(table, instr.args[0]!), key }));
  switch (instr.kind) {
    case "load":
      return cell(elements);
    case "slice":
    case "pop":
      return cell(elements, lengthCell);
    case "length":
    case "keys":
    case "has":
      return cell(lengthCell, ...fieldsOf(instr.args[0]!));
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

/** Where a field that may be left out is given a value, there is a key more. */
const fieldsOf = ({ ty }: Value): string[] =>
  ty.kind === "record" ? ty.fields.map((field) => field.name) : [];
