import { ts } from "ts-morph";
import { parenOf } from "../syntax/functionHeads.js";
import { functionNamed } from "./prototypeHelpers.js";
import type { Range } from "./textEdits.js";

/** Members that object literals, lists and descriptions hand to a class: `{ add(o) { ... } }`, `[{ key: "add", value: f }]`. */

export interface Member {
  readonly kind: "method" | "get" | "set" | "field";
  readonly name: string;
  readonly isStatic: boolean;
  /** From the parameters on; the value of a field. */
  readonly value: Range;
  readonly doc?: Range;
}

/** One thing that a statement does for the class. */
export type Deed =
  | { readonly kind: "member"; readonly member: Member; readonly fn: ts.Node }
  | { readonly kind: "prototype" }
  | { readonly kind: "base"; readonly name: string; readonly text: string }
  | { readonly kind: "alias"; readonly name: string; readonly of: string }
  | { readonly kind: "nothing" };

export function inner(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? inner(node.expression) : node;
}

/** The members of an object literal whose properties become those of the prototype. */
export function literalMembers(
  literal: ts.ObjectLiteralExpression,
  name: string,
  isStatic: boolean,
): readonly Deed[] | undefined {
  const deeds: Deed[] = [];
  for (const property of literal.properties) {
    const own = property.name;
    if (own === undefined) return undefined;
    if (!ts.isIdentifier(own) && !ts.isStringLiteral(own)) {
      // [Symbol.iterator]() {}
      if (ts.isComputedPropertyName(own)) continue;
      return undefined;
    }
    if (own.text === "constructor") continue;
    if (!/^[\w$]+$/.test(own.text)) return undefined;
    const fn = ts.isPropertyAssignment(property)
      ? inner(property.initializer)
      : property;
    const kind = ts.isGetAccessor(property)
      ? "get"
      : ts.isSetAccessor(property)
        ? "set"
        : "method";
    if (
      ts.isFunctionExpression(fn) ||
      ts.isMethodDeclaration(fn) ||
      ts.isAccessor(fn)
    ) {
      if (!isPlainFunction(fn)) return undefined;
      const { doc } = documentOf(property);
      deeds.push(memberDeed(kind, own.text, isStatic, fn, doc));
      continue;
    }
    if (!ts.isPropertyAssignment(property)) return undefined;
    const elsewhere = isStatic ? undefined : methodNamed(property.initializer);
    if (elsewhere !== undefined) {
      deeds.push(memberDeed("method", own.text, false, elsewhere, undefined));
      continue;
    }
    // `x: 0`, of which each instance has its own
    if (isLiteral(fn as ts.Expression) && !isStatic) {
      const value = { start: fn.getStart(), end: fn.end };
      const member: Member = { kind: "field", name: own.text, isStatic, value };
      deeds.push({ kind: "member", member, fn });
      continue;
    }
    const other = targetOf(
      fn as ts.Expression,
      name,
      new Set([`${name}.prototype`]),
    );
    if (other?.kind !== "prototypeMember") return undefined;
    deeds.push({ kind: "alias", name: own.text, of: other.name });
  }
  return deeds;
}

/** A number, text or truth value, or nothing. */
export function isLiteral(node: ts.Expression): boolean {
  const bare = ts.isPrefixUnaryExpression(node) ? node.operand : node;
  return (
    ts.isNumericLiteral(bare) ||
    ts.isStringLiteral(bare) ||
    /^(true|false|null)$/.test(bare.getText())
  );
}

type Code =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.MethodDeclaration
  | ts.AccessorDeclaration;

/** `format: formatVec` of a function of the file, which a class says in words of its own. */
function methodNamed(node: ts.Expression): Code | undefined {
  const fn = functionNamed(node);
  return fn?.body &&
    isPlainFunction(fn) &&
    !/\bconstructor\b|\.prototype\b|\barguments\b/.test(fn.getText())
    ? fn
    : undefined;
}

function memberDeed(
  kind: Member["kind"],
  name: string,
  isStatic: boolean,
  fn: Code,
  doc: Range | undefined,
): Deed {
  const value = codeOf(fn);
  const member: Member = { kind, name, isStatic, value, ...(doc && { doc }) };
  return { kind: "member", member, fn };
}

