import { provenAccesses } from "../analysis/bounds.js";
import { analyseMemory, entriesOf } from "../analysis/memory.js";
import type { Func, Instr, Region } from "../ir/ir.js";
import { withParts } from "../ir/visit.js";
import type { Program } from "../ir/program.js";

/**
 * Notes on each load and store whether its index is proven to lie inside the array. A store that can't grow its array
 * needs no check, and its shadow no bookkeeping of lengths.
 */
export function markInBounds(program: Program): Program {
  const { funcs } = program;
  const memories = analyseMemory(funcs, entriesOf(program));
  const now = new Map<string, Func>();
  for (const [name, fn] of funcs) {
    const proven = provenAccesses(fn, memories.get(name)!);
    now.set(name, marked(fn, proven));
  }
  return { ...program, funcs: now };
}

export const marked = (fn: Func, proven: ReadonlySet<Instr>): Func =>
  proven.size === 0 ? fn : { ...fn, body: markRegion(fn.body, proven) };

function markRegion(region: Region, proven: ReadonlySet<Instr>): Region {
  const body = region.body.map((instr) =>
    proven.has(instr) && (instr.kind === "load" || instr.kind === "store")
      ? { ...instr, inBounds: true }
      : withParts(instr, {
          regions: instr.regions.map((inner) => markRegion(inner, proven)),
        }),
  );
  return { ...region, body };
}
