import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { decidedConstant, type Site } from "../lowerSite.js";
import { thisOf } from "./lowerThis.js";

/**
 * `new.target === Shape` in a constructor, by which classes say that they are there to be extended. Which class is made
 * is seen where it is made.
 */
export function lowerTargetTest(
  site: Site,
  node: ts.BinaryExpression,
  differs: boolean,
): Value | undefined {
  const sides = [node.left, node.right].map(bareExpression);
  const other = sides.find((one) => !isTarget(one));
  if (other === undefined || !sides.some(isTarget)) return undefined;
  const instance = isInConstructor(node) ? thisOf(site)?.instance : undefined;
  const made = instance?.made ?? instance?.symbol;
  const named = definedSymbol(site.ctx.checker, other);
  if (made === undefined || named === undefined) return undefined;
  if (!(named.flags & ts.SymbolFlags.Class)) return undefined;
  return decidedConstant(site, node, (made === named) !== differs);
}

/** `if (!new.target)`: a class is made with `new` alone. */
export const isInNew = (node: ts.Expression): boolean =>
  isTarget(node) && isInConstructor(node);

const isTarget = (given: ts.Node): boolean =>
  ts.isMetaProperty(given) && given.keywordToken === ts.SyntaxKind.NewKeyword;

/** Does a class, or one above it, look at `new.target`? */
export function asksForTarget(checker: ts.TypeChecker, decl: ts.Node): boolean {
  if (/\bnew\s*\.\s*target\b/.test(decl.getText())) return true;
  const above = ts.isClassLike(decl) && extended(decl);
  const symbol = above && definedSymbol(checker, above.expression);
  const base = symbol ? symbol.valueDeclaration : undefined;
  return base !== undefined && base !== decl && asksForTarget(checker, base);
}

function isInConstructor(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent)
    if (ts.isFunctionLike(up) && !ts.isArrowFunction(up))
      return ts.isConstructorDeclaration(up);
  return false;
}

const extended = (
  decl: ts.ClassLikeDeclaration,
): ts.ExpressionWithTypeArguments | undefined =>
  decl.heritageClauses?.find(
    (one) => one.token === ts.SyntaxKind.ExtendsKeyword,
  )?.types[0];
