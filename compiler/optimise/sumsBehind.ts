import { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { emitTerm, minus, plus, type Term, times } from "./affine.js";
import { counted, emitProduct, rounds, store } from "./productCode.js";
import { type Facts, isOnlySummed, isUnchanged } from "./productFacts.js";
import {
  type Place,
  placeOf,
  type Range,
  rangeOf,
  strideOf,
} from "./productShapes.js";
import type { Nest, Sum } from "./productSums.js";

/** What 32 rounds of the outer loop add, waiting for the last one of them. */
export interface Chunk {
  readonly round: Range;
  readonly target: Place;
  /** Undefined where the source changes during the rounds: it is copied then. */
  readonly source: Place | undefined;
  readonly isOuter: boolean;
}

export function chunkRow({ round }: Chunk, out: RegionBuilder): Value {
  return out.op("rem", [round.index, out.constant(rounds)]);
}

export function chunkOf(
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

export function emitLater(
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

export const sideOf = (
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
