import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { lowerExpression } from "../lowerExpressions.js";
import { bareExpression } from "../../syntax/scan.js";
import { loadMaybe } from "../arrays/lowerElements.js";
import { constant, type Site } from "../lowerSite.js";
import { listedAs } from "./lowerTableLists.js";
import { isTable, keysOf, type TableValue } from "./lowerTables.js";
import { ownerTy } from "../lowerVariables.js";

export type Listed = "keys" | "values" | "entries";

/** A Map or a Set that is gone through: as it stands, or its `keys()`, `values()`, `entries()`. */
export interface ListedCollection {
  readonly of: ts.Expression;
  readonly what: Listed;
}

export function collectionListed(
  site: Site,
  given: ts.Expression,
): ListedCollection | undefined {
  const node = bareExpression(given);
  const form = formOf(site, node);
  if (form !== undefined)
    return { of: node, what: form === "map" ? "entries" : "keys" };
  if (
    !ts.isCallExpression(node) ||
    !ts.isPropertyAccessExpression(node.expression) ||
    node.arguments.length > 0
  )
    return undefined;
  const { expression: of, name } = node.expression;
  const owner = formOf(site, of);
  const what = name.text;
  const isList = what === "keys" || what === "values" || what === "entries";
  if (owner === undefined || !isList) return undefined;
  // the values of a Set are its keys
  return { of, what: owner === "set" && what === "values" ? "keys" : what };
}

function formOf(site: Site, node: ts.Expression): "map" | "set" | undefined {
  const type = site.ctx.checker.getTypeAtLocation(node);
  if (site.ctx.tryTyOf(type).kind === "problem") return undefined;
  const ty = ownerTy(site, node);
  return ty.kind === "table" && ty.form !== "object" ? ty.form : undefined;
}

export function collectionAt(site: Site, node: ts.Expression): TableValue {
  const value = lowerExpression(site, node, ownerTy(site, node));
  if (!isTable(value)) throw new TypeError("no Map and no Set");
  return value;
}

/** What `[...m.values()]` holds, as a fresh array; undefined for what is no Map or Set. */
export function lowerCollectionListed(
  site: Site,
  node: ts.Expression,
): Value | undefined {
  const listed = collectionListed(site, node);
  if (listed === undefined) return undefined;
  return listOf(site, node, collectionAt(site, listed.of), listed.what);
}

/** `m.keys().next().value`: the first one, or nothing. */
export function lowerFirstListed(
  site: Site,
  node: ts.PropertyAccessExpression,
): Value | undefined {
  if (node.name.text !== "value") return undefined;
  const next = bareExpression(node.expression);
  if (!ts.isCallExpression(next) || next.arguments.length > 0) return undefined;
  const callee = bareExpression(next.expression);
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== "next")
    return undefined;
  const list = bareExpression(callee.expression);
  if (!ts.isCallExpression(list)) return undefined;
  const listed = lowerCollectionListed(site, list);
  return listed && loadMaybe(site, node, listed, constant(site, node, 0), true);
}

export function listOf(
  site: Site,
  node: ts.Node,
  table: TableValue,
  what: Listed,
): Value {
  const keys = keysOf(site, node, table);
  return what === "keys" ? keys : listedAs(site, node, table, keys, what);
}
