import { ts } from "ts-morph";
import { placeOfText } from "../arrays/lowerElements.js";
import { lowerArm } from "../control/lowerThrowers.js";
import type { Value } from "../../../ir/ir.js";
import type { OpName } from "../../../ir/ops.js";
import { bare, bool, maybe, num, sameTy, type Ty } from "../../../ir/types.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { forCode } from "../../javascript/valueByType.js";
import { decidedByType } from "../../javascript/decidedByType.js";
import { coerce, isUntold, nothingOf, tyOfNode } from "../lowerCoerce.js";
import {
  isLeftOut,
  isNoOption,
  lowerCondition,
  truthOf,
} from "../control/lowerConditions.js";
import { lowerExpression } from "../lowerExpressions.js";
import { lowerIdentity, refuseSameFunction } from "../records/lowerIdentity.js";
import { choose } from "../control/lowerJoin.js";
import { openTyOf } from "../functions/lowerSignature.js";
import { isFunctionTag, knownOf } from "../functions/lowerKnown.js";
import { lowerTargetTest } from "../classes/lowerNewTarget.js";
import { literalAnswer, lowerKindTest } from "../classes/lowerKinds.js";
import { methodThere } from "../classes/lowerOptionalMethods.js";
import { carryExpression } from "./lowerOpaque.js";
import { bareExpression } from "../../syntax/scan.js";
import { lowerFunctionTest } from "../functions/lowerValueCalls.js";
import { constant, decidedConstant, op, type Site } from "../lowerSite.js";
import { lowerEffect } from "../lowerEffect.js";
import { mayBeNothing } from "../facts/lowerMissing.js";
import { lowerTypeofTest } from "./lowerTypeof.js";
import { tyHere, tyOfPart } from "../tyHere.js";
import { isUndefinedName, localVariable } from "../lowerVariables.js";
import { lowerAsked, lowerNullable } from "./lowerOptional.js";
import { arrayConstructor } from "../arrays/arrayConstructors.js";

const { SyntaxKind } = ts;

/** Operators on numbers that give a number; those of compound assignments among them. */
export const arithmetic: ReadonlyMap<ts.SyntaxKind, OpName> = new Map([
  [SyntaxKind.PlusToken, "add"],
  [SyntaxKind.MinusToken, "sub"],
  [SyntaxKind.AsteriskToken, "mul"],
  [SyntaxKind.SlashToken, "div"],
  [SyntaxKind.PercentToken, "rem"],
  [SyntaxKind.AsteriskAsteriskToken, "pow"],
  [SyntaxKind.AmpersandToken, "bitand"],
  [SyntaxKind.BarToken, "bitor"],
  [SyntaxKind.CaretToken, "bitxor"],
  [SyntaxKind.LessThanLessThanToken, "shl"],
  [SyntaxKind.GreaterThanGreaterThanToken, "shr"],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanToken, "ushr"],
]);

const relations: ReadonlyMap<ts.SyntaxKind, OpName> = new Map([
  [SyntaxKind.LessThanToken, "lt"],
  [SyntaxKind.LessThanEqualsToken, "le"],
  [SyntaxKind.GreaterThanToken, "gt"],
  [SyntaxKind.GreaterThanEqualsToken, "ge"],
]);

const equalities: ReadonlyMap<
  ts.SyntaxKind,
  { differs: boolean; loose: boolean }
> = new Map([
  [SyntaxKind.EqualsEqualsEqualsToken, { differs: false, loose: false }],
  [SyntaxKind.ExclamationEqualsEqualsToken, { differs: true, loose: false }],
  [SyntaxKind.EqualsEqualsToken, { differs: false, loose: true }],
  [SyntaxKind.ExclamationEqualsToken, { differs: true, loose: true }],
]);

