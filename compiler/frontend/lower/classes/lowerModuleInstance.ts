import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, isRef } from "../../../ir/types.js";
import { constantGiven, isGlobalName } from "../../syntax/callee.js";
import { lowerExpression } from "../lowerExpressions.js";
import { bareExpression } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/**
 * `const origin = new Vec3(0, 0, 0)` that is not exported, and that nobody changes: it is made where it is used. What the
 * modules of a package export to each other counts as not exported.
 */
export function moduleInstance(
  site: Site,
  symbol: ts.Symbol,
): Value | undefined {
  const { ctx } = site;
  const decl = symbol.valueDeclaration;
  const given = decl && constantGiven(decl);
  const made = given && frozen(ctx.checker, bareExpression(given));
  if (made === undefined || !ts.isNewExpression(made)) return undefined;
  const ty = ctx.tryTyOf(ctx.checker.getTypeAtLocation(made));
  if (ty.kind !== "record") return undefined;
  const instance = ctx.classes.instanceOf(ty);
  if (instance === undefined) return undefined;
  // made anew, it would be another: from === origin
  if (instance.symbol === undefined || ctx.classes.isCompared(instance.symbol))
    return undefined;
  const isFixed =
    !ctx.classes.isAnyWritten() &&
    ty.fields.every(
      (field) =>
        !ctx.classes.isWritten(ty, field.name) && !isRef(bare(field.ty)),
    );
  const isOpen =
    ctx.isExported(symbol) &&
    !decl?.getSourceFile().fileName.includes("/node_modules/");
  if (isOpen || !isFixed) return undefined;
  return lowerExpression(site, made);
}

/** `Object.freeze(new Vec3(0, 0, 0))`, into which nobody writes. */
function frozen(checker: ts.TypeChecker, node: ts.Expression): ts.Expression {
  if (!ts.isCallExpression(node)) return node;
  const { expression, arguments: given } = node;
  const [object] = given;
  const isFreeze =
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === "freeze" &&
    isGlobalName(checker, expression.expression, "Object");
  return isFreeze && object ? bareExpression(object) : node;
}
