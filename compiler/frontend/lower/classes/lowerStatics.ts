import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import { isStatic } from "../../classes.js";
import { lowerExpression } from "../lowerExpressions.js";
import { moduleState, statePlace } from "../lowerModuleState.js";
import type { Place } from "../lowerAssign.js";
import type { Site } from "../lowerSite.js";
import { callSpecial } from "../functions/lowerSpecial.js";
import { usesThis } from "../functions/lowerIndirect.js";
import { isFunction } from "../control/usesWhole.js";
import { isAtModuleLevel } from "../../syntax/callee.js";
import { bareExpression } from "../../syntax/scan.js";
import type { Access } from "./lowerInstanceKinds.js";
import { staticSymbol } from "./lowerOwnClass.js";
import { givenBy } from "./lowerMembers.js";

/** Members of classes themselves. */

// ---- statics ----

/** `Vec3.of(...)` */
export function staticMethod(
  site: Site,
  callee: Access,
): ts.FunctionLikeDeclaration | undefined {
  const symbol = staticSymbol(site, callee);
  return symbol?.declarations?.find(
    (one): one is ts.MethodDeclaration =>
      ts.isMethodDeclaration(one) &&
      one.body !== undefined &&
      isStatic(one) &&
      !one.getSourceFile().isDeclarationFile,
  );
}

/** `Money.half(x)` of `static half = (x: number) => x / 2`, which nobody replaces. */
export function staticFunction(
  site: Site,
  callee: Access,
): ts.FunctionLikeDeclaration | undefined {
  const decl = staticSymbol(site, callee)?.valueDeclaration;
  if (decl === undefined || !ts.isPropertyDeclaration(decl)) return undefined;
  if (!isStatic(decl) || !isAtModuleLevel(decl.parent)) return undefined;
  const given = decl.initializer && bareExpression(decl.initializer);
  if (given === undefined || !isFunction(given)) return undefined;
  const fn = given as ts.ArrowFunction | ts.FunctionExpression;
  const { classes } = site.ctx;
  const isReplaced = classes.isAssigned(decl) || isAssignedOutside(site, decl);
  return isReplaced || usesThis(fn) ? undefined : fn;
}

/** `Vec3.ZERO`, `Config.limit` */
export function lowerStaticRead(
  site: Site,
  node: Access,
  want: Ty | undefined,
): Value | undefined {
  const symbol = staticSymbol(site, node);
  const decl = symbol?.declarations?.find(
    (one) =>
      (ts.isPropertyDeclaration(one) || ts.isGetAccessor(one)) && isStatic(one),
  );
  if (symbol === undefined || decl === undefined) return undefined;
  if (decl.getSourceFile().isDeclarationFile) return undefined;
  if (ts.isGetAccessor(decl))
    return givenBy(
      site,
      node,
      callSpecial(site, node, {
        decl,
        name: decl.name.getText(),
        env: new Map(),
        args: [],
      }),
    );
  const { classes } = site.ctx;
  const initializer =
    classes.staticValue(decl) ?? (decl as ts.PropertyDeclaration).initializer;
  const isConstant =
    initializer !== undefined &&
    !classes.isAssigned(decl) &&
    !isAssignedOutside(site, decl);
  if (!isConstant)
    return (
      statePlace(site, node.name, symbol)?.read() ??
      site.ctx.refuse(
        node,
        "DC2005",
        `${node.getText()} is state of its class: it is assigned elsewhere`,
        "pass it as a parameter, or make it readonly",
      )
    );
  return (
    moduleState(site, node.name, symbol) ??
    lowerExpression(site, initializer, want)
  );
}

/** `Probe.calls` as the target of an assignment. */
export function staticPlace(site: Site, node: Access): Place | undefined {
  const symbol = staticSymbol(site, node);
  const decl = symbol?.valueDeclaration;
  if (decl === undefined || !ts.isPropertyDeclaration(decl)) return undefined;
  if (!isStatic(decl) || decl.getSourceFile().isDeclarationFile)
    return undefined;
  return (
    statePlace(site, node.name, symbol) ??
    site.ctx.refuse(
      node,
      "DC2005",
      `${node.getText()} is state of its class, which lives on from call to call, and diffc cannot see who reads it`,
      "pass it as a parameter, and return its new value",
    )
  );
}

/** `Config.limit = 4`, in a file of the project that nothing here imports. */
function isAssignedOutside({ ctx }: Site, decl: ts.Declaration): boolean {
  const { parent } = decl;
  const name = ts.isClassLike(parent) ? parent.name : undefined;
  if (name === undefined || !ts.isPropertyDeclaration(decl)) return false;
  const modifiers = ts.getCombinedModifierFlags(decl);
  if (modifiers & ts.ModifierFlags.Private) return false;
  const isFixed = (modifiers & ts.ModifierFlags.Readonly) !== 0;
  return ctx.isChangedOutside(`${name.text}.${decl.name.getText()}`, isFixed);
}
