import { ts } from "ts-morph";
import { leadsTo } from "../../syntax/jsFunctions.js";
import type { Value } from "../../../ir/ir.js";
import { classOf, type Instance } from "../../classes.js";
import { isErrorClass } from "../../syntax/errorClasses.js";
import { keepsFunctions } from "../functions/lowerWritten.js";
import { methodName } from "./lowerDispatch.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";
import { callSpecial, lowerArgumentsFor } from "../functions/lowerSpecial.js";
import {
  isNameOf,
  instanceOf,
  constructorOf,
  makersOf,
  declaredTy,
} from "./lowerHeritage.js";
import {
  askedForClass,
  classOfObject,
  refuseNewThis,
} from "./lowerOwnClass.js";
import { constructHere } from "./lowerConstructHere.js";

/** `new C(...)` of a class of the project; undefined for others. */
export function lowerNewInstance(
  site: Site,
  node: ts.NewExpression,
): Value | undefined {
  const { checker } = site.ctx;
  const own = classOfOwner(site, node);
  if (own !== undefined) return own;
  const type = checker.getTypeAtLocation(node);
  // a package without declarations
  if (type.flags & ts.TypeFlags.Any) site.ctx.openPackage(node.expression);
  const symbol = type.symbol as ts.Symbol | undefined;
  const decl = symbol && classOf(symbol);
  if (symbol === undefined || decl === undefined) return undefined;
  if (isErrorClass(checker, symbol)) return undefined;
  if (decl.getSourceFile().isDeclarationFile) {
    if (isInPackage(decl)) site.ctx.openPackage(node.expression);
    return undefined;
  }
  refuseNewThis(site, node);
  const named = definedSymbol(checker, bareExpression(node.expression));
  const isNamed =
    named !== undefined &&
    (isNameOf(checker, named, decl) || leadsTo(checker, named, symbol));
  if (named !== symbol && !isNamed)
    return site.ctx.refuse(
      node.expression,
      "DC2105",
      "which class is made here is known only at run time",
      "name the class after new",
    );
  return construct(site, node, instanceOf(site.ctx, type, symbol), decl);
}

/** `new this.constructor(x)`: an instance of the class that the object has, which may be below the one it says. */
function classOfOwner(site: Site, node: ts.NewExpression): Value | undefined {
  const object = askedForClass(node.expression);
  if (object === undefined) return undefined;
  const instance = classOfObject(site, object);
  const made = instance && (instance.made ?? instance.symbol);
  const decl = made && classOf(made);
  if (instance === undefined || decl === undefined)
    return site.ctx.refuse(
      node.expression,
      "DC2105",
      "which class is made here is known only at run time",
      "name the class after new",
    );
  return construct(
    site,
    node,
    { ...instance, symbol: made, hidden: [], made: undefined },
    decl,
  );
}

const isInPackage = (node: ts.Node): boolean =>
  /\/node_modules\/(?!typescript\/)/.test(node.getSourceFile().fileName);

export function construct(
  site: Site,
  node: ts.NewExpression | ts.CallExpression,
  instance: Instance,
  decl: ts.ClassLikeDeclaration,
): Value {
  const own = constructorOf(site.ctx, decl);
  const maker = own && site.ctx.copyFor(node, own);
  if (
    maker &&
    !ts.isConstructorDeclaration(maker) &&
    !ts.isMethodDeclaration(maker)
  )
    throw new TypeError("a constructor stands for no constructor");
  const args = lowerArgumentsFor(site, node, maker, instance.env);
  if (makersOf(site.ctx, decl).some((one) => keepsFunctions(site.ctx, one)))
    return constructHere(site, node, instance, decl, args, maker);
  const value = callSpecial(site, node, {
    decl,
    ...(maker === own || maker === undefined ? {} : { maker }),
    name: methodName({ ...instance }, "new").replace(
      /^(.)(.*)New$/,
      (_, a: string, b: string) => `new${a.toUpperCase()}${b}`,
    ),
    env: instance.env,
    self: { ty: declaredTy(site.ctx, instance), instance },
    args,
  });
  if (value === undefined) throw new TypeError("a class gave no instance");
  return value;
}
