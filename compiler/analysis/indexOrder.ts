import type { ForInstr, Value } from "../ir/ir.js";
import type { Positions } from "./positions.js";

/** `base + offset`; without a base, a number. */
interface Sum {
  readonly base: Value | undefined;
  readonly offset: number;
}

/** What a number is at most (or at least), or stays below (or above). */
interface Limit extends Sum {
  readonly isStrict: boolean;
}

/**
 * Do `behind` come before `ahead`, compared one after the other, while loops go through `ahead` in order: its first number
 * is the index of the outermost loop, its second that of the next one, with a constant? The first numbers are compared of
 * which the loops are given, outermost first. `differ` tells of numbers that are known not to be the same.
 */
export function isBefore(
  behind: readonly Value[],
  ahead: readonly Value[],
  loops: readonly ForInstr[],
  positions: Positions,
  differ: (a: Value, b: Value) => boolean,
): boolean {
  for (const [d, loop] of loops.entries()) {
    const own = sumOf(ahead[d]!, positions);
    if (own.base !== loop.regions[0]!.params[0]) return false;
    const order = compare(behind[d]!, own, loop, positions);
    if (order === undefined) return false;
    if (order === "before" || differ(behind[d]!, ahead[d]!)) return true;
  }
  return false;
}

/** As the loop goes, is the one there before the other, or no later? */
function compare(
  one: Value,
  other: Sum,
  loop: ForInstr,
  positions: Positions,
): "before" | "not after" | undefined {
  const up = loop.step > 0 ? 1 : -1;
  let limit: Limit = { ...sumOf(one, positions), isStrict: false };
  // A chain such as k < j, j <= i.
  for (let steps = 0; steps < 4; steps++) {
    if (limit.base === other.base) {
      const ahead = up * (other.offset - limit.offset);
      if (ahead > 0 || (ahead === 0 && limit.isStrict)) return "before";
      return ahead === 0 ? "not after" : undefined;
    }
    if (limit.base === undefined)
      return startsAhead(limit.offset, other, loop, positions)
        ? "before"
        : undefined;
    const next = limitOf(limit.base, up, positions);
    if (next === undefined) return undefined;
    limit = {
      base: next.base,
      offset: limit.offset + next.offset,
      isStrict: limit.isStrict || next.isStrict,
    };
  }
  return undefined;
}

/** Is a number passed by before the loop begins? */
function startsAhead(
  number: number,
  { offset }: Sum,
  loop: ForInstr,
  positions: Positions,
): boolean {
  const start = sumOf(loop.args[0]!, positions);
  if (start.base !== undefined) return false;
  const first = start.offset + offset;
  return loop.step > 0 ? number < first : number > first;
}

/** What the index of a loop is at most (`up` 1) or at least (-1). */
function limitOf(
  index: Value,
  up: 1 | -1,
  positions: Positions,
): Limit | undefined {
  const loop = positions.loopOf(index);
  if (loop === undefined) return undefined;
  const [lo, hi] = loop.args as [Value, Value];
  if (loop.step > 0 !== up > 0)
    return { ...sumOf(lo, positions), isStrict: false };
  const isStrict = loop.test === "<" || loop.test === ">";
  return { ...sumOf(hi, positions), isStrict };
}

function sumOf(value: Value, positions: Positions): Sum {
  let base = value;
  let offset = 0;
  for (;;) {
    const made = positions.definition(base);
    if (made?.kind === "const" && typeof made.value === "number")
      return { base: undefined, offset: offset + made.value };
    if (made?.kind !== "op" || (made.op !== "add" && made.op !== "sub"))
      return { base, offset };
    const [a, b] = made.args as [Value, Value];
    const [left, right] = [a, b].map((arg) => integer(arg, positions));
    if (right !== undefined) {
      base = a;
      offset += made.op === "add" ? right : -right;
    } else if (left !== undefined && made.op === "add") {
      base = b;
      offset += left;
    } else return { base, offset };
  }
}

function integer(value: Value, positions: Positions): number | undefined {
  const made = positions.definition(value);
  return made?.kind === "const" && Number.isSafeInteger(made.value)
    ? (made.value as number)
    : undefined;
}
