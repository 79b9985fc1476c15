import { type Site, emit, constant } from "../lowerSite.js";
import { ts } from "ts-morph";
import type { TableTy } from "../../../ir/types.js";
import type { Value } from "../../../ir/ir.js";
import { type TableValue, writeEntry } from "./lowerTables.js";
import { bareExpression } from "../../syntax/scan.js";
import {
  collectionListed,
  collectionAt,
  lowerCollectionListed,
} from "./lowerCollectionLists.js";
import { copyEntries } from "./lowerTableLiteral.js";
import { lowerExpression } from "../lowerExpressions.js";
import { coerce } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { repeat } from "../control/lowerLoopParts.js";
import { lengthOf, load } from "../arrays/lowerElements.js";
import { lowerStored } from "../functions/lowerEscapes.js";
import { readField } from "../lowerAccess.js";

/** `new Map()`, `new Map(entries)`, `new Set(words)`: a fresh one. */
export function lowerNewCollection(
  site: Site,
  node: ts.NewExpression,
  ty: TableTy,
): Value {
  const table = emit(site, node, "newTable", [], ty, {
    names: [],
  }) as TableValue;
  const [given] = node.arguments ?? [];
  if (given !== undefined) fill(site, node, table, given);
  return table;
}

function fill(
  site: Site,
  node: ts.NewExpression,
  table: TableValue,
  given: ts.Expression,
): void {
  const written = bareExpression(given);
  if (ts.isArrayLiteralExpression(written) && isWrittenOut(table, written)) {
    for (const one of written.elements) putWritten(site, one, table);
    return;
  }
  const from = collectionListed(site, given);
  const isWhole = from?.what === (table.ty.form === "set" ? "keys" : "entries");
  if (from !== undefined && isWhole) {
    const source = collectionAt(site, from.of);
    if (table.ty.form === "map") return copyEntries(site, node, source, table);
  }
  const list =
    lowerCollectionListed(site, given) ?? lowerExpression(site, given);
  if (list.ty.kind !== "array")
    return site.ctx.refuse(
      given,
      "DC2103",
      `a Map or Set is made from a value of type ${describeTy(list.ty)}`,
      "make it from an array, or fill it with set or add",
    );
  const zero = constant(site, node, 0);
  repeat(site, node, zero, lengthOf(site, node, list), (i) => {
    const one = load(site, node, list, i, true);
    if (table.ty.form === "set")
      return writeEntry(
        site,
        node,
        table,
        coerce(site, node, one, table.ty.key),
        constant(site, node, true),
      );
    const [key, value] = pairOf(site, given, one);
    writeEntry(site, node, table, coerce(site, node, key, table.ty.key), value);
  });
}

/** `new Map([["a", x], ["b", y]])`, `new Set([1, 2])`: the entries stand there. */
const isWrittenOut = (
  { ty }: TableValue,
  { elements }: ts.ArrayLiteralExpression,
): boolean =>
  elements.every((one) =>
    ty.form === "set"
      ? !ts.isSpreadElement(one) && !ts.isOmittedExpression(one)
      : ts.isArrayLiteralExpression(one) &&
        one.elements.length === 2 &&
        !one.elements.some(ts.isSpreadElement),
  );

function putWritten(site: Site, node: ts.Expression, table: TableValue): void {
  const { ty } = table;
  const isPair = ty.form === "map" && ts.isArrayLiteralExpression(node);
  const [key = node, value = node] = isPair ? node.elements : [];
  const k = coerce(site, key, lowerExpression(site, key, ty.key), ty.key);
  const v = isPair
    ? lowerStored(site, value, ty.elem)
    : constant(site, node, true);
  writeEntry(site, node, table, k, v);
}

/** `["a", 1]`, or a pair of numbers. */
function pairOf(
  site: Site,
  node: ts.Expression,
  pair: Value,
): readonly [Value, Value] {
  const { ty } = pair;
  if (ty.kind === "record" && ty.tuple && ty.fields.length === 2)
    return [readField(site, node, pair, "0"), readField(site, node, pair, "1")];
  if (ty.kind === "array" && ty.fixed === 2) {
    const at = (k: number): Value =>
      load(site, node, pair, constant(site, node, k), true);
    return [at(0), at(1)];
  }
  return site.ctx.refuse(
    node,
    "DC2103",
    `a Map is made from values of type ${describeTy(ty)}`,
    "make it from pairs: new Map(xs.map((x): [string, number] => [x.name, x.value]))",
  );
}
