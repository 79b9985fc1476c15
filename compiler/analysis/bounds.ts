import type { Func, Instr, Value } from "../ir/ir.js";
import { bare } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { type Counter, type Counters, countersOf } from "./counters.js";
import type { Memory } from "./memory.js";
import { accessesInside } from "./belowSize.js";
import { find, lengthCell, type MemoryNode } from "./memoryGraph.js";
import { type Positions, positionsOf } from "./positions.js";
import { placesOfMaking } from "./uniformSizes.js";
import type { LoadInstr, StoreInstr } from "../ir/memoryInstrs.js";

/** base + offset; without a base a constant. The base is a value, or the length of an array that never changes it. */
interface Linear {
  readonly base: string | undefined;
  readonly offset: number;
  /** The value behind the base, where it is one. */
  readonly value?: Value;
  /** The array whose length the base is. */
  readonly array?: Value;
}

type Access = LoadInstr | StoreInstr;

/**
 * Loads and stores whose index is proven to lie inside the array: constants, induction variables and sums of these with
 * constants, against lengths as the function itself shows them. Lengths are taken to be fixed as long as every store
 * that could grow an array is itself proven to lie inside.
 */
export function provenAccesses(fn: Func, memory: Memory): Set<Instr> {
  const positions = positionsOf(fn);
  const accesses: Access[] = [];
  const growing = new Set<MemoryNode>();
  const madeAt = placesOfMaking(fn, memory);
  let hasSizes = false;
  eachInstr(fn.body, (instr) => {
    hasSizes ||= instr.kind === "newArray" || instr.kind === "arrayLit";
    if (instr.kind === "load" || instr.kind === "store") accesses.push(instr);
    if (instr.kind === "store") return;
    for (const { node, key } of memory.writes(instr))
      if (key === lengthCell) growing.add(find(node));
  });
  for (;;) {
    const facts: Facts = {
      positions,
      loops: loopsOf(fn),
      counters: countersOf(fn),
      madeAt,
      asking: new Set(),
      isFixed: (array) => !growing.has(find(memory.nodeOf(array))),
    };
    const inside = hasSizes
      ? accessesInside(fn, facts.isFixed, (array) => {
          const { base, offset } = sizeOf(array, facts);
          return base === undefined ? offset : undefined;
        })
      : new Set();
    const proven = new Set<Instr>(
      accesses.filter(
        (access) => isInside(access, facts) || inside.has(access),
      ),
    );
    const before = growing.size;
    for (const access of accesses) {
      const [array] = access.args;
      const ty = bare(array!.ty);
      const mayGrow =
        access.kind === "store" && ty.kind === "array" && ty.store === "js";
      if (mayGrow && !access.inBounds && !proven.has(access))
        growing.add(find(memory.nodeOf(array!)));
    }
    if (growing.size === before) return proven;
  }
}

/** What is known of constants and of the lengths of arrays that keep theirs. */
export interface ArraySizes {
  constant(value: Value): number | undefined;
  /** Is the number the length of the array? */
  isWhole(bound: Value, array: Value): boolean;
}

export function arraySizes(fn: Func, memory: Memory): ArraySizes {
  const growing = new Set<MemoryNode>();
  eachInstr(fn.body, (instr) => {
    for (const { node, key } of memory.writes(instr))
      if (key === lengthCell) growing.add(find(node));
  });
  const facts: Facts = {
    positions: positionsOf(fn),
    loops: loopsOf(fn),
    counters: countersOf(fn),
    madeAt: () => undefined,
    asking: new Set(),
    isFixed: (array) => !growing.has(find(memory.nodeOf(array))),
  };
  return {
    constant: (value) => {
      const at = linear(value, facts);
      return at.base === undefined ? at.offset : undefined;
    },
    isWhole: (bound, array) => {
      const [at, size] = [linear(bound, facts), sizeOf(array, facts)];
      return (
        facts.isFixed(array) &&
        at.base === size.base &&
        at.offset === size.offset
      );
    },
  };
}

interface Loop {
  readonly lo: Value;
  readonly hi: Value;
  readonly test: "<" | "<=" | ">" | ">=";
}

interface Facts {
  readonly positions: Positions;
  readonly loops: ReadonlyMap<Value, Loop>;
  readonly counters: Counters;
  /** Does the array keep its length? */
  isFixed(array: Value): boolean;
  /** Where all arrays are made that it may be, if that is known. */
  madeAt(array: Value): readonly Value[] | undefined;
  /** Places of making whose sizes are being made out. */
  readonly asking: Set<Value>;
}

function loopsOf(fn: Func): Map<Value, Loop> {
  const loops = new Map<Value, Loop>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "for")
      loops.set(instr.regions[0]!.params[0]!, {
        lo: instr.args[0]!,
        hi: instr.args[1]!,
        test: instr.test,
      });
  });
  return loops;
}

function isInside(access: Access, facts: Facts): boolean {
  if (access.inBounds) return true;
  const [array, index] = access.args;
  const at = linear(index!, facts);
  return (
    isInteger(at, facts) &&
    isAtLeastZero(at, facts, 6) &&
    isBelow(at, sizeOf(array!, facts), facts, 6)
  );
}

const isInteger = (at: Linear, facts: Facts): boolean =>
  Number.isInteger(at.offset) &&
  (at.base === undefined ||
    (at.value !== undefined &&
      (facts.loops.has(at.value) || counterAt(at, facts) !== undefined)) ||
    at.base.startsWith("length"));

function counterAt(
  { value }: Linear,
  { counters }: Facts,
): Counter | undefined {
  return value && (counters.within.get(value) ?? counters.behind.get(value));
}

