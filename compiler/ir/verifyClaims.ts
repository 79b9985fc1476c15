import type { Instr } from "./ir.js";
import { printTy } from "./print.js";
import type { Ty } from "./types.js";
import { fits } from "./verifyTypes.js";

/** Leaves the checks; caught in verifyInstr.ts, never seen outside. */
export class TypeFault extends Error {}

export function claim(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new TypeFault(otherwise);
}

export const show = (tys: readonly Ty[]): string =>
  tys.map((ty) => printTy(ty)).join(", ");

export const argTys = (instr: Instr): readonly Ty[] =>
  instr.args.map((arg) => arg.ty);
export const resultTys = (instr: Instr): readonly Ty[] =>
  instr.results.map((result) => result.ty);

export function checkTys(
  what: string,
  given: readonly Ty[],
  wanted: readonly Ty[],
): void {
  claim(
    given.length === wanted.length &&
      given.every((ty, k) => fits(ty, wanted[k]!)),
    `${what}: (${show(given)}) where (${show(wanted)}) is wanted`,
  );
}

export const takes = (instr: Instr, ...tys: readonly Ty[]): void =>
  checkTys("operands", argTys(instr), tys);
export const gives = (instr: Instr, ...tys: readonly Ty[]): void =>
  checkTys("results", resultTys(instr), tys);

export function soleResult(instr: Instr): Ty {
  claim(instr.results.length === 1, "one result is wanted");
  return instr.results[0]!.ty;
}
