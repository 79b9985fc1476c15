import { isGrowable } from "../analysis/memory.js";
import { elements } from "../analysis/memoryGraph.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { Instr, StoreInstr, Value } from "../ir/ir.js";
import {
  type ArrayTy,
  bare,
  isNum,
  isRef,
  maybe,
  num,
  type Ty,
} from "../ir/types.js";
import {
  type Extras,
  extrasOf,
  give,
  type Sweep,
  takeCotangent,
} from "./backward.js";
import { hasTwin, need, needTwin } from "./need.js";
import type { Scope } from "./scope.js";

/**
 * Memory: a load adds its cotangent to the shadow cell, a store takes the cotangent out of it. Where the plan says so,
 * what the store overwrote is put back, so that memory is again as it was before the instruction.
 */
export function backwardMemory(sweep: Sweep, scope: Scope, instr: Instr): void {
  const [a, b] = instr.args;
  const [result] = instr.results;
  switch (instr.kind) {
    case "load":
    case "getField":
      return backwardLoad(sweep, scope, instr);
    case "store":
    case "setField":
      return backwardStore(sweep, scope, instr);
    case "push":
      return backwardPush(sweep, scope, a!, b!);
    case "pop":
      return backwardPop(sweep, scope, instr, a!, result!);
    case "newArray":
      if (
        b !== undefined &&
        sweep.activity.isActive(b) &&
        isActiveCell(sweep, result!, elements)
      )
        backwardFill(sweep, scope, result!, b);
      return;
    case "arrayLit":
      instr.args.forEach((arg, i) =>
        backwardPart(sweep, scope, result!, arg, i),
      );
      return;
    case "newRecord":
      instr.args.forEach((arg, i) => {
        if (result?.ty.kind === "record")
          backwardPart(sweep, scope, result, arg, result.ty.fields[i]!.name);
      });
      return;
    case "slice":
      return backwardSlice(sweep, scope, instr);
    default:
      return;
  }
}

type CellInstr = Extract<
  Instr,
  { kind: "load" | "store" | "getField" | "setField" }
>;

const keyOf = (instr: CellInstr): string =>
  instr.kind === "getField" || instr.kind === "setField"
    ? instr.field
    : elements;

const isActiveCell = (sweep: Sweep, owner: Value, key: string): boolean =>
  sweep.activity.isActiveCell(sweep.activity.memory.nodeOf(owner), key);

function backwardLoad(
  sweep: Sweep,
  scope: Scope,
  instr: Extract<CellInstr, { kind: "load" | "getField" }>,
): void {
  const [owner, index] = instr.args;
  const [result] = instr.results;
  if (!isNum(result!.ty) || !sweep.activity.isActive(result!)) return;
  const cotangent = takeCotangent(sweep, scope, result!);
  if (cotangent === undefined) return;
  const shadow = needTwin(sweep, scope, owner!);
  const out = scope.builder;
  if (instr.kind === "getField")
    return void out.emit({
      kind: "accumField",
      field: instr.field,
      ...out.plain([shadow, cotangent], []),
    });
  const at = need(sweep, scope, index!);
  out.emit({
    kind: "accum",
    inBounds: instr.inBounds,
    ...out.plain([shadow, at, cotangent], []),
  });
}

