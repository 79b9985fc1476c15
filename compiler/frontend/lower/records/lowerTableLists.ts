import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  arrayOf,
  fieldOf,
  num,
  recordOf,
  str,
  type Ty,
} from "../../../ir/types.js";
import { isGlobalName } from "../../syntax/callee.js";
import { readField } from "../lowerAccess.js";
import { tyOfNode } from "../lowerCoerce.js";
import { lowerCollectionListed } from "./lowerCollectionLists.js";
import { lengthOf, load } from "../arrays/lowerElements.js";
import { lowerExpression } from "../lowerExpressions.js";
import { lowerOwnKey } from "./lowerOwnKey.js";
import { repeat } from "../control/lowerLoopParts.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, emit, perform, type Site } from "../lowerSite.js";
import {
  asKey,
  hasEntry,
  isKeyed,
  isTable,
  keyAt,
  keysOf,
  keyedTy,
  readEntry,
  writeEntry,
  type Keyed,
} from "./lowerTables.js";
import { ownerTy } from "../lowerVariables.js";
import { refuseWider } from "./keyOrder.js";
import { refuseAccessors } from "../functions/lowerWritten.js";

type Listing = "keys" | "values" | "entries";

/** `Object.keys(t)`, `Object.values(t)`, `Object.entries(t)` of a table; undefined for other calls. */
export function tableListed(
  site: Site,
  given: ts.Expression,
): { readonly table: ts.Expression; readonly what: Listing } | undefined {
  const node = bareExpression(given);
  if (!ts.isCallExpression(node) || node.arguments.length !== 1)
    return undefined;
  const callee = bareExpression(node.expression);
  const [table] = node.arguments;
  if (table === undefined || !ts.isPropertyAccessExpression(callee))
    return undefined;
  if (!isGlobalName(site.ctx.checker, callee.expression, "Object"))
    return undefined;
  const what = callee.name.text;
  const isListing = what === "keys" || what === "values" || what === "entries";
  if (!isListing || keyedTy(site, ownerTy(site, table)) === undefined)
    return undefined;
  return { table, what };
}

/** Calls of the library on tables: lists of what is in them, and whether there is a key. */
export function lowerTableCall(
  site: Site,
  node: ts.CallExpression,
): Value | undefined {
  const listed = tableListed(site, node);
  if (listed === undefined)
    return lowerHasOwn(site, node) ?? lowerFromEntries(site, node);
  const table = tableAt(site, listed.table);
  const keys = keysOf(site, node, table);
  if (listed.what === "keys") return keys;
  return listedAs(site, node, table, keys, listed.what);
}

export function tableAt(site: Site, node: ts.Expression): Keyed {
  const value = lowerExpression(site, node, ownerTy(site, node));
  refuseAccessors(site, node, value);
  refuseWider(site, node, value);
  if (!isKeyed(site, value)) throw new TypeError("no table");
  return value;
}

/** A fresh array of the values, or of pairs of key and value. */
export function listedAs(
  site: Site,
  node: ts.Node,
  table: Keyed,
  keys: Value,
  what: "values" | "entries",
): Value {
  const of = keyedTy(site, table.ty) ?? table.ty;
  const elem = what === "values" ? of : pairTy(keyTyOf(table), of);
  const list = emit(site, node, "arrayLit", [], arrayOf(elem), {});
  repeat(
    site,
    node,
    constant(site, node, 0),
    lengthOf(site, node, keys),
    (i) => {
      const key = keyAt(site, node, table, keys, i);
      const value = readEntry(site, node, table, key, true);
      const isPair = what === "entries";
      const made = elem.kind === "array" ? "arrayLit" : "newRecord";
      const one = isPair
        ? emit(site, node, made, [key, value], elem, {})
        : value;
      perform(site, node, "push", [list, one], {});
    },
  );
  return list;
}

const keyTyOf = ({ ty }: Keyed): Ty =>
  ty.kind === "table" && ty.form !== "object" ? ty.key : str;

/** `[string, number]`; two numbers are an array. */
const pairTy = (key: Ty, elem: Ty): Ty =>
  key.kind === "num" && elem.kind === "num"
    ? { ...arrayOf(num), fixed: 2 }
    : recordOf(
        [
          { name: "0", ty: key },
          { name: "1", ty: elem },
        ],
        true,
      );

/** `Object.hasOwn(t, k)`, `t.hasOwnProperty(k)` */
function lowerHasOwn(site: Site, node: ts.CallExpression): Value | undefined {
  const callee = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const [first, second] = node.arguments;
  const isStatic =
    callee.name.text === "hasOwn" &&
    isGlobalName(site.ctx.checker, callee.expression, "Object");
  const isMethod = callee.name.text === "hasOwnProperty";
  const owner = isStatic ? first : isMethod ? callee.expression : undefined;
  const key = isStatic ? second : first;
  if (owner === undefined || key === undefined) return undefined;
  const ty = ownerTy(site, owner);
  const named = bareExpression(key);
  if (ty.kind === "record" && ts.isStringLiteralLike(named)) {
    const field = fieldOf(ty, named.text);
    const isOptional = field?.ty.kind === "maybe" && !ty.tuple;
    const own = isOptional
      ? lowerOwnKey(
          site,
          node,
          lowerExpression(site, owner, ty),
          ty,
          named.text,
        )
      : undefined;
    if (own !== undefined) return own;
  }
  if (keyedTy(site, ty) === undefined) return undefined;
  const table = tableAt(site, owner);
  return hasEntry(site, node, table, asKey(site, key));
}

/** `Object.fromEntries(pairs)`: a table with these keys and values. */
function lowerFromEntries(
  site: Site,
  node: ts.CallExpression,
): Value | undefined {
  const callee = bareExpression(node.expression);
  const [pairs, ...others] = node.arguments;
  if (!ts.isPropertyAccessExpression(callee) || pairs === undefined)
    return undefined;
  const isIt =
    callee.name.text === "fromEntries" &&
    others.length === 0 &&
    isGlobalName(site.ctx.checker, callee.expression, "Object");
  if (!isIt) return undefined;
  const ty = tyOfNode(site, node);
  if (ty.kind !== "table") return undefined;
  const list =
    lowerCollectionListed(site, pairs) ?? lowerExpression(site, pairs);
  const pair = list.ty.kind === "array" ? list.ty.elem : undefined;
  // a pair of two numbers is a list of them
  const isNumbers = pair?.kind === "array" && pair.fixed === 2;
  if (!isNumbers && !(pair?.kind === "record" && pair.tuple)) return undefined;
  const part = (one: Value, k: number): Value =>
    isNumbers
      ? load(site, node, one, constant(site, node, k), true)
      : readField(site, node, one, String(k));
  const table = emit(site, node, "newTable", [], ty, { names: [] });
  if (!isTable(table)) return undefined;
  const zero = constant(site, node, 0);
  repeat(site, node, zero, lengthOf(site, node, list), (i) => {
    const one = load(site, node, list, i, true);
    writeEntry(site, node, table, part(one, 0), part(one, 1));
  });
  return table;
}
