import { ts } from "ts-morph";
import { lowerTypeof } from "./values/lowerTypeof.js";
import { givenAhead } from "./lowerAhead.js";
import { kindInWords } from "../syntax/kindInWords.js";
import type { Value } from "../../ir/ir.js";
import { str, type Ty } from "../../ir/types.js";
import { lowerArrayLiteral } from "./arrays/lowerArrayLiteral.js";
import { lowerAssignment, lowerUpdate } from "./lowerAssign.js";
import { lowerCall } from "./functions/lowerCalls.js";
import { coerce, mayBeNil, nothingOf, tyOfNode } from "./lowerCoerce.js";
import {
  lowerBinary,
  lowerConditional,
  lowerPrefix,
} from "./values/lowerOperators.js";
import { lowerPropertyAccess } from "./lowerAccess.js";
import { carryExpression } from "./values/lowerOpaque.js";
import { lowerObjectLiteral } from "./records/lowerRecords.js";
import { bareExpression, isAssignment, isUpdate } from "../syntax/scan.js";
import {
  closureOf,
  functionConstant,
  namedFunction,
} from "./functions/lowerFunctionValues.js";
import { constant, emit, op, type Site } from "./lowerSite.js";
import {
  constantAs,
  isUndefinedName,
  localVariable,
  lowerModuleName,
} from "./lowerVariables.js";
import { isGlobalName, mathMember } from "../syntax/callee.js";
import { mathConstantValue } from "./values/lowerMath.js";
import { refuseBigInt, refuseHost } from "./values/lowerRefused.js";
import { lowerThis } from "./classes/lowerThis.js";
import { lowerElementAccess } from "./arrays/lowerElements.js";
import { lowerOptionalChain } from "./values/lowerOptional.js";
import { plainHere } from "./functions/lowerKeptPlain.js";
import { lowerNew } from "./classes/lowerNew.js";

/** The value of an expression; where `want` is given, as a value of that type. */
export function lowerExpression(
  site: Site,
  node: ts.Expression,
  want?: Ty,
): Value {
  const raw = settleNil(site, node, lowerRaw(site, node, want), want);
  const value = plainHere(site, node, raw);
  return want === undefined ? value : coerce(site, node, value, want);
}

/** Drops "or nothing" from a value where TypeScript knows by its place that it is there. */
function settleNil(
  site: Site,
  node: ts.Expression,
  value: Value,
  want: Ty | undefined,
): Value {
  if (value.ty.kind !== "maybe" || want?.kind === "maybe") return value;
  if (mayBeNil(site.ctx.checker.getTypeAtLocation(node))) return value;
  return op(site, node, "unwrap", [value], value.ty.of);
}

/** The value as it is stored, which may be "or nothing" where TypeScript knows better; `want` is a hint. */
export function lowerRaw(
  site: Site,
  node: ts.Expression,
  want: Ty | undefined,
): Value {
  const ahead = givenAhead(site, node)?.value;
  if (ahead !== undefined) return ahead;
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node)
  ) {
    const value = lowerExpression(
      site,
      node.expression,
      want ?? assertedTy(site, node),
    );
    return value.ty.kind === "opaque" ? keptCast(site, node, value) : value;
  }
  if (ts.isNonNullExpression(node)) return lowerNonNull(site, node, want);
  if (ts.isIdentifier(node)) return lowerIdentifier(site, node, want);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return lowerThis(site, node);
  if (ts.isNumericLiteral(node)) return constant(site, node, Number(node.text));
  if (ts.isStringLiteralLike(node))
    return constantAs(site, node, node.text, want ?? str);
  if (node.kind === ts.SyntaxKind.TrueKeyword)
    return constantAs(site, node, true, want);
  if (node.kind === ts.SyntaxKind.FalseKeyword)
    return constantAs(site, node, false, want);
  if (node.kind === ts.SyntaxKind.NullKeyword)
    return nothingOf(site, node, null, want ?? tyOfNode(site, node));
  if (isAssignment(node)) return lowerAssignment(site, node, want);
  if (isUpdate(node)) return lowerUpdate(site, node);
  if (ts.isBinaryExpression(node)) return lowerBinary(site, node, want);
  if (ts.isPrefixUnaryExpression(node)) return lowerPrefix(site, node, want);
  if (ts.isConditionalExpression(node))
    return lowerConditional(site, node, want);
  if (ts.isOptionalChain(node)) return lowerOptionalChain(site, node, want);
  if (ts.isElementAccessExpression(node))
    return lowerElementAccess(site, node, want);
  if (ts.isPropertyAccessExpression(node))
    return lowerPropertyAccess(site, node, want);
  if (ts.isCallExpression(node)) return lowerCallValue(site, node, want);
  if (ts.isNewExpression(node)) return lowerNew(site, node, want);
  if (ts.isArrayLiteralExpression(node))
    return lowerArrayLiteral(site, node, want);
  if (ts.isObjectLiteralExpression(node))
    return lowerObjectLiteral(site, node, want);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
    return functionConstant(site, node, closureOf(site, node));
  if (ts.isVoidExpression(node)) {
    lowerExpression(site, node.expression);
    return nothingOf(site, node, undefined, want ?? tyOfNode(site, node));
  }
  const kind = ts.isTypeOfExpression(node)
    ? lowerTypeof(site, node)
    : undefined;
  if (kind !== undefined) return kind;
  if (
    ts.isTemplateExpression(node) ||
    ts.isTypeOfExpression(node) ||
    ts.isRegularExpressionLiteral(node)
  )
    return carryExpression(site, node, want);
  return refuseExpression(site, node);
}

