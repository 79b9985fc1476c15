import { idsAfter } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr, endsInThrow } from "../ir/visit.js";
import { onlySummedIn } from "./linearUses.js";
import { renamed } from "./productFacts.js";
import { rewrite } from "./rewrite.js";

/**
 * A short innermost loop with a branch that goes the same way in each trip becomes a branch with a loop in each arm:
 *
 *     for (let k = 0; k < j; k++) s -= row[k] * (i === j ? row[k] : L[j][k]);
 *
 * asks once whether i is j, and L[j] moves out of the second of its loops. This goes before differentiation: both sweeps
 * have it then, and what the branch chose need not be saved. `simplify` sees what the arms have decided. Not a loop that
 * may be differentiated an iteration at a time, which has to stand on its own.
 */
export function unswitchLoops(fn: Func): Func {
  const ids = idsAfter(fn);
  const isOnlySummed = onlySummedIn(fn);
  return rewrite(fn, {
    instr: (loop) => {
      if (loop.kind !== "for" || !isShort(loop)) return undefined;
      if (loop.results.every(isOnlySummed)) return undefined;
      const condition = decidedBefore(loop);
      if (condition === undefined) return undefined;
      const other = renamed(loop, ids);
      const results = loop.results.map(({ ty, hint }) => ids.fresh(ty, hint));
      const branch: Instr = {
        kind: "if",
        args: [condition],
        results,
        regions: [loop, other].map(alone),
        span: loop.span,
      };
      return { instrs: [branch], values: results };
    },
  });
}

const alone = (loop: Instr): Region => ({
  params: [],
  body: [loop],
  yields: loop.results,
});

/** The code is there twice afterwards. */
const mostInstrs = 32;

function isShort(loop: ForInstr): boolean {
  let count = 0;
  eachInstr(loop.regions[0]!, ({ kind }) => {
    count += heavy.has(kind) ? mostInstrs : 1;
  });
  return count < mostInstrs;
}

const heavy: ReadonlySet<string> = new Set<Instr["kind"]>([
  "for",
  "while",
  "call",
  "opaque",
]);

/** The condition of a branch in the loop that is there before the loop. */
function decidedBefore(loop: ForInstr): Value | undefined {
  const [body] = loop.regions as [Region];
  const inside = new Set<Value>(body.params);
  eachInstr(body, ({ results }) => results.forEach((one) => inside.add(one)));
  const branch = body.body.find(
    ({ kind, args, regions }) =>
      kind === "if" && !inside.has(args[0]!) && !regions.some(endsInThrow),
  );
  return branch?.args[0];
}