export function lowerBinary(
  site: Site,
  node: ts.BinaryExpression,
  want: Ty | undefined,
): Value {
  const kind = node.operatorToken.kind;
  if (kind === SyntaxKind.CommaToken) {
    lowerEffect(site, node.left);
    return lowerExpression(site, node.right, want);
  }
  if (
    kind === SyntaxKind.AmpersandAmpersandToken ||
    kind === SyntaxKind.BarBarToken
  )
    return lowerLogical(site, node, want);
  if (kind === SyntaxKind.QuestionQuestionToken)
    return lowerCoalesce(site, node, want);
  const equality = equalities.get(kind);
  const isFunction =
    equality && (lowerFunctionTest(site, node) ?? isSameMaker(site, node));
  if (typeof isFunction === "object")
    return equality?.differs ? op(site, node, "not", [isFunction]) : isFunction;
  if (isFunction !== undefined)
    return decidedConstant(site, node, isFunction !== equality?.differs);
  if (equality !== undefined)
    return lowerEquality(site, node, equality.differs, equality.loose);
  const test = lowerKindTest(site, node);
  if (test !== undefined) return test;
  const name = arithmetic.get(kind) ?? relations.get(kind);
  if (
    name !== undefined &&
    (isUntold(site, node.left) || isUntold(site, node.right))
  )
    return lowerUntold(site, node, name);
  if (
    name !== undefined &&
    isNumeric(site, node.left) &&
    isNumeric(site, node.right)
  ) {
    const left = lowerExpression(site, node.left, num);
    const right = lowerExpression(site, node.right, num);
    const value = op(site, node, name, [left, right]);
    const taken = site.facts.constants.get(right);
    if (name === "sub" && taken !== undefined && taken >= 1)
      site.facts.lessThan.set(value, left);
    return value;
  }
  return carryExpression(site, node, want);
}

/** An operand of JavaScript of which the checker knows nothing: what it is, its value says. */
function lowerUntold(
  site: Site,
  node: ts.BinaryExpression,
  name: OpName,
): Value {
  const operands = [node.left, node.right].map((one) => {
    const value = lowerExpression(site, one);
    // refuses in the words of the checker what is no number
    return bare(value.ty).kind === "num" && !isFunctionTag(site, value)
      ? coerce(site, one, value, num)
      : coerce(site, one, value, tyOfNode(site, one));
  });
  return op(site, node, name, operands);
}

/** `ARRAY_TYPE != Float32Array`: constructors of the library, compared. */
function isSameMaker(
  site: Site,
  { left, right }: ts.BinaryExpression,
): boolean | undefined {
  const a = arrayConstructor(site, left);
  const b = a === undefined ? undefined : arrayConstructor(site, right);
  return b === undefined ? undefined : a === b;
}

/** `(list as [])[i]` is undefined to the checker. */
export const isNumeric = (site: Site, node: ts.Expression): boolean =>
  bare(tyOfNode(site, node)).kind === "num" ||
  tyOfPart(site, node)?.kind === "num";

// ---- && || ?? ?: ----

/** `a && b`, `a || b` as values: one of the two operands. */
function lowerLogical(
  site: Site,
  node: ts.BinaryExpression,
  want: Ty | undefined,
): Value {
  const isAnd = node.operatorToken.kind === SyntaxKind.AmpersandAmpersandToken;
  // `v.elements || v` of a list
  const answer = isJavaScript(node)
    ? decidedByType(site.ctx.checker, node.left, forCode)
    : undefined;
  if (answer !== undefined)
    return lowerExpression(
      site,
      answer === isAnd ? node.right : node.left,
      want,
    );
  const instead = isAnd ? undefined : insteadOfAbsent(site, node, want);
  if (instead !== undefined) return instead;
  const ty = want ?? tyOfNode(site, node);
  if (ty.kind === "bool") return lowerCondition(site, node);
  const method = isAnd ? methodThere(site, node.left) : undefined;
  const isMethod = method && site.facts.decided.get(method);
  if (isMethod === false) return nothingOf(site, node, undefined, ty);
  if (method !== undefined)
    return choose(
      site,
      node,
      method,
      ty,
      () => lowerExpression(site, node.right, ty),
      () => nothingOf(site, node, undefined, ty),
    );
  const left = lowerAsked(site, node.left);
  // the same of a vector, which has elements for sure
  const isThere =
    (left.ty.kind === "array" || left.ty.kind === "record") &&
    !mayBeNothing(site, left, node.left);
  if (isThere && !isAnd) return coerce(site, node.left, left, ty);
  const truth = truthOf(site, node.left, left);
  const kept = (): Value => coerce(site, node.left, left, ty);
  const other = (): Value => lowerExpression(site, node.right, ty);
  return isAnd
    ? choose(site, node, truth, ty, other, kept)
    : choose(site, node, truth, ty, kept, other);
}

