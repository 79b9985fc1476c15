import { ts } from "ts-morph";
import type { Base } from "./constructorCalls.js";
import type { Constructor } from "./prototypes.js";
import { parenOf } from "./functionHeads.js";
import type { Statements } from "./mentions.js";
import type { Range } from "./textEdits.js";

/** What statements give to a constructor function and to its prototype. */
export interface Written {
  readonly members: readonly Member[];
  /** The statements that do so; in the class their work is done. */
  readonly statements: readonly ts.Statement[];
  readonly base: Base | undefined;
  /** Names of what it is said to extend. */
  readonly extends: readonly string[];
  /** The methods, as they were. */
  readonly functions: readonly ts.Node[];
  /** Is the prototype another object? */
  readonly isWhole: boolean;
}

export interface Member {
  readonly kind: "method" | "get" | "set" | "field";
  readonly name: string;
  readonly isStatic: boolean;
  /** From the parameters on; the value of a field. */
  readonly value: Range;
  readonly doc?: Range;
}

/** One thing that a statement does for the class. */
type Deed =
  | { readonly kind: "member"; readonly member: Member; readonly fn: ts.Node }
  | { readonly kind: "prototype" }
  | { readonly kind: "base"; readonly name: string; readonly text: string }
  | { readonly kind: "alias"; readonly name: string; readonly of: string }
  | { readonly kind: "nothing" };

/** Undefined where the prototype is used in a way that is not understood. */
export function membersGiven(
  { name, statement }: Pick<Constructor, "name" | "statement">,
  list: Statements,
): Written | undefined {
  const reader = new Map<ts.Statement, readonly Deed[]>();
  const protos = new Set([`${name}.prototype`]);
  // still right behind the constructor: nothing else has run
  let next = list.all.indexOf(statement);
  const names = new Set([name]);
  for (const one of list.saying(names)) {
    const alias = aliasOfPrototype(one, name);
    if (alias !== undefined) names.add(alias);
  }
  const statements = list.saying(names);
  for (const one of statements) {
    const isNext = next >= 0 && list.all[next] === one;
    const alias = aliasOfPrototype(one, name);
    if (alias !== undefined) protos.add(alias);
    const deeds: readonly Deed[] | undefined =
      alias === undefined
        ? (deedsOf(one, name, protos) ??
          (isNext ? staticValue(one, name) : undefined))
        : [{ kind: "nothing" }];
    if (deeds !== undefined && deeds.length > 0) reader.set(one, deeds);
    if (isNext) next = deeds || one === statement ? next + 1 : -1;
  }
  const isOpen = statements.some(
    (one) => !reader.has(one) && leaks(one, name, protos),
  );
  if (isOpen) return undefined;
  const members = new Map<string, Member>();
  const functions: ts.Node[] = [];
  let base: Base | undefined;
  const supers: string[] = [];
  for (const deed of [...reader.values()].flat()) {
    if (deed.kind === "prototype") {
      for (const [key, { isStatic }] of members)
        if (!isStatic) members.delete(key);
    } else if (deed.kind === "base") {
      base = { name: deed.name, text: deed.text };
      supers.push(deed.name);
    } else if (deed.kind === "member") {
      members.set(keyOf(deed.member), deed.member);
      functions.push(deed.fn);
    } else if (deed.kind === "alias") {
      const alias = aliasMember(deed, members);
      if (alias === undefined) return undefined;
      members.set(keyOf(alias), alias);
    }
  }
  return {
    members: [...members.values()],
    statements: [...reader.keys()],
    base,
    extends: supers,
    functions,
    isWhole: [...reader.values()]
      .flat()
      .some((one) => one.kind === "prototype"),
  };
}

const keyOf = ({ kind, name, isStatic }: Member): string =>
  `${isStatic} ${kind === "get" || kind === "set" ? kind : ""} ${name}`;

/** `Vec.prototype.norm = Vec.prototype.normalize`: another method of the same text, whatever a class below makes of that. */
function aliasMember(
  { name, of }: { readonly name: string; readonly of: string },
  members: ReadonlyMap<string, Member>,
): Member | undefined {
  const target = [...members.values()].find(
    (one) => one.name === of && !one.isStatic && one.kind === "method",
  );
  return target && { ...target, name };
}

/** `var proto = Vec.prototype;` */
function aliasOfPrototype(one: ts.Statement, name: string): string | undefined {
  if (!ts.isVariableStatement(one)) return undefined;
  const [decl, ...others] = one.declarationList.declarations;
  if (decl === undefined || others.length > 0) return undefined;
  return decl.initializer?.getText() === `${name}.prototype`
    ? decl.name.getText()
    : undefined;
}

