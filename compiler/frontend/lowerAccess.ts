import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import {
  bare,
  fieldOf,
  maybe,
  num,
  type Field,
  type RecordTy,
  type Ty,
} from "../ir/types.js";
import { isConst, isMath } from "./lowerCallee.js";
import { lowerCallOn } from "./lowerCalls.js";
import {
  coerce,
  describeTy,
  mayBeNil,
  nothingOf,
  tyOfNode,
} from "./lowerCoerce.js";
import { lowerExpression, lowerRaw } from "./lowerExpressions.js";
import { isInside, noteLength } from "./lowerFacts.js";
import { isJavaScript } from "./jsFunctions.js";
import { functionConstant, namedFunction } from "./lowerFunctionValues.js";
import { choose } from "./lowerJoin.js";
import { knownOf } from "./lowerKnown.js";
import { carryExpression, carryOn } from "./lowerOpaque.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
  isUpdate,
} from "./lowerScan.js";
import { callGiven, lowerMaybeFunction } from "./lowerValueCalls.js";
import { constant, emit, op, type Site } from "./lowerSite.js";
import { constantAs, lowerModuleName, ownerTy } from "./lowerVariables.js";
import { mathConstant, numberConstant } from "./lowerMath.js";
import { lowerMemberRead, readMember } from "./lowerMembers.js";
import { refuseHost } from "./lowerRefused.js";

// ---- a[i] ----

/** `a[i]`. `present`: by the user's word (`!`) or by the place, nobody asks whether it is there. */
export function lowerElementAccess(
  site: Site,
  node: ts.ElementAccessExpression,
  want: Ty | undefined,
  present = false,
): Value {
  const literal = constantMember(site, node);
  if (literal !== undefined) return constantAs(site, node, literal, want);
  const ty = ownerTy(site, node.expression);
  if (ty.kind !== "array" && ty.kind !== "record")
    return carryExpression(site, node, want);
  const owner = lowerExpression(site, node.expression, ty);
  return lowerElementOf(site, node, owner, present);
}

export function lowerElementOf(
  site: Site,
  node: ts.ElementAccessExpression,
  owner: Value,
  present = false,
): Value {
  if (owner.ty.kind === "record") return lowerKeyed(site, node, owner);
  const index = lowerIndex(site, node);
  const checked =
    !present && mayBeNil(site.ctx.checker.getTypeAtLocation(node));
  return checked
    ? loadMaybe(site, node, owner, index, isIntegerIndex(site, node))
    : load(site, node, owner, index);
}

export const isIntegerIndex = (
  site: Site,
  node: ts.ElementAccessExpression,
): boolean => site.facts.isInteger(node.argumentExpression);

export function lowerIndex(
  site: Site,
  node: ts.ElementAccessExpression,
): Value {
  const { argumentExpression } = node;
  const ty = tyOfNode(site, argumentExpression);
  const type = site.ctx.checker.getTypeAtLocation(argumentExpression);
  if (type.flags & ts.TypeFlags.ESSymbolLike)
    return site.ctx.refuse(
      argumentExpression,
      "DC2122",
      "a symbol says here which member is meant",
      "loop over the array with for-of, or use members with names",
    );
  if (bare(ty).kind !== "num")
    return site.ctx.refuse(
      node.argumentExpression,
      "DC2106",
      `an array is indexed with a value of type ${describeTy(ty)}`,
      "index arrays with numbers",
    );
  return lowerExpression(site, node.argumentExpression, num);
}

