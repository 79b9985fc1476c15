import type { ForInstr, Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { NewArrayInstr } from "../ir/memoryInstrs.js";

/**
 * Is `new Array(size)` filled from end to end before anything but a plain access by index sees it?
 *
 *     const ys = new Array(n);
 *     ys[0] = a;
 *     for (let i = 1; i < n; i++) ys[i] = f(ys[i - 1]);
 */
export function isFilledAtOnce(
  made: NewArrayInstr,
  after: readonly Instr[],
  facts: FillFacts,
): boolean {
  const array = made.results[0]!;
  const size = made.args[0]!;
  // the places below are filled
  let filled = 0;
  for (const next of after) {
    if (facts.constantOf(size) === filled) return true;
    if (isStoreInto(next, array)) {
      if (facts.constantOf(next.args[1]!) === filled) filled++;
    } else if (next.kind === "for" && fills(next, array, size, filled, facts))
      return true;
    if (!isPlain(next, array)) return false;
  }
  return facts.constantOf(size) === filled;
}

export interface FillFacts {
  constantOf(value: Value): unknown;
  makerOf(value: Value): Instr | undefined;
  /** Are both one number? */
  isSame(a: Value, b: Value): boolean;
}

const isStoreInto = (instr: Instr, array: Value): boolean =>
  instr.kind === "store" && instr.args[0] === array;

function fills(
  loop: ForInstr,
  array: Value,
  size: Value,
  filled: number,
  facts: FillFacts,
): boolean {
  const [lo, hi] = loop.args as readonly [Value, Value];
  const body = loop.regions[0]!;
  const index = body.params[0]!;
  const isWhole = isUpwards(loop)
    ? startsAt(facts.constantOf(lo), filled) && facts.isSame(hi, size)
    : isDownwards(loop) &&
      startsAt(facts.constantOf(hi), filled) &&
      isOneBelow(lo, size, facts);
  return isWhole && storesAt(body.body, array, index) && isPlain(loop, array);
}

const isUpwards = ({ test, step, breaks }: ForInstr): boolean =>
  test === "<" && step === 1 && !breaks;

const isDownwards = ({ test, step, breaks }: ForInstr): boolean =>
  test === ">=" && step === -1 && !breaks;

const startsAt = (place: unknown, filled: number): boolean =>
  typeof place === "number" && place >= 0 && place <= filled;

function isOneBelow(lo: Value, size: Value, facts: FillFacts): boolean {
  const maker = facts.makerOf(lo);
  return (
    maker?.kind === "op" &&
    maker.op === "sub" &&
    facts.isSame(maker.args[0]!, size) &&
    facts.constantOf(maker.args[1]!) === 1
  );
}

/** Does every way through these instructions put something at the index? */
const storesAt = (
  body: readonly Instr[],
  array: Value,
  index: Value,
): boolean =>
  body.some(
    (instr) =>
      (isStoreInto(instr, array) && instr.args[1] === index) ||
      (instr.kind === "if" &&
        instr.regions.every((arm) => storesAt(arm.body, array, index))),
  );

/** Is the array only read and written at its places here, where nobody asks what a place without anything is? */
function isPlain(instr: Instr, array: Value): boolean {
  let plain = true;
  const see = (one: Instr): void => {
    const others = one.args.slice(isAccess(one) ? 1 : 0);
    if (others.includes(array)) plain = false;
    if (one.regions.some((region) => region.yields.includes(array)))
      plain = false;
  };
  see(instr);
  for (const region of instr.regions) eachInstr(region, see);
  return plain;
}

const isAccess = (instr: Instr): boolean =>
  instr.kind === "load"
    ? instr.atHole === undefined
    : instr.kind === "store" || instr.kind === "length";
