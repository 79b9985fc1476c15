import type { ForInstr, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { PushInstr } from "../ir/memoryInstrs.js";

/** How a list grows in a loop: by one element in each trip. */
export interface Progress {
  readonly list: Value;
  readonly push: PushInstr;
  readonly index: Value;
  /** Before the push of a trip the list is that much longer than the index; undefined where the start is no constant. */
  readonly ahead: number | undefined;
  readonly lo: number | undefined;
}

interface ProgressFacts {
  readonly constants: ReadonlyMap<Value, number>;
  readonly integers: ReadonlySet<Value>;
  readonly makers: ReadonlyMap<Value, Instr>;
}

/**
 * Does the loop's body use the list for nothing but its length, the push, and elements that are there already? Where an
 * index is below 0, or not whole, there is no element in a longer array either.
 */
export function usesOnlyWhatIsThere(
  body: Region,
  progress: Progress,
  facts: ProgressFacts,
): boolean {
  const { list, push } = progress;
  const loops = new Map<Value, ForInstr>();
  let isPushed = false;
  let isFine = !body.yields.includes(list);
  const see = (region: Region): void =>
    region.body.forEach((instr) => {
      if (instr === push) {
        isPushed = true;
        return;
      }
      if (instr.kind === "for") loops.set(instr.regions[0]!.params[0]!, instr);
      if (instr.args.includes(list)) isFine &&= isFineUse(instr);
      for (const inner of instr.regions) {
        isFine &&= !inner.yields.includes(list);
        see(inner);
      }
    });
  const isFineUse = (instr: Instr): boolean => {
    if (instr.kind === "length") return true;
    if (instr.kind !== "load" || progress.ahead === undefined) return false;
    return isBelow(instr.args[1]!, isPushed ? 1 : 0);
  };
  const isBelow = (at: Value, more: number): boolean => {
    const most = mostOf(at, 6);
    const ahead = progress.ahead! + more;
    if (most === undefined) return false;
    return most.ofIndex ? most.plus < ahead : most.plus < progress.lo! + ahead;
  };
  /** The index, or 0, and a constant, which a number does not exceed. */
  const mostOf = (
    value: Value,
    depth: number,
  ): { ofIndex: boolean; plus: number } | undefined => {
    const known = facts.constants.get(value);
    if (known !== undefined) return { ofIndex: false, plus: known };
    if (value === progress.index) return { ofIndex: true, plus: 0 };
    if (depth === 0) return undefined;
    const loop = loops.get(value);
    if (loop !== undefined) return mostOfIndex(loop, depth - 1);
    const maker = facts.makers.get(value);
    if (maker?.kind === "length" && maker.args[0] === list)
      // before the push as after it: the longer of the two
      return { ofIndex: true, plus: progress.ahead! + lengthAt(maker) };
    if (maker?.kind !== "op") return undefined;
    const by = facts.constants.get(maker.args[1]!);
    if (by === undefined || (maker.op !== "add" && maker.op !== "sub"))
      return undefined;
    const most = mostOf(maker.args[0]!, depth - 1);
    return (
      most && { ...most, plus: most.plus + (maker.op === "add" ? by : -by) }
    );
  };
  const mostOfIndex = (
    { args: [lo, hi], test, step }: ForInstr,
    depth: number,
  ): { ofIndex: boolean; plus: number } | undefined => {
    if (step < 0) return mostOf(lo!, depth);
    const most = mostOf(hi!, depth);
    const isWhole = facts.integers.has(hi!);
    return most && test === "<" && isWhole
      ? { ...most, plus: most.plus - 1 }
      : most;
  };
  const lengths = new Map<Instr, number>();
  const lengthAt = (instr: Instr): number => lengths.get(instr) ?? 1;
  noteLengths(body, progress, lengths);
  see(body);
  return isFine;
}

/** How much longer than before the push of its trip the list is where its length is asked for. */
function noteLengths(
  body: Region,
  { list, push }: Progress,
  lengths: Map<Instr, number>,
): void {
  let more = 0;
  eachInstr(body, (instr) => {
    if (instr === push) more = 1;
    if (instr.kind === "length" && instr.args[0] === list)
      lengths.set(instr, more);
  });
}
