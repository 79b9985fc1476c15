import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { recordOf, type Field } from "../../../ir/types.js";
import type { Site } from "../lowerSite.js";
import { lowerProperty, makeRecord } from "./lowerRecords.js";

/**
 * `{ weights, n }`, where weights is a `number[] | Float64Array` to TypeScript: the fields of which the type is read.
 * Undefined where that is all of them.
 */
export function openFields(
  { ctx: { checker, tryTyOf } }: Site,
  node: ts.ObjectLiteralExpression,
): Map<string, Field> | undefined {
  const type = checker.getTypeAtLocation(node);
  const whole = tryTyOf(type);
  if (whole.kind !== "problem" || whole.isAny || type.isUnion())
    return undefined;
  const fields = new Map<string, Field>();
  for (const property of checker.getPropertiesOfType(type)) {
    const ty = tryTyOf(checker.getTypeOfSymbol(property));
    if (ty.kind !== "problem")
      fields.set(property.name, { name: property.name, ty });
  }
  return fields;
}

/** The other fields have the types of what they are given. */
export function lowerOpenLiteral(
  site: Site,
  node: ts.ObjectLiteralExpression,
  fields: ReadonlyMap<string, Field>,
): Value {
  const values = new Map<string, Value>();
  for (const property of node.properties)
    lowerProperty(site, property, fields, values);
  const made = [...values].map(
    ([name, { ty }]): Field => fields.get(name) ?? { name, ty },
  );
  return makeRecord(site, node, recordOf(made), values);
}
