import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { arrayOf, bare, num, type Ty } from "../../../ir/types.js";
import { arrayConstructor, isStatic } from "./arrayConstructors.js";
import { tyOfNode } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { choose } from "../control/lowerJoin.js";
import { filled, madeTy } from "./lowerNewArray.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, op, type Site } from "../lowerSite.js";

/** Arrays that are made and filled at once, and the lengths that they have. */

/** `new Array(n).fill(v)`, `Array.from({ length: n }).fill(v)`: one instruction; undefined where it is not that. */
export function lowerFilled(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value | undefined {
  const callee = node.expression;
  const [value] = node.arguments;
  if (
    !ts.isPropertyAccessExpression(callee) ||
    callee.name.text !== "fill" ||
    value === undefined ||
    node.arguments.length !== 1
  )
    return undefined;
  const length = emptySize(site, bareExpression(callee.expression));
  if (length === undefined) return undefined;
  const isAsked = want !== undefined && bare(want).kind === "array";
  const isOpen = !isAsked && holdsAny(site, node);
  const ty = isOpen ? arrayOf(num) : madeTy(site, node, want);
  const size = wholeNumber(site, length.node, length.clamps);
  return filled(site, node, size, lowerExpression(site, value, ty.elem), ty);
}

/** `new Array(16).fill(0)`, an `any[]` that holds numbers. */
function holdsAny({ ctx }: Site, node: ts.CallExpression): boolean {
  const { checker } = ctx;
  const [value] = node.arguments;
  const ty = ctx.tryTyOf(checker.getTypeAtLocation(node));
  const held = value && ctx.tryTyOf(checker.getTypeAtLocation(value));
  return ty.kind === "problem" && ty.isAny && held?.kind === "num";
}

/** The `n` of `new Array(n)` and `Array.from({ length: n })`. */
export function emptySize(
  site: Site,
  node: ts.Expression,
): { node: ts.Expression; clamps: boolean } | undefined {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const [size] = node.arguments ?? [];
    if (size === undefined || node.arguments?.length !== 1) return undefined;
    if (
      arrayConstructor(site, node.expression) === "Array" &&
      bare(tyOfNode(site, size)).kind === "num"
    )
      return { node: size, clamps: false };
    if (ts.isCallExpression(node) && isStatic(site, node, "from")) {
      const length = lengthProperty(size);
      return length && { node: length, clamps: true };
    }
  }
  return undefined;
}

/** The `n` of `{ length: n }`. */
export function lengthProperty(
  given: ts.Expression,
): ts.Expression | undefined {
  const node = bareExpression(given);
  if (!ts.isObjectLiteralExpression(node) || node.properties.length !== 1)
    return undefined;
  const [property] = node.properties;
  if (property === undefined || property.name === undefined) return undefined;
  if (!ts.isIdentifier(property.name) || property.name.text !== "length")
    return undefined;
  if (ts.isPropertyAssignment(property)) return property.initializer;
  return ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
}

/** `Array.from({ length: n })`: an unknown[] to TypeScript, but what is in it is undefined. */
export function countOnlyTy(site: Site, given: ts.Node): Ty | undefined {
  if (!ts.isCallExpression(given)) return undefined;
  const [from, ...others] = given.arguments;
  if (from === undefined || others.length > 0) return undefined;
  if (lengthProperty(from) === undefined || !isStatic(site, given, "from"))
    return undefined;
  const { checker } = site.ctx;
  const list = checker.getTypeAtLocation(given) as ts.TypeReference;
  const [elem] = checker.getTypeArguments(list);
  return elem && elem.flags & ts.TypeFlags.Unknown
    ? arrayOf({ kind: "opaque", text: "undefined" })
    : undefined;
}

/** A length as `Array.from` takes it: rounded down, and 0 for what is no length. */
export function wholeNumber(
  site: Site,
  node: ts.Expression,
  clamps: boolean,
): Value {
  const value = lowerExpression(site, node, num);
  if (!clamps) return value;
  const known = site.facts.constants.get(value);
  if (known !== undefined && Number.isInteger(known) && known >= 0)
    return value;
  if (site.facts.lengthOf.has(value)) return value;
  const zero = constant(site, node, 0);
  if (site.facts.isInteger(node)) return op(site, node, "max", [value, zero]);
  const isLength = op(site, node, "gt", [value, zero]);
  const whole = (): Value => op(site, node, "trunc", [value]);
  return choose(site, node, isLength, num, whole, () => zero);
}
