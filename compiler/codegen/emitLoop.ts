import type { ForInstr, Instr, Region, Value, WhileInstr } from "../ir/ir.js";
import { bare } from "../ir/types.js";
import { booleanConstant } from "./branches.js";
import type { Emitter } from "./emitter.js";
import {
  assignedIn,
  copiesOf,
  emitRegion,
  flushForControl,
  isConstant,
  parallelCopy,
  type Tail,
} from "./emitRegion.js";
import { counterNames } from "./naming.js";
import { negation } from "./negation.js";
import { flagCount, isLiveSlot } from "./placement.js";
import {
  binary,
  children,
  type Expr,
  isAtom,
  literal,
  name,
  type Stmt,
} from "./tree.js";
import { reserveForLoop } from "./tapeRoom.js";
import type { Variable } from "./variables.js";
import type { Computed } from "./computed.js";

export function emitLoop(emitter: Emitter, instr: ForInstr | WhileInstr): void {
  flushForControl(emitter, instr);
  if (instr.kind === "for") emitFor(emitter, instr);
  else emitWhile(emitter, instr);
}

/** The variables of the carried values, in order; undefined where nobody looks at one. */
function slotVariables(
  emitter: Emitter,
  instr: Instr,
): (Variable | undefined)[] {
  return instr.results.map((result, slot) =>
    isLiveSlot(instr, slot, emitter.placement.isLive)
      ? emitter.variables.get(result)
      : undefined,
  );
}

// ---- for ----

function emitFor(emitter: Emitter, instr: ForInstr): void {
  const [loValue, hiValue, ...inits] = instr.args as [Value, Value, ...Value[]];
  const assigned = assignedIn(emitter, instr);
  const changes = (computed: Computed): boolean =>
    [...computed.reads].some((variable) => assigned.has(variable));
  let lo = emitter.use(loValue);
  let hi = emitter.use(hiValue);
  if (changes(lo)) lo = emitter.nameIt(lo, loValue.hint ?? "start");
  if (changes(hi) || !isFixed(emitter, instr, hi))
    hi = emitter.nameIt(hi, hiValue.hint ?? "end");
  const targets = slotVariables(emitter, instr);
  parallelCopy(emitter, copiesOf(emitter, targets, inits));
  emitter.forgetStart(assigned);
  reserveForLoop(emitter, instr, lo.expr, hi.expr);
  const region = instr.regions[0] as Region;
  const counter = region.params[0] as Value;
  let counterName = "i";
  const body = emitter.looped(() => {
    const { hint } = counter;
    counterName = emitter.names.firstFree(
      hint === undefined || hint === "i" ? counterNames : [hint],
    );
    emitter.setName(counter, counterName);
    emitRegion(
      emitter,
      region,
      region.yields,
      forTail(emitter, instr, targets),
    );
  });
  emitter.push({
    kind: "for",
    name: counterName,
    lo: lo.expr,
    test: binary(instr.test, name(counterName), hi.expr),
    step: instr.step,
    body,
  });
}

/** May the bound be written in the loop's head, where it is computed again each time? */
function isFixed(emitter: Emitter, instr: ForInstr, hi: Computed): boolean {
  const { expr } = hi;
  if (isAtom(expr)) return true;
  if (
    expr.kind === "member" &&
    expr.name === "length" &&
    expr.object.kind === "name"
  )
    return (
      !emitter.placement.effects(instr).changesLength ||
      isTyped(emitter, instr.args[1] as Value)
    );
  return (
    !hi.memory &&
    expr.kind === "binary" &&
    (expr.op === "+" || expr.op === "-") &&
    isAtom(expr.left) &&
    isAtom(expr.right)
  );
}

function isTyped(emitter: Emitter, length: Value): boolean {
  const maker = emitter.placement.makers.get(length);
  const ty =
    maker?.kind === "length" ? bare((maker.args[0] as Value).ty) : undefined;
  return ty?.kind === "array" && ty.store !== "js";
}

