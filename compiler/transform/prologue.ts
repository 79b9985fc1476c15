import type { Activity } from "../analysis/activity.js";
import { find, type MemoryNode, reachable } from "../analysis/memoryGraph.js";
import { isTreeShaped } from "../analysis/treeShaped.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { Instr, Param, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { bare, isRef, sameTy, type Ty } from "../ir/types.js";

/**
 * How a derivative function begins: the parameters it declares, and code that gives the primal's parameter values their
 * contents. What the function may write below a parameter is copied, so that the caller's arguments stay as they were.
 */
export function enter(activity: Activity, out: RegionBuilder): Param[] {
  const { fn, memory } = activity;
  const written = writtenFromOutside(activity);
  const isWritten = (value: Value): boolean =>
    isRef(value.ty) &&
    [...reachable(memory.nodeOf(value))].some((node) => written.has(node));
  const refs = fn.params.filter((param) => isRef(param.value.ty));
  const params = fn.params.map((param) =>
    isWritten(param.value)
      ? { ...param, value: out.ids.fresh(param.value.ty, param.value.hint) }
      : param,
  );
  const declared = new Map(fn.params.map((param, i) => [param, params[i]!]));
  refs.forEach((one, i) => {
    for (const other of refs.slice(i + 1)) {
      if (!isWritten(one.value) && !isWritten(other.value)) continue;
      if (!mayOverlap(one.value.ty, other.value.ty)) continue;
      const args = [declared.get(one)!.value, declared.get(other)!.value];
      out.emit({
        kind: "struct",
        what: "distinct",
        text: `${one.name} and ${other.name}`,
        ...out.plain(args, []),
      });
    }
  });
  for (const param of fn.params) {
    const given = declared.get(param)!.value;
    if (given !== param.value)
      out.emit({
        kind: "struct",
        what: "copy",
        ...out.plain([given], [param.value]),
      });
  }
  return params.map(({ effective: _effective, ...param }) => param);
}

/**
 * Memory that is written otherwise than through the name of what has just been made: `let x = start; ...; x = x.map(...)`
 * writes into new arrays only, though x may be the caller's.
 */
function writtenFromOutside({ fn, memory }: Activity): Set<MemoryNode> {
  const fresh = new Set<Value>();
  const written = new Set<MemoryNode>();
  eachInstr(fn.body, (instr) => {
    if (makers.has(instr.kind)) fresh.add(instr.results[0]!);
    if (writers.has(instr.kind) && fresh.has(instr.args[0]!)) return;
    for (const { node } of memory.writes(instr)) written.add(find(node));
  });
  return written;
}

const makers: ReadonlySet<string> = new Set<Instr["kind"]>([
  "newArray",
  "arrayLit",
  "newRecord",
  "newTable",
  "slice",
]);

/** They write into their first operand, and nowhere else. */
const writers: ReadonlySet<string> = new Set<Instr["kind"]>([
  "store",
  "accum",
  "setField",
  "accumField",
  "push",
  "pop",
  "setLength",
]);

/** Can a reference of one type be, or lie below, one of the other? */
function mayOverlap(a: Ty, b: Ty): boolean {
  const inA = partsOf(bare(a));
  const inB = partsOf(bare(b));
  return inA.some((x) => inB.some((y) => sharesMemory(x, y)));
}

function sharesMemory(a: Ty, b: Ty): boolean {
  // views of one buffer may have different kinds of elements
  if (
    a.kind === "array" &&
    b.kind === "array" &&
    a.store !== "js" &&
    b.store !== "js"
  )
    return true;
  if (a.kind === "record" && b.kind === "record") return a.tuple === b.tuple;
  if (a.kind === "table" && b.kind === "record") return a.form === "object";
  if (a.kind === "record" && b.kind === "table") return b.form === "object";
  return sameTy(a, b);
}

function partsOf(ty: Ty, above: readonly Ty[] = []): Ty[] {
  switch (ty.kind) {
    case "array":
    case "table":
      return [ty, ...partsOf(bare(ty.elem), above)];
    case "record": {
      if (above.includes(ty)) return [];
      const inside = [...above, ty];
      return [
        ty,
        ...ty.fields.flatMap((field) => partsOf(bare(field.ty), inside)),
      ];
    }
    default:
      return [];
  }
}

/** Must the result be copied, to share nothing with arguments, within itself, or with memory that the backward sweep changes? */
export function mustCopyResult(
  activity: Activity,
  value: Value,
  isUndone: (node: MemoryNode) => boolean,
): boolean {
  const { memory, fn } = activity;
  // A callee puts back what it wrote into its arguments.
  const writtenByCalls = new Set<MemoryNode>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "call")
      for (const { node } of memory.writes(instr))
        writtenByCalls.add(find(node));
  });
  return (
    !isTreeShaped(fn, value) ||
    [...reachable(memory.nodeOf(value))].some(
      (node) =>
        memory.outside.has(node) || isUndone(node) || writtenByCalls.has(node),
    )
  );
}
