import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { arrayOf, bare, bool, str, type RecordTy } from "../../../ir/types.js";
import { bareExpression, definedSymbol, eachNode } from "../../syntax/scan.js";
import { branch } from "../control/lowerJoin.js";
import { emit, nameValue, op, type Site } from "../lowerSite.js";
import { throwError } from "../values/lowerOpaque.js";

/**
 * `{ ...p }`, `{ a, ...rest } = p`: generated code writes the copy's keys in the order of p's type, and the original in
 * p's own. Where the copy only has its keys listed nearby, those of p stand for them; where it goes elsewhere, and keys
 * are listed somewhere, an object in another order is an error when it comes.
 */
export interface KeysLike {
  readonly of: Value;
  readonly without: readonly string[];
  readonly then: readonly string[];
}

/** The keys of a copy, in their order; undefined for what is none. */
export function keysOfCopy(
  site: Site,
  node: ts.Node,
  record: Value,
): Value | undefined {
  const like = site.facts.keysLike.get(record);
  if (like === undefined) return undefined;
  const { of, without, then } = like;
  const all =
    keysOfCopy(site, node, of) ??
    emit(site, node, "keys", [of], arrayOf(str), {});
  if (without.length + then.length === 0) return all;
  const left =
    without.length === 0
      ? ""
      : `.filter((k) => !${listOf(without)}.includes(k))`;
  const added = then.map((name) => `, ${JSON.stringify(name)}`).join("");
  const keys = emit(site, node, "opaque", [all], arrayOf(str), {
    parts: then.length === 0 ? ["", left] : ["[...", `${left}${added}]`],
    needs: [],
    effect: "none",
  });
  nameValue(keys, "keys");
  return keys;
}

/** `const q = { ...p, k: 1 };`, where q stays where it is. */
export function isSimpleCopy(
  site: Site,
  literal: ts.ObjectLiteralExpression,
): boolean {
  const [first, ...others] = literal.properties;
  if (first === undefined || !ts.isSpreadAssignment(first)) return false;
  if (!others.every((one) => one.name && ts.isIdentifier(one.name)))
    return false;
  let outer: ts.Node = literal;
  while (
    ts.isExpression(outer.parent) &&
    bareExpression(outer.parent) === literal
  )
    outer = outer.parent;
  const { parent } = outer;
  return (
    ts.isVariableDeclaration(parent) &&
    ts.isIdentifier(parent.name) &&
    staysHere(site, parent.name)
  );
}

export function noteCopied(
  site: Site,
  literal: ts.ObjectLiteralExpression,
  copy: Value,
  of: Value | undefined,
): void {
  if (of === undefined || !isSimpleCopy(site, literal)) return;
  const own = hasOwnOrder(site, of) ? undefined : bare(of.ty);
  if (own?.kind !== "record") return;
  const before = namesOf(own);
  const then = literal.properties.flatMap(({ name }) =>
    name && ts.isIdentifier(name) && !before.includes(name.text)
      ? [name.text]
      : [],
  );
  noteLike(site, literal, copy, { of, without: [], then });
}

/** `const { a, ...rest } = p;` */
export function noteRest(
  site: Site,
  node: ts.Node,
  rest: Value,
  like: KeysLike,
): void {
  if (hasOwnOrder(site, like.of)) site.facts.inOrder.add(rest);
  else if (
    ts.isBindingElement(node) &&
    ts.isIdentifier(node.name) &&
    staysHere(site, node.name)
  )
    noteLike(site, node, rest, like);
  else {
    checkKeyOrder(site, node, like.of);
    site.facts.inOrder.add(rest);
  }
}

/** What may be missing, in the object or of it, has no keys to be listed here. */
function noteLike(
  site: Site,
  node: ts.Node,
  copy: Value,
  like: KeysLike,
): void {
  const { ty } = like.of;
  const isWhole =
    ty.kind === "record" &&
    ty.fields.every((field) => field.ty.kind !== "maybe");
  if (!isWhole) return checkKeyOrder(site, node, like.of);
  site.facts.inOrder.delete(copy);
  site.facts.keysLike.set(copy, like);
}

/** Is a variable only asked for members, and for its keys? */
function staysHere({ ctx }: Site, name: ts.Identifier): boolean {
  const { checker } = ctx;
  const symbol = definedSymbol(checker, name);
  let stays = true;
  eachNode(name.getSourceFile(), (one) => {
    if (!ts.isIdentifier(one) || one === name || one.text !== name.text) return;
    if (definedSymbol(checker, one) !== symbol) return;
    stays &&= isAsked(one);
  });
  return stays;
}

function isAsked(use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === use;
  if (ts.isElementAccessExpression(parent)) return parent.expression === use;
  if (ts.isForInStatement(parent)) return parent.expression === use;
  // the copies that these make know it for themselves
  if (ts.isSpreadAssignment(parent)) return true;
  if (ts.isVariableDeclaration(parent))
    return parent.initializer === use && ts.isObjectBindingPattern(parent.name);
  return (
    ts.isCallExpression(parent) &&
    /^Object\.(keys|values|entries)$/.test(parent.expression.getText())
  );
}

/** Made by a literal here, by a constructor, or with no two keys. */
function hasOwnOrder({ ctx, facts }: Site, from: Value): boolean {
  const ty = bare(from.ty);
  if (ty.kind !== "record" || facts.inOrder.has(from)) return true;
  const { classes } = ctx;
  const isInstance = classes.instanceOf(ty) ?? classes.familyOf(ty);
  return ty.tuple || isInstance !== undefined || ty.fields.length < 2;
}

/** An object in another order than its type's is an error when it comes, where keys are listed somewhere. */
export function checkKeyOrder(
  site: Site,
  node: ts.Node,
  from: Value | undefined,
): void {
  if (from === undefined || hasOwnOrder(site, from)) return;
  const ty = bare(from.ty);
  if (ty.kind !== "record" || !site.ctx.walksKeys(node, namesOf(ty))) return;
  const check = (): void => {
    const present =
      from.ty === ty ? from : op(site, node, "unwrap", [from], ty);
    when(site, node, isOther(site, node, present, ty), () =>
      throwError(site, node, errorFor(ty)),
    );
  };
  if (from.ty === ty) return check();
  const isNil = op(site, node, "isNil", [from]);
  when(site, node, op(site, node, "not", [isNil]), check);
}

function when(site: Site, node: ts.Node, is: Value, then: () => void): void {
  branch(site, node, is, [], then, () => undefined);
}

/** `Object.keys(p).join() !== "x,y"`; fields that may be missing may be so. */
function isOther(site: Site, node: ts.Node, from: Value, ty: RecordTy): Value {
  const names = namesOf(ty);
  const isFull = ty.fields.every((field) => field.ty.kind !== "maybe");
  const keys =
    keysOfCopy(site, node, from) ??
    emit(site, node, "keys", [from], arrayOf(str), {});
  const parts = isFull
    ? ["", `.join() !== ${JSON.stringify(names.join())}`]
    : [
        `${listOf(names)}.filter((k) => `,
        ".includes(k)).join() !== ",
        ".join()",
      ];
  return emit(site, node, "opaque", isFull ? [keys] : [keys, keys], bool, {
    parts,
    needs: [],
    effect: "none",
  });
}

const namesOf = ({ fields }: RecordTy): string[] =>
  fields.map((field) => field.name);

const errorFor = (ty: RecordTy): string => {
  const names = namesOf(ty).join(", ");
  return `TypeError(${JSON.stringify(
    `the keys of an object that is copied, and listed later, are not in the order of its type: ${names}`,
  )})`;
};

const listOf = (names: readonly string[]): string =>
  `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
