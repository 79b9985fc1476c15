import { elements } from "../analysis/memoryGraph.js";
import type { RegionBuilder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { type ArrayTy, isNum, isRef, maybe } from "../ir/types.js";
import { give, type Sweep, takeCotangent } from "./backward.js";
import { isActiveCell, lengthBefore } from "./backwardCells.js";
import { need, needTwin } from "./need.js";
import type { Scope } from "./scope.js";
import type { PopInstr, PushInstr } from "../ir/memoryInstrs.js";

/**
 * A push gives the last cotangent to its value; where the plan says so, the element goes too. A value that was put at an
 * index is there again by now, and so is its cotangent.
 */
export function backwardPush(
  sweep: Sweep,
  scope: Scope,
  instr: PushInstr,
): void {
  const [array, value] = instr.args as [Value, Value];
  const out = scope.builder;
  const isUndone = sweep.reload.isUndone(sweep.activity.memory.nodeOf(array));
  const isActive = isNum(value.ty) && isActiveCell(sweep, array, elements);
  if (!isUndone && !isActive) return;
  const index = instr.args.slice(2).map((at) => need(sweep, scope, at));
  // everything after the push has been undone by now, so that its element is the last one
  const pop = (target: Value): Value => {
    const { elem } = target.ty as ArrayTy;
    const last = out.ids.fresh(maybe(elem));
    out.emit({ kind: "pop", ...out.plain([target, ...index], [last]) });
    return last;
  };
  if (sweep.activity.needsShadow(array) && (isActive || isRef(value.ty))) {
    const last = pop(needTwin(sweep, scope, array));
    if (isActive) give(sweep, scope, value, unwrapped(last, out));
  }
  if (isUndone) pop(need(sweep, scope, array));
}

/** The popped element comes back to its place: its shadow with what its cotangent is by now. */
export function backwardPop(sweep: Sweep, scope: Scope, instr: PopInstr): void {
  const [array] = instr.args as [Value];
  const [result] = instr.results as [Value];
  const isUndone = sweep.reload.isUndone(sweep.activity.memory.nodeOf(array));
  const isActive = isNum(result.ty) && isActiveCell(sweep, array, elements);
  const cotangent = sweep.activity.isActive(result)
    ? takeCotangent(sweep, scope, result)
    : undefined;
  if (!isUndone && !isActive) return;
  const out = scope.builder;
  const length = need(sweep, scope, lengthBefore(sweep, scope, instr));
  const index = instr.args.slice(1).map((at) => need(sweep, scope, at));
  const back = out.child();
  const push = (target: Value, value: Value): void =>
    void back.emit({
      kind: "push",
      ...back.plain([target, value, ...index], []),
    });
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
