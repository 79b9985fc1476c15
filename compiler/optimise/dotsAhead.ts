import { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Instr, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { substitute, withParts } from "../ir/visit.js";
import { emitTerm, plus, type Term, times } from "./affine.js";
import { counted, emitProduct, rounds, store } from "./productCode.js";
import type { Dot, Nest } from "./productDots.js";
import { type Facts, isUnchanged } from "./productFacts.js";
import {
  type Place,
  placeOf,
  type Range,
  rangeOf,
  startOf,
  strideOf,
} from "./productShapes.js";

/** Computes a sum in front of the loop, 32 rounds at a time if it can be, and says where the loop finds it. */
export function emitDot(
  dot: Dot,
  nest: Nest,
  before: RegionBuilder,
  inLoop: RegionBuilder,
  facts: Facts,
): Value | undefined {
  return (
    (nest.outer && emitChunk(dot, nest, nest.outer, before, inLoop, facts)) ??
    emitVector(dot, nest, before, inLoop, facts)
  );
}

/** The matrix, which changes with the loop's index, and the vector, which does not. */
function sidesOf(
  dot: Dot,
  nest: Nest,
  outermost: ForInstr,
  facts: Facts,
): { a: Place; b: Place } | undefined {
  const variables = [dot.range.index, nest.range.index];
  if (outermost !== nest.loop) variables.push(outermost.regions[0]!.params[0]!);
  const [x, y] = [dot.x, dot.y].map(({ args: [array, index] }) =>
    placeOf(array!, index!, variables, outermost, facts),
  );
  if (x === undefined || y === undefined) return undefined;
  const accesses = facts.accesses(outermost.regions[0]!);
  if (
    !isUnchanged(x.array, accesses, facts) ||
    !isUnchanged(y.array, accesses, facts)
  )
    return undefined;
  const [xMoves, yMoves] = [x, y].map(
    (place) => strideOf(place, nest.range.index) !== 0,
  );
  if (xMoves === yMoves) return undefined;
  return xMoves ? { a: x, b: y } : { a: y, b: x };
}

/** All sums of the loop, in front of it. */
function emitVector(
  dot: Dot,
  nest: Nest,
  before: RegionBuilder,
  inLoop: RegionBuilder,
  facts: Facts,
): Value | undefined {
  const sides = sidesOf(dot, nest, nest.loop, facts);
  const start = startingValue(dot.init, [nest.loop], facts);
  if (sides === undefined || start === undefined) return undefined;
  const { trips, index } = nest.range;
  const sums = facts.workspace(trips, dot.init.hint ?? "sums");
  if (sums === undefined) return undefined;
  counted(trips, before, index.hint, (j, out) => {
    const init = start(new Map([[index, j]]), out);
    store(sums, j, init, out);
  });
  const [a, b] = [sides.a, sides.b].map((place) =>
    sideOf(place, nest.range, dot.range),
  );
  emitProduct(
    { array: sums, start: 0, strides: [1, 0] },
    a!,
    { ...b!, strides: [0, b!.strides[1]] },
    [trips, 1, dot.range.trips],
    before,
  );
  return load(sums, index, dot, inLoop);
}

/** The sums of 32 rounds of the outer loop, in front of the first one of them. */
function emitChunk(
  dot: Dot,
  nest: Nest,
  outer: ForInstr,
  before: RegionBuilder,
  inLoop: RegionBuilder,
  facts: Facts,
): Value | undefined {
  const round = rangeOf(outer, facts);
  if (round === undefined || round.isDown) return undefined;
  const sides = sidesOf(dot, nest, outer, facts);
  const start = startingValue(dot.init, [nest.loop, outer], facts);
  if (sides === undefined || start === undefined) return undefined;
  const step = strideOf(sides.b, round.index);
  if (strideOf(sides.a, round.index) !== 0 || step === 0) return undefined;
  const { trips, index } = nest.range;
  const sums = facts.workspace(times(rounds, trips), dot.init.hint ?? "sums");
  if (sums === undefined) return undefined;
  const row = before.op("rem", [round.index, before.constant(rounds)]);
  const isFirst = before.op("eq", [row, before.constant(0)]);
  const chunk = before.child();
  const isEven = typeof round.trips === "number" && round.trips % rounds === 0;
  const rows = isEven
    ? chunk.constant(rounds)
    : chunk.op("min", [
        chunk.constant(rounds),
        chunk.op("sub", [emitTerm(round.trips, chunk), round.index]),
      ]);
  counted(rows, chunk, "row", (r, out) => {
    const here = out.op("add", [round.index, r]);
    counted(trips, out, index.hint, (j, inner) => {
      const by = new Map([
        [index, j],
        [round.index, here],
      ]);
      const cell = inner.op("add", [emitTerm(times(r, trips), inner), j]);
      store(sums, cell, start(by, inner), inner);
    });
  });
  const [a, b] = [sides.a, sides.b].map((place) =>
    sideOf(place, nest.range, dot.range),
  );
  emitProduct(
    { array: sums, start: 0, strides: [1, trips] },
    a!,
    {
      ...b!,
      start: plus(b!.start, times(step, round.index)),
      strides: [step, b!.strides[1]],
    },
    [trips, rows, dot.range.trips],
    chunk,
  );
  before.emit({
    kind: "if",
    args: [isFirst],
    results: [],
    regions: [chunk.finish([], []), before.child().finish([], [])],
    span: before.span,
  });
  const own = inLoop.op("rem", [round.index, inLoop.constant(rounds)]);
  const cell = inLoop.op("add", [emitTerm(times(own, trips), inLoop), index]);
  return load(sums, cell, dot, inLoop);
}

/** Strides along the loop of the sums, and along each sum, whose terms keep their order. */
function sideOf(
  place: Place,
  around: Range,
  along: Range,
): { array: Value; start: Term; strides: [Term, Term] } {
  const { start, stride } = startOf(place, along);
  return {
    array: place.array,
    start: plus(place.at.rest, start),
    strides: [strideOf(place, around.index), stride],
  };
}

function load(array: Value, index: Value, dot: Dot, out: RegionBuilder): Value {
  const result = out.ids.fresh(num, dot.loop.results[dot.at]!.hint);
  out.emit({
    kind: "load",
    inBounds: true,
    ...out.plain([array, index], [result]),
  });
  return result;
}

type Start = (by: ReadonlyMap<Value, Value>, out: RegionBuilder) => Value;

/** The number that the sum starts from, computed again for other indices of the loops; undefined where that can't be. */
function startingValue(
  init: Value,
  loops: readonly ForInstr[],
  facts: Facts,
): Start | undefined {
  const outermost = loops.at(-1)!;
  const inside = facts.inside(outermost);
  const accesses = facts.accesses(outermost.regions[0]!);
  const indices = new Set(loops.map((loop) => loop.regions[0]!.params[0]!));
  const wanted = new Set<Instr>();
  const regions = loops.map((loop) => loop.regions[0]!);
  const isKnown = (value: Value): boolean => {
    if (!inside.has(value) || indices.has(value)) return true;
    const instr = facts.definition(value);
    if (instr === undefined) return false;
    if (wanted.has(instr)) return true;
    const isPlain =
      instr.kind === "const" ||
      instr.kind === "op" ||
      (instr.kind === "load" &&
        !inside.has(instr.args[0]!) &&
        isUnchanged(instr.args[0]!, accesses, facts));
    if (!isPlain || !regions.some(({ body }) => body.includes(instr)))
      return false;
    wanted.add(instr);
    return instr.args.every(isKnown);
  };
  if (!isKnown(init)) return undefined;
  const slice = [...regions]
    .reverse()
    .flatMap(({ body }) => body.filter((instr) => wanted.has(instr)));
  return (by, out) => {
    const now = new Map(by);
    for (const instr of slice) {
      const results = instr.results.map((one) =>
        out.ids.fresh(one.ty, one.hint),
      );
      const args = instr.args.map(substitute(now));
      out.emit(withParts(instr, { args, results }));
      instr.results.forEach((result, i) => now.set(result, results[i]!));
    }
    return now.get(init) ?? init;
  };
}
