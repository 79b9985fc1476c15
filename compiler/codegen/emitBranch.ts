import type { IfInstr, Region, Value } from "../ir/ir.js";
import { booleanConstant, isExpressionIf } from "./branches.js";
import { type Emitter } from "./emitter.js";
import {
  copiesOf,
  declareEmpty,
  emitRegion,
  flushForControl,
  parallelCopy,
} from "./emitRegion.js";
import { negation } from "./negation.js";
import { binary, cond, type Expr, isAtom, name, type Stmt } from "./tree.js";
import { isPoisonValue, type Variable } from "./variables.js";
import { combine, type Computed } from "./computed.js";

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
  // a call runs whichever arm is taken
  emitter.flushOrdered();
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
  const [yes, no] = emitter.arms(
    instr.regions.map((region) => ({
      region,
      write: () => emitArm(emitter, region, variables),
    })),
  ) as [Stmt[], Stmt[]];
  if (emitMerged(emitter, test.expr, fresh, { yes, no })) return;
  const blocks = declareResults(emitter, instr, fresh, { yes, no });
  // declared before the arms, but written by them
  emitter.forgetStart(fresh);
  if (blocks.yes.length === 0 && blocks.no.length === 0) return;
  const [only, ...more] = blocks.yes;
  // A store that is too long for its line has `const`s in front of it.
  if (only !== undefined && more.length === 0 && isGuardedStore(instr))
    return emitter.pushGuard(test.expr, only);
  emitter.pushIf(test.expr, blocks.yes, blocks.no);
}

/** `if (a.length > 2) a[2] = v;`, which only an optimisation writes. */
function isGuardedStore({ results, regions: [yes, no] }: IfInstr): boolean {
  const [store, ...more] = yes!.body;
  return (
    results.length === 0 &&
    no!.body.length === 0 &&
    more.length === 0 &&
    store?.kind === "store"
  );
}

/** Both arms do nothing but assign one variable: `v = c ? a : b`. */
function emitMerged(
  emitter: Emitter,
  test: Expr,
  fresh: readonly Variable[],
  { yes, no }: Blocks,
): boolean {
  const [a, b] = [onlyAssignment(yes), onlyAssignment(no)];
  if (a === undefined || b === undefined || a.name !== b.name) return false;
  if (a.value.kind === "cond" || b.value.kind === "cond") return false;
  const value =
    shortCircuit(
      test,
      [booleanOf(a.value), a.value],
      [booleanOf(b.value), b.value],
    ) ?? cond(test, a.value, b.value);
  const assign: Stmt = { kind: "assign", op: "=", target: name(a.name), value };
  const [variable] = fresh;
  const declares = variable?.name === a.name;
  if (fresh.length > (declares ? 1 : 0)) return false;
  if (emitter.flatLength(assign) + (declares ? 4 : 0) > emitter.room)
    return false;
  if (variable !== undefined && declares)
    emitter.declareReserved(variable, value, false);
  else emitter.push(assign);
  return true;
}

function onlyAssignment(
  block: readonly Stmt[],
): { name: string; value: Expr } | undefined {
  const [only] = block;
  if (block.length !== 1 || only?.kind !== "assign" || only.op !== "=")
    return undefined;
  if (only.target.kind !== "name") return undefined;
  return { name: only.target.name, value: only.value };
}

const booleanOf = (expr: Expr): boolean | undefined =>
  expr.kind !== "literal" || !/^(true|false)$/.test(expr.text)
    ? undefined
    : expr.text === "true";

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

/** Does every way through the `if` write the variable, so that TypeScript sees it too? */
function isAlwaysAssigned(
  emitter: Emitter,
  instr: IfInstr,
  variable: Variable,
): boolean {
  const slot = instr.results.findIndex((r) => variable.members.has(r));
  return instr.regions.every((arm) =>
    isWritten(emitter, arm.yields[slot] as Value, variable),
  );
}

function isWritten(
  emitter: Emitter,
  value: Value,
  variable: Variable,
): boolean {
  if (isPoisonValue(emitter.placement, value)) return false;
  if (!variable.members.has(value)) return true;
  const maker = emitter.placement.makers.get(value);
  if (maker === undefined) return false;
  if (maker.kind === "if") return isAlwaysAssigned(emitter, maker, variable);
  if (maker.kind !== "for" && maker.kind !== "while") return true;
  const header = maker.kind === "for" ? 2 : 0;
  const init = maker.args[maker.results.indexOf(value) + header] as Value;
  return isWritten(emitter, init, variable);
}