function linear(value: Value, facts: Facts): Linear {
  const instr = facts.positions.definition(value);
  const own: Linear = { base: `value ${value.id}`, offset: 0, value };
  if (instr === undefined) return own;
  if (
    (instr.kind === "const" || instr.kind === "global") &&
    typeof instr.value === "number"
  )
    return { base: undefined, offset: instr.value };
  if (instr.kind === "length" && facts.isFixed(instr.args[0]!))
    return sizeOf(instr.args[0]!, facts);
  if (instr.kind !== "op" || (instr.op !== "add" && instr.op !== "sub"))
    return own;
  const [a, b] = instr.args.map((arg) => linear(arg, facts));
  if (b!.base === undefined)
    return shift(a!, instr.op === "add" ? b!.offset : -b!.offset);
  if (a!.base === undefined && instr.op === "add") return shift(b!, a!.offset);
  if (instr.op === "sub" && a!.base === b!.base)
    return { base: undefined, offset: a!.offset - b!.offset };
  return own;
}

const shift = (at: Linear, by: number): Linear => ({
  ...at,
  offset: at.offset + by,
});

function sizeOf(array: Value, facts: Facts): Linear {
  const instr = facts.positions.definition(array);
  const unknown: Linear = { base: `length ${array.id}`, offset: 0, array };
  if (!facts.isFixed(array)) return { base: `changing ${array.id}`, offset: 0 };
  if (instr === undefined) return uniformSize(array, facts) ?? unknown;
  switch (instr.kind) {
    case "newArray":
      return linear(instr.args[0]!, facts);
    case "arrayLit":
      return { base: undefined, offset: instr.args.length };
    case "slice":
    case "subarray": {
      const start = linear(instr.args[1]!, facts);
      const end = linear(instr.args[2]!, facts);
      if (start.base === undefined) return shift(end, -start.offset);
      return start.base === end.base
        ? { base: undefined, offset: end.offset - start.offset }
        : unknown;
    }
    default:
      return uniformSize(array, facts) ?? unknown;
  }
}

/** One size that all arrays have which this one may be, and that is one and the same throughout the call. */
function uniformSize(array: Value, facts: Facts): Linear | undefined {
  const made = facts.madeAt(array);
  if (made === undefined || made.includes(array)) return undefined;
  // rows as long as the first of them
  const [first] = made as [Value];
  if (facts.asking.has(first)) return undefined;
  facts.asking.add(first);
  const [size, ...others] = made.map((one) => sizeOf(one, facts));
  facts.asking.delete(first);
  if (size === undefined) return undefined;
  const isSame = others.every(
    ({ base, offset }) => base === size.base && offset === size.offset,
  );
  const behind = size.value ?? size.array;
  const isOnce =
    size.base === undefined ||
    (behind !== undefined && facts.positions.valueDepth(behind) === 0);
  return isSame && isOnce ? size : undefined;
}

const isUp = (loop: Loop): boolean => loop.test === "<" || loop.test === "<=";
const isStrict = (loop: Loop): boolean =>
  loop.test === "<" || loop.test === ">";

/** at >= 0: a length, a constant, or an index whose smallest value is. */
function isAtLeastZero(at: Linear, facts: Facts, depth: number): boolean {
  if (at.base === undefined) return at.offset >= 0;
  if (at.base.startsWith("length")) return at.offset >= 0;
  const counter = counterAt(at, facts);
  if (counter !== undefined) return counter.start + at.offset >= 0;
  const loop = at.value && facts.loops.get(at.value);
  if (loop === undefined || depth === 0) return false;
  const least = isUp(loop)
    ? linear(loop.lo, facts)
    : shift(linear(loop.hi, facts), isStrict(loop) ? 1 : 0);
  return isAtLeastZero(shift(least, at.offset), facts, depth - 1);
}

/** at < size */
function isBelow(
  at: Linear,
  size: Linear,
  facts: Facts,
  depth: number,
): boolean {
  if (at.base === size.base) return at.offset < size.offset;
  // 0 < b.length + 1
  if (at.base === undefined && size.base?.startsWith("length") === true)
    return at.offset < size.offset;
  const counter = counterAt(at, facts);
  if (counter !== undefined && depth > 0)
    return isBelowAsCounter(at, counter, size, facts, depth - 1);
  const loop = at.value && facts.loops.get(at.value);
  if (loop === undefined || depth === 0) return false;
  const most = isUp(loop)
    ? largestBelow(linear(loop.hi, facts), isStrict(loop))
    : linear(loop.lo, facts);
  return isBelow(shift(most, at.offset), size, facts, depth - 1);
}

/**
 * A counter has gained as much as the index at most. Behind the loop too, where it ran; where it did not, the counter is what
 * it started from, and the index below 0.
 */
function isBelowAsCounter(
  at: Linear,
  { loop, start }: Counter,
  size: Linear,
  facts: Facts,
  depth: number,
): boolean {
  const lo = linear(loop.args[0]!, facts);
  if (lo.base !== undefined) return false;
  const gained = at.offset + start - lo.offset;
  if (facts.counters.within.has(at.value!)) {
    const index = linear(loop.regions[0]!.params[0]!, facts);
    return isBelow(shift(index, gained), size, facts, depth);
  }
  if (start + at.offset >= 0) return false;
  const hi = linear(loop.args[1]!, facts);
  const last = largestBelow(hi, loop.test === "<");
  return isBelow(shift(last, gained + 1), size, facts, depth);
}

/** The largest index of a loop up to hi. For integers below x means at most x - 1, where x is one; below 4.5 means at most 4. */
const largestBelow = (hi: Linear, isStrict: boolean): Linear =>
  isStrict ? { ...hi, offset: Math.ceil(hi.offset) - 1 } : hi;
