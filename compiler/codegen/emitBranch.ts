import type { IfInstr, Region, Value } from "../ir/ir.js";
import { booleanConstant, isExpressionIf } from "./branches.js";
import { combine, type Computed, type Emitter } from "./emitter.js";
import {
  copiesOf,
  declareEmpty,
  emitRegion,
  flushForControl,
  parallelCopy,
} from "./emitRegion.js";
import { negation } from "./operators.js";
import { binary, cond, type Expr, isAtom, type Stmt } from "./tree.js";
import { isPoisonValue, type Variable } from "./variables.js";

export function emitBranch(emitter: Emitter, instr: IfInstr): void {
  const live = instr.results.find((result) =>
    emitter.placement.uses.has(result),
  );
  const isFree =
    live !== undefined && emitter.variables.get(live) === undefined;
  if (isFree && isExpressionIf(emitter.placement, instr))
    emitExpressionIf(emitter, instr, live);
  else emitStatementIf(emitter, instr);
}

// ---- `c ? a : b`, `c && a` ----

function emitExpressionIf(
  emitter: Emitter,
  instr: IfInstr,
  result: Value,
): void {
  const slot = instr.results.indexOf(result);
  const test = emitter.use(instr.args[0] as Value);
  const [yes, no] = instr.regions.map((arm) =>
    emitter.inlined(() => armValue(emitter, arm, slot)),
  ) as [Computed, Computed];
  const [whenTrue, whenFalse] = instr.regions.map((arm) =>
    booleanConstant(emitter.placement, arm.yields[slot]),
  );
  const expr =
    shortCircuit(test.expr, [whenTrue, yes.expr], [whenFalse, no.expr]) ??
    cond(test.expr, yes.expr, no.expr);
  emitter.define(result, combine([test, yes, no], expr));
}

function armValue(emitter: Emitter, arm: Region, slot: number): Computed {
  let value: Computed | undefined;
  emitRegion(emitter, arm, arm.yields, {
    finish: (yields) => {
      value = emitter.use(yields[slot] as Value);
    },
    leaves: () => false,
  });
  return value as Computed;
}

type Arm = readonly [constant: boolean | undefined, expr: Expr];

function shortCircuit(
  test: Expr,
  [whenTrue, yes]: Arm,
  [whenFalse, no]: Arm,
): Expr | undefined {
  if (whenTrue === true && whenFalse === false) return test;
  if (whenTrue === false && whenFalse === true) return negation(test);
  if (whenTrue === true) return binary("||", test, no);
  if (whenFalse === false) return binary("&&", test, yes);
  if (whenTrue === false) return binary("&&", negation(test), no);
  return whenFalse === true ? binary("||", negation(test), yes) : undefined;
}

// ---- statements ----

function emitStatementIf(emitter: Emitter, instr: IfInstr): void {
  const test = emitter.use(instr.args[0] as Value);
  flushForControl(emitter, instr);
  const variables = instr.results.map((result) =>
    emitter.placement.uses.has(result)
      ? emitter.variables.get(result)
      : undefined,
  );
  const fresh = variables.filter(
    (variable): variable is Variable =>
      variable !== undefined && variable.name === undefined,
  );
  for (const variable of fresh) emitter.reserveName(variable);
  const [yes, no] = instr.regions.map((arm) =>
    emitter.arm(arm, () => emitArm(emitter, arm, variables)),
  ) as [Stmt[], Stmt[]];
  const blocks = declareResults(emitter, instr, fresh, { yes, no });
  if (blocks.yes.length === 0 && blocks.no.length === 0) return;
  if (blocks.yes.length === 0)
    emitter.pushIf(negation(test.expr), blocks.no, []);
  else emitter.pushIf(test.expr, blocks.yes, blocks.no);
}

function emitArm(
  emitter: Emitter,
  arm: Region,
  variables: readonly (Variable | undefined)[],
): void {
  emitRegion(emitter, arm, arm.yields, {
    finish: (yields) =>
      parallelCopy(emitter, copiesOf(emitter, variables, yields)),
    leaves: () => false,
  });
}

interface Blocks {
  readonly yes: Stmt[];
  readonly no: Stmt[];
}

/** Declares what the arms assign; an arm that only assigns constants gives the first value: `let s = 0; if (c) ...`. */
function declareResults(
  emitter: Emitter,
  instr: IfInstr,
  fresh: readonly Variable[],
  blocks: Blocks,
): Blocks {
  if (fresh.length === 0) return blocks;
  if (onlyStarts(blocks.no, fresh)) {
    declareWith(emitter, fresh, blocks.no);
    return { yes: blocks.yes, no: [] };
  }
  if (onlyStarts(blocks.yes, fresh)) {
    declareWith(emitter, fresh, blocks.yes);
    return { yes: [], no: blocks.no };
  }
  for (const variable of fresh) {
    if (isAlwaysAssigned(emitter, instr, variable))
      emitter.declareReserved(variable, undefined, false);
    else declareEmpty(emitter, variable);
  }
  return blocks;
}

function onlyStarts(
  block: readonly Stmt[],
  fresh: readonly Variable[],
): boolean {
  if (block.length !== fresh.length) return false;
  return block.every(
    (stmt) =>
      stmt.kind === "assign" &&
      stmt.op === "=" &&
      stmt.target.kind === "name" &&
      isAtom(stmt.value) &&
      fresh.some(
        (v) => stmt.target.kind === "name" && v.name === stmt.target.name,
      ) &&
      !fresh.some(
        (v) => stmt.value.kind === "name" && v.name === stmt.value.name,
      ),
  );
}

function declareWith(
  emitter: Emitter,
  fresh: readonly Variable[],
  block: readonly Stmt[],
): void {
  for (const stmt of block) {
    if (stmt.kind !== "assign" || stmt.target.kind !== "name") continue;
    const target = stmt.target.name;
    const variable = fresh.find((v) => v.name === target);
    if (variable !== undefined)
      emitter.declareReserved(variable, stmt.value, false);
  }
}

function isAlwaysAssigned(
  emitter: Emitter,
  instr: IfInstr,
  variable: Variable,
): boolean {
  return instr.results.every(
    (result, slot) =>
      !variable.members.has(result) ||
      instr.regions.every(
        (arm) => !isPoisonValue(emitter.placement, arm.yields[slot] as Value),
      ),
  );
}
