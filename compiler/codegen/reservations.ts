import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";

/**
 * Where the capacity of a local tape is tested, so that it is not tested for each push.
 *
 * A counted loop whose iterations all push the same reserves its whole room before it starts. Elsewhere one test serves
 * all pushes of a region up to the next loop that pushes.
 */
export interface Reservations {
  /** Numbers to make room for before the instruction (a push, or an `if` that pushes). */
  readonly before: ReadonlyMap<Instr, number>;
  /** Numbers that each iteration of the loop pushes; the room for all is made before it. */
  readonly perIteration: ReadonlyMap<Instr, number>;
}

export function planReservations(
  fn: Func,
  tape: Value,
  isNumeric: (value: Value) => boolean,
): Reservations {
  const before = new Map<Instr, number>();
  const perIteration = new Map<Instr, number>();

  const own = (instr: Instr): number =>
    instr.kind === "tapePush" && instr.args[0] === tape
      ? instr.args.slice(1).filter(isNumeric).length
      : 0;
  const pushes = (instr: Instr): boolean =>
    own(instr) > 0 || instr.regions.some((region) => region.body.some(pushes));

  /** What each iteration pushes, if that is the same each time and known. */
  const steady = (instr: Instr): number | undefined => {
    if (instr.kind !== "for" || instr.breaks) return undefined;
    const [body] = instr.regions as [Region];
    if (body.body.some((inner) => inner.regions.length > 0 && pushes(inner)))
      return undefined;
    return body.body.reduce((sum, inner) => sum + own(inner), 0);
  };

  const visit = (region: Region): void => {
    let first: Instr | undefined;
    const add = (instr: Instr, count: number): void => {
      first ??= instr;
      before.set(first, (before.get(first) ?? 0) + count);
    };
    for (const instr of region.body) {
      const count = own(instr);
      if (count > 0) add(instr, count);
      else if (instr.regions.length > 0 && pushes(instr)) {
        first = undefined;
        const each = steady(instr);
        if (each === undefined) instr.regions.forEach(visit);
        else perIteration.set(instr, each);
      }
    }
  };
  visit(fn.body);
  return { before, perIteration };
}

/** May the number of iterations be had from the bounds as they are printed? */
export const countsUp = (instr: ForInstr): boolean =>
  instr.test === "<" || instr.test === "<=";
