import { rootsOfSums } from "../analysis/sumsOfSquares.js";
import type { Instr, Region } from "../ir/ir.js";
import { withParts } from "../ir/visit.js";
import type { Program } from "../ir/program.js";

/** The square root of a sum of squares is a `norm` from here on: its slope at 0 is 0 (conventions). */
export function markNorms(program: Program): Program {
  const roots = rootsOfSums(program);
  if (roots.size === 0) return program;
  const funcs = [...program.funcs].map(
    ([name, fn]) => [name, { ...fn, body: marked(fn.body, roots) }] as const,
  );
  return { ...program, funcs: new Map(funcs) };
}

const marked = (region: Region, roots: ReadonlySet<Instr>): Region => ({
  ...region,
  body: region.body.map((instr) =>
    instr.kind === "op" && roots.has(instr)
      ? { ...instr, op: "norm" }
      : withParts(instr, {
          regions: instr.regions.map((inner) => marked(inner, roots)),
        }),
  ),
});