/** `record[key]`: one of the fields that the type of the key names. */
function lowerKeyed(
  site: Site,
  node: ts.ElementAccessExpression,
  owner: Value,
): Value {
  const argument = node.argumentExpression;
  const type = site.ctx.checker.getTypeAtLocation(argument);
  const names = type.isUnion()
    ? type.types.flatMap((one) => (one.isStringLiteral() ? [one.value] : []))
    : [];
  const [last, ...others] = names.toReversed();
  const isWord = (type.flags & ts.TypeFlags.String) !== 0;
  if (isWord && isTable(owner.ty) && isOfNumbers(site, node)) {
    const found = lowerNamed(site, node, owner, owner.ty.fields);
    return found.ty.kind === "maybe"
      ? op(site, node, "unwrap", [found], found.ty.of)
      : found;
  }
  if (!type.isUnion() || last === undefined || names.length < type.types.length)
    return readField(site, node, owner, fieldName(site, node));
  const key = lowerExpression(site, argument);
  const ty = tyOfNode(site, node);
  const read = (name: string): Value =>
    coerce(site, node, readField(site, node, owner, name), ty);
  const from = (rest: readonly string[]): Value => {
    const [name, ...more] = rest;
    if (name === undefined) return read(last);
    const literal = constant(site, node, name, key.ty);
    const isIt = op(site, node, "eq", [key, literal]);
    return choose(
      site,
      node,
      isIt,
      ty,
      () => read(name),
      () => from(more),
    );
  };
  return from(others.toReversed());
}

/** An object of one kind of scalar under some names. */
const isTable = (ty: Ty): ty is RecordTy =>
  ty.kind === "record" &&
  !ty.tuple &&
  ty.fields.length <= 24 &&
  ty.fields.every((one) => one.ty.kind === "num");

/** `const table = { a: 1, b: 2 }`, which is only looked into: nothing active is in there. */
function isOfNumbers(
  site: Site,
  { expression }: ts.ElementAccessExpression,
): boolean {
  const { checker } = site.ctx;
  const name = bareExpression(expression);
  const symbol = ts.isIdentifier(name)
    ? definedSymbol(checker, name)
    : undefined;
  const decl = symbol?.valueDeclaration;
  if (!decl || !ts.isVariableDeclaration(decl) || !isConst(decl)) return false;
  const made = decl.initializer && bareExpression(decl.initializer);
  if (!made || !ts.isObjectLiteralExpression(made)) return false;
  const isNumber = (one: ts.Expression): boolean =>
    ts.isNumericLiteral(one) ||
    (ts.isPrefixUnaryExpression(one) && isNumber(one.operand));
  const isFixed = made.properties.every(
    (one) => ts.isPropertyAssignment(one) && isNumber(one.initializer),
  );
  let isRead = true;
  eachNode(decl.getSourceFile(), (one) => {
    if (!ts.isIdentifier(one) || one === decl.name) return;
    if (definedSymbol(checker, one) !== symbol) return;
    const { parent } = one;
    const isLookedUp =
      ts.isElementAccessExpression(parent) &&
      parent.expression === one &&
      !isTarget(parent);
    isRead &&= isLookedUp;
  });
  return isFixed && isRead;
}

function isTarget(node: ts.Expression): boolean {
  const { parent } = node;
  return (
    (isAssignment(parent) && parent.left === node) ||
    isUpdate(parent) ||
    ts.isDeleteExpression(parent)
  );
}

/** The field whose name a word is, or undefined. */
function lowerNamed(
  site: Site,
  node: ts.ElementAccessExpression,
  owner: Value,
  fields: readonly Field[],
): Value {
  const key = lowerExpression(site, node.argumentExpression);
  const ty = maybe(num);
  const from = ([first, ...rest]: readonly Field[]): Value => {
    if (first === undefined) return constant(site, node, undefined, ty);
    const name = constant(site, node, first.name, key.ty);
    const isIt = op(site, node, "eq", [key, name]);
    const read = (): Value => readField(site, node, owner, first.name);
    return choose(
      site,
      node,
      isIt,
      ty,
      () => coerce(site, node, read(), ty),
      () => from(rest),
    );
  };
  return from(fields);
}

