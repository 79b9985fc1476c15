import { integersOf } from "../analysis/integers.js";
import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type {
  ForInstr,
  Func,
  Instr,
  Region,
  StructInstr,
  Value,
} from "../ir/ir.js";
import { bool } from "../ir/types.js";
import { eachInstr, withParts } from "../ir/visit.js";
import {
  type Offset,
  type Offsets,
  offsetsOf,
  sameOffset,
  shifted,
} from "./offsets.js";
import { privateArrays } from "./privateArrays.js";
import type { AccumInstr } from "../ir/memoryInstrs.js";

/**
 * A cell of the caller's array that is cleared and then added to is stored at once, and need not be cleared: `bx[0] = ...`
 * where the body reaches the cell for the first time, or a loop that begins at 0 and reaches one new cell in each trip. The
 * cells that are not seen to be written first, from some index to the end, are cleared as before.
 *
 * Goes last: other passes take what is added for an addition.
 */
export function storeFirst(fn: Func): Func {
  const facts: Facts = {
    offsets: offsetsOf(fn),
    integers: integersOf(fn),
    ids: idsAfter(fn),
  };
  const own = privateArrays(fn);
  let { body } = fn.body;
  for (const instr of fn.body.body) {
    if (instr.kind !== "struct" || instr.what !== "into") continue;
    if (own.has(instr.results[0]!)) body = withFirstStores(body, instr, facts);
  }
  return { ...fn, body: { ...fn.body, body } };
}

interface Facts {
  readonly offsets: Offsets;
  readonly integers: ReadonlySet<Value>;
  readonly ids: Ids;
}

/** Which cells have been written without being cleared before: those of a loop from 0 on, or some with constant indices. */
type Covered =
  { readonly below: Offset } | { readonly cells: ReadonlySet<number> };

function withFirstStores(
  body: readonly Instr[],
  into: StructInstr,
  facts: Facts,
): readonly Instr[] {
  const array = into.results[0]!;
  const touching = body.filter(
    (instr) => instr !== into && touches(instr, array),
  );
  const stores = new Set<Instr>();
  let covered: Covered = { cells: new Set() };
  for (const instr of touching) {
    const more = cover(instr, array, covered, facts);
    if (more === undefined) break;
    stores.add(instr);
    covered = more;
  }
  const below = belowAll(covered);
  if (below === undefined) return body;
  const out = new RegionBuilder(facts.ids, into.span);
  const base = sizeAgain(below.value, out, facts);
  const end = valueOf({ ...below, value: base }, out);
  const cleared = { ...into, args: [...into.args, end] };
  // Where it was, or where the end of what is covered is known.
  const isLate = body.indexOf(into) < definitionIn(body, base);
  return body.flatMap((instr): readonly Instr[] => {
    if (instr === into) return isLate ? [] : [...out.body, cleared];
    const now = stores.has(instr) ? storing(instr, array, facts) : [instr];
    return isLate && instr === touching[0]
      ? [...out.body, cleared, ...now]
      : now;
  });
}

/** The length of a parameter is known from the beginning. */
function sizeAgain(
  size: Value | undefined,
  out: RegionBuilder,
  { offsets, ids }: Facts,
): Value | undefined {
  const made = size && offsets.definition(size);
  if (made?.kind !== "length") return size;
  if (offsets.definition(made.args[0]!) !== undefined) return size;
  const again = ids.fresh(made.results[0]!.ty);
  out.emit({ ...made, results: [again] });
  return again;
}

/** Where the body defines a value; -1 for a parameter, and for what is put in front. */
const definitionIn = (
  body: readonly Instr[],
  value: Value | undefined,
): number =>
  body.findIndex(
    ({ results }) => value !== undefined && results.includes(value),
  );

/** All cells below it are covered. */
function belowAll(covered: Covered): Offset | undefined {
  if ("below" in covered) return covered.below;
  let count = 0;
  while (covered.cells.has(count)) count++;
  return count === 0
    ? undefined
    : { base: undefined, value: undefined, offset: count };
}