function forTail(
  emitter: Emitter,
  instr: ForInstr,
  targets: readonly (Variable | undefined)[],
): Tail {
  const flags = flagCount(instr);
  return {
    finish: (yields) => {
      const flag = flags === 1 ? (yields[0] as Value) : undefined;
      const stop =
        flag === undefined ||
        booleanConstant(emitter.placement, flag) !== undefined
          ? undefined
          : emitter.use(flag);
      const test = finishCopies(
        emitter,
        targets,
        yields.slice(flags),
        stop,
        "stop",
      );
      if (isConstant(emitter, flag, true)) emitter.push({ kind: "break" });
      else if (test !== undefined)
        emitter.pushIf(test.expr, [{ kind: "break" }], []);
    },
    leaves: (yields) => flags === 1 && isConstant(emitter, yields[0], true),
  };
}

/** Copies what is carried; the flag is computed before where it reads what is overwritten. */
function finishCopies(
  emitter: Emitter,
  targets: readonly (Variable | undefined)[],
  values: readonly Value[],
  flag: Computed | undefined,
  wanted: string,
): Computed | undefined {
  const copies = copiesOf(emitter, targets, values);
  const isRead = copies.some(
    ({ variable, computed }) =>
      flag?.reads.has(variable) === true &&
      !(computed.expr.kind === "name" && computed.expr.name === variable.name),
  );
  const test =
    flag !== undefined && isRead ? emitter.nameIt(flag, wanted) : flag;
  parallelCopy(emitter, copies);
  return test;
}

// ---- while ----

function emitWhile(emitter: Emitter, instr: WhileInstr): void {
  const targets = slotVariables(emitter, instr);
  parallelCopy(emitter, copiesOf(emitter, targets, instr.args));
  emitter.forgetStart(assignedIn(emitter, instr));
  const region = instr.regions[0] as Region;
  const hasExits = region.body.some((inner) => emitter.tails.has(inner));
  let again: Expr | undefined;
  const body = emitter.looped(() => {
    const atEnd = (test: Computed): void => {
      if (!mentions(test.expr, declaredIn(emitter.block))) again = test.expr;
      else emitter.pushIf(negation(test.expr), [{ kind: "break" }], []);
    };
    const tail = whileTail(emitter, targets, hasExits, atEnd);
    emitRegion(emitter, region, region.yields, tail);
  });
  emitter.push(whileStatement(emitter, body, again));
}

function whileTail(
  emitter: Emitter,
  targets: readonly (Variable | undefined)[],
  hasExits: boolean,
  atEnd: (test: Computed) => void,
): Tail {
  return {
    finish: (yields) => {
      const [flag, ...carried] = yields as [Value, ...Value[]];
      const again =
        booleanConstant(emitter.placement, flag) === undefined
          ? emitter.use(flag)
          : undefined;
      const test = finishCopies(emitter, targets, carried, again, "again");
      if (isConstant(emitter, flag, false)) emitter.push({ kind: "break" });
      else if (test !== undefined && hasExits)
        emitter.pushIf(negation(test.expr), [{ kind: "break" }], []);
      else if (test !== undefined) atEnd(test);
    },
    leaves: (yields) => isConstant(emitter, yields[0], false),
  };
}

/** `while (c) { ... }` where the body begins with the way out, `do { ... } while (c)` where it ends with it. */
function whileStatement(
  emitter: Emitter,
  body: readonly Stmt[],
  again: Expr | undefined,
): Stmt {
  if (again !== undefined) return { kind: "doWhile", test: again, body };
  const [first, ...rest] = body;
  if (
    first?.kind === "if" &&
    first.no.length === 0 &&
    first.yes.length === 1 &&
    first.yes[0]?.kind === "break"
  ) {
    const loop: Stmt = {
      kind: "while",
      test: negation(first.test),
      body: rest,
    };
    if (emitter.flatLength({ ...loop, body: [] }) <= emitter.room) return loop;
  }
  return { kind: "while", test: literal("true"), body };
}

function declaredIn(body: readonly Stmt[]): ReadonlySet<string> {
  return new Set(
    body.flatMap((stmt) => {
      if (stmt.kind === "declare") return [stmt.name];
      return stmt.kind === "destructure"
        ? stmt.entries.map((entry) => entry.name)
        : [];
    }),
  );
}

const mentions = (expr: Expr, names: ReadonlySet<string>): boolean =>
  (expr.kind === "name" && names.has(expr.name)) ||
  children(expr).some((child) => mentions(child, names));
