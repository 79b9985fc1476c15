import type { RegionBuilder } from "../ir/builder.js";
import type { Instr, Value } from "../ir/ir.js";
import { isGrowable } from "../analysis/memoryEffects.js";
import { shadowTy } from "../ir/shapes.js";
import { isNum, isRef, num, type RecordTy } from "../ir/types.js";
import { type Augmenter, twinOrZero } from "./augment.js";
import type { StoreInstr } from "../ir/memoryInstrs.js";

/**
 * Keeps shadow memory in step with primal memory: the same allocations, the same references stored, the same lengths
 * at every moment. What stands in the number cells differs: tangents in forward mode, zeros in a forward sweep.
 */
export function augmentMemory(
  instr: Instr,
  out: RegionBuilder,
  at: Augmenter,
): void {
  out.emit(instr);
  const [a, index] = instr.args;
  const [result] = instr.results;
  switch (instr.kind) {
    case "newArray":
    case "arrayLit":
    case "newTable":
    case "newRecord":
    case "slice":
      if (result !== undefined && at.twins.has(result))
        allocate(instr, result, out, at);
      return;
    case "subarray":
      if (at.twins.has(result!))
        out.emit({
          ...instr,
          args: [at.twins.of(a!), ...instr.args.slice(1)],
          results: [at.twins.of(result!)],
        });
      return;
    case "load":
    case "getField":
      if (!at.twins.has(result!)) return;
      out.emit({
        ...instr,
        args: [at.twins.of(a!), ...instr.args.slice(1)],
        results: [at.twins.of(result!)],
      });
      return;
    case "store":
      if (!at.twins.has(a!)) return;
      if (hasPlace(instr.args[2]!)) storeTwin(instr, out, at);
      return;
    case "setField":
      if (!at.twins.has(a!) || !hasPlace(index!)) return;
      if (isNum(index!.ty) && at.mode === "shadow") return;
      out.emit({
        ...instr,
        args: [at.twins.of(a!), twinOrZero(index!, out, at)],
      });
      return;
    case "push":
      if (at.twins.has(a!) && hasShadowElements(a!))
        out.emit({
          ...instr,
          args: [
            at.twins.of(a!),
            partTwin(index!, out, at),
            ...instr.args.slice(2),
          ],
        });
      return;
    case "pop":
      if (at.twins.has(a!) && hasShadowElements(a!)) popTwin(instr, out, at);
      return;
    default:
      return;
  }
}

/** Has a cell that holds this value a place in the shadow? One of a type without floats has none. */
const hasPlace = (value: Value): boolean => shadowTy(value.ty) !== undefined;

const hasShadowElements = (array: Value): boolean =>
  array.ty.kind === "array" && shadowTy(array.ty.elem) !== undefined;

/** What stands in the shadow for a part of something new. */
function partTwin(value: Value, out: RegionBuilder, at: Augmenter): Value {
  return isNum(value.ty) && at.mode === "shadow"
    ? out.constant(0)
    : twinOrZero(value, out, at);
}

function storeTwin(instr: StoreInstr, out: RegionBuilder, at: Augmenter): void {
  const [array, index, value] = instr.args;
  const shadow = at.twins.of(array!);
  if (!isNum(value!.ty) || at.mode === "tangent") {
    out.emit({ ...instr, args: [shadow, index!, twinOrZero(value!, out, at)] });
  } else if (array!.ty.kind === "table") {
    // a shadow is all zeros as long as the forward sweep runs
    out.emit({ ...instr, args: [shadow, index!, out.constant(0)] });
  } else if (!instr.inBounds && isGrowable(array!)) {
    growWith(shadow, index!, out);
  }
}

/** The shadow grows where the store grew its array; its new cell is 0. */
function growWith(shadow: Value, index: Value, out: RegionBuilder): void {
  const length = out.ids.fresh(num);
  out.emit({ kind: "length", ...out.plain([shadow], [length]) });
  const grew = out.op("ge", [index, length]);
  const inner = out.child();
  inner.emit({ kind: "push", ...inner.plain([shadow, inner.constant(0)], []) });
  out.emit({
    kind: "if",
    args: [grew],
    results: [],
    regions: [inner.finish([], []), out.child().finish([], [])],
    span: out.span,
  });
}

