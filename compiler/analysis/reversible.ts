import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { integersOf } from "./integers.js";
import type { Positions } from "./positions.js";

/** A counter that the backward sweep can run back: before an iteration it was what it is behind it, less `amount`. */
export interface ReversibleCounter {
  readonly isAdded: boolean;
  readonly amount: Value;
}

/**
 * Carried integers of counted loops that gain, in every iteration, an integer that is cheap to have again: a constant, an
 * index, something from outside. Sums of integers are exact, so the way back is exact too.
 */
export function reversibleCounters(
  fn: Func,
  positions: Positions,
): Map<Value, ReversibleCounter> {
  const integers = integersOf(fn);
  const found = new Map<Value, ReversibleCounter>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind !== "for") return;
    const body = instr.regions[0]!;
    const yields = body.yields.slice(instr.breaks ? 1 : 0);
    body.params.slice(1).forEach((param, i) => {
      const next = positions.definition(yields[i]!);
      if (
        !integers.has(param) ||
        next?.kind !== "op" ||
        positions.home(yields[i]!) !== body
      )
        return;
      const counter = counterOf(next, param);
      if (counter === undefined || !integers.has(counter.amount)) return;
      if (isCheap(counter.amount, body, positions, 3))
        found.set(param, counter);
    });
  });
  return found;
}

function counterOf(
  next: Instr & { readonly kind: "op" },
  param: Value,
): ReversibleCounter | undefined {
  const [a, b] = next.args;
  if (next.op === "add" && a === param && b !== param)
    return { isAdded: true, amount: b! };
  if (next.op === "add" && b === param && a !== param)
    return { isAdded: true, amount: a! };
  if (next.op === "sub" && a === param && b !== param)
    return { isAdded: false, amount: b! };
  return undefined;
}

/** Made in the loop's body by a few operations from indices, constants and values from outside. */
function isCheap(
  value: Value,
  body: Region,
  positions: Positions,
  depth: number,
): boolean {
  if (positions.isMirroredIndex(value)) return true;
  const instr = positions.definition(value);
  if (positions.home(value) !== body)
    return instr !== undefined || positions.home(value) !== undefined;
  if (instr?.kind === "const") return true;
  return (
    instr?.kind === "op" &&
    depth > 0 &&
    instr.args.every((arg) => isCheap(arg, body, positions, depth - 1))
  );
}
