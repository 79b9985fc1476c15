import { RegionBuilder } from "../ir/builder.js";
import type { AccumInstr, ForInstr, Instr, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { withParts } from "../ir/visit.js";
import { emitTerm, minus, plus, type Term, times } from "./affine.js";
import { counted, store } from "./productDots.js";
import {
  emitProduct,
  type Facts,
  factorsOf,
  guarded,
  guardOf,
  isOnlySummed,
  isSmall,
  isUnchanged,
  loadOf,
  type Place,
  placeOf,
  type Range,
  rangeOf,
  renamed,
  rounds,
  strideOf,
} from "./productFacts.js";

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

interface Sum {
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

interface Nest {
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
    return emitChunk(sum, nest, chunk, factors, after, facts);
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

const sideOf = (
  place: Place,
  first: Range,
  second: Range | undefined,
): { array: Value; start: Term; strides: [Term, Term] } => ({
  array: place.array,
  start: place.at.rest,
  strides: [
    strideOf(place, first.index),
    second === undefined ? 0 : strideOf(place, second.index),
  ],
});

interface Chunk {
  readonly round: Range;
  readonly target: Place;
  /** Undefined where the source changes during the rounds: it is copied then. */
  readonly source: Place | undefined;
  readonly isOuter: boolean;
}

function chunkRow({ round }: Chunk, out: RegionBuilder): Value {
  return out.op("rem", [round.index, out.constant(rounds)]);
}

function chunkOf(
  sum: Sum,
  nest: Nest,
  outer: ForInstr,
  isOuter: boolean,
  facts: Facts,
): Chunk | undefined {
  const round = rangeOf(outer, facts);
  if (round === undefined) return undefined;
  const accesses = facts.accesses(outer.regions[0]!);
  const variables = [sum.range.index, nest.range.index, round.index];
  const [array, index] = sum.instr.args as [Value, Value];
  const target = placeOf(array, index, variables, outer, facts);
  if (target === undefined || !isOnlySummed(array, accesses, facts))
    return undefined;
  const { source } = sum;
  const read = placeOf(source.array, source.index, variables, outer, facts);
  const isKept = isUnchanged(source.array, accesses, facts);
  const moves = strideOf(target, round.index) !== 0;
  if (!isOuter) {
    // A gradient by rows: the matrix is one and the same for all of them.
    const isMatrix = isKept && read && strideOf(read, round.index) === 0;
    return moves && isMatrix === true
      ? { round, target, source: read, isOuter }
      : undefined;
  }
  if (moves || read === undefined) return undefined;
  return { round, target, source: isKept ? read : undefined, isOuter };
}

function emitChunk(
  sum: Sum,
  nest: Nest,
  chunk: Chunk,
  factors: Value,
  after: RegionBuilder,
  facts: Facts,
): boolean {
  const { round, target } = chunk;
  const row = chunkRow(chunk, after);
  const [inner, around] = [sum.range, nest.range];
  const width = inner.trips;
  const copies =
    chunk.source === undefined
      ? facts.workspace(times(rounds, width), sum.source.array.hint ?? "copies")
      : undefined;
  if (chunk.source === undefined && copies === undefined) return false;
  const read = placeOf(
    sum.source.array,
    sum.source.index,
    [inner.index, around.index],
    nest.loop,
    facts,
  )!;
  if (copies !== undefined)
    counted(width, after, inner.index.hint, (j, out) => {
      const stride = strideOf(read, inner.index);
      const from = emitTerm(plus(read.at.rest, times(stride, j)), out);
      const value = out.ids.fresh(num);
      out.emit({
        kind: "load",
        inBounds: false,
        ...out.plain([read.array, from], [value]),
      });
      const to = out.op("add", [emitTerm(times(row, width), out), j]);
      store(copies, to, value, out);
    });
  const flush = after.child();
  const { rows, first } = flushed(round, row, flush);
  const source =
    copies === undefined
      ? sideAt(
          chunk.source!,
          inner,
          chunk.isOuter ? round : around,
          first,
          round,
        )
      : { array: copies, start: 0, strides: [1, width] as [Term, Term] };
  emitProduct(
    sideAt(target, inner, chunk.isOuter ? around : round, first, round),
    source,
    {
      array: factors,
      start: 0,
      strides: chunk.isOuter ? [1, around.trips] : [around.trips, 1],
    },
    chunk.isOuter ? [width, around.trips, rows] : [width, rows, around.trips],
    flush,
  );
  after.emit({
    kind: "if",
    args: [isLast(round, row, after)],
    results: [],
    regions: [flush.finish([], []), after.child().finish([], [])],
    span: after.span,
  });
  return true;
}

function sideAt(
  place: Place,
  first: Range,
  second: Range,
  from: Value,
  round: Range,
): { array: Value; start: Term; strides: [Term, Term] } {
  const { array, start, strides } = sideOf(place, first, second);
  const moved = times(strideOf(place, round.index), from);
  return { array, start: plus(start, moved), strides };
}

/** Upwards the 32nd round is the last one, or the loop's last; downwards the one whose number 32 divides. */
function isLast(round: Range, row: Value, out: RegionBuilder): Value {
  if (round.isDown) return out.op("eq", [row, out.constant(0)]);
  const last = emitTerm(minus(round.trips, 1), out);
  const isFull = out.op("eq", [row, out.constant(rounds - 1)]);
  if (typeof round.trips === "number" && round.trips % rounds === 0)
    return isFull;
  return out.op("or", [isFull, out.op("eq", [round.index, last])]);
}

/** How many rounds are waiting, and the number of the first one. */
function flushed(
  round: Range,
  row: Value,
  out: RegionBuilder,
): { rows: Value; first: Value } {
  if (!round.isDown) {
    const first = out.op("sub", [round.index, row]);
    const isWhole =
      typeof round.trips === "number" && round.trips % rounds === 0;
    return {
      rows: isWhole
        ? out.constant(rounds)
        : out.op("add", [row, out.constant(1)]),
      first,
    };
  }
  const left = out.op("sub", [emitTerm(round.trips, out), round.index]);
  return {
    rows: out.op("min", [out.constant(rounds), left]),
    first: round.index,
  };
}
