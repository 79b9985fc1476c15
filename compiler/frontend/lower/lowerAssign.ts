import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import { bare, fieldOf, num, type Ty } from "../../ir/types.js";
import { coerce, refuseModuleWrite, tyOfNode } from "./lowerCoerce.js";
import { describeTy } from "../types/describeTy.js";
import { truthOf } from "./control/lowerConditions.js";
import { lowerStored } from "./functions/lowerEscapes.js";
import { refuseComputed } from "./functions/lowerWritten.js";
import { lowerExpression } from "./lowerExpressions.js";
import { keepOnFunction } from "./functions/lowerFunctionFields.js";
import { turnedTy, turnedVariable } from "./classes/lowerAdopt.js";
import { choose } from "./control/lowerJoin.js";
import { memberPlace } from "./classes/lowerMemberPlace.js";
import { statePlace } from "./lowerModuleState.js";
import { mayBeNothing } from "./facts/lowerMissing.js";
import { arithmetic } from "./values/lowerOperators.js";
import { refuseBigInt } from "./values/lowerRefused.js";
import { bareExpression } from "../syntax/scan.js";
import {
  constant,
  emit,
  nameValue,
  op,
  perform,
  type Site,
} from "./lowerSite.js";
import { localVariable, ownerTy, setVariable } from "./lowerVariables.js";
import {
  isInBounds,
  load,
  loadMaybe,
  lowerIndex,
} from "./arrays/lowerElements.js";
import { fieldName } from "./records/lowerKeyed.js";
import { lengthPlace } from "./arrays/lowerSplice.js";
import { refuseUndefined } from "./arrays/shortTuples.js";
import { assignPattern, isPattern } from "./lowerPatternAssign.js";
import {
  asKey,
  entryPlace,
  isKeyed,
  isTable,
  keyOf,
} from "./records/lowerTables.js";

const { SyntaxKind } = ts;

/** Somewhere that can be read and written; what is in its brackets has been evaluated, once. */
export interface Place {
  readonly ty: Ty;
  read(): Value;
  /** As `read`, but undefined for an element outside of its array. */
  probe?(): Value;
  write(value: Value): void;
  /** What it is to be given, where that may be of another type. */
  tyFor?(given: ts.Expression): Ty | undefined;
}

export function placeOf(site: Site, given: ts.Expression): Place {
  const node = bareExpression(given);
  if (ts.isIdentifier(node)) return variablePlace(site, node);
  const isAccess =
    ts.isElementAccessExpression(node) || ts.isPropertyAccessExpression(node);
  if (!isAccess) return refuseTarget(site, node);
  const member = ts.isPropertyAccessExpression(node)
    ? memberPlace(site, node)
    : undefined;
  if (member !== undefined) return member;
  const ty = ownerTy(site, node.expression);
  if (ty.kind !== "array" && ty.kind !== "record" && ty.kind !== "table")
    return refuseTarget(site, node);
  const owner = lowerExpression(site, node.expression, ty);
  refuseModuleWrite(site, node, owner);
  if (isTable(owner)) return entryPlace(site, node, owner, keyOf(site, node));
  const key = keyOfRecord(site, node, owner);
  if (key !== undefined) return key;
  if (owner.ty.kind === "record") {
    const name = ts.isPropertyAccessExpression(node)
      ? node.name.text
      : fieldName(site, node);
    return fieldPlace(site, node, owner, name);
  }
  if (ts.isElementAccessExpression(node))
    return elementPlace(site, node, owner, lowerIndex(site, node));
  const isLength = node.name.text === "length" && owner.ty.kind === "array";
  return isLength && owner.ty.fixed === undefined
    ? lengthPlace(site, node, owner, owner.ty)
    : refuseTarget(site, node);
}

/** `record[key]`, of a key that the running program knows. */
function keyOfRecord(
  site: Site,
  node: ts.ElementAccessExpression | ts.PropertyAccessExpression,
  owner: Value,
): Place | undefined {
  if (!ts.isElementAccessExpression(node) || !isKeyed(site, owner))
    return undefined;
  const { argumentExpression } = node;
  const own = bareExpression(argumentExpression);
  const type = site.ctx.checker.getTypeAtLocation(own);
  const isNumeric = (type.flags & ts.TypeFlags.NumberLike) !== 0;
  if (type.isStringLiteral() || isNumeric) return undefined;
  return entryPlace(site, node, owner, asKey(site, argumentExpression));
}

