import type { Func, Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";

/** base + offset, exact for integers; without a base a constant. */
export interface Offset {
  /** What all values of the same number have in common; undefined for a constant. */
  readonly base: string | undefined;
  /** A value that is the base. */
  readonly value: Value | undefined;
  readonly offset: number;
}

/** Values as sums of one base and a small constant. */
export interface Offsets {
  of(value: Value): Offset;
  definition(value: Value): Instr | undefined;
}

export function offsetsOf(fn: Func): Offsets {
  const definitions = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) definitions.set(result, instr);
  });
  const definition = (value: Value): Instr | undefined =>
    definitions.get(value);
  const of = (value: Value): Offset => {
    const instr = definition(value);
    const own: Offset = { base: `${value.id}`, value, offset: 0 };
    if (instr === undefined) return own;
    if (instr.kind === "const" || instr.kind === "global")
      return isSmall(instr.value)
        ? { base: undefined, value: undefined, offset: instr.value }
        : own;
    // A typed array keeps its length.
    if (instr.kind === "length" && isTyped(instr.args[0]!))
      return { ...own, base: `length ${instr.args[0]!.id}` };
    if (instr.kind !== "op" || (instr.op !== "add" && instr.op !== "sub"))
      return own;
    const [a, b] = instr.args.map(of) as [Offset, Offset];
    if (b.base === undefined)
      return shifted(a, instr.op === "add" ? b.offset : -b.offset);
    return a.base === undefined && instr.op === "add"
      ? shifted(b, a.offset)
      : own;
  };
  return { of, definition };
}

export const shifted = (at: Offset, by: number): Offset => ({
  ...at,
  offset: at.offset + by,
});

export const sameOffset = (a: Offset, b: Offset): boolean =>
  a.base === b.base && a.offset === b.offset;

const isSmall = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** 20;

const isTyped = ({ ty }: Value): boolean =>
  ty.kind === "array" && ty.store !== "js";