/** `max ?? []` is an `ArrayLike<number>`: where max is an array, it is one. */
function openListTy(
  { ctx }: Site,
  node: ts.BinaryExpression,
  left: Value,
): Ty | undefined {
  const declared = openTyOf(ctx, ctx.checker.getTypeAtLocation(node));
  const own = bare(left.ty);
  return declared.kind === "problem" && own.kind === "array" ? own : undefined;
}

/** `max || []`, `max ?? []`, where this call gives no max, and its type does not say what it would be. */
function insteadOfAbsent(
  site: Site,
  { left, right }: ts.BinaryExpression,
  want: Ty | undefined,
): Value | undefined {
  const variable = localVariable(site, bareExpression(left));
  const value = variable && site.env.values.get(variable);
  if (!variable || variable.ty.kind === "maybe") return undefined;
  const isNothing =
    variable.ty.kind === "opaque" && variable.ty.text === "undefined";
  if (!value || !(isNothing || knownOf(site, value)?.absent)) return undefined;
  return lowerExpression(site, right, want === variable.ty ? undefined : want);
}

function lowerCoalesce(
  site: Site,
  node: ts.BinaryExpression,
  want: Ty | undefined,
): Value {
  const instead = insteadOfAbsent(site, node, want);
  if (instead !== undefined) return instead;
  const left = lowerNullable(site, node.left);
  const ty = want ?? openListTy(site, node, left) ?? tyOfNode(site, node);
  if (!mayBeNothing(site, left, node.left))
    return coerce(site, node.left, left, ty);
  const missing = op(site, node, "isNil", [left]);
  return choose(
    site,
    node,
    missing,
    ty,
    () => lowerExpression(site, node.right, ty),
    () => coerce(site, node.left, present(site, node, left, ty), ty),
  );
}

/** What is known to be there, where nothing looks otherwise in the type that is wanted: `x ?? null`. */
function present(site: Site, node: ts.Node, value: Value, want: Ty): Value {
  const { ty } = value;
  const isOther =
    ty.kind === "maybe" && want.kind === "maybe" && ty.nil !== want.nil;
  return isOther ? op(site, node, "unwrap", [value], ty.of) : value;
}

export function lowerConditional(
  site: Site,
  node: ts.ConditionalExpression,
  want: Ty | undefined,
): Value {
  const condition = lowerCondition(site, node.condition);
  const isTrue = site.facts.decided.get(condition);
  // `typeof o === "number" ? ... : ...`, where this call says which it is
  if ((want === undefined || isJavaScript(node)) && isTrue !== undefined) {
    const arm = isTrue ? node.whenTrue : node.whenFalse;
    return lowerExpression(site, arm, want);
  }
  const ty = want ?? armTy(site, node) ?? tyOfNode(site, toldArm(site, node));
  return choose(
    site,
    node,
    condition,
    ty,
    () => lowerArm(site, node.whenTrue, ty),
    () => lowerArm(site, node.whenFalse, ty),
  );
}

/** Arms of a union that are of one kind here: `inPlace ? xs : new Float64Array(n)`, where xs is one, too. */
function armTy(site: Site, node: ts.ConditionalExpression): Ty | undefined {
  const declared = site.ctx.tryTyOf(site.ctx.checker.getTypeAtLocation(node));
  if (declared.kind !== "problem" || declared.isAny) return undefined;
  const yes = tyHere(site, node.whenTrue);
  const no = tyHere(site, node.whenFalse);
  if (yes.kind === "problem" || no.kind === "problem") return undefined;
  return sameTy(yes, no) ? yes : undefined;
}

/** Where the checker knows nothing of a choice, one of its arms may tell. */
function toldArm(site: Site, node: ts.ConditionalExpression): ts.Expression {
  if (!isUntold(site, node)) return node;
  const arms = [node.whenTrue, node.whenFalse];
  return arms.find((arm) => !isUntold(site, arm)) ?? node;
}

// ---- comparisons ----

