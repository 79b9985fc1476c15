import { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Instr, Value } from "../ir/ir.js";
import { withParts } from "../ir/visit.js";
import { emitTerm, times } from "./affine.js";
import { isRemovable } from "./effects.js";
import { emitProduct, rounds, store } from "./productCode.js";
import {
  type Facts,
  guarded,
  guardOf,
  isOnlySummed,
  isUnchanged,
  renamed,
} from "./productFacts.js";
import {
  factorsOf,
  isSmall,
  loadOf,
  type Place,
  placeOf,
  type Range,
  rangeOf,
  strideOf,
} from "./productShapes.js";
import {
  type Chunk,
  chunkOf,
  chunkRow,
  emitLater,
  sideOf,
} from "./sumsBehind.js";
import type { AccumInstr } from "../ir/memoryInstrs.js";

/**
 * What an inner loop adds to an array of the derivative's, `g[..] += d * a[..]` with a number d of the loop around it, is
 * added behind that loop, all at once: the numbers d are kept in a vector. Where that loop stands in another one, the
 * outer products of 32 rounds are added together, as one product of matrices. Sums of cotangents may be taken in another
 * order; nothing reads the array in between.
 */
export function liftSums(
  loop: ForInstr,
  outer: ForInstr | undefined,
  all: Facts,
): { loop: ForInstr; after: readonly Instr[] } {
  const facts = { ...all, assumed: new Set<Value>() };
  const range = rangeOf(loop, facts);
  if (range === undefined) return { loop, after: [] };
  const added = new RegionBuilder(facts.ids, loop.span);
  const nest: Nest = { loop, range, outer, kept: new Map() };
  const lifted = loop.regions[0]!.body.map((instr) => {
    const sums = instr.kind === "for" ? sumsOf(instr, loop, range, facts) : [];
    const inLoop = new RegionBuilder(facts.ids, instr.span);
    const done = sums.filter((sum) => emitSum(sum, nest, inLoop, added, facts));
    return {
      instr,
      inLoop,
      done: new Set<Instr>(done.map((sum) => sum.instr)),
    };
  });
  if (added.body.length === 0) return { loop, after: [] };
  const guard = guardOf(facts);
  // What else the loop does would be done twice.
  const isAlone = lifted.every(
    ({ instr, done }) => done.size === 0 || doesNothingElse(instr),
  );
  if (guard !== undefined && !isAlone) return { loop, after: [] };
  const body = lifted.flatMap(({ instr, inLoop, done }): Instr[] => {
    if (done.size === 0) return [...inLoop.body, instr];
    const rest = onlyThose(instr, (one) => !done.has(one));
    if (guard === undefined) return [...inLoop.body, rest];
    const own = onlyThose(
      instr,
      (one) => done.has(one) || one.kind !== "accum",
    );
    return [eitherWay(guard, inLoop, own), rest];
  });
  const after = new RegionBuilder(facts.ids, loop.span);
  guarded(guard, added, after);
  const region = { ...loop.regions[0]!, body };
  return { loop: { ...loop, regions: [region] }, after: after.body };
}

const doesNothingElse = (loop: Instr): boolean =>
  loop.regions[0]!.body.every(
    (instr) => instr.kind === "accum" || isRemovable(instr),
  );

/** The loop with a part of what it adds. */
const onlyThose = (loop: Instr, isKept: (instr: Instr) => boolean): Instr =>
  withParts(loop, {
    regions: loop.regions.map((region) => ({
      ...region,
      body: region.body.filter(isKept),
    })),
  });

/** Keeps the factor where the guard holds, and adds at once where it does not. */
const eitherWay = (guard: Value, kept: RegionBuilder, loop: Instr): Instr => ({
  kind: "if",
  args: [guard],
  results: [],
  regions: [
    kept.finish([], []),
    { params: [], body: [renamed(loop, kept.ids)], yields: [] },
  ],
  span: loop.span,
});

export interface Sum {
  readonly instr: AccumInstr;
  readonly range: Range;
  readonly target: Place;
  /** The number from the loop around. */
  readonly factor: Value;
  readonly isNegative: boolean;
  readonly source: { readonly array: Value; readonly index: Value };
}

/** The vectors of numbers from the loop that are there already, by which numbers they hold. */
type Kept = Map<string, Value>;

