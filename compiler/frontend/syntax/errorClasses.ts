import { ts } from "ts-morph";
import { isOfLanguage } from "./libraryFile.js";

/**
 * `class DomainError extends Error`: what is thrown. Its objects are carried and never looked into: they are made by the
 * class itself, and what is read from them is read there.
 */
export function isErrorClass(
  checker: ts.TypeChecker,
  symbol: ts.Symbol | undefined,
): boolean {
  const decl = symbol?.declarations?.find((one) => ts.isClassLike(one));
  if (decl === undefined || decl.getSourceFile().isDeclarationFile)
    return false;
  return isErrorDeclaration(checker, decl, 0);
}

export const isErrorType = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  type.isUnion()
    ? type.types.every((one) => isErrorType(checker, one))
    : isErrorClass(checker, type.symbol as ts.Symbol | undefined);

function isErrorDeclaration(
  checker: ts.TypeChecker,
  decl: ts.ClassLikeDeclaration,
  depth: number,
): boolean {
  const base = classAbove(decl);
  if (base === undefined || depth > 16) return false;
  const above = checker.getTypeAtLocation(base).symbol as ts.Symbol | undefined;
  if (above === undefined) return false;
  if (isLibraryError(above)) return true;
  const own = above.declarations?.find((one) => ts.isClassLike(one));
  return own !== undefined && isErrorDeclaration(checker, own, depth + 1);
}

export const classAbove = (
  decl: ts.ClassLikeDeclaration,
): ts.ExpressionWithTypeArguments | undefined =>
  decl.heritageClauses?.find(
    ({ token }) => token === ts.SyntaxKind.ExtendsKeyword,
  )?.types[0];

/** Error, RangeError, AggregateError: the language's own. */
export const isLibraryError = (symbol: ts.Symbol): boolean =>
  /^\w*Error$/.test(symbol.name) && isOfLanguage(symbol);