/** The name of a field that is given as `["name"]`, or as the place in a tuple. */
export function fieldName(
  site: Site,
  node: ts.ElementAccessExpression,
): string {
  const type = site.ctx.checker.getTypeAtLocation(node.argumentExpression);
  if (type.isStringLiteral() || type.isNumberLiteral())
    return String(type.value);
  return site.ctx.refuse(
    node.argumentExpression,
    "DC2107",
    "which field this is, is known only at run time",
    "name the field, or use an array with a numeric index",
  );
}

/** The element at an index that the program takes to be inside. */
export function load(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
  inBounds = isInBounds(site, array, index),
): Value {
  if (array.ty.kind !== "array") throw new TypeError("load of no array");
  const value = emit(site, node, "load", [array, index], array.ty.elem, {
    inBounds,
  });
  if (site.facts.ofModule.has(array)) site.facts.ofModule.add(value);
  const known = knownOf(site, array);
  const place = site.facts.constants.get(index);
  const member = known?.members?.get(String(place)) ?? known?.elements;
  if (member !== undefined) site.facts.known.set(value, member);
  return value;
}

export function isInBounds(site: Site, array: Value, index: Value): boolean {
  const { facts } = site;
  if (isInside(facts, index, array)) return true;
  const at = facts.constants.get(index);
  if (at === undefined || !Number.isInteger(at) || at < 0) return false;
  const fixed = array.ty.kind === "array" ? array.ty.fixed : undefined;
  const size = facts.sizeOf.get(array) ?? fixed;
  if (size === undefined || at >= size) return false;
  return fixed !== undefined || facts.neverShrinks();
}

/** The element, or undefined where the index is outside. */
export function loadMaybe(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
  isInteger: boolean,
): Value {
  if (array.ty.kind !== "array") throw new TypeError("load of no array");
  const { elem } = array.ty;
  if (elem.kind === "maybe") return load(site, node, array, index);
  const ty = maybe(elem);
  if (isInBounds(site, array, index))
    return op(site, node, "wrap", [load(site, node, array, index, true)], ty);
  const inside = op(site, node, "and", [
    op(site, node, "ge", [index, constant(site, node, 0)]),
    op(site, node, "lt", [index, lengthOf(site, node, array)]),
  ]);
  const there = isInteger
    ? inside
    : op(site, node, "and", [inside, op(site, node, "isInteger", [index])]);
  return choose(
    site,
    node,
    there,
    ty,
    () => op(site, node, "wrap", [load(site, node, array, index, true)], ty),
    () => constant(site, node, undefined, ty),
  );
}

export function lengthOf(site: Site, node: ts.Node, array: Value): Value {
  const value = emit(site, node, "length", [array], num, {});
  noteLength(site.facts, value, array);
  return value;
}

// ---- r.name ----

export function lowerPropertyAccess(
  site: Site,
  node: ts.PropertyAccessExpression,
  want: Ty | undefined,
): Value {
  const { checker } = site.ctx;
  const literal = constantMember(site, node);
  if (literal !== undefined) return constantAs(site, node, literal, want);
  const fixed = isJavaScript(node)
    ? assignedConstant(checker, node)
    : undefined;
  if (fixed !== undefined) return constantAs(site, node, fixed, want);
  const member = lowerMemberRead(site, node, want);
  if (member !== undefined) return member;
  const fn = namedFunction(site, node);
  if (fn !== undefined) return functionConstant(site, node, fn);
  if (isMath(checker, node.expression)) {
    const value = mathConstant(site, node);
    return constant(site, node, value);
  }
  const known = numberConstant(checker, node);
  if (known !== undefined) return constant(site, node, known);
  if (ts.isIdentifier(node.expression)) refuseHost(site, node.expression);
  if (isNamespace(checker, node.expression) && ts.isIdentifier(node.name))
    return lowerModuleName(site, node.name, want);
  const ty = ownerTy(site, node.expression);
  // x.isVector3, where x is a number: nothing is there
  const isNumber =
    isJavaScript(node) && (ty.kind === "num" || ty.kind === "bool");
  if (isNumber && definedSymbol(checker, node.name) === undefined)
    return constant(site, node, undefined, {
      kind: "opaque",
      text: "undefined",
    });
  if (ty.kind !== "array" && ty.kind !== "record")
    return carryExpression(site, node, want);
  return lowerPropertyOf(
    site,
    node,
    lowerExpression(site, node.expression, ty),
  );
}

