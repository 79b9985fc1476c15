import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, maybe, type Field } from "../../../ir/types.js";
import { readField } from "../lowerAccess.js";
import { coerce } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import { choose } from "../control/lowerJoin.js";
import { refuseAccessors } from "../functions/lowerWritten.js";
import { constant, op, type Site } from "../lowerSite.js";
import { bareExpression } from "../../syntax/scan.js";
import { lowerProperty } from "./lowerRecords.js";

/** `...p`: its fields, where they are there, replace those before. Gives p. */
export function spreadInto(
  site: Site,
  node: ts.Node,
  given: ts.Expression,
  values: Map<string, Value>,
): Value | undefined {
  const literal = bareExpression(given);
  if (ts.isObjectLiteralExpression(literal)) {
    for (const one of literal.properties)
      lowerProperty(site, one, new Map(), values);
    return undefined;
  }
  const from = lowerExpression(site, given);
  const ty = bare(from.ty);
  if (ty.kind !== "record")
    return site.ctx.refuse(
      node,
      "DC2107",
      `a value of type ${describeTy(from.ty)} is spread into an object`,
      ty.kind === "table"
        ? `give what is made a type that says so: const all: ${describeTy(ty)} = { ... }`
        : "spread an object whose fields are declared",
    );
  refuseAccessors(site, node, from);
  const missing =
    from.ty.kind === "maybe" ? op(site, node, "isNil", [from]) : undefined;
  const present =
    missing === undefined ? from : op(site, node, "unwrap", [from], ty);
  for (const field of ty.fields) {
    const before = values.get(field.name);
    const own = (): Value => readField(site, node, present, field.name);
    if (missing === undefined)
      values.set(field.name, overlay(site, node, field, own(), before));
    else {
      const fallback = before?.ty ?? maybe(field.ty);
      values.set(
        field.name,
        choose(
          site,
          node,
          missing,
          fallback,
          () => before ?? constant(site, node, undefined, fallback),
          () =>
            coerce(
              site,
              node,
              overlay(site, node, field, own(), before),
              fallback,
            ),
        ),
      );
    }
  }
  return from;
}

/** An optional field that is absent leaves what was there before. */
function overlay(
  site: Site,
  node: ts.Node,
  field: Field,
  own: Value,
  before: Value | undefined,
): Value {
  if (before === undefined || field.optional !== true) return own;
  const absent = op(site, node, "isUndefined", [own]);
  return choose(
    site,
    node,
    absent,
    before.ty,
    () => before,
    () => coerce(site, node, own, before.ty),
  );
}
