import type { Activity } from "../analysis/activity.js";
import type { Positions } from "../analysis/positions.js";
import type { IfInstr, Instr, Region, WhileInstr } from "../ir/ir.js";

/**
 * `while (c) s` is a body { c; if (c) { s; yield true } else { yield false } }. Where c itself takes no part in the
 * derivative, the last trip, in which c fails, leaves nothing to undo: trips are counted, and what is saved is saved, in
 * the arm that goes on.
 */
export interface GuardedWhile {
  readonly test: IfInstr;
  readonly arm: Region;
  readonly otherArm: Region;
}

export function guardedWhile(
  instr: WhileInstr,
  activity: Activity,
  positions: Positions,
): GuardedWhile | undefined {
  const body = instr.regions[0]!;
  const test = body.body.at(-1);
  if (test?.kind !== "if") return undefined;
  const at = test.results.indexOf(body.yields[0]!);
  const [arm, otherArm] = test.regions as [Region, Region];
  const isConst = (region: Region, value: boolean): boolean => {
    const made = region.yields[at] && positions.definition(region.yields[at]!);
    return made?.kind === "const" && made.value === value;
  };
  if (at < 0 || !isConst(arm, true) || !isConst(otherArm, false))
    return undefined;
  const isIdle = (region: readonly Instr[]): boolean =>
    region.every((one) => leavesNothing(one, activity));
  if (!isIdle(body.body.slice(0, -1)) || !isIdle(otherArm.body))
    return undefined;
  // In the last trip every active value has to stay what it was.
  const staysSame = body.params.every((param, i) => {
    const next = body.yields[i + 1]!;
    const last = test.results.includes(next)
      ? otherArm.yields[test.results.indexOf(next)]
      : next;
    return (
      last === param || !(activity.isActive(param) || activity.isActive(next))
    );
  });
  return staysSame ? { test, arm, otherArm } : undefined;
}

/** Has the backward sweep nothing to do for the instruction? */
function leavesNothing(instr: Instr, activity: Activity): boolean {
  switch (instr.kind) {
    case "const":
    case "global":
    case "op":
    case "load":
    case "getField":
    case "length":
    case "has":
      return !instr.results.some((result) => activity.isActive(result));
    default:
      return false;
  }
}
