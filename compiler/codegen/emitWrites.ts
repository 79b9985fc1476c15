import type { Emitter } from "./emitter.js";
import type { Value } from "../ir/ir.js";
import {
  type Expr,
  call,
  index,
  type Stmt,
  binary,
  name,
  isAtom,
  member,
} from "./tree.js";
import { bare, fieldOf, type ArrayTy } from "../ir/types.js";
import type { Computed } from "./computed.js";
import { withoutSign } from "./negation.js";
import type { AccumInstr, SetFieldInstr } from "../ir/memoryInstrs.js";

/**
 * For an integer that is not negative. A shadow has no holes, and V8 takes the test out of the way of the loop, where
 * `a[i] !== undefined` looks into the cell.
 */
const isInside = (array: Expr, at: Expr): Expr =>
  at.kind === "literal"
    ? binary(">", member(array, "length"), at)
    : binary("<", at, member(array, "length"));

/** A field that may be left out takes no undefined under `exactOptionalPropertyTypes`; it is written as if it were there. */
export function fieldValue(
  emitter: Emitter,
  instr: SetFieldInstr,
  value: Expr,
): Expr {
  const [owner, given] = instr.args as [Value, Value];
  const ty = bare(owner.ty);
  const field = ty.kind === "record" ? fieldOf(ty, instr.field) : undefined;
  const maker = emitter.placement.makers.get(given);
  const mayBeMissing =
    given.ty.kind === "maybe" && !(maker?.kind === "op" && maker.op === "wrap");
  return field?.optional === true && mayBeMissing
    ? { kind: "nonNull", arg: value }
    : value;
}

/** A field that may be left out, given a value or taken away. */
export function setOrRemove(
  { field }: SetFieldInstr,
  owner: Expr,
  value: Expr,
): Stmt {
  const target = member(owner, field);
  return {
    kind: "if",
    test: binary("===", value, name("undefined")),
    yes: [{ kind: "raw", parts: ["delete ", target, ";"] }],
    no: [{ kind: "assign", op: "=", target, value }],
  };
}

export function emitStore(
  emitter: Emitter,
  target: Value,
  inBounds: boolean,
  args: readonly Computed[],
): void {
  const grows = !inBounds && (bare(target.ty) as ArrayTy).store === "js";
  const [a, i, v] = grows
    ? named(emitter, target, args)
    : args.map((arg) => arg.expr);
  if (grows)
    emitter.push({
      kind: "expr",
      expr: call(emitter.context.runtime("checkStore"), [a as Expr, i as Expr]),
    });
  emitter.pushAssign(index(a as Expr, i as Expr), v as Expr);
}

export function emitAccum(
  emitter: Emitter,
  instr: AccumInstr,
  args: readonly Computed[],
): void {
  const [target, at] = instr.args as [Value, Value];
  const guarded =
    !instr.inBounds && (bare(target.ty) as ArrayTy).store === "js";
  const [a, i, v] = guarded
    ? named(emitter, target, args)
    : args.map((arg) => arg.expr);
  const build = (value: Expr): Stmt =>
    accumulate(index(a as Expr, i as Expr), value);
  if (!guarded) return emitter.pushWith(v as Expr, build);
  // Only an index inside finds a cell: beyond the ends, and between two cells, there is nothing to add to.
  const test = emitter.isNatural(at)
    ? isInside(a as Expr, i as Expr)
    : binary("in", i as Expr, a as Expr);
  const body = emitter.nested(() => emitter.pushWith(v as Expr, build));
  const [only] = body;
  if (body.length === 1 && only !== undefined)
    return emitter.pushGuard(test, only);
  emitter.push({
    kind: "if",
    test,
    yes: body,
    no: [],
  });
}

/** Array and index as names, for a store that mentions them twice. */
export function named(
  emitter: Emitter,
  target: Value,
  args: readonly Computed[],
): Expr[] {
  const [a, i, v] = args as [Computed, Computed, Computed];
  const once = (computed: Computed, wanted: string): Expr =>
    computed.expr.kind === "name" || isAtom(computed.expr)
      ? computed.expr
      : emitter.nameIt(computed, wanted).expr;
  return [once(a, target.hint ?? "values"), once(i, "k"), v.expr];
}

/** `a[i] += v`, `a[i] -= w` where v is -w. */
export function accumulate(target: Expr, value: Expr): Stmt {
  const negated = withoutSign(value);
  return negated === undefined
    ? { kind: "assign", op: "+=", target, value }
    : { kind: "assign", op: "-=", target, value: negated };
}
