import { type Ids, idsAfter } from "../ir/builder.js";
import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { isSameList, keptWith, mapKept } from "../ir/visit.js";

/** What becomes of an instruction: kept or changed (`instrs`), or dropped with its results standing for other values. */
export type Rewriting =
  | { readonly instrs: readonly Instr[] }
  | { readonly values: readonly Value[]; readonly instrs?: readonly Instr[] };

export interface Rewriter {
  /**
   * Gets each instruction, operands and regions already rewritten; undefined keeps it. `now` tells what stands for a value
   * that was found by looking back at the function as it was.
   */
  instr(
    instr: Instr,
    ids: Ids,
    now: (value: Value) => Value,
  ): Rewriting | undefined;
  enter?(instr: Instr, region: Region): void;
  leave?(instr: Instr, region: Region): void;
}

/**
 * Walks a function once, in order, and puts together a new one. Replaced values are replaced in everything behind. What no
 * rewriting changes stays the same object, up to the function itself.
 */
export function rewrite(fn: Func, rewriter: Rewriter): Func {
  const replaced = new Map<Value, Value>();
  const ids = idsAfter(fn);
  const now = (value: Value): Value => replaced.get(value) ?? value;

  const rewriteRegion = (region: Region): Region => {
    const body: Instr[] = [];
    for (const instr of region.body) {
      const regions = mapKept(instr.regions, (inner) => {
        rewriter.enter?.(instr, inner);
        const done = rewriteRegion(inner);
        rewriter.leave?.(instr, inner);
        return done;
      });
      const current = keptWith(instr, mapKept(instr.args, now), regions);
      const outcome = rewriter.instr(current, ids, now) ?? {
        instrs: [current],
      };
      for (const made of outcome.instrs ?? []) body.push(made);
      if ("values" in outcome)
        instr.results.forEach((result, i) =>
          replaced.set(result, now(outcome.values[i]!)),
        );
    }
    const yields = mapKept(region.yields, now);
    return yields === region.yields && isSameList(body, region.body)
      ? region
      : { params: region.params, body, yields };
  };
  const body = rewriteRegion(fn.body);
  const params = mapKept(fn.params, (param) => {
    if (param.effective === undefined) return param;
    const effective = now(param.effective);
    return effective === param.effective ? param : { ...param, effective };
  });
  return body === fn.body && params === fn.params
    ? fn
    : { ...fn, params, body };
}