/** `[{ key: "m", value: function m() {} }, { key: "x", get: function get() {} }]` */
export function arrayMembers(
  list: ts.Expression,
  isStatic: boolean,
): readonly Deed[] | undefined {
  if (!ts.isArrayLiteralExpression(list)) return [];
  const deeds: Deed[] = [];
  for (const one of list.elements) {
    if (!ts.isObjectLiteralExpression(one)) return undefined;
    const key = one.properties.find((part) => part.name?.getText() === "key");
    const name = key && ts.isPropertyAssignment(key) && key.initializer;
    if (!name || !ts.isStringLiteral(name)) continue;
    const described = describedMembers(name.text, one, isStatic);
    if (described === undefined) return undefined;
    deeds.push(...described);
  }
  return deeds;
}

/** `{ get: function () {}, set: function (v) {}, enumerable: false }`, `{ value: function () {} }` */
export function describedMembers(
  name: string,
  given: ts.Expression,
  isStatic: boolean,
): readonly Deed[] | undefined {
  if (!ts.isObjectLiteralExpression(given) || !/^[\w$]+$/.test(name))
    return undefined;
  const deeds: Deed[] = [];
  for (const property of given.properties) {
    const own = property.name?.getText() ?? "";
    if (!["get", "set", "value"].includes(own)) continue;
    const fn = ts.isPropertyAssignment(property)
      ? inner(property.initializer)
      : property;
    if (own === "set" && fn.getText() === "undefined") continue;
    if (!ts.isFunctionExpression(fn) && !ts.isMethodDeclaration(fn)) {
      const isField = own === "value" && ts.isPropertyAssignment(property);
      if (!isField || !isStatic) return undefined;
      const value = { start: fn.getStart(), end: fn.end };
      const member: Member = { kind: "field", name, isStatic, value };
      deeds.push({ kind: "member", member, fn });
      continue;
    }
    if (!isPlainFunction(fn)) return undefined;
    const kind = own === "value" ? "method" : own === "get" ? "get" : "set";
    deeds.push(memberDeed(kind, name, isStatic, fn, documentOf(property).doc));
  }
  return deeds;
}

/** From the parameters on: the head is written anew. */
export const codeOf = (fn: Code): Range => ({
  start: parenOf(fn),
  end: fn.end,
});

export const isPlainFunction = (node: Code): boolean =>
  (ts.isAccessor(node) || node.asteriskToken === undefined) &&
  !node.modifiers?.length;

/** The comment before a statement or property that says types. */
export function documentOf(node: ts.Node): { readonly doc?: Range } {
  const { jsDoc } = node as { jsDoc?: readonly ts.Node[] };
  const last = jsDoc?.at(-1);
  return last ? { doc: { start: last.pos, end: last.end } } : {};
}

/** A statement with its comment. */
export function documented(node: ts.Node): Range {
  return {
    start: documentOf(node).doc?.start ?? node.getStart(),
    end: node.end,
  };
}

export type Target =
  | { readonly kind: "prototype"; readonly name: string }
  | { readonly kind: "prototypeMember"; readonly name: string }
  | { readonly kind: "static"; readonly name: string };

export function targetOf(
  node: ts.Expression,
  name: string,
  protos: ReadonlySet<string>,
): Target | undefined {
  const text = node.getText().replace(/\s/g, "");
  if (text === `${name}.prototype`) return { kind: "prototype", name: text };
  if (
    !ts.isPropertyAccessExpression(node) &&
    !ts.isElementAccessExpression(node)
  )
    return undefined;
  const own = ts.isPropertyAccessExpression(node)
    ? node.name
    : node.argumentExpression;
  if (!ts.isIdentifier(own) && !ts.isStringLiteral(own)) return undefined;
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(own))
    return undefined;
  if (!/^[\w$]+$/.test(own.text)) return undefined;
  const owner = node.expression.getText().replace(/\s/g, "");
  if (protos.has(owner)) return { kind: "prototypeMember", name: own.text };
  return owner === name ? { kind: "static", name: own.text } : undefined;
}
