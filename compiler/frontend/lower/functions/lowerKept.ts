import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, maybe, type Ty } from "../../../ir/types.js";
import { tagName, type Kept, type Kind, type Shape } from "../../kept/kept.js";
import { throwNoFunction } from "./lowerAbsentFunctions.js";
import { coerce } from "../lowerCoerce.js";
import { choose } from "../control/lowerJoin.js";
import { capturesOf } from "./keptCaptures.js";
import { keptAsOther } from "./lowerKeptOther.js";
import { plainOf, plainRecord } from "./lowerKeptPlain.js";
import { keptCaller } from "./lowerKeptCaller.js";
import { load } from "../arrays/lowerElements.js";
import {
  holdsTag,
  knownOf,
  type FunctionValue,
  type Known,
} from "./lowerKnown.js";
import { isCaught } from "../control/lowerThrowers.js";
import { refuseThrower, throwsInside } from "../control/refuseThrowers.js";
import {
  at,
  constant,
  emit,
  op,
  poison,
  type Site,
  type Variable,
} from "../lowerSite.js";

/** Functions that are kept in memory: how they become records, and how such a record is called. See kept/kept.ts. */

/** A function as the record that its place asks for; undefined where something else is asked for or given. */
export function keptAs(
  site: Site,
  node: ts.Node,
  value: Value,
  want: Ty,
): Value | undefined {
  const { kept } = site.ctx;
  if (!kept.isUsed) return undefined;
  const kind = kept.kindOf(want);
  if (kind === undefined && kept.isIn(value.ty))
    return isSeenAs(kept, value.ty, want)
      ? value
      : plainSeenAs(site, node, value, want);
  if (kind === undefined) return keptList(site, node, value, want);
  const known = knownOf(site, value);
  if (known?.absent && want.kind === "maybe")
    return constant(site, node, undefined, want);
  if (known?.fns === undefined)
    return (
      keptAsOther(site, node, value, kind, want) ??
      plainRecord(site, node, value, kind, want)
    );
  const [first, ...others] = [...known.fns];
  if (first === undefined) return undefined;
  return others.reduceRight<() => Value>(
    (rest, tag) => () =>
      choose(
        site,
        node,
        op(site, node, "eq", [value, constant(site, node, tag)]),
        want,
        () => keptFunction(site, node, tag, kind, want),
        rest,
      ),
    () => keptFunction(site, node, first, kind, want),
  )();
}

/** A number that is kept as a function may be, where a number is asked for. */
function plainSeenAs(
  site: Site,
  node: ts.Node,
  value: Value,
  want: Ty,
): Value | undefined {
  const plain = kindOf(site, value)?.plain;
  if (plain === undefined || bare(want).kind !== plain.kind) return undefined;
  const own = plainOf(site, node, value);
  return own && coerce(site, node, own, want);
}

/** A list of functions that are known, as a list of records. Nobody changes such a list: another one does as well. */
function keptList(
  site: Site,
  node: ts.Node,
  value: Value,
  want: Ty,
): Value | undefined {
  const size = site.facts.sizeOf.get(value);
  const isList =
    want.kind === "array" && want.store === "js" && value.ty.kind === "array";
  if (!isList || size === undefined || !holdsTag(site, value)) return undefined;
  if (site.ctx.kept.kindOf(want.elem) === undefined) return undefined;
  const elements = Array.from({ length: size }, (_, k) => {
    const one = load(site, node, value, constant(site, node, k), true);
    return coerce(site, node, one, want.elem);
  });
  const { fixed: _, ...open } = want;
  return emit(site, node, "arrayLit", elements, open, {});
}

/**
 * A place that is declared to hold a function holds a record as well: a variable of a function type, a list that a generic
 * function takes.
 */
function isSeenAs(kept: Kept, have: Ty, want: Ty): boolean {
  const inner = (a: Ty, b: Ty): boolean => isSeenAs(kept, a, b);
  if (kept.kindOf(have) !== undefined) return bare(want).kind === "opaque";
  if (have.kind === "maybe" && want.kind === "maybe")
    return inner(have.of, want.of);
  if (have.kind === "array" && want.kind === "array")
    return have.store === want.store && inner(have.elem, want.elem);
  return (
    have.kind === "table" &&
    want.kind === "table" &&
    have.form === want.form &&
    inner(have.elem, want.elem)
  );
}

/** A variable whose function may become another one on the way is a record where functions of its type are kept. */
export function asKept(
  site: Site,
  node: ts.Node,
  variable: Variable,
  value: Value,
): Value {
  const { kept, tryTyOf } = site.ctx;
  const known = kept.isUsed ? knownOf(site, value) : undefined;
  if (known?.fns === undefined && known?.absent === undefined) return value;
  const type = typeOfVariable(site, variable, known);
  const ty = type && kept.ofType(type, tryTyOf);
  return ty === undefined ? value : coerce(site, node, value, ty);
}