export interface Nest {
  readonly loop: ForInstr;
  readonly range: Range;
  readonly outer: ForInstr | undefined;
  readonly kept: Kept;
}

function sumsOf(
  inner: ForInstr,
  loop: ForInstr,
  around: Range,
  facts: Facts,
): Sum[] {
  const range = rangeOf(inner, facts);
  if (range === undefined || isSmall(range.trips, around.trips)) return [];
  const isFixed =
    typeof range.trips === "number" ||
    ("id" in range.trips && !facts.inside(loop).has(range.trips));
  if (!isFixed) return [];
  const inside = facts.inside(inner);
  return inner.regions[0]!.body.flatMap((instr): Sum[] => {
    if (instr.kind !== "accum") return [];
    const [array, index, value] = instr.args as [Value, Value, Value];
    const target = placeOf(
      array,
      index,
      [range.index, around.index],
      loop,
      facts,
    );
    const factors = factorsOf(value, facts);
    if (target === undefined || factors === undefined) return [];
    const { x, y, isNegative } = factors;
    const [factor, other] = inside.has(x) ? [y, x] : [x, y];
    const load = loadOf(other, facts);
    if (inside.has(factor) || load === undefined || !inside.has(other))
      return [];
    const source = { array: load.args[0]!, index: load.args[1]! };
    return [{ instr, range, target, factor, isNegative, source }];
  });
}

function emitSum(
  sum: Sum,
  nest: Nest,
  inLoop: RegionBuilder,
  after: RegionBuilder,
  facts: Facts,
): boolean {
  const { loop, range } = nest;
  const accesses = facts.accesses(loop.regions[0]!);
  const { array, index } = sum.source;
  const variables = [sum.range.index, range.index];
  const source = placeOf(array, index, variables, loop, facts);
  const { target } = sum;
  if (
    source === undefined ||
    !isUnchanged(array, accesses, facts) ||
    !isOnlySummed(target.array, accesses, facts) ||
    strideOf(target, sum.range.index) === 0 ||
    strideOf(source, sum.range.index) === 0
  )
    return false;
  const isOuter = strideOf(target, range.index) !== 0;
  if (isOuter === (strideOf(source, range.index) !== 0)) return false;
  const chunk = nest.outer && chunkOf(sum, nest, nest.outer, isOuter, facts);
  if (chunk === undefined && isOuter && !isAcross(target, sum, nest))
    return false;
  const factors = keptFactors(sum, nest, chunk, inLoop, facts);
  if (factors === undefined) return false;
  if (chunk !== undefined)
    return emitLater(sum, nest, chunk, factors, after, facts);
  emitProduct(
    sideOf(target, sum.range, isOuter ? range : undefined),
    sideOf(source, sum.range, isOuter ? undefined : range),
    { array: factors, start: 0, strides: isOuter ? [1, 0] : [0, 1] },
    isOuter
      ? [sum.range.trips, range.trips, 1]
      : [sum.range.trips, 1, range.trips],
    after,
  );
  return true;
}

/** Keeps the number of each trip: of one run through the loop, or of 32. */
function keptFactors(
  { factor, isNegative }: Sum,
  { range, kept }: Nest,
  chunk: Chunk | undefined,
  inLoop: RegionBuilder,
  facts: Facts,
): Value | undefined {
  const key = `${factor.id} ${isNegative} ${chunk !== undefined}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const size = chunk === undefined ? range.trips : times(rounds, range.trips);
  const factors = facts.workspace(size, factor.hint ?? "factors");
  if (factors === undefined) return undefined;
  kept.set(key, factors);
  const cell =
    chunk === undefined
      ? range.index
      : inLoop.op("add", [
          emitTerm(times(chunkRow(chunk, inLoop), range.trips), inLoop),
          range.index,
        ]);
  const value = isNegative ? inLoop.op("neg", [factor]) : factor;
  store(factors, cell, value, inLoop);
  return factors;
}

/** Does the inner loop go across the rows? Then another order of the loops is better. */
function isAcross(target: Place, sum: Sum, nest: Nest): boolean {
  const inner = strideOf(target, sum.range.index);
  return (
    strideOf(target, nest.range.index) === 1 && inner !== 1 && inner !== -1
  );
}