/** `Euler.DEFAULT_ORDER`, of a literal that is assigned once, at the top of a module. */
function assignedConstant(
  checker: ts.TypeChecker,
  node: ts.PropertyAccessExpression,
): string | number | undefined {
  const symbol = definedSymbol(checker, node.name);
  const [decl, ...others] = symbol?.declarations ?? [];
  if (decl === undefined || others.length > 0) return undefined;
  const assigned = ts.isBinaryExpression(decl) ? decl : decl.parent;
  if (!isAssignment(assigned) || !ts.isExpressionStatement(assigned.parent))
    return undefined;
  if (!ts.isSourceFile(assigned.parent.parent)) return undefined;
  const { right } = assigned;
  if (ts.isStringLiteral(right)) return right.text;
  return ts.isNumericLiteral(right) ? Number(right.text) : undefined;
}

export function lowerPropertyOf(
  site: Site,
  node: ts.PropertyAccessExpression,
  owner: Value,
): Value {
  const name = node.name.text;
  if (owner.ty.kind === "record") return readMember(site, node, owner);
  if (name === "length") return lengthOf(site, node, owner);
  return site.ctx.refuse(
    node,
    "DC2106",
    `the property ${name} of an array is not carried`,
    "use indices, length, and the methods fill, push, pop, slice, subarray and set",
  );
}

export function readField(
  site: Site,
  node: ts.Node,
  record: Value,
  name: string,
): Value {
  const field =
    record.ty.kind === "record" ? fieldOf(record.ty, name) : undefined;
  if (field === undefined) {
    if (record.ty.kind === "record" && record.ty.tuple && name === "length")
      return constant(site, node, record.ty.fields.length);
    return site.ctx.refuse(
      node,
      "DC2107",
      `the field ${name} is not one of ${describeTy(record.ty)}`,
      "name a field of the declared type",
    );
  }
  const value = emit(site, node, "getField", [record], field.ty, {
    field: name,
  });
  if (site.facts.ofModule.has(record)) site.facts.ofModule.add(value);
  const known = knownOf(site, record)?.members?.get(name);
  if (known !== undefined) site.facts.known.set(value, known);
  return value;
}

/** The value of an enum member, or of a constant of a namespace. */
function constantMember(
  site: Site,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): number | string | boolean | undefined {
  const { checker } = site.ctx;
  const name = ts.isPropertyAccessExpression(node)
    ? node.name
    : node.argumentExpression;
  const symbol = definedSymbol(checker, name);
  const isMember =
    symbol !== undefined && (symbol.flags & ts.SymbolFlags.EnumMember) !== 0;
  return isMember ? site.ctx.constantOf(symbol) : undefined;
}

/** `import * as helpers from ...` */
function isNamespace(checker: ts.TypeChecker, node: ts.Expression): boolean {
  if (!ts.isIdentifier(node)) return false;
  const symbol = definedSymbol(checker, node);
  return (
    symbol !== undefined && (symbol.flags & ts.SymbolFlags.ValueModule) !== 0
  );
}

// ---- what may be missing ----

