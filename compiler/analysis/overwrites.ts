import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { isBefore } from "./indexOrder.js";
import type { Memory } from "./memory.js";
import { elements, find, type MemoryNode } from "./memoryGraph.js";
import { isLoopInstr, type Positions } from "./positions.js";

/**
 * Does the write, whenever it runs after the read, leave what was read as it was? Both are known to touch memory that the
 * analysis does not tell apart.
 */
export type Spares = (write: Instr, read: Instr) => boolean;

export function sparing(
  fn: Func,
  memory: Memory,
  positions: Positions,
): Spares {
  const published = publishing(fn, positions);
  const hasOwnRows = ownRows(fn, memory, positions);
  return (write, read) =>
    write.kind !== "call" &&
    read.kind !== "call" &&
    (isOfLaterArray(write, read, positions, published) ||
      isOfLaterCell(write, read, positions, hasOwnRows));
}

const isAllocation = ({ kind }: Instr): boolean =>
  kind === "newArray" || kind === "arrayLit" || kind === "slice";

/**
 * Is what is written always another array? One that is made after the read: then the read stands outside of the region
 * that makes it, or has its array from elsewhere while nobody else knows the new one: `const next = new Float64Array(n)` in
 * a loop that reads `h`, the one of the trip before.
 */
function isOfLaterArray(
  write: Instr,
  read: Instr,
  positions: Positions,
  published: (made: Value) => number,
): boolean {
  const [written, seen] = [write.args[0], read.args[0]];
  if (written === undefined || seen === undefined || written === seen)
    return false;
  const maker = positions.definition(written);
  if (maker === undefined || !isAllocation(maker)) return false;
  const home = positions.home(written)!;
  const stepOf = (instr: Instr): number | undefined =>
    positions.path(instr).find(({ region }) => region === home)?.index;
  const at = stepOf(read);
  // Each run of the write after the read has an array that was not there yet.
  if (at === undefined) return true;
  const from = stepOf(write);
  if (from === undefined) return false;
  return from < at || at < published(written);
}

/** The step of its region in which an array is first used for more than its cells and its length. */
function publishing(fn: Func, positions: Positions): (made: Value) => number {
  const first = new Map<Value, number>();
  const see = (value: Value, user: Instr): void => {
    if (!isRef(value.ty)) return;
    const home = positions.home(value);
    const step = positions.path(user).find(({ region }) => region === home);
    if (step === undefined) return;
    first.set(value, Math.min(first.get(value) ?? Infinity, step.index));
  };
  eachInstr(fn.body, (instr) => {
    const own = isAccess.has(instr.kind) ? 1 : 0;
    for (const value of instr.args.slice(own)) see(value, instr);
    for (const region of instr.regions)
      for (const value of region.yields) see(value, instr);
  });
  return (made) => first.get(made) ?? Infinity;
}

const isAccess: ReadonlySet<string> = new Set<Instr["kind"]>([
  "load",
  "store",
  "length",
  "push",
  "pop",
  "setLength",
]);

/** A cell by the way from an array that the function has made: the indices of rows and of what is in them. */
interface Place {
  readonly base: Value;
  readonly indices: readonly Value[];
}

/**
 * Do loops go through the cells in order, and is what is read behind what they have still to write? `row[j] = s`, for j
 * one after the other, leaves `row[k]` alone for k below j; `table[i][j] = t`, row by row, all rows above and what is
 * to the left.
 */
function isOfLaterCell(
  write: Instr,
  read: Instr,
  positions: Positions,
  hasOwnRows: (table: Value) => boolean,
): boolean {
  if (write.kind !== "store" || read.kind !== "load") return false;
  const target = placeOf(write, positions);
  const source = placeOf(read, positions);
  if (target.base !== source.base) return false;
  if (target.indices.length !== source.indices.length) return false;
  const loops = loopsAround(write, target.base, positions);
  if (loops?.length !== target.indices.length) return false;
  if (target.indices.length > 1 && !hasOwnRows(target.base)) return false;
  return isBefore(
    source.indices,
    target.indices,
    loops.filter((loop) => isAround(loop, read, positions)),
    positions,
    (a, b) => isToldApart(a, b, read, positions),
  );
}

