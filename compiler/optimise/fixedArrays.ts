import { lengthsOf } from "../analysis/sizes.js";
import type { Func, Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { privateArrays } from "./privateArrays.js";

/** An array of numbers that only this function sees and whose length never changes. */
export interface FixedArray {
  /** The length, where what it was made with is surely one: 2.5 is none, and -1 makes none. */
  readonly length: Value | undefined;
}

export function fixedArrays(fn: Func): ReadonlyMap<Value, FixedArray> {
  const own = privateArrays(fn);
  const found = new Map<Value, FixedArray>();
  const counts = lengthsOf(fn);
  const changing = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    const [array] = instr.args;
    const [result] = instr.results;
    if (array !== undefined && changesLength(instr)) changing.add(array);
    if (instr.kind !== "newArray" || !result || !array) return;
    if (!own.has(result) || !isOfNumbers(result)) return;
    const length = counts.has(array) ? array : undefined;
    // what is stored in the fifth cell of `new Float64Array(4.5)` is not there
    if (length !== undefined || isPlainArray(result))
      found.set(result, { length });
  });
  for (const array of changing) found.delete(array);
  return found;
}

const isOfNumbers = ({ ty }: Value): boolean =>
  ty.kind === "array" &&
  ty.elem.kind === "num" &&
  (ty.store === "js" || ty.store === "f64");

const isPlainArray = ({ ty }: Value): boolean =>
  ty.kind === "array" && ty.store === "js";

const changesLength = (instr: Instr): boolean =>
  instr.kind === "push" ||
  instr.kind === "pop" ||
  instr.kind === "setLength" ||
  ((instr.kind === "store" || instr.kind === "accum") && !instr.inBounds);
