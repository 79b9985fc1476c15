import type { Func, Instr, Value } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { eachInstr } from "../ir/visit.js";

/**
 * Arrays that are reached through one value only: allocated in this function, and used for nothing but their cells and their
 * length. No other reference can lead to their memory, and no call. The arrays that a caller gives for its gradient count
 * as such: they are cleared on entry, so that they must be apart from all else.
 */
export const privateArrays = perFunc((fn: Func): ReadonlySet<Value> => {
  const own = new Set<Value>();
  const escaped = new Set<Value>();
  const escape = (values: readonly Value[]): void =>
    values.forEach((value) => escaped.add(value));
  eachInstr(fn.body, (instr) => {
    const [result] = instr.results;
    if (
      result !== undefined &&
      result.ty.kind === "array" &&
      isAllocation(instr)
    )
      own.add(result);
    if (instr.kind !== "product")
      escape(isAccess(instr) ? instr.args.slice(1) : instr.args);
    for (const region of instr.regions) escape(region.yields);
  });
  escape(fn.body.yields);
  for (const value of escaped) own.delete(value);
  return own;
});

function isAllocation(instr: Instr): boolean {
  switch (instr.kind) {
    case "newArray":
    case "arrayLit":
    case "slice":
      return true;
    case "struct":
      return instr.what === "into";
    default:
      return false;
  }
}

function isAccess(instr: Instr): boolean {
  switch (instr.kind) {
    case "load":
    case "store":
    case "accum":
    case "length":
    case "setLength":
    case "push":
    case "pop":
      return true;
    default:
      return false;
  }
}
