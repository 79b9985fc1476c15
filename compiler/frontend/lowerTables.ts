import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import {
  arrayOf,
  bool,
  maybe,
  str,
  type TableTy,
  type Ty,
} from "../ir/types.js";
import type { Place } from "./lowerAssign.js";
import { coerce, mayBeNil } from "./lowerCoerce.js";
import { load } from "./lowerElements.js";
import { lowerExpression } from "./lowerExpressions.js";
import { constant, emit, nameValue, perform, type Site } from "./lowerSite.js";

/** Tables: values under keys that are known only at run time. What is active is the values; the keys are passive. */

/** A value of which it is known that it is a table. */
export type TableValue = Value & { readonly ty: TableTy };

export const isTable = (value: Value): value is TableValue =>
  value.ty.kind === "table";

/** The key in `t[key]`, or the name in `t.name`. */
export function keyOf(
  site: Site,
  node: ts.ElementAccessExpression | ts.PropertyAccessExpression,
  table: TableValue,
): Value {
  if (ts.isPropertyAccessExpression(node))
    return constant(site, node, node.name.text, table.ty.key);
  const { argumentExpression } = node;
  const type = site.ctx.checker.getTypeAtLocation(argumentExpression);
  if (type.flags & ts.TypeFlags.ESSymbolLike)
    return site.ctx.refuse(
      argumentExpression,
      "DC2122",
      "a symbol says here which member is meant",
      "use members with names",
    );
  return asKey(site, argumentExpression, table);
}

/** An expression as a key of a table. */
export const asKey = (
  site: Site,
  node: ts.Expression,
  { ty }: TableValue,
): Value => coerce(site, node, lowerExpression(site, node), ty.key);

/** The value under a key, which the program takes to be there unless its type says otherwise. */
export function lowerEntry(
  site: Site,
  node: ts.ElementAccessExpression | ts.PropertyAccessExpression,
  table: TableValue,
  isPresent = false,
): Value {
  const key = keyOf(site, node, table);
  const isSure =
    isPresent || !mayBeNil(site.ctx.checker.getTypeAtLocation(node));
  return readEntry(site, node, table, key, isSure);
}

/** `isSure`: by the program's word there is such a key; else what comes out may be nothing. */
export function readEntry(
  site: Site,
  node: ts.Node,
  table: TableValue,
  key: Value,
  isSure: boolean,
): Value {
  const { elem } = table.ty;
  // no key is ever taken out
  const inBounds = site.facts.keyIn.get(key) === table;
  const ty = isSure || inBounds ? elem : maybe(elem);
  const value = emit(site, node, "load", [table, key], ty, { inBounds });
  if (site.facts.ofModule.has(table)) site.facts.ofModule.add(value);
  return value;
}

export function writeEntry(
  site: Site,
  node: ts.Node,
  table: TableValue,
  key: Value,
  value: Value,
): void {
  const stored = coerce(site, node, value, table.ty.elem);
  perform(site, node, "store", [table, key, stored], { inBounds: false });
}

export const entryPlace = (
  site: Site,
  node: ts.Node,
  table: TableValue,
  key: Value,
): Place => ({
  ty: table.ty.elem,
  read: () => readEntry(site, node, table, key, true),
  probe: () => readEntry(site, node, table, key, false),
  write: (value) => writeEntry(site, node, table, key, value),
});

/** `k in t`, `Object.hasOwn(t, k)` */
export const hasEntry = (
  site: Site,
  node: ts.Node,
  table: TableValue,
  key: Value,
): Value => emit(site, node, "has", [table, key], bool, {});

/** The keys, in JavaScript's order. */
export function keysOf(site: Site, node: ts.Node, table: TableValue): Value {
  const { form, key } = table.ty;
  const of: Ty = form === "map" ? key : str;
  const keys = emit(site, node, "keys", [table], arrayOf(of), {});
  nameValue(keys, "keys");
  return keys;
}

/** The key at a place of a list of keys that nobody has changed since. */
export function keyAt(
  site: Site,
  node: ts.Node,
  table: TableValue,
  keys: Value,
  index: Value,
): Value {
  const key = load(site, node, keys, index, true);
  site.facts.keyIn.set(key, table);
  return key;
}
