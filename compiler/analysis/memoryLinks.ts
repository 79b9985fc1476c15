import type { CallInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import type { Cell } from "./memoryEffects.js";
import {
  childOf,
  elements,
  find,
  instantiate,
  type MemoryNode,
  reachable,
  unify,
} from "./memoryGraph.js";
import {
  type Building,
  join,
  joinAll,
  joinValues,
  nodeFor,
  nodeOf,
} from "./memoryTable.js";

/** Joins the nodes of references that the instruction makes point to the same objects. */
export function link(
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
    case "newTable":
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
    case "tapePush":
      return linkSaved(table, instr.frame, instr.args.slice(1));
    case "tapePop":
      return linkSaved(table, instr.frame, instr.results);
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

/** What is popped from a frame is what was pushed there. */
function linkSaved(
  table: Building,
  frame: number | undefined,
  values: readonly Value[],
): void {
  if (frame === undefined) return;
  values.forEach((value, place) => {
    if (!isRef(value.ty)) return;
    const key = `${frame} ${place}`;
    const known = table.saved.get(key);
    if (known === undefined) table.saved.set(key, nodeOf(table, value));
    else join(table, value, known);
  });
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