function placeOf(access: Instr, positions: Positions): Place {
  const [array, index] = access.args as [Value, Value];
  const row = positions.definition(array);
  if (row?.kind !== "load" || row.args[0]!.ty.kind !== "array")
    return { base: array, indices: [index] };
  return { base: row.args[0]!, indices: [row.args[1]!, index] };
}

/** The loops between an array that is made there and an access; undefined: it is not made there, or one is a `while`. */
function loopsAround(
  access: Instr,
  array: Value,
  positions: Positions,
): ForInstr[] | undefined {
  const maker = positions.definition(array);
  if (maker === undefined || !isAllocation(maker)) return undefined;
  const path = positions.path(access);
  const at = path.findIndex(({ region }) => region === positions.home(array));
  if (at < 0) return undefined;
  const loops = path
    .slice(at, -1)
    .map(({ region, index }) => region.body[index]!)
    .filter(isLoopInstr);
  return loops.every((loop) => loop.kind === "for") ? loops : undefined;
}

const isAround = (
  { regions: [body] }: ForInstr,
  instr: Instr,
  positions: Positions,
): boolean =>
  positions.path(instr).some(({ region }) => region === (body as Region));

/** Does the read stand where `a === b` is known not to hold? */
function isToldApart(
  a: Value,
  b: Value,
  read: Instr,
  positions: Positions,
): boolean {
  const path = positions.path(read);
  return path.slice(0, -1).some(({ region, index }, k) => {
    const branch = region.body[index]!;
    if (branch.kind !== "if") return false;
    const test = positions.definition(branch.args[0]!);
    if (test?.kind !== "op" || (test.op !== "eq" && test.op !== "ne"))
      return false;
    const arm = branch.regions[test.op === "eq" ? 1 : 0];
    return (
      path[k + 1]!.region === arm &&
      test.args.includes(a) &&
      test.args.includes(b)
    );
  });
}

/** Tables in which every row was made for its place: no two places hold one row. */
function ownRows(
  fn: Func,
  memory: Memory,
  positions: Positions,
): (table: Value) => boolean {
  const shared = new Set<MemoryNode>();
  const put = new Set<Value>();
  const see = (table: Value, row: Value, by: Instr): void => {
    const maker = positions.definition(row);
    const isNew =
      maker !== undefined &&
      isAllocation(maker) &&
      !put.has(row) &&
      loopsAround(by, row, positions)?.length === 0;
    put.add(row);
    if (!isNew) shared.add(find(memory.nodeOf(table)));
  };
  eachInstr(fn.body, (instr) => {
    const [table] = instr.args as [Value];
    const [result] = instr.results;
    switch (instr.kind) {
      case "store":
        if (isRef(instr.args[2]!.ty)) see(table, instr.args[2]!, instr);
        return;
      case "push":
        if (!isRef(instr.args[1]!.ty)) return;
        // in the middle: rows move on
        if (instr.args.length > 2) shared.add(find(memory.nodeOf(table)));
        see(table, instr.args[1]!, instr);
        return;
      case "newArray":
        // one row for all places, unless it is none
        if (instr.args[1] !== undefined && isRef(instr.args[1].ty))
          shared.add(find(memory.nodeOf(result!)));
        return;
      case "arrayLit":
        for (const row of instr.args)
          if (isRef(row.ty)) see(result!, row, instr);
        return;
      case "slice":
        // the rows of another table
        if (result !== undefined) shared.add(find(memory.nodeOf(result)));
        return;
      case "opaque":
        for (const value of instr.args)
          if (isRef(value.ty)) shared.add(find(memory.nodeOf(value)));
        return;
      default:
        for (const { node, key } of memory.writes(instr))
          if (key === elements) shared.add(find(node));
    }
  });
  return (table) => !shared.has(find(memory.nodeOf(table)));
}
