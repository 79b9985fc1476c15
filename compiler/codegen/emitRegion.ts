import type { IfInstr, Instr, Region, Value } from "../ir/ir.js";
import type { Ty } from "../ir/types.js";
import { eachInstr, endsInThrow } from "../ir/visit.js";
import { armYields, booleanConstant } from "./branches.js";
import { asExpected } from "./declare.js";
import type { Emitter } from "./emitter.js";
import { emitInstr, poisonExpr } from "./instructions.js";
import { negation } from "./negation.js";
import { slotParam } from "./placement.js";
import type { Stmt } from "./tree.js";
import { isPoisonValue, type Variable } from "./variables.js";
import type { Computed } from "./computed.js";

/** What happens where a region ends: its yields are copied, and control may leave. */
export interface Tail {
  finish(yields: readonly Value[]): void;
  /** Does control leave (by break or return) with these yields, whatever the values? */
  leaves(yields: readonly Value[]): boolean;
}

/** Writes the instructions of a region, and what happens at its end. */
export function emitRegion(
  emitter: Emitter,
  region: Region,
  yields: readonly Value[],
  tail: Tail,
): void {
  let last: IfInstr | undefined;
  region.body.forEach((instr, index) => {
    if (!emitter.placement.isPrinted(instr)) return;
    if (instr.kind === "if" && emitter.tails.has(instr)) last = instr;
    else {
      declareBefore(emitter, region, index, instr);
      emitInstr(emitter, instr);
    }
  });
  if (last === undefined) tail.finish(yields);
  else emitTailIf(emitter, last, region, yields, tail);
  forgetTapes(emitter, region);
}

/** A tape belongs to the region that makes it: who returns from elsewhere has none to give back. */
function forgetTapes(emitter: Emitter, { body }: Region): void {
  for (const { kind, results } of body) {
    const form =
      kind === "newTape" ? emitter.tapes.get(results[0]!) : undefined;
    if (form?.kind === "local") delete form.buffer.name;
  }
}

function emitTailIf(
  emitter: Emitter,
  instr: IfInstr,
  region: Region,
  yields: readonly Value[],
  tail: Tail,
): void {
  const test = emitter.use(instr.args[0] as Value);
  // both arms end with the same yields: what they share is written once, before
  emitter.flush(
    (_, value) =>
      emitter.placement.uses
        .get(value)
        ?.some(
          (use) => use.region === region && use.index === region.body.length,
        ) === true,
  );
  flushForControl(emitter, instr);
  declareBefore(emitter, region, region.body.indexOf(instr), instr);
  const [yes, no] = instr.regions as [Region, Region];
  const ends = {
    yes: armYields(instr, yes, yields),
    no: armYields(instr, no, yields),
  };
  const inner = (arm: Region, armEnds: readonly Value[]): void =>
    emitRegion(emitter, arm, armEnds, tail);
  const leaves = (arm: Region, armEnds: readonly Value[]): boolean =>
    endsInThrow(arm) ||
    tail.leaves(armEnds) ||
    leavesInside(emitter, arm, armEnds, tail);
  const arm = (region: Region, armEnds: readonly Value[]) => ({
    region,
    write: () => inner(region, armEnds),
  });
  if (leaves(yes, ends.yes)) {
    const [block] = emitter.arms([arm(yes, ends.yes)]);
    emitter.pushIf(test.expr, block as Stmt[], []);
    inner(no, ends.no);
  } else if (leaves(no, ends.no)) {
    const [block] = emitter.arms([arm(no, ends.no)]);
    emitter.pushIf(negation(test.expr), block as Stmt[], []);
    inner(yes, ends.yes);
  } else {
    const blocks = emitter.arms([arm(yes, ends.yes), arm(no, ends.no)]);
    emitter.pushIf(test.expr, ...(blocks as [Stmt[], Stmt[]]));
  }
}

function leavesInside(
  emitter: Emitter,
  arm: Region,
  yields: readonly Value[],
  tail: Tail,
): boolean {
  const last = arm.body.find((instr) => emitter.tails.has(instr));
  return (
    last !== undefined &&
    last.regions.every((inner) => {
      const ends = armYields(last as Instr & { kind: "if" }, inner, yields);
      return (
        endsInThrow(inner) ||
        tail.leaves(ends) ||
        leavesInside(emitter, inner, ends, tail)
      );
    })
  );
}

/** Declares the variables that are first written somewhere inside the instruction. */
function declareBefore(
  emitter: Emitter,
  region: Region,
  index: number,
  instr: Instr,
): void {
  for (const variable of emitter.variablesDue(region, index)) {
    const isWrittenFirst =
      instr.results.some((r) => variable.members.has(r)) ||
      instr.results.some((_, slot) =>
        variable.members.has(slotParam(instr, slot) as Value),
      );
    if (!isWrittenFirst || emitter.tails.has(instr))
      declareEmpty(emitter, variable);
  }
}