/** What it is declared as; for those that only diffc knows, what the function is that it starts with. */
function typeOfVariable(
  site: Site,
  variable: Variable,
  { fns }: Known,
): ts.Type | undefined {
  const { checker } = site.ctx;
  for (const [symbol, one] of site.variables)
    if (one === variable) return checker.getTypeOfSymbol(symbol);
  const [tag] = fns ?? [];
  const fn = tag === undefined ? undefined : site.shared.functions[tag];
  return (
    variable.type ??
    (fn?.kind === "code" ? checker.getTypeAtLocation(fn.decl) : undefined)
  );
}

/** What is in the variable, and functions of their types, are kept when the file is read again. */
export function wantKept(
  site: Site,
  variable: Variable,
  tags: readonly number[],
): void {
  const { kept, checker, tryTyOf } = site.ctx;
  if (variable.type !== undefined) kept.want(variable.type, tryTyOf);
  for (const tag of tags) {
    const fn = site.shared.functions[tag];
    if (fn?.kind === "code")
      kept.want(checker.getTypeAtLocation(fn.decl), tryTyOf);
  }
}

function keptFunction(
  site: Site,
  node: ts.Node,
  tag: number,
  kind: Kind,
  want: Ty,
): Value {
  const fn = site.shared.functions[tag];
  if (fn === undefined) throw new TypeError("a tag of no function");
  if (fn.kind === "missing")
    return want.kind === "maybe"
      ? constant(site, node, undefined, want)
      : poison(site, node, want);
  const record = recordOf(site, node, fn, kind);
  return coerce(site, node, record, want);
}

function recordOf(
  site: Site,
  node: ts.Node,
  fn: Exclude<FunctionValue, { kind: "missing" }>,
  kind: Kind,
): Value {
  const { kept } = site.ctx;
  const { code, captures, fixed } = capturesOf(site, node, fn);
  const seen = captures.map(({ capture }) => capture);
  const name = labelOf(fn);
  const shape = kept.shapeOf(kind, { code, captures: seen, fixed }, name);
  const values = new Map(
    shape.slots.map((slot, k) => [slot, captures[k]?.value]),
  );
  const args = kind.record.fields.map((field) => {
    if (field.name === tagName) return constant(site, node, shape.tag);
    const value = values.get(field.name);
    return value === undefined
      ? constant(site, node, undefined, maybe(field.ty))
      : coerce(site, node, value, field.ty);
  });
  return emit(site, node, "newRecord", args, kind.record, {});
}

/** What the source calls a function: its own name, or that of what it is put into or made by. */
function labelOf(fn: FunctionValue): string {
  if (fn.kind === "math") return `Math.${fn.member}`;
  if (fn.kind !== "code") return fn.kind;
  for (let up: ts.Node = fn.decl; !ts.isSourceFile(up); up = up.parent) {
    const { name } = up as ts.NamedDeclaration;
    if (name !== undefined && ts.isIdentifier(name)) return name.text;
  }
  return "fn";
}

/** Calls the function that a record stands for. */
export function callKept(
  site: Site,
  node: ts.Node,
  callee: Value,
  kind: Kind,
  args: readonly (Value | undefined)[],
): Value | undefined {
  const isMaybe = callee.ty.kind === "maybe";
  if (isMaybe) throwNoFunction(site, node, op(site, node, "isNil", [callee]));
  const own = isMaybe
    ? op(site, node, "unwrap", [callee], bare(callee.ty))
    : callee;
  if (isCaught(site) && kind.shapes.some((one) => mayThrow(site, one)))
    refuseThrower(site, node);
  const given = kind.params.map(({ ty }, k) => {
    const value = args[k];
    if (value !== undefined) return coerce(site, node, value, ty);
    return ty.kind === "maybe"
      ? constant(site, node, undefined, ty)
      : poison(site, node, ty);
  });
  const results =
    kind.result === undefined ? [] : [site.ids.fresh(kind.result)];
  const name = keptCaller(site, node, kind);
  const b = at(site, node);
  b.emit({
    kind: "call",
    callee: name,
    ...b.plain([own, ...given], results),
  });
  return results[0];
}

const mayThrow = (site: Site, { code }: Shape): boolean =>
  code.kind === "code" && throwsInside(site, code.decl);

/** The kind of functions that a value is one of, as a record. */
export const kindOf = (site: Site, value: Value): Kind | undefined =>
  site.ctx.kept.isUsed ? site.ctx.kept.kindOf(value.ty) : undefined;