function lowerEquality(
  site: Site,
  node: ts.BinaryExpression,
  differs: boolean,
  loose: boolean,
): Value {
  const negated = (equal: Value): Value =>
    differs ? op(site, node, "not", [equal]) : equal;
  for (const [nil, other] of [
    [node.right, node.left],
    [node.left, node.right],
  ] as const) {
    const test = nilTest(site, nil, loose);
    if (test !== undefined && test !== "isNull" && isLeftOut(site, other))
      return negated(decidedConstant(site, node, true));
    // `options.id === 0`, where nobody gives it
    if (isPlainLiteral(nil) && isNoOption(site, bareExpression(other)))
      return negated(decidedConstant(site, node, false));
    const method =
      test !== undefined && test !== "isNull"
        ? methodThere(site, other)
        : undefined;
    if (method !== undefined) return negated(op(site, node, "not", [method]));
    if (test !== undefined)
      return negated(op(site, node, test, [lowerNullable(site, other)]));
  }
  const target = lowerTargetTest(site, node, differs);
  if (target !== undefined) return target;
  const typeTest = lowerTypeofTest(site, node);
  if (typeTest !== undefined) return negated(typeTest);
  const left = lowerExpression(site, node.left);
  const right = lowerExpression(site, node.right);
  refuseSameFunction(site, node, left, right);
  // its tag is a number in the IR, and equals none
  if (isFunctionTag(site, left) !== isFunctionTag(site, right)) {
    const other = isFunctionTag(site, left) ? right : left;
    if (["num", "bool", "array", "record"].includes(other.ty.kind))
      return decidedConstant(site, node, differs);
  }
  const same = lowerIdentity(site, node, left, right, loose);
  if (same !== undefined) return negated(same);
  const [a, b] = asOneType(site, node, left, right);
  const answer = literalAnswer(site, node, a, b);
  if (answer !== undefined) return negated(answer);
  return op(site, node, differs ? "ne" : "eq", [a, b]);
}

const isPlainLiteral = (given: ts.Expression): boolean => {
  const node = bareExpression(given);
  return (
    ts.isNumericLiteral(node) ||
    ts.isStringLiteralLike(node) ||
    node.kind === SyntaxKind.TrueKeyword ||
    node.kind === SyntaxKind.FalseKeyword
  );
};

/** Both operands of `===` with one type; a string literal takes the type of what it is compared to. */
function asOneType(
  site: Site,
  node: ts.BinaryExpression,
  left: Value,
  right: Value,
): readonly [Value, Value] {
  if (left.ty.kind === right.ty.kind && left.ty.kind !== "maybe")
    return [left, right];
  if (left.ty.kind === "maybe" || right.ty.kind === "maybe") {
    const ty = maybe(bare(left.ty.kind === "maybe" ? left.ty : right.ty));
    return [
      coerce(site, node.left, left, ty),
      coerce(site, node.right, right, ty),
    ];
  }
  const ty = left.ty.kind === "opaque" ? left.ty : right.ty;
  return [
    coerce(site, node.left, left, ty),
    coerce(site, node.right, right, ty),
  ];
}

function nilTest(
  site: Site,
  given: ts.Expression,
  loose: boolean,
): OpName | undefined {
  const node = bareExpression(given);
  const isNull = node.kind === SyntaxKind.NullKeyword;
  const isUndefined = isUndefinedName(site, node) || ts.isVoidExpression(node);
  if (!isNull && !isUndefined) return undefined;
  if (loose) return "isNil";
  return isNull ? "isNull" : "isUndefined";
}

// ---- unary ----

export function lowerPrefix(
  site: Site,
  node: ts.PrefixUnaryExpression,
  want: Ty | undefined,
): Value {
  if (node.operator === SyntaxKind.ExclamationToken)
    return op(site, node, "not", [lowerCondition(site, node.operand)]);
  const ty = tyOfNode(site, node.operand);
  const isPlus = node.operator === SyntaxKind.PlusToken;
  const place = isPlus ? placeOfText(site, node.operand) : undefined;
  if (place !== undefined) return place;
  if (ty.kind === "bool" && node.operator === SyntaxKind.PlusToken)
    return op(site, node, "bool2num", [
      lowerExpression(site, node.operand, bool),
    ]);
  if (bare(ty).kind !== "num") return carryExpression(site, node, want);
  if (
    node.operator === SyntaxKind.MinusToken &&
    ts.isNumericLiteral(node.operand)
  )
    return constant(site, node, -Number(node.operand.text));
  const value = lowerExpression(site, node.operand, num);
  switch (node.operator) {
    case SyntaxKind.MinusToken:
      return op(site, node, "neg", [value]);
    case SyntaxKind.TildeToken:
      return op(site, node, "bitnot", [value]);
    default:
      return value;
  }
}