function backwardStore(
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
  if (sweep.reload.isUndone(sweep.activity.memory.nodeOf(owner)))
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

const mayGrow = (instr: StoreInstr): boolean =>
  !instr.inBounds && isGrowable(instr.args[0]!);

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
  const length = need(sweep, scope, lengthBefore(sweep, scope, instr));
  const grew = out.op("ge", [index, length]);
  const cut = out.child();
  cut.emit({ kind: "setLength", ...cut.plain([target, length], []) });
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

type ExtraName = Exclude<keyof Extras, "trips">;

/** A value that the forward sweep reads off before the instruction runs. */
function extra(
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

const lengthBefore = (sweep: Sweep, scope: Scope, instr: Instr): Value =>
  extra(sweep, scope, instr, "length", num);

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
  const cellTy = cellType(owner, instr, value.ty);
  const old = need(sweep, scope, extra(sweep, scope, instr, "old", cellTy));
  put(need(sweep, scope, owner), old);
  if (!isRef(value.ty) || !sweep.activity.needsShadow(owner)) return;
  const shadowed = sweep.twins.of(value);
  if (sweep.activity.needsShadow(value) || isRef(shadowed.ty)) {
    const oldTwin = need(
      sweep,
      scope,
      extra(sweep, scope, instr, "oldTwin", shadowed.ty),
    );
    put(needTwin(sweep, scope, owner), oldTwin);
  }
}

function cellType(owner: Value, instr: CellInstr, fallback: Ty): Ty {
  const ty = bare(owner.ty);
  if (ty.kind === "array") return ty.elem;
  if (ty.kind === "record" && instr.kind === "setField")
    return (
      ty.fields.find((field) => field.name === instr.field)?.ty ?? fallback
    );
  return fallback;
}

function backwardPush(
  sweep: Sweep,
  scope: Scope,
  array: Value,
  value: Value,
): void {
  const out = scope.builder;
  const isUndone = sweep.reload.isUndone(sweep.activity.memory.nodeOf(array));
  const isActive = isNum(value.ty) && isActiveCell(sweep, array, elements);
  if (!isUndone && !isActive) return;
  // everything after the push has been undone by now, so that its element is the last one
  const pop = (target: Value): Value => {
    const { elem } = target.ty as ArrayTy;
    const last = out.ids.fresh(maybe(elem));
    out.emit({ kind: "pop", ...out.plain([target], [last]) });
    return last;
  };
  if (sweep.activity.needsShadow(array) && (isActive || isRef(value.ty))) {
    const last = pop(needTwin(sweep, scope, array));
    if (isActive) give(sweep, scope, value, unwrapped(last, out));
  }
  if (isUndone) pop(need(sweep, scope, array));
}

/** The popped element comes back: its shadow with what its cotangent is by now. */
function backwardPop(
  sweep: Sweep,
  scope: Scope,
  instr: Instr,
  array: Value,
  result: Value,
): void {
  const isUndone = sweep.reload.isUndone(sweep.activity.memory.nodeOf(array));
  const isActive = isNum(result.ty) && isActiveCell(sweep, array, elements);
  const cotangent = sweep.activity.isActive(result)
    ? takeCotangent(sweep, scope, result)
    : undefined;
  if (!isUndone && !isActive) return;
  const out = scope.builder;
  const length = need(sweep, scope, lengthBefore(sweep, scope, instr));
  const back = out.child();
  const push = (target: Value, value: Value): void =>
    void back.emit({ kind: "push", ...back.plain([target, value], []) });
  if (isActive)
    push(needTwin(sweep, scope, array), cotangent ?? back.constant(0));
  if (isUndone) {
    push(
      need(sweep, scope, array),
      unwrapped(need(sweep, scope, result), back),
    );
    if (isRef(result.ty) && sweep.activity.needsShadow(result))
      push(
        needTwin(sweep, scope, array),
        unwrapped(needTwin(sweep, scope, result), back),
      );
  }
  const wasThere = out.op("gt", [length, out.constant(0)]);
  const regions = [back.finish([], []), out.child().finish([], [])];
  out.emit({
    kind: "if",
    args: [wasThere],
    results: [],
    regions,
    span: instr.span,
  });
}

function unwrapped(value: Value, out: RegionBuilder): Value {
  return value.ty.kind === "maybe"
    ? out.op("unwrap", [value], { ty: value.ty.of })
    : value;
}

/** `new Array(n).fill(x)`: x gets the sum of the shadow. */
function backwardFill(
  sweep: Sweep,
  scope: Scope,
  array: Value,
  fill: Value,
): void {
  if (!hasTwin(sweep, scope, array)) return;
  const out = scope.builder;
  const shadow = needTwin(sweep, scope, array);
  const length = out.ids.fresh(num);
  out.emit({ kind: "length", ...out.plain([shadow], [length]) });
  const sum = out.ids.fresh(num);
  const inner = out.child();
  const i = out.ids.fresh(num, "i");
  const before = out.ids.fresh(num);
  const cell = out.ids.fresh(num);
  inner.emit({
    kind: "load",
    inBounds: true,
    ...inner.plain([shadow, i], [cell]),
  });
  const after = inner.op("add", [before, cell]);
  countUp(
    out,
    length,
    [out.constant(0)],
    [sum],
    inner.finish([i, before], [after]),
  );
  give(sweep, scope, fill, sum);
}

function countUp(
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

/** An element or field of a literal gets its shadow cell. */
function backwardPart(
  sweep: Sweep,
  scope: Scope,
  owner: Value,
  part: Value,
  key: number | string,
): void {
  if (!isNum(part.ty) || !sweep.activity.isActive(part)) return;
  const isPart = isActiveCell(
    sweep,
    owner,
    typeof key === "number" ? elements : key,
  );
  if (!isPart || !hasTwin(sweep, scope, owner)) return;
  const out = scope.builder;
  const shadow = needTwin(sweep, scope, owner);
  const taken = out.ids.fresh(num);
  if (typeof key === "string")
    out.emit({ kind: "getField", field: key, ...out.plain([shadow], [taken]) });
  else
    out.emit({
      kind: "load",
      inBounds: true,
      ...out.plain([shadow, out.constant(key)], [taken]),
    });
  give(sweep, scope, part, taken);
}

/** A copy of a stretch gives its shadow back to that stretch. */
function backwardSlice(sweep: Sweep, scope: Scope, instr: Instr): void {
  const [source, start] = instr.args;
  const [result] = instr.results;
  if (result!.ty.kind !== "array" || !isNum(result!.ty.elem)) return;
  if (
    !sweep.activity.needsShadow(source!) ||
    !sweep.activity.needsShadow(result!)
  )
    return;
  if (!hasTwin(sweep, scope, result!)) return;
  const out = scope.builder;
  const from = needTwin(sweep, scope, result!);
  const to = needTwin(sweep, scope, source!);
  const offset = need(sweep, scope, start!);
  const length = out.ids.fresh(num);
  out.emit({ kind: "length", ...out.plain([from], [length]) });
  const inner = out.child();
  const i = out.ids.fresh(num, "i");
  const cell = out.ids.fresh(num);
  inner.emit({
    kind: "load",
    inBounds: true,
    ...inner.plain([from, i], [cell]),
  });
  const target = inner.op("add", [offset, i]);
  inner.emit({
    kind: "accum",
    inBounds: false,
    ...inner.plain([to, target, cell], []),
  });
  countUp(out, length, [], [], inner.finish([i], []));
}
