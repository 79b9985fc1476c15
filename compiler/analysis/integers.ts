import type { Func, Instr, Value } from "../ir/ir.js";
import { isNum } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";

const closed: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "neg",
  "max",
  "min",
  "abs",
]);

/**
 * Numbers that are finite integers whatever the arguments are: constants, lengths, indices, and what sums, products
 * and loops make of these. The greatest fixed point: a carried value is one unless its start or its step is not.
 */
export function integersOf(fn: Func): ReadonlySet<Value> {
  const sources = new Map<Value, Source>();
  eachInstr(fn.body, (instr) => collect(instr, sources));
  const integers = new Set(
    [...sources.keys()].filter(
      (value) => isNum(value.ty) && value.ty.kind === "num",
    ),
  );
  for (let size = -1; size !== integers.size;) {
    size = integers.size;
    for (const value of integers) {
      const source = sources.get(value)!;
      const holds =
        source === "always" ||
        (source !== "never" && source.every((one) => integers.has(one)));
      if (!holds) integers.delete(value);
    }
  }
  return integers;
}

/** All values that must be integers for this one to be. */
type Source = "always" | "never" | Value[];

function collect(instr: Instr, sources: Map<Value, Source>): void {
  const [result] = instr.results;
  switch (instr.kind) {
    case "const":
    case "global":
      if (result !== undefined)
        sources.set(
          result,
          Number.isSafeInteger(instr.value) && !Object.is(instr.value, -0)
            ? "always"
            : "never",
        );
      return;
    case "length":
      sources.set(result!, "always");
      return;
    case "op":
      sources.set(result!, closed.has(instr.op) ? [...instr.args] : "never");
      return;
    case "if":
      instr.results.forEach((one, i) =>
        sources.set(
          one,
          instr.regions.map((region) => region.yields[i]!),
        ),
      );
      return;
    case "for":
      sources.set(instr.regions[0]!.params[0]!, "always");
      return collectCarried(
        instr,
        instr.args.slice(2),
        1,
        instr.breaks ? 1 : 0,
        sources,
      );
    case "while":
      return collectCarried(instr, instr.args, 0, 1, sources);
    default:
      return;
  }
}

function collectCarried(
  instr: Instr,
  inits: readonly Value[],
  params: number,
  yields: number,
  sources: Map<Value, Source>,
): void {
  const body = instr.regions[0]!;
  inits.forEach((init, i) => {
    const both = [init, body.yields[i + yields]!];
    sources.set(body.params[i + params]!, both);
    sources.set(instr.results[i]!, both);
  });
}