function popTwin(instr: Instr, out: RegionBuilder, at: Augmenter): void {
  const [array, ...index] = instr.args;
  const [result] = instr.results;
  const twinTy = {
    kind: "maybe",
    of: shadowElem(array!),
    nil: "undefined",
  } as const;
  if (isRef(result!.ty) && at.twins.has(result!)) {
    out.emit({
      kind: "pop",
      ...out.plain([at.twins.of(array!), ...index], [at.twins.of(result!)]),
    });
    return;
  }
  const popped = out.ids.fresh(twinTy);
  out.emit({
    kind: "pop",
    ...out.plain([at.twins.of(array!), ...index], [popped]),
  });
  if (at.mode === "tangent" && at.twins.has(result!))
    out.emit({
      kind: "op",
      op: "unwrap",
      ...out.plain([popped], [at.twins.of(result!)]),
    });
}

function shadowElem(array: Value): Value["ty"] {
  return array.ty.kind === "array" ? (shadowTy(array.ty.elem) ?? num) : num;
}

function allocate(
  instr: Extract<
    Instr,
    { kind: "newArray" | "arrayLit" | "newTable" | "newRecord" | "slice" }
  >,
  result: Value,
  out: RegionBuilder,
  at: Augmenter,
): void {
  const twin = at.twins.of(result);
  switch (instr.kind) {
    case "newArray": {
      const [length, fill] = instr.args;
      const isZero =
        fill === undefined || (isNum(fill.ty) && at.mode === "shadow");
      const args = isZero ? [length!] : [length!, twinOrZero(fill, out, at)];
      const isTyped = twin.ty.kind === "array" && twin.ty.store !== "js";
      return void out.emit({
        ...instr,
        args,
        results: [twin],
        ...(isTyped ? { roundsUp: true as const } : {}),
      });
    }
    case "arrayLit": {
      if (
        twin.ty.kind === "array" &&
        isNum(twin.ty.elem) &&
        at.mode === "shadow"
      ) {
        const length = out.constant(instr.args.length);
        return void out.emit({
          kind: "newArray",
          ...out.plain([length], [twin]),
        });
      }
      const args = instr.args.map((arg) => twinOrZero(arg, out, at));
      return void out.emit({ ...instr, args, results: [twin] });
    }
    case "newTable": {
      const args = instr.args.map((arg) => partTwin(arg, out, at));
      return void out.emit({ ...instr, args, results: [twin] });
    }
    case "newRecord":
      return void out.emit({
        ...instr,
        args: recordTwins(instr, twin, out, at),
        results: [twin],
      });
    case "slice":
      return sliceTwin(instr, twin, out, at);
  }
}

/** The shadow record has only the fields that hold floats. */
function recordTwins(
  instr: Instr,
  twin: Value,
  out: RegionBuilder,
  at: Augmenter,
): Value[] {
  const fields = (instr.results[0]!.ty as RecordTy).fields;
  return (twin.ty as RecordTy).fields.map((field) => {
    const value =
      instr.args[fields.findIndex((one) => one.name === field.name)]!;
    return partTwin(value, out, at);
  });
}

function sliceTwin(
  instr: Instr,
  twin: Value,
  out: RegionBuilder,
  at: Augmenter,
): void {
  const [source, start, end] = instr.args;
  const isNumeric = twin.ty.kind === "array" && isNum(twin.ty.elem);
  if (at.twins.has(source!) && !(isNumeric && at.mode === "shadow")) {
    out.emit({
      kind: "slice",
      ...out.plain([at.twins.of(source!), start!, end!], [twin]),
    });
  } else if (isNumeric) {
    const length = out.op("sub", [end!, start!]);
    out.emit({ kind: "newArray", ...out.plain([length], [twin]) });
  } else {
    out.emit({
      kind: "struct",
      what: "zeros",
      ...out.plain([instr.results[0]!], [twin]),
    });
  }
}
