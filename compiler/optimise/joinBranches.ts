import type { Func, IfInstr, Instr, Region, Value } from "../ir/ir.js";
import {
  endsInThrow,
  freeValues,
  replaceInRegion,
  substitute,
  withParts,
} from "../ir/visit.js";
import { commute } from "./effectsOf.js";
import { type MemoryView, memoryOf } from "./writes.js";

/**
 * Two branches on one condition become one: where an iteration is differentiated at once, `if (near) e += ...` is followed
 * by `if (near) bx[j] += ...`, and what the first has computed is at hand in the second only if they are one. The later
 * branch moves up to the earlier one, with the arithmetic that it needs, or the earlier one down to it; what is passed on
 * the way must not mind.
 */
export function joinBranches(fn: Func): Func {
  const memory = memoryOf(fn);
  return { ...fn, body: joinedIn(fn.body, memory) };
}

function joinedIn(region: Region, memory: MemoryView): Region {
  let body: readonly Instr[] = [];
  for (const instr of region.body) {
    const current = withParts(instr, {
      regions: instr.regions.map((inner) => joinedIn(inner, memory)),
    });
    const joined =
      current.kind === "if" ? joinedWith(body, current, memory) : undefined;
    body = joined ?? [...body, current];
  }
  return { ...region, body };
}

/** What stands before the branch, with the branch in it. */
function joinedWith(
  before: readonly Instr[],
  later: IfInstr,
  memory: MemoryView,
): readonly Instr[] | undefined {
  const at = before.findLastIndex(
    (instr) => instr.kind === "if" && instr.args[0] === later.args[0],
  );
  if (at < 0) return undefined;
  const earlier = before[at] as IfInstr;
  if ([earlier, later].some((one) => one.regions.some(endsInThrow)))
    return undefined;
  const head = before.slice(0, at);
  const between = before.slice(at + 1);
  const both = joined(earlier, later, memory);
  const moved = neededBy(later, between, earlier);
  if (moved !== undefined) {
    const rest = between.filter((instr) => !moved.has(instr));
    if (rest.every((instr) => commute(instr, later, memory)))
      return [...head, ...moved, both, ...rest];
  }
  const canWait = between.every(
    (instr) =>
      !earlier.results.some((result) => freeValues(instr).has(result)) &&
      commute(instr, earlier, memory),
  );
  return canWait ? [...head, ...between, both] : undefined;
}

/** The arithmetic between the two branches that the later one needs, in order, if it can go before the earlier one. */
function neededBy(
  later: IfInstr,
  between: readonly Instr[],
  earlier: IfInstr,
): Set<Instr> | undefined {
  const needed = freeValues(later);
  const moved: Instr[] = [];
  for (const instr of between.toReversed()) {
    if (!instr.results.some((result) => needed.has(result))) continue;
    const isArithmetic = instr.kind === "const" || instr.kind === "op";
    if (!isArithmetic) return undefined;
    if (instr.args.some((arg) => earlier.results.includes(arg)))
      return undefined;
    for (const arg of instr.args) needed.add(arg);
    moved.push(instr);
  }
  return new Set(moved.toReversed());
}

function joined(earlier: IfInstr, later: IfInstr, memory: MemoryView): IfInstr {
  const regions = earlier.regions.map((arm, k): Region => {
    // In the later branch the results of the earlier one are what its arm yields.
    const known = new Map(
      earlier.results.map((result, i) => [result, arm.yields[i]!]),
    );
    const rest = replaceInRegion(later.regions[k]!, substitute(known));
    const both: Region = {
      params: [],
      body: [...arm.body, ...rest.body],
      yields: [...arm.yields, ...rest.yields],
    };
    // Branches that stood in the same arm of both stand side by side now.
    return joinedIn(both, memory);
  });
  const results: Value[] = [...earlier.results, ...later.results];
  return { ...earlier, results, regions };
}