function variablePlace(site: Site, node: ts.Identifier): Place {
  const variable = localVariable(site, node);
  const state = variable === undefined ? statePlace(site, node) : undefined;
  if (state !== undefined) return state;
  if (variable === undefined)
    return site.ctx.refuse(
      node,
      "DC2005",
      `${node.text} is a variable of the module`,
      "pass it as a parameter and return its new value",
    );
  return {
    ty: variable.ty,
    tyFor: (given) => turnedTy(site, variable, given),
    read: () => lowerExpressionOfVariable(site, node),
    write: (value) => {
      nameValue(value, variable.name);
      const turned = turnedVariable(site, node, variable, value);
      setVariable(site, node, turned ?? variable, value);
    },
  };
}

function lowerExpressionOfVariable(site: Site, node: ts.Identifier): Value {
  const variable = localVariable(site, node);
  const value = variable && site.env.values.get(variable);
  if (value !== undefined) return value;
  return site.ctx.refuse(
    node,
    "DC2114",
    `${node.text} is used before it has a value`,
    "give it a value where it is declared",
  );
}

export function elementPlace(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
): Place {
  if (array.ty.kind !== "array") throw new TypeError("place in no array");
  const ty = array.ty.elem;
  return {
    ty,
    read: () => load(site, node, array, index),
    probe: () => loadMaybe(site, node, array, index, false),
    write: (value) => {
      const stored = coerce(site, node, value, ty);
      perform(site, node, "store", [array, index, stored], {
        inBounds: isInBounds(site, array, index),
      });
    },
  };
}

function fieldPlace(
  site: Site,
  node: ts.Node,
  record: Value,
  name: string,
): Place {
  const field =
    record.ty.kind === "record" ? fieldOf(record.ty, name) : undefined;
  if (field === undefined)
    return site.ctx.refuse(
      node,
      "DC2107",
      `the field ${name} is not one of ${describeTy(record.ty)}`,
      "name a field of the declared type",
    );
  refuseComputed(site, node, record.ty, name);
  return {
    ty: field.ty,
    read: () =>
      emit(site, node, "getField", [record], field.ty, { field: name }),
    write: (value) => {
      const stored = coerce(site, node, value, field.ty);
      perform(site, node, "setField", [record, stored], { field: name });
    },
  };
}

function refuseTarget(site: Site, node: ts.Expression): never {
  const { checker } = site.ctx;
  const target = bareExpression(node);
  const owner =
    ts.isPropertyAccessExpression(target) ||
    ts.isElementAccessExpression(target)
      ? target.expression
      : undefined;
  const type = owner && checker.getTypeAtLocation(owner);
  if (owner === undefined || type === undefined)
    return site.ctx.refuse(
      node,
      "DC2109",
      "this is not assigned to",
      "assign to variables, array elements, and fields of plain objects",
    );
  const isLength =
    checker.isArrayLikeType(type) &&
    ts.isPropertyAccessExpression(target) &&
    target.name.text === "length";
  if (isLength)
    return site.ctx.refuse(
      node,
      "DC2109",
      "setting the length of an array cuts it, or leaves holes in it",
      "take a part with slice, drop the last element with pop, or make a new array",
    );
  if (type.getCallSignatures().length > 0)
    return site.ctx.refuse(
      node,
      "DC2005",
      `${target.getText()} is kept on a function, and lives on from call to call`,
      "pass it as a parameter and return its new value",
    );
  if (/^Big(Int|Uint)64Array/.test(checker.typeToString(type)))
    return refuseBigInt(site, node);
  return site.ctx.refuse(
    node,
    "DC2109",
    `a value is put into a ${checker.typeToString(type)}, of which diffc does not see what it holds`,
    "use an array, or an object of a type that names its fields",
  );
}

const logical: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.AmpersandAmpersandEqualsToken,
  SyntaxKind.BarBarEqualsToken,
  SyntaxKind.QuestionQuestionEqualsToken,
]);

/** `a = e`, `a += e`, `a ??= e`; its value is what was assigned. `unused`: nobody looks at that value. */
export function lowerAssignment(
  site: Site,
  node: ts.BinaryExpression,
  want: Ty | undefined,
  unused = false,
): Value {
  const kind = node.operatorToken.kind;
  if (kind === SyntaxKind.EqualsToken) {
    const left = bareExpression(node.left);
    if (isPattern(left)) return assignPattern(site, left, node.right, unused);
    const kept = keepOnFunction(site, left, node.right);
    if (kept !== undefined) return kept;
    const place = placeOf(site, left);
    if (ts.isElementAccessExpression(left)) {
      const list = site.ctx.checker.getTypeAtLocation(left.expression);
      refuseUndefined(site, list, node.right, place.ty);
    }
    const value = ts.isIdentifier(left)
      ? lowerExpression(site, node.right, place.tyFor?.(node.right))
      : lowerStored(site, node.right, place.ty);
    place.write(value);
    return value;
  }
  if (logical.has(kind)) return lowerLogicalAssignment(site, node, want);
  const place = placeOf(site, node.left);
  const old = place.read();
  const value = combine(site, node, kind, old);
  place.write(value);
  return value;
}

