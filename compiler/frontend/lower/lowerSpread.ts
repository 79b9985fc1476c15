import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import { bare } from "../../ir/types.js";
import { readField } from "./lowerAccess.js";
import { tyOfNode } from "./lowerCoerce.js";
import { lowerExpression } from "./lowerExpressions.js";
import { bareExpression } from "../syntax/scan.js";
import { constant, type Site } from "./lowerSite.js";
import { load } from "./lowerElements.js";

/** The values of arguments, of which some are tuples that are spread: `Math.hypot(...v, 1)`. */
export function lowerSpread(
  site: Site,
  args: readonly ts.Expression[],
): Value[] {
  return args.flatMap((arg) =>
    ts.isSpreadElement(arg)
      ? elementsOf(site, arg)
      : [lowerExpression(site, arg)],
  );
}

function elementsOf(site: Site, node: ts.SpreadElement): Value[] {
  const inner = node.expression;
  const made = bareExpression(inner);
  if (
    ts.isArrayLiteralExpression(made) &&
    !made.elements.some(ts.isOmittedExpression)
  )
    return lowerSpread(site, made.elements);
  const declared = bare(tyOfNode(site, inner));
  const value = lowerExpression(site, inner, declared);
  const { ty } = value;
  if (ty.kind === "record" && ty.tuple)
    return ty.fields.map((field) => readField(site, node, value, field.name));
  // `xs as [number, number]` is taken at its word, as every type is
  const fixed =
    ty.kind === "array"
      ? (ty.fixed ?? (declared.kind === "array" ? declared.fixed : undefined))
      : undefined;
  if (fixed === undefined)
    return site.ctx.refuse(
      node,
      "DC2110",
      "an array is spread over arguments, and its length is not known",
      "pass the arguments one by one, or write a loop over the array",
    );
  return Array.from({ length: fixed }, (_, k) =>
    load(site, node, value, constant(site, node, k)),
  );
}
