import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import { bare, maybe, type Ty } from "../../ir/types.js";
import { placeOf } from "./lowerAssign.js";
import { tyOfNode } from "./lowerCoerce.js";
import { lowerExpression } from "./lowerExpressions.js";
import { bareExpression } from "../syntax/scan.js";
import { constant, type Site } from "./lowerSite.js";
import { localVariable } from "./lowerVariables.js";
import {
  propertyName,
  refusePattern,
  restOfArray,
  restOfObject,
  takeElement,
  takeField,
  type Receive,
} from "./lowerDestructuring.js";

/** Taking arrays and objects apart in assignments. */

export type Pattern = ts.ArrayLiteralExpression | ts.ObjectLiteralExpression;

export const isPattern = (node: ts.Expression): node is Pattern =>
  ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);

/** `[a, b] = [b, a]`, `({ x, y } = p)` */
export function assignPattern(
  site: Site,
  pattern: Pattern,
  from: ts.Expression,
  unused: boolean,
): Value {
  const parts = unused ? literalParts(site, pattern, from) : undefined;
  if (parts !== undefined) {
    const [first] = parts.map((part) => part());
    return (
      first ?? constant(site, pattern, undefined, maybe(tyOfNode(site, from)))
    );
  }
  const value = lowerExpression(site, from, bare(tyOfNode(site, from)));
  assignValue(site, pattern, value);
  return value;
}

/**
 * `[a, b] = [b, a]` without an array: all values are evaluated first, then assigned from left to right.
 */
function literalParts(
  site: Site,
  pattern: Pattern,
  from: ts.Expression,
): (() => Value)[] | undefined {
  const literal = bareExpression(from);
  if (
    !ts.isArrayLiteralExpression(pattern) ||
    !ts.isArrayLiteralExpression(literal)
  )
    return undefined;
  const plain = (node: ts.Expression): boolean =>
    !ts.isSpreadElement(node) &&
    !ts.isOmittedExpression(node) &&
    !isPattern(bareExpression(node)) &&
    !ts.isBinaryExpression(node);
  if (!pattern.elements.every(plain)) return undefined;
  if (
    literal.elements.some(
      (one) => ts.isSpreadElement(one) || ts.isOmittedExpression(one),
    )
  )
    return undefined;
  if (pattern.elements.length > literal.elements.length) return undefined;
  const values = literal.elements.map((one, k) => {
    const target = pattern.elements[k];
    return lowerExpression(
      site,
      one,
      target && localVariable(site, bareExpression(target))?.ty,
    );
  });
  return pattern.elements.map((target, k) => () => {
    const value = values[k];
    if (value === undefined) throw new TypeError("a value is missing");
    placeOf(site, target).write(value);
    return value;
  });
}

export function assignValue(
  site: Site,
  given: ts.Expression,
  value: Value,
): void {
  const node = bareExpression(given);
  if (ts.isArrayLiteralExpression(node)) {
    node.elements.forEach((element, k) => {
      if (ts.isOmittedExpression(element)) return;
      if (ts.isSpreadElement(element)) {
        assignValue(
          site,
          element.expression,
          restOfArray(site, element, value, k),
        );
        return;
      }
      const { target, initializer } = targetOf(element);
      assignPart(site, target, (want, receive) =>
        takeElement(site, element, value, k, initializer, want, receive),
      );
    });
  } else if (ts.isObjectLiteralExpression(node)) {
    assignObject(site, node, value);
  } else placeOf(site, node).write(value);
}

function assignObject(
  site: Site,
  pattern: ts.ObjectLiteralExpression,
  value: Value,
): void {
  const taken: string[] = [];
  for (const property of pattern.properties) {
    if (ts.isSpreadAssignment(property)) {
      assignValue(
        site,
        property.expression,
        restOfObject(site, property, value, taken),
      );
    } else if (ts.isShorthandPropertyAssignment(property)) {
      taken.push(property.name.text);
      assignPart(site, property.name, (want, receive) =>
        takeField(
          site,
          property,
          value,
          property.name.text,
          property.objectAssignmentInitializer,
          want,
          receive,
        ),
      );
    } else if (ts.isPropertyAssignment(property)) {
      const name = propertyName(site, property.name);
      taken.push(name);
      const { target, initializer } = targetOf(property.initializer);
      assignPart(site, target, (want, receive) =>
        takeField(site, property, value, name, initializer, want, receive),
      );
    } else refusePattern(site, property);
  }
}

/** The place is found before the part is taken, as in JavaScript. */
function assignPart(
  site: Site,
  target: ts.Expression,
  take: (want: Ty | undefined, receive: Receive) => void,
): void {
  const node = bareExpression(target);
  if (isPattern(node)) {
    take(undefined, (part) => assignValue(site, node, part));
    return;
  }
  const place = placeOf(site, node);
  take(place.ty, (part) => place.write(part));
}

/** `target = initializer` in a pattern. */
function targetOf(node: ts.Expression): {
  target: ts.Expression;
  initializer: ts.Expression | undefined;
} {
  const hasDefault =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return hasDefault
    ? { target: node.left, initializer: node.right }
    : { target: node, initializer: undefined };
}