/** Is the prototype handed on, or written to by names that are not seen? */
function leaks(
  node: ts.Node,
  name: string,
  protos: ReadonlySet<string>,
): boolean {
  let found = false;
  const visit = (one: ts.Node): void => {
    if (found) return;
    const isIt = ts.isPropertyAccessExpression(one)
      ? one.name.text === "prototype" && one.expression.getText() === name
      : ts.isIdentifier(one) && protos.has(one.text);
    if (isIt && !isHarmless(one, name)) found = true;
    else ts.forEachChild(one, visit);
  };
  visit(node);
  return found;
}

/** `Base.prototype.m.call(this)`, `Object.create(Base.prototype)`, a property of the same name */
function isHarmless(node: ts.Node, name: string): boolean {
  const { parent } = node;
  if (ts.isIdentifier(node))
    if (
      (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
      (ts.isPropertyAssignment(parent) && parent.name === node) ||
      ts.isParameter(parent) ||
      ts.isVariableDeclaration(parent) ||
      !node.getText().startsWith(`${name}.`)
    )
      return !isWrittenTo(node);
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
    return !isWrittenTo(parent);
  return (
    ts.isCallExpression(parent) &&
    /^Object\.(create|getOwnPropertyNames|keys)$/.test(
      parent.expression.getText(),
    )
  );
}

function isWrittenTo(node: ts.Node): boolean {
  const { parent } = node;
  if (
    ts.isElementAccessExpression(parent) ||
    ts.isPropertyAccessExpression(parent)
  )
    return parent.expression === node && isWrittenTo(parent);
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  );
}

/** What a statement does for the class; undefined where nothing, or not only that. */
function deedsOf(
  statement: ts.Statement,
  name: string,
  protos: ReadonlySet<string>,
): readonly Deed[] | undefined {
  if (ts.isReturnStatement(statement)) {
    // return _createClass(F, [...])
    const call = statement.expression && inner(statement.expression);
    return call && ts.isCallExpression(call) && isCreate(call)
      ? fromCall(call, name, protos)
      : undefined;
  }
  if (!ts.isExpressionStatement(statement)) return undefined;
  const expression = inner(statement.expression);
  if (ts.isCallExpression(expression))
    return fromCall(expression, name, protos);
  if (!isPlainAssignment(expression)) return undefined;
  return fromAssignment(statement, expression, name, protos);
}

const isPlainAssignment = (
  node: ts.Expression,
): node is ts.BinaryExpression & { readonly left: ts.Expression } =>
  ts.isBinaryExpression(node) &&
  node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

function inner(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? inner(node.expression) : node;
}

/** `V.prototype.a = V.prototype["b"] = function () {}` */
function fromAssignment(
  statement: ts.Statement,
  assigned: ts.BinaryExpression,
  name: string,
  protos: ReadonlySet<string>,
): readonly Deed[] | undefined {
  const targets: ts.Expression[] = [assigned.left];
  let value = inner(assigned.right);
  while (isPlainAssignment(value)) {
    targets.push(value.left);
    value = inner(value.right);
  }
  const [only, ...others] = targets.map((one) => targetOf(one, name, protos));
  if (only === undefined || others.includes(undefined)) return undefined;
  const places = [only, ...others].flatMap((one) => one ?? []);
  const whole = places.find((one) => one.kind === "prototype");
  if (whole !== undefined)
    return places.length === 1 ? prototypeIs(value, name) : undefined;
  const isStatic = places.some((one) => one.kind === "static");
  if (isStatic && places.length > 1) return undefined;
  const own = places.at(-1)?.name ?? "";
  if (!isStatic && own === "constructor") return [{ kind: "nothing" }];
  if (ts.isFunctionExpression(value) && isPlainFunction(value)) {
    const { doc } = documentOf(statement);
    const member: Member = {
      kind: "method",
      name: own,
      isStatic,
      value: codeOf(value),
      ...(doc && { doc }),
    };
    const names = [...new Set(places.map((one) => one.name))].filter(
      (one) => one !== own,
    );
    return [
      { kind: "member", member, fn: value },
      ...names.map((one): Deed => ({ kind: "alias", name: one, of: own })),
    ];
  }
  // `F.prototype.isVector = true`
  if (!isStatic && places.length === 1 && isLiteral(value)) {
    const range = { start: value.getStart(), end: value.end };
    const member: Member = { kind: "field", name: own, isStatic, value: range };
    return [{ kind: "member", member, fn: value }];
  }
  const other = isStatic ? undefined : targetOf(value, name, protos);
  return other?.kind === "prototypeMember" && places.length === 1
    ? [{ kind: "alias", name: own, of: other.name }]
    : undefined;
}

