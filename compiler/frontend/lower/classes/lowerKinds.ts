import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  bare,
  bool,
  fieldOf,
  type ArrayTy,
  type Ty,
} from "../../../ir/types.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { classOf, memberOf } from "../../classes.js";
import { isErrorClass } from "../../syntax/errorClasses.js";
import { isGlobalName } from "../../syntax/callee.js";
import { typedArrayNames } from "../arrays/arrayConstructors.js";
import { mayBeNil } from "../lowerCoerce.js";
import { typedNames } from "../../types/describeTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import { refuseAsked } from "../functions/lowerAmbientCalls.js";
import { choose } from "../control/lowerJoin.js";
import { isOfClass } from "./lowerTags.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { constant, op, type Site } from "../lowerSite.js";
import {
  holdsOthers,
  lowerHasFunction,
} from "../functions/lowerFunctionTables.js";
import { carryTest } from "../values/lowerOpaque.js";
import { lowerNullable } from "../values/lowerOptional.js";
import { lowerOwnKey } from "../records/lowerOwnKey.js";
import { tableAt } from "../records/lowerTableLists.js";
import { asKey, hasEntry, keyedTy } from "../records/lowerTables.js";
import { localVariable, ownerTy } from "../lowerVariables.js";
import { getterField, setterField } from "../functions/lowerWritten.js";

/** Questions about which kind of object there is: `s instanceof Circle`, `"r" in s`. */
export function lowerKindTest(
  site: Site,
  node: ts.BinaryExpression,
): Value | undefined {
  const kind = node.operatorToken.kind;
  if (kind === ts.SyntaxKind.InstanceOfKeyword)
    return lowerInstanceOf(site, node);
  return kind === ts.SyntaxKind.InKeyword ? lowerIn(site, node) : undefined;
}

function lowerInstanceOf(
  site: Site,
  node: ts.BinaryExpression,
): Value | undefined {
  const { checker, classes } = site.ctx;
  const ofLibrary = isOfLibrary(site, node);
  if (ofLibrary !== undefined) return known(site, node, ofLibrary);
  const symbol = definedSymbol(checker, bareExpression(node.right));
  const decl = symbol && classOf(symbol);
  if (symbol === undefined || decl === undefined) return undefined;
  if (decl.getSourceFile().isDeclarationFile) return undefined;
  const owner = lowerNullable(site, node.left);
  const ofPresent = (value: Value): Value | undefined => {
    if (isNoObject(value.ty, decl)) return known(site, node, false);
    if (value.ty.kind === "opaque" && isErrorClass(checker, symbol))
      return askCarried(site, node, value);
    const own = classes.instanceOf(value.ty)?.symbol;
    if (own !== undefined)
      return known(site, node, classes.isWithin(own, symbol));
    const family = classes.familyOf(value.ty);
    if (family === undefined) return undefined;
    const within = family.flatMap((one) => {
      const member = classes.instanceOf(one)?.symbol;
      return member && classes.isWithin(member, symbol) ? [member] : [];
    });
    return anyOf(site, node, value, within);
  };
  // what is read beyond the end of a list is of no class
  if (owner.ty.kind !== "maybe" && !site.facts.unsure.has(owner))
    return ofPresent(owner) ?? refuseKind(site, node);
  const { ty } = owner;
  const there = (): Value =>
    ty.kind === "maybe" ? op(site, node, "unwrap", [owner], ty.of) : owner;
  const missing = op(site, node, "isNil", [owner]);
  return choose(
    site,
    node,
    missing,
    bool,
    () => constant(site, node, false),
    () => ofPresent(there()) ?? refuseKind(site, node),
  );
}

/** `error instanceof DomainError`: what was thrown is carried, and asked as it stands. */
function askCarried(
  site: Site,
  node: ts.BinaryExpression,
  value: Value,
): Value {
  const right = bareExpression(node.right);
  if (!ts.isIdentifier(right)) return refuseKind(site, node);
  return carryTest(site, node, value, right);
}

/** `x instanceof Array`, `x instanceof Float64Array`, where it is known what x is: the function is lowered for that. */
function isOfLibrary(
  site: Site,
  { left, right }: ts.BinaryExpression,
): boolean | undefined {
  const { checker } = site.ctx;
  const name = bareExpression(right).getText();
  const isAsked = name === "Array" || typedArrayNames.has(name);
  // functions are numbers to the IR
  const isOther = !isAsked && !/^(Object|Function)$/.test(name);
  if (!(isAsked || isOther) || !isGlobalName(checker, right, name))
    return undefined;
  const type = checker.getTypeAtLocation(left);
  const ty = localVariable(site, bareExpression(left))?.ty;
  switch ((ty ?? site.ctx.tryTyOf(type)).kind) {
    case "num":
    case "bool":
      return false;
    case "array": {
      if (isOther) return false;
      const list = (ty ?? site.ctx.tyOf(type, left)) as ArrayTy;
      if (list.copied) return refuseAsked(site, left);
      const { store } = list;
      return (store === "js" ? "Array" : typedNames[store]) === name;
    }
    default:
      return undefined;
  }
}

/** A number is no instance of anything, nor is a list one of a class that extends nothing. */
const isNoObject = (ty: Ty, decl: ts.ClassLikeDeclaration): boolean =>
  ty.kind === "num" ||
  ty.kind === "bool" ||
  (ty.kind === "array" && decl.heritageClauses === undefined);

/** A question whose answer is known: the arm that is never reached is not looked at. */
function known(site: Site, node: ts.Node, answer: boolean): Value {
  const value = constant(site, node, answer);
  site.facts.decided.set(value, answer);
  return value;
}

