import type { IfInstr, Region, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { endsInThrow } from "../ir/visit.js";
import {
  give,
  hintOf,
  homeOf,
  popFrame,
  type Sweep,
  sweepBack,
  takeCotangent,
} from "./backward.js";
import { need } from "./need.js";
import {
  type Frame,
  hasSaved,
  newScope,
  type Scope,
  setSum,
  sumSoFar,
} from "./scope.js";

/** `if` mirrors to an `if` on the same condition; it hands on the cotangents that its arms have added to. */
export function backwardIf(sweep: Sweep, scope: Scope, instr: IfInstr): void {
  if (instr.regions.every(endsInThrow)) return;
  const cotangents = instr.results.map((result) =>
    takeCotangent(sweep, scope, result),
  );
  const arms = instr.regions.map((region) => {
    const arm = newScope(
      "arm",
      region,
      scope,
      scope.builder.child(),
      frameOfArm(sweep, scope, region),
    );
    if (endsInThrow(region)) return arm;
    region.yields.forEach((value, i) => give(sweep, arm, value, cotangents[i]));
    sweepBack(sweep, arm);
    return arm;
  });
  const touched = touchedOutside(sweep, arms);
  if (
    touched.length === 0 &&
    arms.every((arm) => arm.builder.body.length === 0 && !hasSaved(arm))
  )
    return;
  const condition = need(sweep, scope, instr.args[0]!);
  const before = touched.map((value) =>
    sumSoFar(scope, value, homeOf(sweep, value)),
  );
  const regions = arms.map((arm) => {
    const yields = touched.map(
      (value, i) =>
        (arm.sums.has(value)
          ? sumSoFar(arm, value, homeOf(sweep, value))
          : before[i]) ?? arm.builder.constant(0),
    );
    popFrame(sweep, arm);
    return arm.builder.finish([], yields);
  });
  const all = touched.map((value) =>
    scope.builder.ids.fresh(num, hintOf(value)),
  );
  // What both arms agree on needs no result.
  const agreed = touched.map((_, i) => {
    const [yes, no] = regions.map((region) => region.yields[i]!);
    const isInside = arms.some((arm) =>
      arm.builder.body.some((one) => one.results.includes(yes!)),
    );
    return yes === no && !isInside ? yes : undefined;
  });
  const keep = (_: unknown, i: number): boolean => agreed[i] === undefined;
  const results = all.filter(keep);
  const kept = regions.map((region) => ({
    ...region,
    yields: region.yields.filter(keep),
  }));
  scope.builder.emit({
    kind: "if",
    args: [condition],
    results,
    regions: kept,
    span: instr.span,
  });
  touched.forEach((value, i) => setSum(scope, value, agreed[i] ?? all[i]!));
}

function frameOfArm(sweep: Sweep, scope: Scope, region: Region): Frame {
  const kind = scope.frame.kind === "tape" ? "tape" : "results";
  const frame: Frame = { kind, saved: new Map() };
  sweep.frames.set(region, frame);
  return frame;
}

/** Values from outside the arms to whose cotangents an arm has added. */
function touchedOutside(sweep: Sweep, arms: readonly Scope[]): Value[] {
  const touched = new Set<Value>();
  for (const arm of arms)
    for (const [value, list] of arm.sums)
      if (list.length > 0 && homeOf(sweep, value) !== arm.region)
        touched.add(value);
  return [...touched];
}
