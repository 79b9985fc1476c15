import type { Instr, Value, Region } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { PushInstr } from "../ir/memoryInstrs.js";

/** An array of numbers that grows. */
export function isEmptyList({ kind, results: [result] }: Instr): boolean {
  return (
    kind === "arrayLit" &&
    result?.ty.kind === "array" &&
    result.ty.store === "js" &&
    result.ty.fixed === undefined &&
    result.ty.elem.kind === "num"
  );
}

export const isPushTo = (instr: Instr, list: Value): instr is PushInstr =>
  instr.kind === "push" &&
  instr.args[0] === list &&
  instr.args[1] !== list &&
  instr.args.length === 2;

export function mentions(instr: Instr, value: Value): boolean {
  let isFound = instr.args.includes(value);
  for (const region of instr.regions) {
    isFound ||= region.yields.includes(value);
    eachInstr(region, ({ args, regions }) => {
      isFound ||=
        args.includes(value) ||
        regions.some(({ yields }) => yields.includes(value));
    });
  }
  return isFound;
}

export function mayThrow(region: Region): boolean {
  let isFound = false;
  eachInstr(region, (instr) => {
    isFound ||= instr.kind === "call" || instr.kind === "opaque";
  });
  return isFound;
}
