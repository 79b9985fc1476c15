import { elements } from "../analysis/memoryGraph.js";
import type { Instr, Value } from "../ir/ir.js";
import { isNum, num } from "../ir/types.js";
import { give, type Sweep, takeCotangent } from "./backward.js";
import { type CellInstr, countUp, isActiveCell } from "./backwardCells.js";
import { backwardPop, backwardPush } from "./backwardPush.js";
import { backwardStore } from "./backwardStores.js";
import { hasTwin, need, needTwin } from "./need.js";
import type { Scope } from "./scope.js";

/**
 * Memory: a load adds its cotangent to the shadow cell, a store takes the cotangent out of it. Where the plan says so,
 * what the store overwrote is put back, so that memory is again as it was before the instruction.
 */
export function backwardMemory(sweep: Sweep, scope: Scope, instr: Instr): void {
  const [, b] = instr.args;
  const [result] = instr.results;
  switch (instr.kind) {
    case "load":
    case "getField":
      return backwardLoad(sweep, scope, instr);
    case "store":
    case "setField":
      return backwardStore(sweep, scope, instr);
    case "push":
      return backwardPush(sweep, scope, instr);
    case "pop":
      return backwardPop(sweep, scope, instr);
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
    case "newTable":
      instr.args.forEach((arg, i) =>
        backwardEntry(sweep, scope, result!, arg, instr.names[i]!),
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

/** As for an element of a literal. */
function backwardEntry(
  sweep: Sweep,
  scope: Scope,
  table: Value,
  part: Value,
  name: string,
): void {
  if (table.ty.kind !== "table" || !isNum(part.ty)) return;
  if (!sweep.activity.isActive(part)) return;
  if (!isActiveCell(sweep, table, elements)) return;
  const out = scope.builder;
  const shadow = needTwin(sweep, scope, table);
  const key = out.constant(name, table.ty.key);
  const taken = out.ids.fresh(num);
  const args = out.plain([shadow, key], [taken]);
  out.emit({ kind: "load", inBounds: true, ...args });
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
  const made = sweep.positions.definition(start!);
  const isWhole = made?.kind === "const" && made.value === 0;
  const offset = isWhole ? undefined : need(sweep, scope, start!);
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
  const target = offset === undefined ? i : inner.op("add", [offset, i]);
  inner.emit({
    kind: "accum",
    inBounds: false,
    ...inner.plain([to, target, cell], []),
  });
  countUp(out, length, [], [], inner.finish([i], []));
}