/** Does the instruction, with its regions, use the array? */
function touches(instr: Instr, array: Value): boolean {
  let isUsed = instr.args.includes(array);
  for (const region of instr.regions)
    eachInstr(region, (inner) => {
      if (inner.args.includes(array)) isUsed = true;
    });
  return isUsed;
}

/** What is covered with the instruction too; undefined where it may reach a cell that has been written. */
function cover(
  instr: Instr,
  array: Value,
  so: Covered,
  facts: Facts,
): Covered | undefined {
  if (instr.kind === "for") {
    const isFirst = "cells" in so && so.cells.size === 0;
    return isFirst ? coveredByLoop(instr, array, facts) : undefined;
  }
  if (instr.kind !== "accum") return undefined;
  const at = facts.offsets.of(instr.args[1]!);
  if ("below" in so)
    return sameOffset(at, so.below) && canStore(instr)
      ? { below: shifted(at, 1) }
      : undefined;
  const isNew =
    at.base === undefined && at.offset >= 0 && !so.cells.has(at.offset);
  return isNew ? { cells: new Set([...so.cells, at.offset]) } : undefined;
}

/** A store outside a plain array would make it longer. */
function canStore(accum: AccumInstr): boolean {
  const { ty } = accum.args[0]!;
  return accum.inBounds || (ty.kind === "array" && ty.store !== "js");
}

/** A loop from 0 upwards, or down to 0, that does one thing with the array: it adds to the cell at a fixed distance of its index. */
function coveredByLoop(
  loop: ForInstr,
  array: Value,
  { offsets, integers }: Facts,
): Covered | undefined {
  const [accum, ...others] = loop.regions[0]!.body.filter((instr) =>
    touches(instr, array),
  );
  if (accum?.kind !== "accum" || others.length > 0 || !canStore(accum))
    return undefined;
  const [lo, hi] = loop.args as [Value, Value];
  if (loop.breaks || Math.abs(loop.step) !== 1 || !integers.has(hi))
    return undefined;
  const at = offsets.of(accum.args[1]!);
  if (at.value !== loop.regions[0]!.params[0]) return undefined;
  const edges = {
    "<": [0, 0],
    "<=": [0, 1],
    ">": [1, 1],
    ">=": [0, 1],
  } as const;
  const isUp = loop.step > 0;
  const [low, high] = edges[loop.test];
  const least = shifted(offsets.of(isUp ? lo : hi), low + at.offset);
  const beyond = shifted(offsets.of(isUp ? hi : lo), high + at.offset);
  return least.base === undefined && least.offset === 0
    ? { below: beyond }
    : undefined;
}

function valueOf(at: Offset, out: RegionBuilder): Value {
  if (at.value === undefined) return out.constant(at.offset);
  if (at.offset === 0) return at.value;
  return out.op(at.offset > 0 ? "add" : "sub", [
    at.value,
    out.constant(Math.abs(at.offset)),
  ]);
}

/** The addition, or the one in the loop, as a store. */
function storing(instr: Instr, array: Value, facts: Facts): readonly Instr[] {
  if (instr.kind === "accum") return stored(instr, facts);
  const [body] = instr.regions as [Region];
  const inner = body.body.flatMap((one) =>
    one.kind === "accum" && one.args[0] === array ? stored(one, facts) : [one],
  );
  return [withParts(instr, { regions: [{ ...body, body: inner }] })];
}

/** Guarded where a plain array may be too short, as the addition is. */
function stored(accum: AccumInstr, { ids }: Facts): readonly Instr[] {
  if (canStore(accum)) return [{ ...accum, kind: "store" }];
  const [array, index] = accum.args as [Value, Value];
  const out = new RegionBuilder(ids, accum.span);
  const length = ids.fresh(index.ty);
  out.emit({ kind: "length", ...out.plain([array], [length]) });
  const isInside = out.op("gt", [length, index], { ty: bool });
  const yes: Region = {
    params: [],
    body: [{ ...accum, kind: "store", inBounds: true }],
    yields: [],
  };
  const no: Region = { params: [], body: [], yields: [] };
  out.emit({ kind: "if", ...out.plain([isInside], []), regions: [yes, no] });
  return out.body;
}
