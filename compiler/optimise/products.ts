import type { ForInstr, Func, Instr, Region } from "../ir/ir.js";
import { keptBody, keptFunc, mapKept, withRegions } from "../ir/visit.js";
import { RegionBuilder } from "../ir/builder.js";
import { liftDots } from "./productDots.js";
import { type Facts, factsOf } from "./productFacts.js";
import { liftSums } from "./productSums.js";

/**
 * Loops that are matrix products become calls of a kernel that works on blocks in registers, in both sweeps. The innermost
 * nests first; needs Float64Arrays and rectangular loops from 0 whose indices are linear and surely integers. See
 * productDots.ts for what is computed ahead, productSums.ts for what is added behind.
 */
export function blockProducts(fn: Func): Func {
  const facts = factsOf(fn);
  const body: Instr[] = [];
  for (const instr of fn.body.body) {
    const made = lifted(inside(instr, facts), undefined, facts);
    body.push(...facts.front.builder.body, ...made);
    for (const one of body.slice(-made.length))
      for (const result of one.results) facts.front.values.add(result);
    facts.front.builder = new RegionBuilder(facts.ids, fn.span);
    facts.front.guards = new Map();
  }
  return keptFunc(fn, keptBody(fn.body, body));
}

function inside(instr: Instr, facts: Facts): Instr {
  if (instr.regions.length === 0) return instr;
  const owner = instr.kind === "for" ? instr : undefined;
  const now = withRegions(instr, (region) =>
    insideRegion(region, owner, facts),
  );
  for (const region of now.regions) facts.note(region);
  return now;
}

/** Nested nests first; each change is seen by what is looked at next, since it looks at the loop as it has become. */
function insideRegion(
  region: Region,
  owner: ForInstr | undefined,
  facts: Facts,
): Region {
  let current = keptBody(
    region,
    mapKept(region.body, (instr) => inside(instr, facts)),
  );
  for (const instr of current.body) {
    if (instr.kind !== "for") continue;
    const around = owner && { ...owner, regions: [current] };
    const made = lifted(instr, around, facts);
    if (made.length === 1 && made[0] === instr) continue;
    current = {
      ...current,
      body: current.body.flatMap((one) => (one === instr ? made : [one])),
    };
    facts.note(current);
  }
  return current;
}

function lifted(
  instr: Instr,
  owner: ForInstr | undefined,
  facts: Facts,
): readonly Instr[] {
  if (instr.kind !== "for") return [instr];
  const dots = liftDots(instr, owner, facts);
  facts.note(dots.loop.regions[0]!);
  const sums = liftSums(dots.loop, owner, facts);
  return [...dots.before, sums.loop, ...sums.after];
}
