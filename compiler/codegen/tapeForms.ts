import type { Func, Value } from "../ir/ir.js";
import type { Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { planReservations, type Reservations } from "./reservations.js";
import type { Variable } from "./variables.js";

/**
 * A tape that stays in its function is a plain Float64Array with a local stack pointer, its capacity tested once for
 * each group of values; references go to an array beside it. A tape that is handed to other functions is the runtime's class.
 */
export type TapePlan = ReadonlyMap<Value, TapeForm>;

export type TapeForm =
  | { readonly kind: "class" }
  | {
      readonly kind: "local";
      readonly numbers: boolean;
      readonly refs: boolean;
      readonly room: Reservations;
      /** The tape's size, where it is fixed and the tape lives at module level. */
      readonly size: number | undefined;
      buffer: Variable;
      pointer: Variable;
      store: Variable;
    };

export function planTapes(fn: Func): TapePlan {
  const plan = new Map<Value, TapeForm>();
  const passed = new Set<Value>(fn.body.yields);
  const contents = new Map<Value, Ty[]>();
  const made = new Map<Value, number | undefined>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "newTape")
      made.set(instr.results[0] as Value, instr.room);
    const [tape, ...rest] = instr.args;
    // What is popped counts too: a loop may be known to have no trip where its way back is not.
    const items = instr.kind === "tapePop" ? instr.results : rest;
    if (instr.kind === "tapePush" || instr.kind === "tapePop")
      contents.set(tape!, [
        ...(contents.get(tape!) ?? []),
        ...items.map((v) => v.ty),
      ]);
    else for (const arg of instr.args) passed.add(arg);
    for (const region of instr.regions)
      for (const y of region.yields) passed.add(y);
  });
  for (const param of fn.body.params)
    if (param.ty.kind === "tape") plan.set(param, { kind: "class" });
  for (const [tape, size] of made) {
    const tys = contents.get(tape) ?? [];
    plan.set(
      tape,
      passed.has(tape) ? { kind: "class" } : localForm(fn, tape, tys, size),
    );
  }
  return plan;
}

function localForm(
  fn: Func,
  tape: Value,
  tys: readonly Ty[],
  size: number | undefined,
): TapeForm {
  return {
    kind: "local",
    size,
    room: planReservations(fn, tape, (value) => isNumeric(value.ty)),
    numbers: tys.some(isNumeric),
    refs: tys.some((ty) => !isNumeric(ty)),
    buffer: synthetic(),
    pointer: synthetic(),
    store: synthetic(),
  };
}

export const isNumeric = (ty: Ty): boolean =>
  ty.kind === "num" || ty.kind === "bool";

const synthetic = (): Variable => ({
  members: new Set(),
  ty: { kind: "num" },
  isParameter: false,
  declaredAt: { region: { params: [], body: [], yields: [] }, index: 0 },
});
