import { isGrowable } from "../analysis/memoryEffects.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { bare, isNum, isRef, maybe, num, type Ty } from "../ir/types.js";
import { give, type Sweep } from "./backward.js";
import {
  type CellInstr,
  extra,
  isActiveCell,
  keyOf,
  lengthBefore,
  lengthBeforeLoop,
} from "./backwardCells.js";
import { hasTwin, need, needTwin } from "./need.js";
import type { Scope } from "./scope.js";
import type { StoreInstr } from "../ir/memoryInstrs.js";

/** A store takes the cotangent out of the shadow cell, and puts back what it overwrote where the plan says so. */
export function backwardStore(
  sweep: Sweep,
  scope: Scope,
  instr: Extract<CellInstr, { kind: "store" | "setField" }>,
): void {
  const owner = instr.args[0]!;
  const value = instr.args.at(-1)!;
  if (
    isNum(value.ty) &&
    isActiveCell(sweep, owner, keyOf(instr)) &&
    hasTwin(sweep, scope, owner)
  )
    takeOutOfShadow(sweep, scope, instr, owner, value);
  const { reload, activity } = sweep;
  if (reload.isUndone(activity.memory.nodeOf(owner)) && !reload.isFirst(instr))
    undo(sweep, scope, instr);
}

function takeOutOfShadow(
  sweep: Sweep,
  scope: Scope,
  instr: Extract<CellInstr, { kind: "store" | "setField" }>,
  owner: Value,
  value: Value,
): void {
  const out = scope.builder;
  const shadow = needTwin(sweep, scope, owner);
  if (instr.kind === "setField") {
    const taken = out.ids.fresh(num);
    out.emit({
      kind: "getField",
      field: instr.field,
      ...out.plain([shadow], [taken]),
    });
    out.emit({
      kind: "setField",
      field: instr.field,
      ...out.plain([shadow, out.constant(0)], []),
    });
    return give(sweep, scope, value, taken);
  }
  const index = need(sweep, scope, instr.args[1]!);
  const taken = out.ids.fresh(num);
  out.emit({
    kind: "load",
    inBounds: instr.inBounds,
    ...out.plain([shadow, index], [taken]),
  });
  if (mayGrow(instr))
    cutOrStore(sweep, scope, instr, shadow, (arm) => arm.constant(0));
  else
    out.emit({
      kind: "store",
      inBounds: instr.inBounds,
      ...out.plain([shadow, index, out.constant(0)], []),
    });
  // A store outside a typed array went nowhere, and nothing comes back from there.
  const isOutside = (): Value => out.op("isUndefined", [taken]);
  const amount =
    instr.inBounds || isGrowable(owner)
      ? taken
      : out.op("select", [isOutside(), out.constant(0), taken], { ty: num });
  give(sweep, scope, value, amount);
}

/** In a table a missing value takes the key out again: nobody need know how many there were. */
const mayGrow = (instr: StoreInstr): boolean =>
  !instr.inBounds &&
  isGrowable(instr.args[0]!) &&
  instr.args[0]!.ty.kind !== "table";

/** Before a store at the length the array was shorter; elsewhere the cell had another value. */
function cutOrStore(
  sweep: Sweep,
  scope: Scope,
  instr: StoreInstr,
  target: Value,
  old: (arm: RegionBuilder) => Value,
): void {
  const out = scope.builder;
  const index = need(sweep, scope, instr.args[1]!);
  const atStart = lengthBeforeLoop(sweep, scope, instr);
  const known = atStart ?? lengthBefore(sweep, scope, instr);
  const length = need(sweep, scope, known);
  const grew = out.op("ge", [index, length]);
  const cut = out.child();
  const before = atStart === undefined ? length : index;
  cut.emit({ kind: "setLength", ...cut.plain([target, before], []) });
  const put = out.child();
  put.emit({
    kind: "store",
    inBounds: true,
    ...put.plain([target, index, old(put)], []),
  });
  const regions = [cut.finish([], []), put.finish([], [])];
  out.emit({
    kind: "if",
    args: [grew],
    results: [],
    regions,
    span: instr.span,
  });
}

/** Puts back what a store overwrote; references together with their shadows. */
function undo(
  sweep: Sweep,
  scope: Scope,
  instr: Extract<CellInstr, { kind: "store" | "setField" }>,
): void {
  const owner = instr.args[0]!;
  const value = instr.args.at(-1)!;
  const put = (target: Value, old: Value): void => {
    if (instr.kind === "store" && mayGrow(instr))
      return cutOrStore(sweep, scope, instr, target, () => old);
    const out = scope.builder;
    const index = instr.args.slice(1, -1).map((arg) => need(sweep, scope, arg));
    const args = [target, ...index, old];
    out.emit({ ...instr, args });
  };
  const isEntry = bare(owner.ty).kind === "table";
  const cellTy = cellType(owner, instr, value.ty);
  const old = need(sweep, scope, extra(sweep, scope, instr, "old", cellTy));
  put(need(sweep, scope, owner), old);
  if (!isRef(value.ty) || !sweep.activity.needsShadow(owner)) return;
  const shadowed = sweep.twins.of(value);
  if (sweep.activity.needsShadow(value) || isRef(shadowed.ty)) {
    const oldTwin = need(
      sweep,
      scope,
      extra(
        sweep,
        scope,
        instr,
        "oldTwin",
        isEntry ? maybe(shadowed.ty) : shadowed.ty,
      ),
    );
    put(needTwin(sweep, scope, owner), oldTwin);
  }
}

function cellType(owner: Value, instr: CellInstr, fallback: Ty): Ty {
  const ty = bare(owner.ty);
  if (ty.kind === "array") return ty.elem;
  // nothing, where there was no such key
  if (ty.kind === "table") return maybe(ty.elem);
  if (ty.kind === "record" && instr.kind === "setField")
    return (
      ty.fields.find((field) => field.name === instr.field)?.ty ?? fallback
    );
  return fallback;
}
