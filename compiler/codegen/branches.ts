import type {
  Func,
  IfInstr,
  Instr,
  OpaqueInstr,
  OpInstr,
  Region,
  Value,
} from "../ir/ir.js";
import { endsInThrow } from "../ir/visit.js";
import { isConditional } from "./operators.js";
import { parseSource } from "./parseSource.js";
import { zero } from "./tree.js";
import { flagCount, isPoisonInstr, type Placement } from "./placement.js";

/** More operations than this in an arm, and a branch is written as a statement. */
const largestArm = 5;

/**
 * Can the `if` be an expression: `c ? a : b`, `c && a`? It has one result, and its arms only compute it: small, without
 * effect, each value used once.
 */
export function isExpressionIf(placement: Placement, instr: IfInstr): boolean {
  const live = instr.results.filter((result) => placement.uses.has(result));
  if (live.length !== 1 || placement.effects(instr).hasEffect) return false;
  const slot = instr.results.indexOf(live[0] as Value);
  return instr.regions.every((arm) => isExpressionArm(placement, arm, slot));
}

function isExpressionArm(
  placement: Placement,
  arm: Region,
  slot: number,
): boolean {
  if (endsInThrow(arm)) return false;
  const result = arm.yields[slot] as Value;
  if (isPoisonInstr(placement.makers.get(result))) return false;
  const printed = arm.body.filter(
    (instr) =>
      placement.isPrinted(instr) &&
      instr.kind !== "const" &&
      instr.kind !== "global",
  );
  return (
    printed.length <= largestArm &&
    printed.every((instr) => isInlineStep(placement, instr, arm))
  );
}

function isInlineStep(
  placement: Placement,
  instr: Instr,
  arm: Region,
): boolean {
  const uses = instr.results.flatMap(
    (result) => placement.uses.get(result) ?? [],
  );
  if (uses.length !== 1 || uses[0]?.region !== arm) return false;
  switch (instr.kind) {
    case "op":
      return !isConditional(instr.op) || isPlainLogic(placement, instr);
    case "load":
    case "getField":
    case "length":
      return true;
    case "opaque":
      return instr.effect === "none" && isRead(instr);
    case "if":
      return (
        isShortCircuit(placement, instr) && isExpressionIf(placement, instr)
      );
    default:
      return false;
  }
}

/** `a && b` of values that need not be written down first. */
const isPlainLogic = (placement: Placement, instr: OpInstr): boolean =>
  (instr.op === "and" || instr.op === "or") &&
  instr.args.every((arg) => placement.makers.get(arg)?.kind !== "opaque");

/** Source that is not read as an expression cannot stand within one. */
const isRead = (instr: OpaqueInstr): boolean =>
  parseSource(
    instr.parts,
    instr.args.map(() => zero),
  ) !== undefined;

/** `c && a`, `c || a`: one arm yields a constant boolean. */
export function isShortCircuit(placement: Placement, instr: IfInstr): boolean {
  const slot = instr.results.findIndex((result) => placement.uses.has(result));
  return instr.regions.some(
    (arm) => booleanConstant(placement, arm.yields[slot]) !== undefined,
  );
}

export function booleanConstant(
  placement: Placement,
  value: Value | undefined,
): boolean | undefined {
  const maker = value === undefined ? undefined : placement.makers.get(value);
  return maker?.kind === "const" && typeof maker.value === "boolean"
    ? maker.value
    : undefined;
}

/**
 * The `if`s that end what they are in: their arms can leave by `break` or `return` themselves, instead of a flag that
 * is tested afterwards. Their results go straight to where the region's yields go.
 */
export function tailIfs(placement: Placement, fn: Func): ReadonlySet<Instr> {
  const found = new Set<Instr>();
  const visit = (
    region: Region,
    yields: readonly Value[],
    flag: Value | undefined,
    isReturn: boolean,
  ): void => {
    const last = region.body.findLast(
      (instr) =>
        placement.isPrinted(instr) &&
        instr.kind !== "const" &&
        instr.kind !== "global",
    );
    if (last?.kind !== "if" || !isTail(last, region, flag, isReturn)) return;
    found.add(last);
    for (const arm of last.regions) {
      const armFlag =
        flag === undefined ? undefined : armYields(last, arm, [flag])[0];
      visit(arm, armYields(last, arm, yields), armFlag, isReturn);
    }
  };
  const isTail = (
    last: IfInstr,
    region: Region,
    flag: Value | undefined,
    isReturn: boolean,
  ): boolean => {
    const results = last.results.filter((result) => placement.uses.has(result));
    const here = (value: Value): boolean =>
      (placement.uses.get(value) ?? []).every(
        (use) => use.region === region && use.index === region.body.length,
      );
    if (results.length === 0 || !results.every(here)) return false;
    if (isReturn) return !isExpressionIf(placement, last);
    return (
      flag !== undefined &&
      last.results.includes(flag) &&
      !isExpressionIf(placement, last)
    );
  };
  const walk = (region: Region): void => {
    for (const instr of region.body) {
      if (flagCount(instr) === 1 && placement.isPrinted(instr))
        for (const body of instr.regions)
          visit(body, body.yields, body.yields[0], false);
      for (const inner of instr.regions) walk(inner);
    }
  };
  walk(fn.body);
  if (fn.results.length > 0) visit(fn.body, fn.body.yields, undefined, true);
  return found;
}

/** The yields of the region around, as they are where this arm of its last `if` ends. */
export function armYields(
  instr: IfInstr,
  arm: Region,
  yields: readonly Value[],
): readonly Value[] {
  return yields.map((value) => {
    const slot = instr.results.indexOf(value);
    return slot < 0 ? value : (arm.yields[slot] as Value);
  });
}
