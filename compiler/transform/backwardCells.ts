import { elements } from "../analysis/memoryGraph.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { Instr, Value } from "../ir/ir.js";
import { num, type Ty } from "../ir/types.js";
import { type Extras, extrasOf, type Sweep } from "./backward.js";
import type { Scope } from "./scope.js";

export type CellInstr = Extract<
  Instr,
  { kind: "load" | "store" | "getField" | "setField" }
>;

export const keyOf = (instr: CellInstr): string =>
  instr.kind === "getField" || instr.kind === "setField"
    ? instr.field
    : elements;

export const isActiveCell = (
  sweep: Sweep,
  owner: Value,
  key: string,
): boolean =>
  sweep.activity.isActiveCell(sweep.activity.memory.nodeOf(owner), key);

type ExtraName = Exclude<keyof Extras, "trips">;

/** A value that the forward sweep reads off before the instruction runs. */
export function extra(
  sweep: Sweep,
  scope: Scope,
  instr: Instr,
  name: ExtraName,
  ty: Ty,
): Value {
  const extras = extrasOf(sweep, instr);
  let value = extras[name];
  if (value === undefined) {
    extras[name] = value = sweep.ids.fresh(
      ty,
      name === "length" ? "length" : "old",
    );
    sweep.homes.set(value, scope.region);
  }
  return value;
}

export const lengthBefore = (sweep: Sweep, scope: Scope, instr: Instr): Value =>
  extra(sweep, scope, instr, "length", num);

export function countUp(
  out: RegionBuilder,
  length: Value,
  inits: readonly Value[],
  results: readonly Value[],
  body: ReturnType<RegionBuilder["finish"]>,
): void {
  out.emit({
    kind: "for",
    args: [out.constant(0), length, ...inits],
    test: "<",
    step: 1,
    breaks: false,
    results,
    regions: [body],
    span: out.span,
  });
}
