import { ts } from "ts-morph";
import type { Base } from "./constructorCalls.js";
import type { Statements } from "../syntax/mentions.js";
import { fillsUnseen } from "./prototypeHelpers.js";
import { deedsOf, staticValue } from "./prototypeDeeds.js";
import type { Deed, Member } from "./prototypeLiterals.js";
import type { Constructor } from "./prototypes.js";

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
    (one) =>
      !reader.has(one) && (leaks(one, name, protos) || fillsUnseen(one, name)),
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