/** A `let` whose first value is never looked at, or not by a way that TypeScript can follow. */
export function declareEmpty(emitter: Emitter, variable: Variable): void {
  const start = emptyValue(variable.ty);
  if (start === undefined) emitter.declare(variable, undefined, true);
  else emitter.declare(variable, start);
}

const emptyValue = (ty: Ty): ReturnType<typeof poisonExpr> | undefined =>
  ty.kind === "num" || ty.kind === "bool" ? poisonExpr(ty) : undefined;

export interface Copy {
  readonly variable: Variable;
  readonly computed: Computed;
}

/** The copies that bring the yields to their variables; what is never looked at is not copied. */
export function copiesOf(
  emitter: Emitter,
  targets: readonly (Variable | undefined)[],
  values: readonly Value[],
): Copy[] {
  return targets.flatMap((variable, k) => {
    const value = values[k] as Value;
    if (variable === undefined) return [];
    if (isPoisonValue(emitter.placement, value)) {
      if (variable.name === undefined) declareEmpty(emitter, variable);
      return [];
    }
    const computed = emitter.use(value);
    const expr = asExpected(
      computed.expr,
      emitter.variables.get(value)?.ty ?? value.ty,
      variable.ty,
    );
    return [{ variable, computed: { ...computed, expr } }];
  });
}

const isIdentity = ({ variable, computed }: Copy): boolean =>
  computed.expr.kind === "name" &&
  computed.expr.name === variable.name &&
  computed.reads.has(variable);

/** Assigns all at once: each source is read before its variable is overwritten, with a `const` to break a cycle. */
export function parallelCopy(emitter: Emitter, copies: readonly Copy[]): void {
  let open = copies.filter((copy) => !isIdentity(copy));
  while (open.length > 0) {
    const free = open.find((copy) =>
      open.every(
        (other) => other === copy || !other.computed.reads.has(copy.variable),
      ),
    );
    if (free !== undefined) {
      open = open.filter((copy) => copy !== free);
      emitter.assign(free.variable, free.computed);
      continue;
    }
    const first = open[0] as Copy;
    open = open.map((copy) =>
      copy !== first && copy.computed.reads.has(first.variable)
        ? { ...copy, computed: emitter.nameIt(copy.computed, nextName(copy)) }
        : copy,
    );
  }
}

const nextName = ({ variable, computed }: Copy): string => {
  const hint =
    computed.expr.kind === "name" ? undefined : computed.expr.origin?.hint;
  const base = variable.name ?? "value";
  return hint !== undefined && hint !== base
    ? hint
    : `next${base.charAt(0).toUpperCase()}${base.slice(1)}`;
};

/** The variables that are written inside an instruction or by its copies. */
export function assignedIn(
  emitter: Emitter,
  instr: Instr,
): ReadonlySet<Variable> {
  const assigned = new Set<Variable>();
  for (const [value, variable] of emitter.variables) {
    const def = emitter.placement.defs.get(value);
    if (
      def !== undefined &&
      (instr.results.includes(value) || emitter.placement.isInside(def, instr))
    )
      assigned.add(variable);
  }
  // pushes and pops move the stack pointer
  for (const region of instr.regions)
    eachInstr(region, (inner) => {
      if (inner.kind !== "tapePush" && inner.kind !== "tapePop") return;
      const form = emitter.tapes.get(inner.args[0] as Value);
      if (form?.kind === "local") assigned.add(form.pointer);
    });
  return assigned;
}

/** Writes down the waiting values that must not be moved across, or into, the instruction. */
export function flushForControl(emitter: Emitter, instr: Instr): void {
  const assigned = assignedIn(emitter, instr);
  const effects = emitter.placement.effects(instr);
  const changes = (computed: Computed): boolean =>
    [...computed.reads].some((variable) => assigned.has(variable));
  emitter.flush((computed, value) => {
    const use = emitter.placement.uses.get(value)?.[0];
    if (use === undefined) return true;
    if (use.region.body[use.index] === instr) return false;
    if (instr.kind !== "if" || computed.ordered || changes(computed))
      return true;
    if (!emitter.placement.isInside(use, instr))
      return computed.memory && effects.hasEffect;
    return computed.memory || isInLoop(emitter, use.region, instr);
  });
}

function isInLoop(emitter: Emitter, region: Region, owner: Instr): boolean {
  for (
    let at: Region | undefined = region;
    at !== undefined && !owner.regions.includes(at);
    at = emitter.placement.regionInfo(at).parent?.region
  )
    if (emitter.placement.regionInfo(at).isLoop) return true;
  return false;
}

export const isConstant = (
  emitter: Emitter,
  value: Value | undefined,
  wanted: boolean,
): boolean => booleanConstant(emitter.placement, value) === wanted;
