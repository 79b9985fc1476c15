import { checkKeyOrder } from "./copiedKeys.js";
import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, str, type TableTy } from "../../../ir/types.js";
import { readField } from "../lowerAccess.js";
import { coerce } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { lengthOf } from "../arrays/lowerElements.js";
import { lowerExpression } from "../lowerExpressions.js";
import { repeat } from "../control/lowerLoopParts.js";
import { constant, emit, type Site } from "../lowerSite.js";
import {
  asKey,
  isTable,
  keyAt,
  keysOf,
  readEntry,
  writeEntry,
  type TableValue,
} from "./lowerTables.js";

/** `{ a: x, [key]: y, ...others }` where a table is wanted: what has a name first, then the others in their order. */
export function lowerTableLiteral(
  site: Site,
  node: ts.ObjectLiteralExpression,
  ty: TableTy,
): Value {
  const { properties } = node;
  const end = properties.findIndex((one) => !isNamed(one));
  const named = end < 0 ? properties : properties.slice(0, end);
  const values = named.map((one) => valueOf(site, one, ty));
  const names = named.map((one) => nameOf(one) ?? "");
  const table = emit(site, node, "newTable", values, ty, { names });
  for (const property of properties.slice(named.length))
    lowerProperty(site, property, table as TableValue);
  return table;
}

const isNamed = (node: ts.ObjectLiteralElementLike): boolean =>
  isPlain(node) && nameOf(node) !== undefined;

type Plain = ts.PropertyAssignment | ts.ShorthandPropertyAssignment;

const isPlain = (node: ts.ObjectLiteralElementLike): node is Plain =>
  ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node);

function nameOf({ name }: ts.ObjectLiteralElementLike): string | undefined {
  if (name === undefined || ts.isComputedPropertyName(name)) return undefined;
  return ts.isNumericLiteral(name) ? String(Number(name.text)) : name.text;
}

function valueOf(
  site: Site,
  node: ts.ObjectLiteralElementLike,
  { elem }: TableTy,
): Value {
  if (!isPlain(node))
    return site.ctx.refuse(
      node,
      "DC2107",
      "a function stands in an object of numbers",
      "write a function of its own",
    );
  const given = ts.isPropertyAssignment(node) ? node.initializer : node.name;
  return coerce(site, given, lowerExpression(site, given, elem), elem);
}

function lowerProperty(
  site: Site,
  node: ts.ObjectLiteralElementLike,
  table: TableValue,
): void {
  if (ts.isSpreadAssignment(node)) return spread(site, node, table);
  const { name } = node;
  const key =
    name !== undefined && ts.isComputedPropertyName(name)
      ? asKey(site, name.expression)
      : constant(site, node, nameOf(node) ?? "", str);
  writeEntry(site, node, table, key, valueOf(site, node, table.ty));
}

function spread(
  site: Site,
  node: ts.SpreadAssignment,
  table: TableValue,
): void {
  const from = lowerExpression(site, node.expression);
  if (isTable(from)) return copyEntries(site, node, from, table);
  const ty = bare(from.ty);
  const isWhole =
    ty.kind === "record" &&
    from.ty.kind === "record" &&
    ty.fields.every((field) => field.ty.kind !== "maybe");
  if (!isWhole)
    return site.ctx.refuse(
      node,
      "DC2107",
      `a value of type ${describeTy(from.ty)} is spread into an object`,
      "spread an object that has all of its fields",
    );
  checkKeyOrder(site, node, from);
  for (const { name } of ty.fields) {
    const key = constant(site, node, name, str);
    writeEntry(site, node, table, key, readField(site, node, from, name));
  }
}

export function copyEntries(
  site: Site,
  node: ts.Node,
  from: TableValue,
  to: TableValue,
): void {
  const keys = keysOf(site, node, from);
  repeat(
    site,
    node,
    constant(site, node, 0),
    lengthOf(site, node, keys),
    (i) => {
      const key = keyAt(site, node, from, keys, i);
      const value = readEntry(site, node, from, key, true);
      writeEntry(site, node, to, key, value);
    },
  );
}
