import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, bool, maybe, num, type Ty } from "../../../ir/types.js";
import { tagName, type Kind, type Shape } from "../../kept/kept.js";
import type { LowerContext } from "../../context.js";
import type { TypeProblem } from "../../types/typeProblem.js";
import { functionOrPlain, mayBeFunction } from "../../types/functionTypes.js";
import { readField } from "../lowerAccess.js";
import { coerce } from "../lowerCoerce.js";
import { choose } from "../control/lowerJoin.js";
import { constant, emit, op, poison, type Site } from "../lowerSite.js";
import { lowerNullable } from "../values/lowerOptional.js";
import { isMaybe, presentAs } from "../values/lowerPresentAs.js";
import { kindOf } from "./lowerKept.js";

/**
 * `value: number | (() => number)` in memory: a record as functions are, of which the tag says that it is none and a
 * field holds the number.
 */

const plainKey = { name: "value" } as ts.Symbol;

/** What a field of the type holds. */
export function heldTy(
  { checker, kept, tryTyOf }: LowerContext,
  type: ts.Type,
): Ty | TypeProblem {
  const isOpen = functionOrPlain(checker.getNonNullableType(type));
  return (isOpen && kept.ofType(type, tryTyOf)) ?? tryTyOf(type);
}

/** A value that is no function, as the record that its place asks for; undefined where none is asked for or given. */
export function plainRecord(
  site: Site,
  node: ts.Node,
  value: Value,
  kind: Kind,
  want: Ty,
): Value | undefined {
  const { plain } = kind;
  if (plain === undefined || kindOf(site, value) !== undefined)
    return undefined;
  if (isMaybe(value)) {
    if (want.kind !== "maybe" || value.ty.of.kind !== plain.kind)
      return undefined;
    return presentAs(site, node, value, want, (own) =>
      recordOf(site, node, own, kind, want),
    );
  }
  if (value.ty.kind !== plain.kind) return undefined;
  return recordOf(site, node, value, kind, want);
}

function recordOf(
  site: Site,
  node: ts.Node,
  value: Value,
  kind: Kind,
  want: Ty,
): Value {
  const ty = kind.plain ?? value.ty;
  const own = coerce(site, node, value, ty);
  const shape = shapeIn(site, kind, ty);
  const args = kind.record.fields.map((field) => {
    if (field.name === tagName) return constant(site, node, shape.tag);
    return field.name === shape.slots[0]
      ? coerce(site, node, own, field.ty)
      : constant(site, node, undefined, maybe(field.ty));
  });
  const record = emit(site, node, "newRecord", args, kind.record, {});
  return coerce(site, node, record, want);
}

function shapeIn({ ctx }: Site, kind: Kind, plain: Ty): Shape {
  const ty = plain.kind === "num" ? num : plain;
  const captures = [{ symbol: plainKey, name: "value", ty }];
  const made = { code: { kind: "plain" }, captures, fixed: [] } as const;
  return ctx.kept.shapeOf(kind, made, "value");
}

/** The number in such a record, where it is known that it is none of the functions. */
export function plainOf(
  site: Site,
  node: ts.Node,
  value: Value,
): Value | undefined {
  const kind = kindOf(site, value);
  if (kind?.plain === undefined) return undefined;
  const own =
    value.ty.kind === "maybe"
      ? op(site, node, "unwrap", [value], value.ty.of)
      : value;
  const [slot] = shapeIn(site, kind, kind.plain).slots;
  // found in this reading: the file is read once more, and then it has its place
  const isLaidOut = kind.record.fields.some(({ name }) => name === slot);
  if (slot === undefined || !isLaidOut) return poison(site, node, kind.plain);
  return coerce(site, node, readField(site, node, own, slot), kind.plain);
}

/** An expression that typeof has told to be no function: the value that it is. */
export function plainHere(
  site: Site,
  node: ts.Expression,
  value: Value,
): Value {
  if (!site.ctx.kept.isUsed || value.ty.kind === "maybe") return value;
  if (kindOf(site, value)?.plain === undefined) return value;
  const type = site.ctx.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  const isOpen = parts.some((one) => one.getCallSignatures().length > 0);
  return isOpen ? value : (plainOf(site, node, value) ?? value);
}

/** `typeof v === "function"`, of what is kept as such a record: its tag says it. */
export function keptKindTest(
  site: Site,
  node: ts.Expression,
  word: string,
): Value | undefined {
  if (!site.ctx.kept.isUsed) return undefined;
  if (!mayBeFunction(site.ctx.checker.getTypeAtLocation(node)))
    return undefined;
  const name = ts.isParenthesizedExpression(node) ? node.expression : node;
  if (!ts.isIdentifier(name) && !ts.isPropertyAccessExpression(name))
    return undefined;
  const value = lowerNullable(site, name);
  const kind = kindOf(site, value);
  if (kind?.plain === undefined) return undefined;
  const isMaybe = value.ty.kind === "maybe";
  if (word === "undefined")
    return isMaybe
      ? op(site, node, "isUndefined", [value])
      : constant(site, node, false);
  const plainWord = kind.plain.kind === "num" ? "number" : "object";
  const isPlainAsked = word === plainWord;
  if (!isPlainAsked && word !== "function") return constant(site, node, false);
  const ask = (): Value => {
    const own = isMaybe
      ? op(site, node, "unwrap", [value], bare(value.ty))
      : value;
    const { tag } = shapeIn(site, kind, kind.plain ?? num);
    const is = readField(site, node, own, tagName);
    const asked = isPlainAsked ? "eq" : "ne";
    return op(site, node, asked, [is, constant(site, node, tag)]);
  };
  if (!isMaybe) return ask();
  return choose(
    site,
    node,
    op(site, node, "isNil", [value]),
    bool,
    () => constant(site, node, false),
    ask,
  );
}