/** Is it known that the object has no more fields than its type says: an instance, or what is made here? */
function isWhole(site: Site, given: ts.Expression, ty: Ty): boolean {
  const { checker, classes } = site.ctx;
  if (classes.instanceOf(ty)?.symbol !== undefined) return true;
  if (isJavaScript(given)) return true;
  // one of several by its type, of which this call says which
  const type = checker.getTypeAtLocation(given);
  if (type.isUnion() || type.flags & ts.TypeFlags.TypeParameter) return true;
  const node = bareExpression(given);
  const decl = ts.isIdentifier(node)
    ? definedSymbol(checker, node)?.valueDeclaration
    : undefined;
  const made = decl && ts.isVariableDeclaration(decl) ? decl.initializer : node;
  return (
    made !== undefined && ts.isObjectLiteralExpression(bareExpression(made))
  );
}

/** Of the classes that an object may have, those with a method or getter of a name; undefined where none has. */
function classesWith(
  { ctx }: Site,
  ty: Ty,
  name: string,
): readonly ts.Symbol[] | undefined {
  const found = (ctx.classes.familyOf(ty) ?? []).flatMap((one) => {
    const instance = ctx.classes.instanceOf(one);
    const isMember = instance && memberOf(ctx.checker, instance, name);
    return isMember ? (instance.symbol ?? []) : [];
  });
  return found.length === 0 ? undefined : found;
}

function anyOf(
  site: Site,
  node: ts.Node,
  value: Value,
  [first, ...others]: readonly ts.Symbol[],
): Value {
  if (first === undefined) return known(site, node, false);
  return others.reduce(
    (all, one) =>
      op(site, node, "or", [all, isOfClass(site, node, value, one)]),
    isOfClass(site, node, value, first),
  );
}

/** A tag whose type is one literal, compared to a literal: the answer is known. */
export function literalAnswer(
  site: Site,
  node: ts.Node,
  a: Value,
  b: Value,
): Value | undefined {
  const [one, other] = [literalOf(site, a), literalOf(site, b)];
  return one === undefined || other === undefined
    ? undefined
    : known(site, node, one === other);
}

/** `"circle"`: the only value that a tag of that type has, or the constant itself. */
function literalOf({ facts }: Site, value: Value): string | undefined {
  const text = facts.strings.get(value);
  if (text !== undefined) return JSON.stringify(text);
  const { ty } = value;
  return ty.kind === "opaque" && /^"[^"\\]*"$/.test(ty.text)
    ? ty.text
    : undefined;
}

function refuseKind(site: Site, node: ts.BinaryExpression): never {
  return site.ctx.refuse(
    node,
    "DC2105",
    "diffc cannot tell of which class this is",
    "give it a type that is a class, or a union of classes",
  );
}

function lowerIn(site: Site, node: ts.BinaryExpression): Value | undefined {
  const key = bareExpression(node.left);
  const named = holdsOthers(site, node.right)
    ? undefined
    : lowerHasFunction(site, node, node.right, key);
  if (named !== undefined) return named;
  const isTable = ownerTy(site, node.right).kind === "table";
  const isKnown = ts.isStringLiteralLike(key);
  if (isTable || (!isKnown && keyedTy(site, ownerTy(site, node.right)))) {
    const name = asKey(site, key);
    const table = tableAt(site, node.right);
    return hasEntry(site, node, table, name);
  }
  if (!ts.isStringLiteralLike(key)) return undefined;
  // an element that is not there throws here as it does in JavaScript
  const owner = mayBeNil(site.ctx.checker.getTypeAtLocation(node.right))
    ? lowerNullable(site, node.right)
    : lowerExpression(site, node.right);
  const ty = bare(owner.ty);
  if (owner.ty.kind === "maybe") return undefined;
  // what all arrays have, and nothing by any other name
  const isName = !/^\d/.test(key.text);
  if (ty.kind === "array" && isName && isJavaScript(node))
    return known(
      site,
      node,
      key.text in (ty.store === "js" ? [] : new Float64Array()),
    );
  if (ty.kind !== "record") return undefined;
  const field = fieldOf(ty, key.text);
  const byMethod = classesWith(site, ty, key.text);
  if (byMethod !== undefined)
    return field === undefined
      ? anyOf(site, node, owner, byMethod)
      : refuseKind(site, node);
  if (field === undefined) {
    const instance = site.ctx.classes.instanceOf(ty);
    const isMember = instance && memberOf(site.ctx.checker, instance, key.text);
    const isAccessor =
      fieldOf(ty, getterField(key.text)) ?? fieldOf(ty, setterField(key.text));
    const isThere = Boolean(isMember ?? isAccessor);
    if (!isThere && !(key.text in {}) && !isWhole(site, node.right, ty))
      return site.ctx.refuse(
        node,
        "DC2105",
        `it is asked here for ${key.text}, of which the type of the object says nothing: an object may have more than its type says`,
        `declare it: { ${key.text}?: ... }, or ask for something that the type tells apart`,
      );
    return known(site, node, isThere || key.text in {});
  }
  if (field.ty.kind !== "maybe") return known(site, node, true);
  const own = lowerOwnKey(site, node, owner, ty, key.text);
  if (own !== undefined) return own;
  const value = site.ids.fresh(field.ty);
  const b = site.b;
  b.emit({
    kind: "getField",
    field: key.text,
    ...b.plain([owner], [value]),
  });
  return op(site, node, "not", [op(site, node, "isUndefined", [value])]);
}