/** `text as Id`, of a word that TypeScript would not take for one. */
function keptCast(site: Site, node: ts.Expression, value: Value): Value {
  if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node))
    return value;
  let holder = node.parent;
  while (ts.isParenthesizedExpression(holder)) holder = holder.parent;
  const isLookedAt =
    ts.isElementAccessExpression(holder) ||
    (ts.isBinaryExpression(holder) && !isAssignment(holder));
  if (isLookedAt) return value;
  const { checker } = site.ctx;
  const from = checker.getTypeAtLocation(node.expression);
  const to = checker.getTypeAtLocation(node);
  if (checker.isTypeAssignableTo(from, to)) return value;
  const ty = tyOfNode(site, node);
  if (ty.kind !== "opaque" || ty.text === "string") return value;
  return emit(site, node, "opaque", [value], ty, {
    parts: ["(", ` as ${ty.text})`],
    needs: ty.needs ?? [],
    effect: "none",
  });
}

/** The type that `[] as number[]` gives to a literal, which has none that is of use. */
function assertedTy(site: Site, node: ts.Expression): Ty | undefined {
  const inner = bareExpression(node);
  const isMade =
    ts.isArrayLiteralExpression(inner) ||
    ts.isObjectLiteralExpression(inner) ||
    ts.isNewExpression(inner);
  return isMade && !ts.isParenthesizedExpression(node)
    ? tyOfNode(site, node)
    : undefined;
}

function lowerCallValue(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value {
  const value = lowerCall(site, node, want);
  if (value !== undefined) return value;
  return nothingOf(site, node, undefined, want ?? tyOfNode(site, node));
}

/** `e!`: whatever `e` is, it is there. A place in an array is read without looking at its bounds. */
function lowerNonNull(
  site: Site,
  node: ts.NonNullExpression,
  want: Ty | undefined,
): Value {
  const inner = node.expression;
  const value =
    ts.isElementAccessExpression(inner) && !ts.isOptionalChain(inner)
      ? lowerElementAccess(
          site,
          inner,
          want?.kind === "maybe" ? want.of : want,
          true,
        )
      : lowerExpression(site, inner);
  return value.ty.kind === "maybe"
    ? op(site, node, "unwrap", [value], value.ty.of)
    : value;
}

function lowerIdentifier(
  site: Site,
  node: ts.Identifier,
  want: Ty | undefined,
): Value {
  const variable = localVariable(site, node);
  if (variable !== undefined) {
    const value = site.env.values.get(variable);
    if (value !== undefined) return value;
    return site.ctx.refuse(
      node,
      "DC2114",
      `${node.text} is used before it has a value`,
      "give it a value where it is declared",
    );
  }
  if (isUndefinedName(site, node))
    return nothingOf(site, node, undefined, want ?? tyOfNode(site, node));
  const { checker } = site.ctx;
  refuseHost(site, node);
  if (isGlobalName(checker, node, "NaN")) return constant(site, node, NaN);
  if (isGlobalName(checker, node, "Infinity"))
    return constant(site, node, Infinity);
  // const { PI } = Math
  const member = mathMember(checker, node);
  const known = member === undefined ? undefined : mathConstantValue(member);
  if (known !== undefined) return constant(site, node, known);
  const fn = namedFunction(site, node);
  if (fn !== undefined) return functionConstant(site, node, fn);
  return lowerModuleName(site, node, want);
}

function refuseExpression(site: Site, node: ts.Expression): never {
  const { ctx } = site;
  if (
    node.kind === ts.SyntaxKind.ThisKeyword ||
    node.kind === ts.SyntaxKind.SuperKeyword ||
    ts.isClassExpression(node)
  )
    return ctx.refuse(
      node,
      "DC2105",
      node.kind === ts.SyntaxKind.SuperKeyword
        ? "something of the class above is used here that diffc cannot see"
        : ts.isClassExpression(node)
          ? "a class is made here, while the program runs"
          : "`this` belongs to no object that diffc can see",
      node.kind === ts.SyntaxKind.SuperKeyword
        ? "call a method of the class above instead, or use an accessor that it declares"
        : ts.isClassExpression(node)
          ? "declare the class at the top level of its module"
          : "pass the object as an ordinary parameter",
    );
  if (ts.isAwaitExpression(node) || ts.isYieldExpression(node))
    return ctx.refuse(
      node,
      "DC2007",
      "await and yield are not carried",
      "differentiate a plain function that is called from here",
    );
  if (ts.isDeleteExpression(node))
    return ctx.refuse(
      node,
      "DC2107",
      "a field is deleted here",
      "build a new object without the field",
    );
  if (ts.isBigIntLiteral(node)) return refuseBigInt(site, node);
  return ctx.refuse(
    node,
    "DC2102",
    `${kindInWords(node)} is not carried`,
    "write it with arithmetic, calls, arrays and objects with named fields",
  );
}
