import type { LoadInstr, StoreInstr } from "../ir/memoryInstrs.js";
import type { Linear } from "./assumptions.js";
import type { Counter } from "./counters.js";
import { linear, shift, sizeOf } from "./linearSizes.js";
import type { Facts, Loop } from "./sizeFacts.js";

/** Is the index an integer from 0 to below the length, as far as sums with constants tell? */
export function isInside(
  access: LoadInstr | StoreInstr,
  facts: Facts,
): boolean {
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
      (facts.loops.has(at.value) || facts.integers.has(at.value))) ||
    at.base.startsWith("length"));

function counterAt(
  { value }: Linear,
  { counters }: Facts,
): Counter | undefined {
  return value && (counters.within.get(value) ?? counters.behind.get(value));
}

const isUp = (loop: Loop): boolean => loop.test === "<" || loop.test === "<=";
const isStrict = (loop: Loop): boolean =>
  loop.test === "<" || loop.test === ">";

/** at >= 0: a length, a constant, or an index whose smallest value is. */
function isAtLeastZero(at: Linear, facts: Facts, depth: number): boolean {
  if (at.base === undefined) return at.offset >= 0;
  if (at.base.startsWith("length") && at.offset >= 0) return true;
  const counter = counterAt(at, facts);
  if (counter !== undefined) return counter.start + at.offset >= 0;
  const loop = at.value && facts.loops.get(at.value);
  if (loop === undefined)
    return (
      comesFrom(at, none, facts, depth, (one, within) =>
        isAtLeastZero(one, within, depth - 1),
      ) ||
      (facts.assumed?.isBelow(minusOne, at) ?? false)
    );
  if (depth === 0) return false;
  const least = isUp(loop)
    ? linear(loop.lo, facts)
    : shift(linear(loop.hi, facts), isStrict(loop) ? 1 : 0);
  return isAtLeastZero(shift(least, at.offset), facts, depth - 1);
}

const none: Linear = { base: undefined, offset: 0 };
const minusOne = shift(none, -1);

/** at < size */
function isBelow(
  at: Linear,
  size: Linear,
  facts: Facts,
  depth: number,
): boolean {
  if (at.base === size.base) return at.offset < size.offset;
  // 0 < b.length + 1
  if (
    at.base === undefined &&
    size.base?.startsWith("length") === true &&
    at.offset < size.offset
  )
    return true;
  const counter = counterAt(at, facts);
  if (counter !== undefined && depth > 0)
    return isBelowAsCounter(at, counter, size, facts, depth - 1);
  const loop = at.value && facts.loops.get(at.value);
  if (loop === undefined)
    return (
      comesFrom(at, size, facts, depth, (one, within) =>
        isBelow(one, size, within, depth - 1),
      ) ||
      (facts.assumed?.isBelow(at, size) ?? false)
    );
  if (depth === 0) return false;
  const most = isUp(loop)
    ? largestBelow(linear(loop.hi, facts), isStrict(loop))
    : linear(loop.lo, facts);
  return isBelow(shift(most, at.offset), size, facts, depth - 1);
}

/**
 * Holds for all that a value may be. What a loop hands on is from another trip: what it is compared with has to be the same
 * there. Where the value comes back to itself, nothing new is asked, as long as nothing was added or taken away.
 */
function comesFrom(
  at: Linear,
  size: Linear,
  facts: Facts,
  depth: number,
  holds: (one: Linear, within: Facts) => boolean,
): boolean {
  const sources = at.value && facts.sources.get(at.value);
  if (sources === undefined || depth === 0) return false;
  const before = facts.compared.get(at.value!);
  if (before !== undefined) return before === at.offset;
  const behind = size.value ?? size.array;
  const isThere =
    sources.loop === undefined ||
    behind === undefined ||
    facts.positions.valueDepth(behind) <= facts.positions.depth(sources.loop);
  const compared = new Map(facts.compared).set(at.value!, at.offset);
  return (
    isThere &&
    (size.base === undefined || behind !== undefined) &&
    sources.all.every((one) =>
      holds(shift(linear(one, facts), at.offset), { ...facts, compared }),
    )
  );
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
