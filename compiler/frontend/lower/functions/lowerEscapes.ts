import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import { holdsFunction } from "../../types/functionTypes.js";
import { lowerExpression } from "../lowerExpressions.js";
import { holdsTag, isFunctionTag } from "./lowerKnown.js";
import type { Site } from "../lowerSite.js";

/** Where functions would leave what diffc can see. */

/** What is given back to the user must be what the original gives back, functions included. */
export function refuseReturn(
  site: Site,
  node: ts.Expression,
  value: Value,
): void {
  const isInlined = site.inside.length > 1;
  if (isInlined) return;
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(node);
  const saysSo = site.ctx.isEntry(site.decl) && holdsFunction(checker, type);
  if (!holdsTag(site, value) && !saysSo) return;
  site.ctx.refuse(
    node,
    "DC2104",
    "a function leaves the differentiated function here",
    "return the numbers that it computes",
  );
}

/** A value that goes into an array or object. */
export function lowerStored(
  site: Site,
  node: ts.Expression,
  want: Ty | undefined,
): Value {
  const value = lowerExpression(site, node, want);
  refuseFunction(site, node, value);
  return value;
}

export function refuseFunction(
  site: Site,
  node: ts.Expression,
  value: Value,
): void {
  if (!isFunctionTag(site, value)) return;
  site.ctx.refuse(
    node,
    "DC2104",
    "a function is put where diffc cannot follow it",
    "keep functions in constants, object literals and array literals, or call it here",
  );
}
