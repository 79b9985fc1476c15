import { integersOf } from "../analysis/integers.js";
import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { f64Array } from "../ir/types.js";
import { eachInstr, substitute, withParts } from "../ir/visit.js";
import { emitTerm, type Term } from "./affine.js";
import { lengthsOf } from "../analysis/sizes.js";
import { privateArrays } from "./privateArrays.js";
import { type Cell, isAmong, memoryView, type MemoryView } from "./writes.js";

/** What the search for products knows of the function, and where it puts the arrays that it adds. */
export interface Facts {
  readonly ids: Ids;
  readonly memory: MemoryView;
  readonly integers: ReadonlySet<Value>;
  /** Integers that are not negative. */
  readonly lengths: ReadonlySet<Value>;
  definition(value: Value): Instr | undefined;
  /** Takes note of what has been put in or changed. */
  note(region: Region): void;
  /** Values of a loop's body, with all that is nested in it. */
  inside(loop: ForInstr): ReadonlySet<Value>;
  accesses(region: Region): Accesses;
  isPrivate(array: Value): boolean;
  /** A work array in front of the outermost loop; undefined where its size is not known there. */
  workspace(size: Term, hint: string): Value | undefined;
  /** Code in front of the outermost loop. */
  readonly front: Front;
  /** Numbers that have to be integers for what is being lifted: seen at run time. */
  readonly assumed: Set<Value>;
}

export interface Front {
  builder: RegionBuilder;
  /** What is in scope there. */
  readonly values: Set<Value>;
  /** Whether numbers are integers, by the numbers. */
  guards: Map<string, Value>;
}

export function factsOf(fn: Func): Facts {
  const ids = idsAfter(fn);
  const own = new Set(privateArrays(fn));
  const memory = memoryView(own);
  const definitions = new Map<Value, Instr>();
  const note = (region: Region): void =>
    eachInstr(region, (instr) => {
      for (const result of instr.results) definitions.set(result, instr);
    });
  note(fn.body);
  const front: Front = {
    builder: new RegionBuilder(ids, fn.span),
    values: new Set(fn.body.params),
    guards: new Map(),
  };
  const lengths = lengthsOf(fn);
  return {
    ids,
    memory,
    integers: integersOf(fn),
    lengths,
    assumed: new Set(),
    definition: (value) => definitions.get(value),
    note,
    inside: (loop) => valuesIn(loop.regions[0]!),
    accesses: (region) => accessesOf(region, memory),
    isPrivate: (array) => own.has(array),
    front,
    workspace: (size, hint) => {
      if (!isInScope(size, front.values)) return undefined;
      const array = ids.fresh(f64Array, hint);
      const length = emitTerm(notNegative(size, lengths), front.builder);
      front.builder.emit({
        kind: "newArray",
        ...front.builder.plain([length], [array]),
      });
      own.add(array);
      return array;
    },
  };
}

/** A size that can be asked for, whatever the numbers are. */
function notNegative(size: Term, lengths: ReadonlySet<Value>): Term {
  if (typeof size === "number") return size;
  if (!("op" in size))
    return lengths.has(size) ? size : { op: "max", a: 0, b: size };
  const [a, b] = [size.a, size.b].map((one) => notNegative(one, lengths));
  return { op: size.op, a: a!, b: b! };
}

function isInScope(term: Term, values: ReadonlySet<Value>): boolean {
  if (typeof term === "number") return true;
  return "op" in term
    ? isInScope(term.a, values) && isInScope(term.b, values)
    : values.has(term);
}

function valuesIn(region: Region): Set<Value> {
  const values = new Set<Value>(region.params);
  eachInstr(region, (instr) => {
    for (const result of instr.results) values.add(result);
    for (const inner of instr.regions)
      for (const param of inner.params) values.add(param);
  });
  return values;
}

/** Is each of the assumed numbers an integer? Undefined where nothing is assumed. */
export function guardOf({ assumed, front }: Facts): Value | undefined {
  const all = [...assumed].sort((a, b) => a.id - b.id);
  if (all.length === 0) return undefined;
  const key = all.map(({ id }) => id).join(" ");
  const known = front.guards.get(key);
  if (known !== undefined) return known;
  const out = front.builder;
  const guard = all
    .map((value) => out.op("isInteger", [value]))
    .reduce((a, b) => out.op("and", [a, b]));
  front.guards.set(key, guard);
  return guard;
}

/** Puts code under the guard. */
export function guarded(
  guard: Value | undefined,
  code: RegionBuilder,
  out: RegionBuilder,
): void {
  if (guard === undefined) return void out.body.push(...code.body);
  if (code.body.length === 0) return;
  out.emit({
    kind: "if",
    args: [guard],
    results: [],
    regions: [code.finish([], []), out.child().finish([], [])],
    span: out.span,
  });
}

/** Cells that a region reads, writes, and does nothing to but add. */
export interface Accesses {
  readonly reads: ReadonlySet<Cell>;
  readonly writes: ReadonlySet<Cell>;
  readonly sums: ReadonlySet<Cell>;
}

function accessesOf(region: Region, memory: MemoryView): Accesses {
  const reads = new Set<Cell>();
  const writes = new Set<Cell>();
  const sums = new Set<Cell>();
  eachInstr(region, (instr) => {
    const [target] = instr.args;
    const read = memory.read(instr);
    if (read !== undefined) reads.add(read);
    if (instr.kind === "product")
      for (const at of [4, 8]) reads.add(memory.elements(instr.args[at]!));
    if (instr.kind === "accum" || instr.kind === "product")
      sums.add(memory.elements(target!));
    else for (const cell of memory.written(instr)) writes.add(cell);
  });
  return { reads, writes, sums };
}

/** Do the elements of the array stay as they are? */
export const isUnchanged = (
  array: Value,
  { writes, sums }: Accesses,
  { memory }: Facts,
): boolean => {
  const cell = memory.elements(array);
  return !isAmong(writes, cell) && !isAmong(sums, cell);
};

/** Is the array only added to? */
export const isOnlySummed = (
  array: Value,
  { reads, writes }: Accesses,
  { memory, isPrivate }: Facts,
): boolean => {
  const cell = memory.elements(array);
  return isPrivate(array) && !reads.has(cell) && !writes.has(cell);
};

/** The same instruction with values of its own for all that it defines. */
export function renamed(instr: Instr, ids: Ids): Instr {
  const now = new Map<Value, Value>();
  const by = substitute(now);
  const define = (value: Value): Value => {
    const made = ids.fresh(value.ty, value.hint);
    now.set(value, made);
    return made;
  };
  const copy = (one: Instr): Instr => {
    const args = one.args.map(by);
    const regions = one.regions.map((region): Region => {
      const params = region.params.map(define);
      const body = region.body.map(copy);
      return { params, body, yields: region.yields.map(by) };
    });
    return withParts(one, { args, regions, results: one.results.map(define) });
  };
  return copy(instr);
}
