import { ts } from "ts-morph";
import { recordOf, type Ty } from "../../../ir/types.js";
import { classOf, type Instance } from "../../classes.js";
import type { LowerContext } from "../../context.js";
import { valueOf as namedValue } from "../../syntax/jsFunctions.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { isProblem } from "../../special.js";
import { inOwnNames } from "../../types/classTypes.js";
import type { TypeEnv } from "../../types/types.js";

/** Which class is made, which classes are above it, and which constructor runs. */

/** `const C = class { ... }`, `exports.C = C`, `export const C = lib.C` */
export function isNameOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  decl: ts.ClassLikeDeclaration,
  depth = 0,
): boolean {
  const one = symbol.valueDeclaration;
  if (one === decl) return true;
  if (one === undefined || depth > 8) return false;
  const isTyped = ts.isVariableDeclaration(one) && one.type !== undefined;
  const given = isTyped ? undefined : namedValue(checker, one);
  const value = given && bareExpression(given);
  if (value === undefined) return false;
  if (ts.isClassExpression(value)) return value === (decl as ts.Node);
  const name = ts.isPropertyAccessExpression(value) ? value.name : value;
  if (!ts.isIdentifier(name)) return false;
  const other = definedSymbol(checker, name);
  return other !== undefined && isNameOf(checker, other, decl, depth + 1);
}

/** The class at a type, with its declared record where it has one. */
export function instanceOf(
  ctx: LowerContext,
  type: ts.Type,
  symbol: ts.Symbol,
): Instance {
  const ty = ctx.tryTyOf(type);
  const known = isProblem(ty) ? undefined : ctx.classes.instanceOf(ty);
  if (known?.symbol === symbol) return known;
  const own = inOwnNames(type, ctx.env);
  return { type: own, symbol, env: envOf(ctx, type), hidden: [] };
}

/** What the type parameters of a class mean. */
function envOf(ctx: LowerContext, type: ts.Type): TypeEnv {
  const found = new Map(ctx.env);
  const { target } = type as ts.TypeReference;
  const args = target
    ? ctx.checker.getTypeArguments(type as ts.TypeReference)
    : [];
  (target as ts.InterfaceType | undefined)?.typeParameters?.forEach(
    (one, k) => {
      const arg = args[k];
      if (arg !== undefined && arg !== one) found.set(one, ctx.tryTyOf(arg));
    },
  );
  return found;
}

/** A class and those above it. */
export function makersOf(
  ctx: LowerContext,
  decl: ts.ClassLikeDeclaration,
): ts.ClassLikeDeclaration[] {
  const base = baseOf(ctx, decl);
  return base === undefined ? [decl] : [decl, ...makersOf(ctx, base.decl)];
}

/** The record of the class as it is declared; empty where that cannot be said. */
export function declaredTy(ctx: LowerContext, instance: Instance): Ty {
  const ty = ctx.withTypes(instance.env).tryTyOf(instance.type);
  const found =
    !isProblem(ty) && ctx.classes.instanceOf(ty)?.symbol === instance.symbol
      ? ty
      : !isProblem(ty)
        ? ctx.classes
            .familyOf(ty)
            ?.find(
              (one) => ctx.classes.instanceOf(one)?.symbol === instance.symbol,
            )
        : undefined;
  return found ?? recordOf([]);
}

/** Says why it is empty, where an object of it is needed as a whole. */
export function refuseUntold(
  ctx: LowerContext,
  ty: Ty,
  instance: Instance,
  at: ts.Node,
): void {
  if (ty.kind !== "record" || ty.fields.length > 0) return;
  const own = ctx.withTypes(instance.env);
  if (isProblem(own.tryTyOf(instance.type))) own.tyOf(instance.type, at);
}

/** The constructor that runs for a class: its own, or the nearest one above. */
export function constructorOf(
  ctx: LowerContext,
  decl: ts.ClassLikeDeclaration,
): ts.ConstructorDeclaration | undefined {
  const own = decl.members.find(
    (one): one is ts.ConstructorDeclaration =>
      ts.isConstructorDeclaration(one) && one.body !== undefined,
  );
  if (own !== undefined) return own;
  const base = baseOf(ctx, decl);
  return base === undefined ? undefined : constructorOf(ctx, base.decl);
}

export function baseOf(
  ctx: LowerContext,
  decl: ts.ClassLikeDeclaration,
):
  | { decl: ts.ClassLikeDeclaration; type: ts.Type; symbol: ts.Symbol }
  | undefined {
  const clause = decl.heritageClauses?.find(
    (one) => one.token === ts.SyntaxKind.ExtendsKeyword,
  );
  const [base] = clause?.types ?? [];
  if (base === undefined) return undefined;
  const type = ctx.checker.getTypeAtLocation(base);
  const symbol = type.symbol as ts.Symbol | undefined;
  const found = symbol && classOf(symbol);
  const named = definedSymbol(ctx.checker, bareExpression(base.expression));
  if (
    found !== undefined &&
    named !== symbol &&
    !(named && isNameOf(ctx.checker, named, found))
  )
    return ctx.refuse(
      base.expression,
      "DC2105",
      "which class is extended here is known only at run time",
      "name the class after extends",
    );
  if (
    symbol === undefined ||
    found === undefined ||
    found.getSourceFile().isDeclarationFile
  )
    return ctx.refuse(
      base,
      "DC2105",
      "the class above is not one of the project",
      "extend a class that is declared in this project",
    );
  return { decl: found, type, symbol };
}
