import { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Instr, LoadInstr, Region, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import {
  eachInstr,
  replaceInRegion,
  substitute,
  withParts,
} from "../ir/visit.js";
import { emitTerm, plus, type Term, times } from "./affine.js";
import {
  emitProduct,
  type Facts,
  factorsOf,
  guarded,
  guardOf,
  isSmall,
  isUnchanged,
  loadOf,
  type Place,
  placeOf,
  type Range,
  rangeOf,
  rounds,
  startOf,
  strideOf,
} from "./productFacts.js";

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
  // Under a guard the loop stays for the other case: it is all or nothing.
  const isWhole = done.size === instr.results.length;
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

interface Dot {
  /** Position among the carried values. */
  readonly at: number;
  readonly init: Value;
  readonly loop: ForInstr;
  readonly range: Range;
  readonly x: LoadInstr;
  readonly y: LoadInstr;
}

/** Where it stands: in `loop`, which may stand in `outer`. */
interface Nest {
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

function emitDot(
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

/** `for (let i = 0; i < trips; i++)` */
export function counted(
  trips: Term,
  out: RegionBuilder,
  hint: string | undefined,
  body: (index: Value, out: RegionBuilder) => void,
): void {
  const args = [out.constant(0), emitTerm(trips, out)];
  const index = out.ids.fresh(num, hint);
  const inner = out.child();
  body(index, inner);
  out.emit({
    kind: "for",
    test: "<",
    step: 1,
    breaks: false,
    args,
    results: [],
    regions: [inner.finish([index], [])],
    span: out.span,
  });
}

export function store(
  array: Value,
  index: Value,
  value: Value,
  out: RegionBuilder,
): void {
  out.emit({
    kind: "store",
    inBounds: true,
    ...out.plain([array, index, value], []),
  });
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