/** `Vec.unit = value` */
function staticValue(
  statement: ts.Statement,
  name: string,
): readonly Deed[] | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (!isPlainAssignment(expression)) return undefined;
  const target = targetOf(expression.left, name, new Set());
  if (target?.kind !== "static" || target.name === "prototype")
    return undefined;
  const fn = expression.right;
  const value = { start: fn.getStart(), end: fn.end };
  const own = target.name;
  const member: Member = { kind: "field", name: own, isStatic: true, value };
  return [{ kind: "member", member, fn }];
}

type Target =
  | { readonly kind: "prototype"; readonly name: string }
  | { readonly kind: "prototypeMember"; readonly name: string }
  | { readonly kind: "static"; readonly name: string };

function targetOf(
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

/** `F.prototype = { ... }`, `= Object.create(Base.prototype)`, `= new Base()` */
function prototypeIs(
  value: ts.Expression,
  name: string,
): readonly Deed[] | undefined {
  if (ts.isObjectLiteralExpression(value)) {
    const members = literalMembers(value, name, false);
    return members && [{ kind: "prototype" }, ...members];
  }
  if (ts.isNewExpression(value) && (value.arguments ?? []).length === 0)
    return baseIs(value.expression.getText());
  if (!ts.isCallExpression(value)) return undefined;
  const [above] = value.arguments;
  const base = above && /^([\w$.]+)\.prototype$/.exec(above.getText())?.[1];
  return value.expression.getText() === "Object.create" && base
    ? [{ kind: "prototype" }, ...baseIs(base)]
    : undefined;
}

const baseIs = (text: string): readonly Deed[] => [
  { kind: "base", name: text, text },
];

/** The members of an object literal whose properties become those of the prototype. */
function literalMembers(
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
function isLiteral(node: ts.Expression): boolean {
  const bare = ts.isPrefixUnaryExpression(node) ? node.operand : node;
  return (
    ts.isNumericLiteral(bare) ||
    ts.isStringLiteral(bare) ||
    /^(true|false|null)$/.test(bare.getText())
  );
}

type Code =
  ts.FunctionExpression | ts.MethodDeclaration | ts.AccessorDeclaration;

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

/** `Object.assign(F.prototype, { ... })`, `_createClass(F, [...])`, `__extends(F, Base)` and their like. */
function fromCall(
  call: ts.CallExpression,
  name: string,
  protos: ReadonlySet<string>,
): readonly Deed[] | undefined {
  const callee = call.expression.getText().replace(/[\s()]|0,/g, "");
  const [first, second, third] = call.arguments;
  if (first === undefined || second === undefined) return undefined;
  const target = first.getText().replace(/\s/g, "");
  const isOwn = target === name;
  const isProto = protos.has(target);
  if (!isOwn && !isProto) return undefined;
  if (isOwn && isCreate(call)) {
    const own = arrayMembers(second, false);
    const statics = third === undefined ? [] : arrayMembers(third, true);
    return own && statics && [...own, ...statics, { kind: "nothing" }];
  }
  if (callee === "Object.assign" || /^_?(extend|assign)s?$/.test(callee))
    return ts.isObjectLiteralExpression(second) && third === undefined
      ? literalMembers(second, name, isOwn)
      : undefined;
  if (callee === "Object.defineProperty" && third !== undefined)
    return ts.isStringLiteral(second)
      ? describedMembers(second.text, third, isOwn)
      : undefined;
  if (callee === "Object.defineProperties") {
    if (!ts.isObjectLiteralExpression(second)) return undefined;
    const parts = second.properties.map((one) =>
      ts.isPropertyAssignment(one) && ts.isIdentifier(one.name)
        ? describedMembers(one.name.text, one.initializer, isOwn)
        : undefined,
    );
    return parts.includes(undefined)
      ? undefined
      : parts.flatMap((one) => one ?? []);
  }
  const extended = isOwn
    ? second.getText()
    : /^([\w$.]+)\.prototype$/.exec(second.getText())?.[1];
  const isHeir = isOwn
    ? /(^|\.|_)(extends|inherits|inheritsLoose)\d*(\.default|\["default"\])?$/.test(
        callee,
      ) || callee === "Object.setPrototypeOf"
    : callee === "Object.setPrototypeOf";
  return isHeir && extended ? baseIs(extended) : undefined;
}

const isCreate = (call: ts.CallExpression): boolean =>
  /(^|\.|_)createClass\d*(\.default|\["default"\])?$/.test(
    call.expression.getText().replace(/[\s()]|0,/g, ""),
  );

/** `[{ key: "m", value: function m() {} }, { key: "x", get: function get() {} }]` */
function arrayMembers(
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
function describedMembers(
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
const codeOf = (fn: Code): Range => ({ start: parenOf(fn), end: fn.end });

const isPlainFunction = (node: Code): boolean =>
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
