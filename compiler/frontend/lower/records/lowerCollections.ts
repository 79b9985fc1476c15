import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bool, maybe, num, type TableTy } from "../../../ir/types.js";
import { lowerForEachEntry } from "./lowerCollectionLoops.js";
import { listOf, type Listed } from "./lowerCollectionLists.js";
import { coerce, refuseModuleWrite } from "../lowerCoerce.js";
import { lengthOf } from "../arrays/lowerElements.js";
import { lowerStored } from "../functions/lowerEscapes.js";
import { lowerExpression } from "../lowerExpressions.js";
import { repeat } from "../control/lowerLoopParts.js";
import { constant, emit, perform, type Site } from "../lowerSite.js";
import {
  hasEntry,
  keyAt,
  keysOf,
  readEntry,
  writeEntry,
  type TableValue,
} from "./lowerTables.js";

/** Maps and Sets of the library: `m.get(k)`, `m.set(k, v)`, `seen.add(k)`. */
type Method = (
  site: Site,
  node: ts.CallExpression,
  table: TableValue,
) => Value | undefined;

const methods: Readonly<Record<string, Method>> = {
  get: (site, node, table) =>
    readEntry(site, node, table, keyArgument(site, node, table), false),
  has: (site, node, table) =>
    hasEntry(site, node, table, keyArgument(site, node, table)),
  set: lowerSet,
  add: lowerAdd,
  delete: lowerDelete,
  clear: lowerClear,
  forEach: lowerForEachEntry,
  keys: (site, node, table) => listOf(site, node, table, "keys"),
  values: (site, node, table) => listOf(site, node, table, valuesOf(table.ty)),
  entries: (site, node, table) => listOf(site, node, table, "entries"),
};

const valuesOf = ({ form }: TableTy): Listed =>
  form === "set" ? "keys" : "values";

/** A method of a Map or a Set that has been evaluated. */
export function lowerCollectionMethod(
  site: Site,
  node: ts.CallExpression,
  table: TableValue,
  name: string,
): Value | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method !== undefined) return method(site, node, table);
  return site.ctx.refuse(
    node,
    "DC2103",
    `${name} of a ${table.ty.form === "set" ? "Set" : "Map"} is not carried`,
    "write it out with get, set, has, delete and a loop over its entries",
  );
}

function keyArgument(
  site: Site,
  node: ts.CallExpression,
  { ty }: TableValue,
): Value {
  const [key] = node.arguments;
  if (key === undefined || ts.isSpreadElement(key))
    return site.ctx.refuse(
      node,
      "DC2103",
      "a key is looked up here that is not written out",
      "pass the key as an argument",
    );
  return coerce(site, key, lowerExpression(site, key, ty.key), ty.key);
}

/** `m.set(k, v)` gives the map. */
function lowerSet(
  site: Site,
  node: ts.CallExpression,
  table: TableValue,
): Value {
  refuseModuleWrite(site, node, table);
  const key = keyArgument(site, node, table);
  const [, given] = node.arguments;
  if (given === undefined || ts.isSpreadElement(given))
    return site.ctx.refuse(
      node,
      "DC2103",
      "set is given no value here",
      "pass a key and a value",
    );
  writeEntry(site, node, table, key, lowerStored(site, given, table.ty.elem));
  return table;
}

/** `seen.add(k)` gives the set. */
function lowerAdd(
  site: Site,
  node: ts.CallExpression,
  table: TableValue,
): Value {
  refuseModuleWrite(site, node, table);
  const key = keyArgument(site, node, table);
  writeEntry(site, node, table, key, constant(site, node, true));
  return table;
}

/** Was there such a key? */
function lowerDelete(
  site: Site,
  node: ts.CallExpression,
  table: TableValue,
): Value {
  refuseModuleWrite(site, node, table);
  const key = keyArgument(site, node, table);
  const isAsked = !ts.isExpressionStatement(node.parent);
  const was = isAsked
    ? emit(site, node, "has", [table, key], bool, {})
    : constant(site, node, true);
  takeOut(site, node, table, key);
  return was;
}

function takeOut(
  site: Site,
  node: ts.Node,
  table: TableValue,
  key: Value,
): void {
  const nothing = constant(site, node, undefined, maybe(table.ty.elem));
  perform(site, node, "store", [table, key, nothing], { inBounds: false });
}

function lowerClear(
  site: Site,
  node: ts.CallExpression,
  table: TableValue,
): undefined {
  refuseModuleWrite(site, node, table);
  const keys = keysOf(site, node, table);
  const length = lengthOf(site, node, keys);
  repeat(site, node, constant(site, node, 0), length, (i) =>
    takeOut(site, node, table, keyAt(site, node, table, keys, i)),
  );
  return undefined;
}

/** `m.size` */
export const sizeOf = (
  site: Site,
  node: ts.PropertyAccessExpression,
  table: TableValue,
): Value => {
  if (node.name.text === "size")
    return emit(site, node, "length", [table], num, {});
  return site.ctx.refuse(
    node,
    "DC2103",
    `${node.name.text} of a Map or Set is not carried`,
    "call its methods where they are named",
  );
};
