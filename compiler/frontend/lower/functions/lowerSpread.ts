import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare } from "../../../ir/types.js";
import { readField } from "../lowerAccess.js";
import { tyOfNode } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
} from "../../syntax/scan.js";
import { constant, type Site } from "../lowerSite.js";
import { load } from "../arrays/lowerElements.js";
import { localVariable } from "../lowerVariables.js";

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
      ? (ty.fixed ??
        (declared.kind === "array" ? declared.fixed : undefined) ??
        restSize(site, inner, value))
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

/** Are all arguments that are spread as long as is known here: tuples, literals, rest parameters? */
export const isCounted = (
  site: Site,
  args: readonly ts.Expression[],
): boolean =>
  args.every((arg) => {
    if (!ts.isSpreadElement(arg)) return true;
    const value = ts.isIdentifier(arg.expression)
      ? valueOfLocal(site, arg.expression)
      : undefined;
    return (
      value !== undefined && restSize(site, arg.expression, value) !== undefined
    );
  });

function valueOfLocal(site: Site, node: ts.Identifier): Value | undefined {
  const variable = localVariable(site, node);
  return variable && site.env.values.get(variable);
}

/** `(f, ...more) => f(...more)`: how many there are, where the function is written out at its call and only reads them. */
function restSize(
  { ctx, facts }: Site,
  node: ts.Expression,
  value: Value,
): number | undefined {
  const size = facts.sizeOf.get(value);
  const symbol = definedSymbol(ctx.checker, bareExpression(node));
  const decl = symbol?.valueDeclaration;
  const isRest =
    decl !== undefined &&
    ts.isParameter(decl) &&
    decl.dotDotDotToken !== undefined;
  if (size === undefined || !isRest) return undefined;
  const written = new Set<ts.Node>();
  eachWritten(decl.parent, (target) => written.add(target));
  let onlyRead = true;
  eachNode(decl.parent, (one) => {
    if (!ts.isIdentifier(one) || one === decl.name) return;
    if (definedSymbol(ctx.checker, one) !== symbol) return;
    if (!isReading(one) || written.has(one.parent)) onlyRead = false;
  });
  return onlyRead ? size : undefined;
}

/** `...more`, `more[0]`, `more.length` */
function isReading(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isSpreadElement(parent)) return true;
  const isPart =
    ts.isElementAccessExpression(parent) ||
    (ts.isPropertyAccessExpression(parent) && parent.name.text === "length");
  return isPart && parent.expression === node;
}
