import { elements, find, lengthCell } from "../analysis/memoryGraph.js";
import type { Step } from "../analysis/positions.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { Instr, Region, Value } from "../ir/ir.js";
import { num, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { type Extras, extrasOf, type Sweep } from "./backward.js";
import type { Scope } from "./scope.js";
import type { StoreInstr } from "../ir/memoryInstrs.js";

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

type ExtraName = Exclude<keyof Extras, "trips" | "lengths">;

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

/**
 * How long the array was before the loop around a store at the loop's index, where nothing else in the loop changes the
 * length of such an array: the store made it longer where the index is not below that.
 */
export function lengthBeforeLoop(
  sweep: Sweep,
  scope: Scope,
  store: StoreInstr,
): Value | undefined {
  let around: Scope | undefined = scope;
  while (around?.kind === "arm") around = around.parent;
  const outside = around?.parent;
  if (around?.kind !== "loop" || outside === undefined) return undefined;
  const { region } = around;
  const path = sweep.positions.path(store);
  const at = path.findIndex((step) => loopAt(step).regions[0] === region);
  const loop = at < 0 ? undefined : loopAt(path[at]!);
  const [array, index] = store.args as [Value, Value];
  const home = sweep.positions.home(array);
  const isFromOutside = path
    .slice(0, at + 1)
    .some((one) => one.region === home);
  if (loop?.kind !== "for" || loop.step !== 1 || !isFromOutside)
    return undefined;
  if (index !== region.params[0] || changesLength(sweep, region, store))
    return undefined;
  const extras = extrasOf(sweep, loop);
  extras.lengths ??= new Map();
  let length = extras.lengths.get(array);
  if (length === undefined) {
    length = sweep.ids.fresh(num, "length");
    extras.lengths.set(array, length);
    sweep.homes.set(length, outside.region);
  }
  return length;
}

const loopAt = ({ region, index }: Step): Instr => region.body[index]!;

/** Does anything but the store change the length of an array like its own? */
function changesLength(
  sweep: Sweep,
  region: Region,
  store: StoreInstr,
): boolean {
  const { memory } = sweep.activity;
  const own = find(memory.nodeOf(store.args[0]!));
  let isFound = false;
  eachInstr(region, (instr) => {
    if (instr !== store)
      isFound ||= memory
        .writes(instr)
        .some(({ node, key }) => key === lengthCell && find(node) === own);
  });
  return isFound;
}

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
