import { ts } from "ts-morph";
import {
  bare,
  holdsFloat,
  maybe,
  type MaybeTy,
  type Ty,
} from "../../../ir/types.js";
import type { LowerContext } from "../../context.js";
import { inField, problem, type TypeProblem } from "../../types/typeProblem.js";

/** The types in which a function takes its parameters and gives its result; caller and callee agree on them here. */

export const isOptional = (parameter: ts.ParameterDeclaration): boolean =>
  parameter.questionToken !== undefined || parameter.initializer !== undefined;

/** The type of the value that is passed: one that may be left out may be missing. */
export function parameterTy(
  ctx: LowerContext,
  parameter: ts.ParameterDeclaration,
): Ty {
  const ty = ctx.tyOf(parameterType(ctx, parameter), parameter);
  if (!isOptional(parameter)) return ty;
  // what a default stands in for is never undefined inside
  return parameter.initializer === undefined ? orLeftOut(ty) : maybe(ty);
}

/** What a parameter with a default is inside: `x: number | null = null` may be missing there, too. */
export function tyInside(
  ctx: LowerContext,
  parameter: ts.ParameterDeclaration,
  ty: Ty = parameterTy(ctx, parameter),
): Ty {
  const declared = ctx.tryTyOf(parameterType(ctx, parameter));
  return ty.kind === "maybe" && declared.kind !== "maybe" ? ty.of : ty;
}

/** `y?: number | null` may be either. */
export const orLeftOut = (ty: Ty): Ty =>
  ty.kind === "maybe" && ty.nil === "null" ? { ...ty, nil: "both" } : maybe(ty);

/** The declared type, without the undefined that a default or `?` brings in. */
export function parameterType(
  ctx: LowerContext,
  parameter: ts.ParameterDeclaration,
): ts.Type {
  const { checker } = ctx;
  return parameter.type === undefined
    ? checker.getTypeAtLocation(parameter)
    : checker.getTypeFromTypeNode(parameter.type);
}

/** What a function gives where control falls off its end. One that gives null instead never gets there. */
export const nothingOf = ({ nil }: MaybeTy): undefined | null =>
  nil === "null" ? null : undefined;

/** Undefined for a function that gives nothing. */
export function resultTy(
  ctx: LowerContext,
  decl: ts.FunctionLikeDeclaration,
): Ty | undefined {
  const signature = ctx.checker.getSignatureFromDeclaration(decl);
  if (signature === undefined) return undefined;
  const type = ctx.checker.getReturnTypeOfSignature(signature);
  const nothing =
    ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never;
  return type.flags & nothing ? undefined : ctx.tyOf(type, decl);
}

/** The type of a parameter, or that the argument has to say it: `Iterable<number>` may be any kind of list. */
export function openTyOf(ctx: LowerContext, type: ts.Type): Ty | TypeProblem {
  const ty = ctx.tryTyOf(type);
  if (ty.kind === "problem") return ty;
  const isPlain =
    bare(ty).kind === "record" &&
    ctx.classes.instanceOf(bare(ty)) === undefined;
  return (isPlain ? openField(ctx, type) : openList(ctx, type)) ?? ty;
}

/** `ArrayLike<number>` */
function openList(ctx: LowerContext, type: ts.Type): TypeProblem | undefined {
  const present = ctx.checker.getNonNullableType(type);
  const ty = ctx.tryTyOf(present);
  const name = (present.symbol as ts.Symbol | undefined)?.name ?? "";
  if (ty.kind !== "opaque" || !/^(Iterable|ArrayLike)$/.test(name))
    return undefined;
  const [of] = ctx.checker.getTypeArguments(present as ts.TypeReference);
  const elem = of && ctx.tryTyOf(of);
  if (elem === undefined || elem.kind === "problem" || !holdsFloat(elem))
    return undefined;
  return problem(
    "DC2003",
    `the type ${ty.text} does not say what holds its numbers`,
    "take or pass an array: number[] or Float64Array",
  );
}

/** `{ x: ArrayLike<number> }`: the object that is passed has fields of its own types. */
function openField(ctx: LowerContext, type: ts.Type): TypeProblem | undefined {
  const { checker } = ctx;
  const present = checker.getNonNullableType(type);
  if (present.isUnion() || checker.isArrayLikeType(present)) return undefined;
  for (const property of checker.getPropertiesOfType(present)) {
    const open = openList(ctx, checker.getTypeOfSymbol(property));
    if (open !== undefined) return inField(open, property.name);
  }
  return undefined;
}
