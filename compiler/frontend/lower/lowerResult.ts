import { ts } from "ts-morph";
import type { Func, Value } from "../../ir/ir.js";
import { num, type Ty } from "../../ir/types.js";
import type { LowerContext } from "../context.js";
import { eachNode } from "../syntax/scan.js";
import type { Variable } from "./lowerSite.js";
import { isProblem } from "../special.js";

/**
 * What a function gives where its declaration does not say: `make(): Shape` that returns a Circle gives a Circle. Its
 * body is lowered once, up to the first return, only to see the type of what is returned there.
 */
export function needsInference(
  ctx: LowerContext,
  decl: ts.FunctionLikeDeclaration,
): boolean {
  const signature = ctx.checker.getSignatureFromDeclaration(decl);
  const type = signature && ctx.checker.getReturnTypeOfSignature(signature);
  if (type === undefined) return false;
  const nothing =
    ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never;
  if (type.flags & nothing) return false;
  const ty = ctx.tryTyOf(type);
  if (isProblem(ty)) return true;
  // Result<never, string>: a union of objects without numbers, which is one of another union where it goes
  const isObjects =
    ty.kind === "opaque" &&
    type.isUnion() &&
    type.types.every((one) => one.flags & ts.TypeFlags.Object);
  if (isObjects) return returnsOf(decl) === 1;
  return ctx.classes.familyOf(ty) !== undefined && returnsOf(decl) === 1;
}

function returnsOf(decl: ts.FunctionLikeDeclaration): number {
  const { body } = decl;
  if (body === undefined || !ts.isBlock(body as ts.Node)) return 1;
  let count = 0;
  eachNode(
    body as ts.Block,
    (node) => (count += ts.isReturnStatement(node) ? 1 : 0),
    (node) => !ts.isFunctionLike(node),
  );
  return count;
}

/** Stands for the result while its type is being looked for. */
export const probe: Variable = { name: "probe", ty: num };

export const isProbe = (variable: Variable): boolean => variable === probe;

class ResultFound extends Error {
  readonly ty: Ty;
  constructor(ty: Ty) {
    super("the type of a result has been found");
    this.name = "ResultFound";
    this.ty = ty;
  }
}

export function noteResult(value: Value): never {
  throw new ResultFound(value.ty);
}

/** The type of what is returned first, if anything is. */
export function foundResult(lower: () => Func): Ty | undefined {
  try {
    lower();
  } catch (found) {
    if (found instanceof ResultFound) return found.ty;
    throw found;
  }
  return undefined;
}
