import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { num, type Ty } from "../../../ir/types.js";
import { lengthOf } from "./lowerElements.js";
import { lowerExpression } from "../lowerExpressions.js";
import { branch } from "../control/lowerJoin.js";
import { throwError } from "../values/lowerOpaque.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, op, type Site } from "../lowerSite.js";
import { ownerTy } from "../lowerVariables.js";
import { isStatic } from "./arrayConstructors.js";
import { emptySize } from "./lowerFilled.js";

/** The length of `Array(n)`, of which nothing else is wanted: no array is made. Undefined for anything else. */
export function emptyLength(
  site: Site,
  given: ts.Expression,
): Value | undefined {
  const node = bareExpression(given);
  const size = emptySize(site, node);
  if (size === undefined || size.clamps) return undefined;
  const length = lowerExpression(site, size.node, num);
  throwUnlessLength(site, node, length);
  return length;
}

/** What `new Array(n)` throws where n is no length. */
export function throwUnlessLength(
  site: Site,
  node: ts.Expression,
  length: Value,
): void {
  const known = site.facts.constants.get(length);
  const isSafe =
    site.facts.lengthOf.has(length) ||
    (known !== undefined && Number.isInteger(known) && known >= 0);
  if (isSafe) return;
  const isLength = op(site, node, "and", [
    op(site, node, "ge", [length, constant(site, node, 0)]),
    op(site, node, "isInteger", [length]),
  ]);
  const isWrong = op(site, node, "not", [isLength]);
  branch(
    site,
    node,
    isWrong,
    [],
    () => throwError(site, node, 'RangeError("Invalid array length")'),
    () => undefined,
  );
}

/** Places to go over that hold nothing, or their own index. */
export interface Places {
  readonly length: Value;
  at(index: Value): Value;
}

/** `[...Array(n)]`, `[...Array(n).keys()]`, `Array.from(xs.keys())`, `Array(n).fill(null)`, in front of a callback. */
export function placesOf(site: Site, node: ts.Expression): Places | undefined {
  const ty = ownerTy(site, node);
  if (ty.kind !== "array" || ty.store !== "js") return undefined;
  const listed = listedIn(site, node);
  const keyed = listed && keysCall(listed);
  if (listed !== undefined && keyed === undefined) {
    if (ty.elem.kind !== "maybe") return undefined;
    const length = emptyLength(site, listed);
    return length && { length, at: () => missing(site, node, ty.elem) };
  }
  if (keyed !== undefined) {
    const owner = ownerTy(site, keyed);
    if (owner.kind !== "array") return undefined;
    const length =
      emptyLength(site, keyed) ??
      lengthOf(site, node, lowerExpression(site, keyed, owner));
    return { length, at: (index) => index };
  }
  const filled = filledWithLiteral(node);
  if (filled === undefined) return undefined;
  const length = emptyLength(site, filled.array);
  const at = (): Value => lowerExpression(site, filled.value, ty.elem);
  return length && { length, at };
}

const missing = (site: Site, node: ts.Node, ty: Ty): Value =>
  constant(site, node, undefined, ty);

/** The `x` of `[...x]` and `Array.from(x)`. */
function listedIn(site: Site, node: ts.Expression): ts.Expression | undefined {
  if (ts.isArrayLiteralExpression(node)) {
    const [only] = node.elements;
    const isOne = node.elements.length === 1 && only !== undefined;
    return isOne && ts.isSpreadElement(only)
      ? bareExpression(only.expression)
      : undefined;
  }
  if (!ts.isCallExpression(node) || node.arguments.length !== 1)
    return undefined;
  const [from] = node.arguments;
  return from && isStatic(site, node, "from")
    ? bareExpression(from)
    : undefined;
}

function keysCall(node: ts.Expression): ts.Expression | undefined {
  const isCall =
    ts.isCallExpression(node) &&
    node.arguments.length === 0 &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "keys";
  return isCall
    ? (node.expression as ts.PropertyAccessExpression).expression
    : undefined;
}

/** The `Array(n)` of `Array(n).fill(null)`, where every place holds the same literal. */
function filledWithLiteral(
  node: ts.Expression,
): { array: ts.Expression; value: ts.Expression } | undefined {
  if (!ts.isCallExpression(node) || node.arguments.length !== 1)
    return undefined;
  const [value] = node.arguments;
  const callee = node.expression;
  const isFilled =
    ts.isPropertyAccessExpression(callee) && callee.name.text === "fill";
  return isFilled && value !== undefined && isPlainLiteral(value)
    ? { array: callee.expression, value }
    : undefined;
}

const isPlainLiteral = (node: ts.Expression): boolean =>
  ts.isNumericLiteral(node) ||
  node.kind === ts.SyntaxKind.NullKeyword ||
  (ts.isIdentifier(node) && node.text === "undefined");
