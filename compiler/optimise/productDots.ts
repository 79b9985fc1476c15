import { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Instr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  replaceInRegion,
  substitute,
  withParts,
} from "../ir/visit.js";
import { isRemovable } from "./effects.js";
import { emitDot } from "./dotsAhead.js";
import { type Facts, guarded, guardOf } from "./productFacts.js";
import {
  factorsOf,
  isSmall,
  loadOf,
  type Range,
  rangeOf,
} from "./productShapes.js";
import type { LoadInstr } from "../ir/memoryInstrs.js";

/**
 * The sums of products in a loop's body, `s += x[..] * w[..]` in a loop of its own, are computed in front of the loop, all
 * at once: a matrix times a vector. Where the loop stands in another one, and only the vector changes with its index, 32
 * rounds are computed at a time: a product of two matrices. Each sum starts from the same number and takes its terms in the
 * same order, so no bit changes. The memory that is read is not written in between.
 */
export function liftDots(
  loop: ForInstr,
  outer: ForInstr | undefined,
  all: Facts,
): { before: readonly Instr[]; loop: ForInstr } {
  const facts = { ...all, assumed: new Set<Value>() };
  const range = rangeOf(loop, facts);
  if (range === undefined) return { before: [], loop };
  const lifted = loop.regions[0]!.body.map((instr) =>
    instr.kind === "for"
      ? liftedSums(instr, { loop, range, outer }, facts)
      : { instr, done: new Map<number, Lifted>() },
  );
  if (lifted.every(({ done }) => done.size === 0)) return { before: [], loop };
  const guard = guardOf(facts);
  const ahead = new RegionBuilder(facts.ids, loop.span);
  const body: Instr[] = [];
  const replaced = new Map<Value, Value>();
  for (const { instr, done } of lifted) {
    for (const { before } of done.values()) ahead.body.push(...before);
    if (done.size === 0) body.push(instr);
    else if (guard === undefined) {
      for (const [at, { inLoop, sum }] of done) {
        body.push(...inLoop);
        replaced.set(instr.results[at]!, sum);
      }
      body.push(without(instr as ForInstr, done));
    } else body.push(eitherWay(instr, done, guard, facts));
  }
  const before = new RegionBuilder(facts.ids, loop.span);
  guarded(guard, ahead, before);
  const region = replaceInRegion(
    { ...loop.regions[0]!, body },
    substitute(replaced),
  );
  return { before: before.body, loop: { ...loop, regions: [region] } };
}

/** A sum that is computed in front of the loop, and where it is found in the loop. */
interface Lifted {
  readonly before: readonly Instr[];
  readonly inLoop: readonly Instr[];
  readonly sum: Value;
}

function liftedSums(
  instr: ForInstr,
  nest: Nest,
  facts: Facts,
): { instr: Instr; done: Map<number, Lifted> } {
  const done = new Map<number, Lifted>();
  const dots = dotsOf(instr, nest.loop, nest.range, facts);
  for (const dot of dots) {
    const before = new RegionBuilder(facts.ids, nest.loop.span);
    const inLoop = new RegionBuilder(facts.ids, instr.span);
    const sum = emitDot(dot, nest, before, inLoop, facts);
    if (sum !== undefined)
      done.set(dot.at, { before: before.body, inLoop: inLoop.body, sum });
  }
  // Under a guard the loop stays for the other case only: it is all or nothing, and it must do nothing else.
  const isWhole =
    done.size === instr.results.length &&
    instr.regions[0]!.body.every(isRemovable);
  return {
    instr,
    done: facts.assumed.size > 0 && !isWhole ? new Map() : done,
  };
}

/** `const s = isWhole ? sums[j] : (the loop)` */
function eitherWay(
  instr: Instr,
  done: ReadonlyMap<number, Lifted>,
  guard: Value,
  { ids }: Facts,
): Instr {
  const kept = instr.results.map((one) => ids.fresh(one.ty, one.hint));
  const found = instr.results.map((_, at) => done.get(at)!);
  return {
    kind: "if",
    args: [guard],
    results: instr.results,
    regions: [
      {
        params: [],
        body: found.flatMap(({ inLoop }) => inLoop),
        yields: found.map(({ sum }) => sum),
      },
      { params: [], body: [withParts(instr, { results: kept })], yields: kept },
    ],
    span: instr.span,
  };
}

export interface Dot {
  /** Position among the carried values. */
  readonly at: number;
  readonly init: Value;
  readonly loop: ForInstr;
  readonly range: Range;
  readonly x: LoadInstr;
  readonly y: LoadInstr;
}

/** Where it stands: in `loop`, which may stand in `outer`. */
export interface Nest {
  readonly loop: ForInstr;
  readonly range: Range;
  readonly outer: ForInstr | undefined;
}

function dotsOf(
  loop: ForInstr,
  parent: ForInstr,
  around: Range,
  facts: Facts,
): Dot[] {
  const range = rangeOf(loop, facts);
  if (range === undefined || isSmall(range.trips, around.trips)) return [];
  const isFixed =
    typeof range.trips === "number" ||
    ("id" in range.trips && !facts.inside(parent).has(range.trips));
  if (!isFixed) return [];
  const body = loop.regions[0]!;
  return body.params.slice(1).flatMap((param, at): Dot[] => {
    const added = addedTo(param, body.yields[at]!, body, facts);
    const factors = added && factorsOf(added, facts);
    if (factors === undefined || factors.isNegative) return [];
    const x = loadOf(factors.x, facts);
    const y = loadOf(factors.y, facts);
    if (x === undefined || y === undefined) return [];
    return [{ at, init: loop.args[at + 2]!, loop, range, x, y }];
  });
}

/** What is added to a carried value that is used for nothing else. */
function addedTo(
  param: Value,
  next: Value,
  body: Region,
  facts: Facts,
): Value | undefined {
  const sum = facts.definition(next);
  if (sum?.kind !== "op" || sum.op !== "add" || !sum.args.includes(param))
    return undefined;
  let uses = 0;
  const count = (values: readonly Value[]): void =>
    values.forEach(
      (value) => (uses += value === param || value === next ? 1 : 0),
    );
  eachInstr(body, (instr) => {
    count(instr.args);
    for (const region of instr.regions) count(region.yields);
  });
  count(body.yields);
  const other = sum.args[0] === param ? sum.args[1]! : sum.args[0]!;
  return uses === 2 && other !== param ? other : undefined;
}

/** The loop without the carried values that are computed elsewhere. */
function without(loop: ForInstr, done: ReadonlyMap<number, Lifted>): ForInstr {
  const keep = (_: Value, at: number): boolean => !done.has(at);
  const body = loop.regions[0]!;
  const [index, ...carried] = body.params;
  const dropped = new Set([...done.keys()].flatMap((at) => [body.yields[at]!]));
  return {
    ...loop,
    args: [...loop.args.slice(0, 2), ...loop.args.slice(2).filter(keep)],
    results: loop.results.filter(keep),
    regions: [
      {
        params: [index!, ...carried.filter(keep)],
        body: body.body.filter((instr) => !dropped.has(instr.results[0]!)),
        yields: body.yields.filter(keep),
      },
    ],
  };
}
