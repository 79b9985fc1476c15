import { ts } from "ts-morph";
import type { Instance } from "../../classes.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { lowerExpression } from "../lowerExpressions.js";
import type { Site } from "../lowerSite.js";
import { instanceAt, type Access } from "./lowerInstanceKinds.js";

/**
 * Classes that are not named: `this` in a static member, and `object.constructor`. Either may be a class below the one
 * in which it is written, with static members of its own.
 */

/** `new this.constructor(x)`, `(this.constructor as typeof Vec).zero`: the object that is asked for its class. */
export function askedForClass(given: ts.Expression): ts.Expression | undefined {
  const node = bareExpression(given);
  return ts.isPropertyAccessExpression(node) && node.name.text === "constructor"
    ? node.expression
    : undefined;
}

/** The class that an object has, where that is known. */
export function classOfObject(
  site: Site,
  object: ts.Expression,
): Instance | undefined {
  const owner = lowerExpression(site, object);
  const { classes } = site.ctx;
  const self = instanceAt(site, object, owner);
  const isThis = bareExpression(object).kind === ts.SyntaxKind.ThisKeyword;
  if (self === undefined) return undefined;
  return isThis || classes.familyOf(owner.ty) === undefined ? self : undefined;
}

/** The static member that an access means: of the class that runs, or refused where that may be another than it seems. */
export function staticSymbol(site: Site, node: Access): ts.Symbol | undefined {
  const { checker } = site.ctx;
  const symbol = definedSymbol(checker, node.name);
  const home = symbol && classOfStatic(checker, symbol);
  if (symbol === undefined || home === undefined) return symbol;
  const object = askedForClass(node.expression);
  if (object !== undefined) {
    const instance = classOfObject(site, object);
    const made = instance && (instance.made ?? instance.symbol);
    const own = made && checker.getTypeOfSymbol(made).getProperty(symbol.name);
    return own ?? refuseUnknown(site, node, home);
  }
  const base = bareExpression(node.expression);
  const isOwn =
    base.kind === ts.SyntaxKind.ThisKeyword ||
    base.kind === ts.SyntaxKind.SuperKeyword;
  const around = isOwn ? classAround(checker, node) : undefined;
  const below = around ? site.ctx.classes.below(around) : [];
  const isAnother = below.some(
    (one) => checker.getTypeOfSymbol(one).getProperty(symbol.name) !== symbol,
  );
  if (isAnother && base.kind === ts.SyntaxKind.ThisKeyword)
    refuseUnknown(site, node, home);
  return symbol;
}

/** `new this(x)` in a static member, where a class below may be the one that it is called of. */
export function refuseNewThis(site: Site, node: ts.NewExpression): void {
  if (bareExpression(node.expression).kind !== ts.SyntaxKind.ThisKeyword)
    return;
  const around = classAround(site.ctx.checker, node);
  if (around === undefined || site.ctx.classes.below(around).length === 0)
    return;
  refuseUnknown(site, node.expression, around);
}

const refuseUnknown = (site: Site, node: ts.Node, home: ts.Symbol): never =>
  site.ctx.refuse(
    node,
    "DC2105",
    "which class this is, is known only at run time: others extend it",
    home.name === "default" || home.name === "__class"
      ? "name the class"
      : `name the class, as in ${home.name}, or write it in each class that extends it`,
  );

/** The class of which a symbol is a static member. */
function classOfStatic(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
): ts.Symbol | undefined {
  const decl = symbol.declarations?.find(
    (one) =>
      ts.isClassElement(one) &&
      ts.isClassLike(one.parent) &&
      (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Static) !== 0,
  );
  return decl && checker.getTypeAtLocation(decl.parent).symbol;
}

export function classAround(
  checker: ts.TypeChecker,
  node: ts.Node,
): ts.Symbol | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent)
    if (ts.isClassLike(up)) return checker.getTypeAtLocation(up).symbol;
  return undefined;
}
