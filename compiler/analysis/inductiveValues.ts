import type { Func, Instr, Value } from "../ir/ir.js";
import { isNum } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";

/** When a value has a property: whatever happens, in no case, or where all of these have it. */
export type Source = "always" | "never" | readonly Value[];

/** What the instructions that compute say of their first result; "for" speaks of the loop's index. */
export type SourceOf = (instr: Instr) => Source;

/**
 * Numbers that have a property which sums, branches and loops hand on. The greatest fixed point: a carried value has it
 * unless its start or its step has not.
 */
export function inductiveValues(
  fn: Func,
  sourceOf: SourceOf,
  /** Parameters that have it. */
  given: ReadonlySet<Value> = new Set(),
): ReadonlySet<Value> {
  const sources = new Map<Value, Source>();
  for (const value of given) sources.set(value, "always");
  eachInstr(fn.body, (instr) => collect(instr, sourceOf, sources));
  const found = new Set(
    [...sources.keys()].filter(({ ty }) => isNum(ty) && ty.kind === "num"),
  );
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const value of found) {
      const source = sources.get(value)!;
      const holds =
        source === "always" ||
        (source !== "never" && source.every((one) => found.has(one)));
      if (!holds) found.delete(value);
    }
  }
  return found;
}

function collect(
  instr: Instr,
  sourceOf: SourceOf,
  sources: Map<Value, Source>,
): void {
  const [result] = instr.results;
  switch (instr.kind) {
    case "const":
    case "global":
    case "length":
    case "op":
      if (result !== undefined) sources.set(result, sourceOf(instr));
      return;
    case "if":
      instr.results.forEach((one, i) =>
        sources.set(
          one,
          instr.regions.map((region) => region.yields[i]!),
        ),
      );
      return;
    case "for": {
      sources.set(instr.regions[0]!.params[0]!, sourceOf(instr));
      const stop = instr.breaks ? 1 : 0;
      return collectCarried(instr, instr.args.slice(2), 1, stop, sources);
    }
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
