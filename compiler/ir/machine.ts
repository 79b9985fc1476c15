import {
  isPoison,
  type CallInstr,
  type ForInstr,
  type IfInstr,
  type Instr,
  type WhileInstr,
} from "./ir.js";

export type ControlInstr = IfInstr | ForInstr | WhileInstr | CallInstr;
export type PlainInstr = Exclude<Instr, ControlInstr>;

/** What values are and what instructions do to them; control is the same for every machine. */
export interface Machine {
  /** The results of an instruction that has no regions and calls nothing. */
  execute(instr: PlainInstr, args: readonly unknown[]): readonly unknown[];
  /** A number or boolean as control sees it. */
  plain(value: unknown): unknown;
  /** A plain number as a value of this machine. */
  lift(value: number): unknown;
}

/** Stands for a value that is never looked at. */
export const poisonValue: unique symbol = Symbol("poison");

/** A constant of the IR as a value. */
export const constantOf = (value: unknown): unknown =>
  isPoison(value) ? poisonValue : value;
