import { ts } from "ts-morph";
import { bare, fieldOf, type Ty } from "../../ir/types.js";
import { bareExpression } from "../syntax/scan.js";
import type { TypeProblem } from "../types/typeProblem.js";
import { mayBeNil } from "./lowerCoerce.js";
import type { Site } from "./lowerSite.js";
import { localVariable } from "./lowerVariables.js";

/**
 * The type of an expression as it is where the function is lowered for this use: that of a variable, or of a part of one.
 * TypeScript knows what is declared, `number | Vec` or `unknown`.
 */
export function tyHere(site: Site, given: ts.Expression): Ty | TypeProblem {
  return tyOfPart(site, given) ?? declaredTy(site, given);
}

/** Undefined where nothing but the declaration says it. */
export function tyOfPart(site: Site, given: ts.Expression): Ty | undefined {
  const node = bareExpression(given);
  const variable = localVariable(site, node);
  if (variable !== undefined) return variable.ty;
  if (ts.isElementAccessExpression(node)) {
    const owner = tyOfPart(site, node.expression);
    return owner?.kind === "array" ? owner.elem : undefined;
  }
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const owner = tyOfPart(site, node.expression);
  const object = owner && bare(owner);
  return object?.kind === "record"
    ? fieldOf(object, node.name.text)?.ty
    : undefined;
}

/**
 * The same of a value that is there: after `if (x === undefined) return`, TypeScript knows that. Where it was only told so,
 * `x!`, nobody has looked.
 */
export function tyOfPresent(site: Site, given: ts.Expression): Ty | undefined {
  const ty = tyOfPart(site, given);
  if (ty?.kind !== "maybe") return ty;
  const type = site.ctx.checker.getTypeAtLocation(given);
  const isTold = ts.isNonNullExpression(given) || mayBeNil(type);
  return isTold ? undefined : ty.of;
}

const declaredTy = ({ ctx }: Site, node: ts.Expression): Ty | TypeProblem =>
  ctx.tryTyOf(ctx.checker.getTypeAtLocation(node));
