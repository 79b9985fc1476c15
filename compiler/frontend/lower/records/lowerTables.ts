import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { keysOfCopy } from "./copiedKeys.js";
import { noteListed } from "./keyOrder.js";
import {
  arrayOf,
  bool,
  isRef,
  maybe,
  str,
  type TableTy,
  type Ty,
  type RecordTy,
} from "../../../ir/types.js";
import { fieldTyOf, readNamedBy, writeNamedBy } from "./lowerKeyedRecord.js";
import type { Place } from "../lowerAssign.js";
import { coerce, mayBeNil } from "../lowerCoerce.js";
import { load } from "../arrays/lowerElements.js";
import { lowerExpression } from "../lowerExpressions.js";
import { constant, emit, nameValue, perform, type Site } from "../lowerSite.js";

/** Tables: values under keys that are known only at run time. What is active is the values; the keys are passive. */

/** A value of which it is known that it is a table. */
export type TableValue = Value & { readonly ty: TableTy };

export const isTable = (value: Value): value is TableValue =>
  value.ty.kind === "table";

/** A Map or a Set. */
export const isCollection = (value: Value): value is TableValue =>
  isTable(value) && value.ty.form !== "object";

/** Of which the values under all keys are of one type: a table, or an object with such fields. */
export type Keyed = TableValue | (Value & { readonly ty: RecordTy });

/** The type of the values under the keys; undefined for what is no such object. */
export const keyedTy = (site: Site, ty: Ty): Ty | undefined =>
  ty.kind === "table" ? ty.elem : fieldTyOf(site, ty);

export const isKeyed = (site: Site, value: Value): value is Keyed =>
  keyedTy(site, value.ty) !== undefined;

/** The key in `t[key]`, or the name in `t.name`. */
export function keyOf(
  site: Site,
  node: ts.ElementAccessExpression | ts.PropertyAccessExpression,
): Value {
  if (ts.isPropertyAccessExpression(node))
    return constant(site, node, node.name.text, str);
  const { argumentExpression } = node;
  const type = site.ctx.checker.getTypeAtLocation(argumentExpression);
  if (type.flags & ts.TypeFlags.ESSymbolLike)
    return site.ctx.refuse(
      argumentExpression,
      "DC2122",
      "a symbol says here which member is meant",
      "use members with names",
    );
  return asKey(site, argumentExpression);
}

/** An expression as a key: a word or a number. */
export function asKey(site: Site, node: ts.Expression): Value {
  const value = lowerExpression(site, node);
  const isKey = value.ty.kind === "num" || value.ty.kind === "opaque";
  return isKey ? value : coerce(site, node, value, str);
}

/** The value under a key, which the program takes to be there unless its type says otherwise. */
export function lowerEntry(
  site: Site,
  node: ts.ElementAccessExpression | ts.PropertyAccessExpression,
  table: TableValue,
  isPresent = false,
): Value {
  const key = keyOf(site, node);
  const isSure =
    isPresent || !mayBeNil(site.ctx.checker.getTypeAtLocation(node));
  return readEntry(site, node, table, key, isSure);
}

/** `isSure`: by the program's word there is such a key; else what comes out may be nothing. */
export function readEntry(
  site: Site,
  node: ts.Node,
  table: Keyed,
  key: Value,
  isSure: boolean,
): Value {
  if (!isTable(table)) return readNamed(site, node, table, key, isSure);
  const { elem } = table.ty;
  // no key is ever taken out of an object
  const stays = !isCollection(table) || site.facts.neverShrinks();
  const inBounds = stays && site.facts.keyIn.get(key) === table;
  const ty = isSure || inBounds ? elem : maybe(elem);
  const value = emit(site, node, "load", [table, key], ty, { inBounds });
  if (site.facts.ofModule.has(table)) site.facts.ofModule.add(value);
  if (!inBounds && isRef(value.ty)) site.facts.unsure.add(value);
  return value;
}

function readNamed(
  site: Site,
  node: ts.Node,
  record: Value & { readonly ty: RecordTy },
  key: Value,
  isSure: boolean,
): Value {
  const elem = fieldTyOf(site, record.ty) ?? record.ty;
  return readNamedBy(site, node, record, key, { elem, isSure });
}

export function writeEntry(
  site: Site,
  node: ts.Node,
  table: Keyed,
  key: Value,
  value: Value,
): void {
  if (!isTable(table)) return writeNamedBy(site, node, table, key, value);
  const stored = coerce(site, node, value, table.ty.elem);
  perform(site, node, "store", [table, key, stored], { inBounds: false });
}

export const entryPlace = (
  site: Site,
  node: ts.Node,
  table: Keyed,
  key: Value,
): Place => ({
  ty: keyedTy(site, table.ty) ?? table.ty,
  read: () => readEntry(site, node, table, key, true),
  probe: () => readEntry(site, node, table, key, false),
  write: (value) => writeEntry(site, node, table, key, value),
});

/** `k in t`, `Object.hasOwn(t, k)` */
export const hasEntry = (
  site: Site,
  node: ts.Node,
  table: Keyed,
  key: Value,
): Value => emit(site, node, "has", [table, key], bool, {});

/** The keys, in JavaScript's order. */
export function keysOf(site: Site, node: ts.Node, table: Keyed): Value {
  const { ty } = table;
  noteListed(site, node, ty);
  const isObject = ty.kind !== "table" || ty.form === "object";
  const of: Ty = isObject ? str : ty.key;
  const keys =
    keysOfCopy(site, node, table) ??
    emit(site, node, "keys", [table], arrayOf(of), {});
  nameValue(keys, "keys");
  return keys;
}

/** The key at a place of a list of keys that nobody has changed since. */
export function keyAt(
  site: Site,
  node: ts.Node,
  table: Keyed,
  keys: Value,
  index: Value,
): Value {
  const key = load(site, node, keys, index, true);
  site.facts.keyIn.set(key, table);
  return key;
}