/** An expression of which it is asked whether it is there: an element is then looked up within its bounds. */
export function lowerNullable(site: Site, given: ts.Expression): Value {
  const node = bareExpression(given);
  if (
    ts.isElementAccessExpression(node) &&
    !ts.isOptionalChain(node) &&
    ownerTy(site, node.expression).kind === "array"
  ) {
    const array = lowerExpression(
      site,
      node.expression,
      ownerTy(site, node.expression),
    );
    return loadMaybe(
      site,
      node,
      array,
      lowerIndex(site, node),
      isIntegerIndex(site, node),
    );
  }
  if (ts.isElementAccessExpression(node) && !ts.isOptionalChain(node)) {
    const key = site.ctx.checker.getTypeAtLocation(node.argumentExpression);
    const ty = ownerTy(site, node.expression);
    const isWord = (key.flags & ts.TypeFlags.String) !== 0;
    if (isWord && isTable(ty) && isOfNumbers(site, node)) {
      const owner = lowerExpression(site, node.expression, ty);
      return lowerNamed(site, node, owner, ty.fields);
    }
  }
  // As it is declared, not as TypeScript has narrowed it: the question is the user's to ask.
  return lowerRaw(site, node, undefined);
}

/** `a?.b.c[0]`: undefined where `a` is missing, without a look at the rest. */
export function lowerOptionalChain(
  site: Site,
  node: ts.Expression,
  want: Ty | undefined,
): Value {
  const own = tyOfNode(site, node);
  const ty = own.kind === "opaque" ? own : maybe(bare(want ?? own));
  return chain(site, node, ty, (value) => coerce(site, node, value, ty));
}

function chain(
  site: Site,
  node: ts.Expression,
  ty: Ty,
  then: (value: Value) => Value,
): Value {
  if (ts.isNonNullExpression(node))
    return chain(site, node.expression, ty, then);
  const isLink =
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node);
  if (!isLink || !ts.isOptionalChain(node))
    return then(lowerNullable(site, node));
  const linkOf = (owner: Value): Value => {
    const present =
      owner.ty.kind === "maybe"
        ? op(site, node, "unwrap", [owner], owner.ty.of)
        : owner;
    return then(link(site, node, present));
  };
  if (ts.isCallExpression(node) && node.questionDotToken !== undefined) {
    // f?.(x) of a function that is known to be there, or not to be
    const callee = lowerMaybeFunction(site, node.expression);
    if (callee !== undefined && knownOf(site, callee)?.absent)
      return then(constant(site, node, undefined, ty));
    if (callee !== undefined)
      return then(
        callGiven(site, node, callee, ty) ??
          constant(site, node, undefined, ty),
      );
    return site.ctx.refuse(
      node,
      "DC2104",
      "a function that may be missing is called",
      "call a function by its name",
    );
  }
  const from = ts.isCallExpression(node) ? calledOwner(node) : node;
  if (from.questionDotToken === undefined)
    return chain(site, from.expression, ty, linkOf);
  return chain(site, from.expression, ty, (owner) => {
    if (owner.ty.kind !== "maybe" && owner.ty.kind !== "opaque")
      return linkOf(owner);
    const missing = op(site, node, "isNil", [owner]);
    return choose(
      site,
      node,
      missing,
      ty,
      () => nothingOf(site, node, undefined, ty),
      () => linkOf(owner),
    );
  });
}

/** The `a?.f` of a call `a?.f()`. */
function calledOwner(node: ts.CallExpression): ts.PropertyAccessExpression {
  const callee = node.expression;
  if (ts.isPropertyAccessExpression(callee)) return callee;
  throw new TypeError("a call of something else than a method");
}

/** One step of a chain, on what is there. */
function link(
  site: Site,
  node:
    | ts.PropertyAccessExpression
    | ts.ElementAccessExpression
    | ts.CallExpression,
  owner: Value,
): Value {
  const isMemory = owner.ty.kind === "array" || owner.ty.kind === "record";
  if (ts.isCallExpression(node)) return lowerCallOn(site, node, owner);
  if (!isMemory) return carryOn(site, node, owner);
  return ts.isPropertyAccessExpression(node)
    ? lowerPropertyOf(site, node, owner)
    : lowerElementOf(site, node, owner);
}
