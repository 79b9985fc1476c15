import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import {
  bare,
  maybe,
  recordOf,
  type ArrayTy,
  type RecordTy,
  type Ty,
} from "../ir/types.js";
import {
  isInBounds,
  lengthOf,
  load,
  loadMaybe,
  readField,
} from "./lowerAccess.js";
import { placeOf } from "./lowerAssign.js";
import { adoptedVariable } from "./lowerAdopt.js";
import { coerce, tyOfNode } from "./lowerCoerce.js";
import { lowerExpression } from "./lowerExpressions.js";
import { readNamed } from "./lowerMembers.js";
import { choose } from "./lowerJoin.js";
import { bareExpression } from "./lowerScan.js";
import { constant, emit, nameValue, op, type Site } from "./lowerSite.js";
import { localVariable, setVariable, variableOf } from "./lowerVariables.js";

/** Taking arrays and objects apart, in declarations, parameters and assignments. */

type Receive = (value: Value) => void;

/** Binds the names of `const { x, y: [a, b] } = value`. */
export function bindName(site: Site, name: ts.BindingName, value: Value): void {
  if (ts.isIdentifier(name)) {
    nameValue(value, name.text);
    const variable =
      adoptedVariable(site, name, value) ?? variableOf(site, name);
    setVariable(site, name, variable, value);
  } else if (ts.isArrayBindingPattern(name)) bindArray(site, name, value);
  else bindObject(site, name, value);
}

function bindArray(
  site: Site,
  pattern: ts.ArrayBindingPattern,
  value: Value,
): void {
  pattern.elements.forEach((element, k) => {
    if (ts.isOmittedExpression(element)) return;
    if (element.dotDotDotToken !== undefined)
      return bindName(site, element.name, restOfArray(site, element, value, k));
    const ty = nameTy(site, element.name);
    takeElement(site, element, value, k, element.initializer, ty, (part) =>
      bindName(site, element.name, part),
    );
  });
}

function bindObject(
  site: Site,
  pattern: ts.ObjectBindingPattern,
  value: Value,
): void {
  const taken: string[] = [];
  for (const element of pattern.elements) {
    if (element.dotDotDotToken !== undefined) {
      bindName(site, element.name, restOfObject(site, element, value, taken));
      continue;
    }
    const name = propertyName(site, element.propertyName ?? element.name);
    taken.push(name);
    const ty = nameTy(site, element.name);
    takeField(site, element, value, name, element.initializer, ty, (part) =>
      bindName(site, element.name, part),
    );
  }
}

/** What a name or pattern expects to get. */
function nameTy(site: Site, name: ts.BindingName): Ty | undefined {
  return ts.isIdentifier(name) ? variableOf(site, name).ty : undefined;
}

function propertyName(site: Site, name: ts.Node): string {
  if (
    ts.isIdentifier(name) ||
    ts.isStringLiteralLike(name) ||
    ts.isNumericLiteral(name)
  )
    return name.text;
  return site.ctx.refuse(
    name,
    "DC2108",
    "which field is taken here, is known only at run time",
    "name the field",
  );
}

/** Element `k` of an array or tuple, or its default. */
function takeElement(
  site: Site,
  node: ts.Node,
  value: Value,
  k: number,
  initializer: ts.Expression | undefined,
  want: Ty | undefined,
  receive: Receive,
): void {
  if (value.ty.kind === "record")
    return takeField(site, node, value, String(k), initializer, want, receive);
  arrayTy(site, node, value);
  const index = constant(site, node, k);
  const asks =
    (initializer !== undefined || want?.kind === "maybe") &&
    !isInBounds(site, value, index);
  const part = asks
    ? loadMaybe(site, node, value, index, true)
    : load(site, node, value, index);
  receive(withDefault(site, node, part, initializer, want));
}

function takeField(
  site: Site,
  node: ts.Node,
  value: Value,
  name: string,
  initializer: ts.Expression | undefined,
  want: Ty | undefined,
  receive: Receive,
): void {
  if (value.ty.kind === "array") {
    if (name === "length") return receive(lengthOf(site, node, value));
    const k = Number(name);
    if (Number.isInteger(k))
      return takeElement(site, node, value, k, initializer, want, receive);
  }
  recordTy(site, node, value);
  // `const { length } = vector`: the part may be a getter
  const part = readNamed(site, node, value, name);
  receive(withDefault(site, node, part, initializer, want));
}

/** `= e` in a pattern: used where the part is undefined (null stays). */
export function withDefault(
  site: Site,
  node: ts.Node,
  part: Value,
  initializer: ts.Expression | undefined,
  want: Ty | undefined,
): Value {
  if (initializer === undefined || part.ty.kind !== "maybe") return part;
  const ty = want ?? part.ty.of;
  const missing = op(site, node, "isUndefined", [part]);
  return choose(
    site,
    node,
    missing,
    ty,
    () => lowerExpression(site, initializer, ty),
    () => coerce(site, node, part, ty),
  );
}

function arrayTy(site: Site, node: ts.Node, value: Value): ArrayTy {
  if (value.ty.kind === "array") return value.ty;
  return refusePattern(site, node);
}

function recordTy(site: Site, node: ts.Node, value: Value): RecordTy {
  if (value.ty.kind === "record") return value.ty;
  return refusePattern(site, node);
}

function refusePattern(site: Site, node: ts.Node): never {
  return site.ctx.refuse(
    node,
    "DC2108",
    "what is taken apart here is no array and no plain object",
    "read the parts one by one",
  );
}

/** `[a, ...rest]`: a fresh array of what is left. */
function restOfArray(
  site: Site,
  node: ts.Node,
  value: Value,
  k: number,
): Value {
  const ty = arrayTy(site, node, value);
  if (ty.store !== "js") return refusePattern(site, node);
  const length = lengthOf(site, node, value);
  const start = op(site, node, "min", [constant(site, node, k), length]);
  const { fixed: _, ...open } = ty;
  return emit(site, node, "slice", [value, start, length], open, {});
}

/** `{ a, ...rest }`: a fresh object with the other fields. */
function restOfObject(
  site: Site,
  node: ts.Node,
  value: Value,
  taken: readonly string[],
): Value {
  const { fields } = recordTy(site, node, value);
  const left = fields.filter((field) => !taken.includes(field.name));
  const parts = left.map((field) => readField(site, node, value, field.name));
  return emit(site, node, "newRecord", parts, recordOf(left), {});
}

// ---- assignments ----

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