/** The `a + e` of `a += e`. */
function combine(
  site: Site,
  node: ts.BinaryExpression,
  kind: ts.SyntaxKind,
  old: Value,
): Value {
  const name = arithmetic.get(plainOperator(kind));
  if (bare(old.ty).kind === "num" && name !== undefined) {
    const left = coerce(site, node.left, old, num);
    return op(site, node, name, [left, lowerExpression(site, node.right, num)]);
  }
  if (old.ty.kind === "opaque" && kind === SyntaxKind.PlusEqualsToken) {
    const right = lowerExpression(site, node.right);
    if (right.ty.kind !== "array" && right.ty.kind !== "record")
      return emit(site, node, "opaque", [old, right], old.ty, {
        parts: ["", " + ", ""],
        needs: [],
        effect: "none",
      });
  }
  return refuseTarget(site, node);
}

const plain: ReadonlyMap<ts.SyntaxKind, ts.SyntaxKind> = new Map([
  [SyntaxKind.PlusEqualsToken, SyntaxKind.PlusToken],
  [SyntaxKind.MinusEqualsToken, SyntaxKind.MinusToken],
  [SyntaxKind.AsteriskEqualsToken, SyntaxKind.AsteriskToken],
  [SyntaxKind.SlashEqualsToken, SyntaxKind.SlashToken],
  [SyntaxKind.PercentEqualsToken, SyntaxKind.PercentToken],
  [SyntaxKind.AsteriskAsteriskEqualsToken, SyntaxKind.AsteriskAsteriskToken],
  [SyntaxKind.AmpersandEqualsToken, SyntaxKind.AmpersandToken],
  [SyntaxKind.BarEqualsToken, SyntaxKind.BarToken],
  [SyntaxKind.CaretEqualsToken, SyntaxKind.CaretToken],
  [SyntaxKind.LessThanLessThanEqualsToken, SyntaxKind.LessThanLessThanToken],
  [
    SyntaxKind.GreaterThanGreaterThanEqualsToken,
    SyntaxKind.GreaterThanGreaterThanToken,
  ],
  [
    SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken,
    SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
  ],
]);

const plainOperator = (kind: ts.SyntaxKind): ts.SyntaxKind =>
  plain.get(kind) ?? kind;

/** `a ??= e`: the right side is evaluated, and stored, only where it is needed. */
function lowerLogicalAssignment(
  site: Site,
  node: ts.BinaryExpression,
  want: Ty | undefined,
): Value {
  const place = placeOf(site, node.left);
  const kind = node.operatorToken.kind;
  const isNullish = kind === SyntaxKind.QuestionQuestionEqualsToken;
  const old = isNullish && place.probe ? place.probe() : place.read();
  const ty = want ?? tyOfNode(site, node);
  const assigned = (): Value => {
    const value = lowerExpression(site, node.right, place.ty);
    place.write(value);
    return coerce(site, node, value, ty);
  };
  const kept = (): Value => coerce(site, node, old, ty);
  if (isNullish) {
    if (!mayBeNothing(site, old, node.left)) return kept();
    const missing = op(site, node, "isNil", [old]);
    return choose(site, node, missing, ty, assigned, kept);
  }
  const truth = truthOf(site, node.left, old);
  return kind === SyntaxKind.AmpersandAmpersandEqualsToken
    ? choose(site, node, truth, ty, assigned, kept)
    : choose(site, node, truth, ty, kept, assigned);
}

/** `x++`, `--a[i]` */
export function lowerUpdate(
  site: Site,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
): Value {
  const place = placeOf(site, node.operand);
  if (bare(place.ty).kind !== "num") return refuseTarget(site, node);
  const old = coerce(site, node, place.read(), num);
  const name = node.operator === SyntaxKind.PlusPlusToken ? "add" : "sub";
  const value = op(site, node, name, [old, constant(site, node, 1)]);
  place.write(value);
  return ts.isPrefixUnaryExpression(node) ? value : old;
}
