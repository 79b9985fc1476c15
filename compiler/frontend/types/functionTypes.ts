import { ts } from "ts-morph";
import { isContract } from "../classes.js";
import type { Site } from "../lower/lowerSite.js";

/** Where functions are in types. */

/** Is the property a function, whatever else it may be? */
export function isMethod(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  if (symbol.flags & ts.SymbolFlags.Method) return true;
  if (symbol.flags & ts.SymbolFlags.Accessor) return false;
  return isFunctionType(checker, checker.getTypeOfSymbol(symbol));
}

function isFunctionType(checker: ts.TypeChecker, type: ts.Type): boolean {
  const present = checker.getNonNullableType(type);
  if (present.isUnion())
    return present.types.every((one) => isFunctionType(checker, one));
  return present.getCallSignatures().length > 0;
}

/** `number | ((t: number) => number)`: which of them it is, a call says. */
export const mayBeFunction = (type: ts.Type): boolean =>
  type.isUnion() &&
  type.types.some((part) => part.getCallSignatures().length > 0);

/** The function and the other part of `number | (() => number)`, which one value may be; undefined for other types. */
export function functionOrPlain(
  type: ts.Type,
): { readonly fn: ts.Type; readonly plain: ts.Type } | undefined {
  if (!type.isUnion()) return undefined;
  const isFunction = (one: ts.Type): boolean =>
    one.getCallSignatures().length > 0;
  const [fn, ...more] = type.types.filter(isFunction);
  const [plain, ...others] = type.types.filter((one) => !isFunction(one));
  const isOne = fn && plain && more.length + others.length === 0;
  const isData =
    plain !== undefined &&
    (plain.flags & (ts.TypeFlags.Number | ts.TypeFlags.Object)) !== 0;
  return isOne && isData ? { fn, plain } : undefined;
}

/** Does a function take functions, or objects that hold some, or give back one? */
export function takesFunctions(
  { ctx }: Site,
  decl: ts.FunctionLikeDeclaration,
): boolean {
  const { checker } = ctx;
  const signature = checker.getSignatureFromDeclaration(decl);
  if (signature === undefined) return false;
  // an interface that classes implement: its objects are instances
  const isServed = ({ symbol }: ts.Type): boolean =>
    (symbol as ts.Symbol | undefined) !== undefined &&
    isContract(symbol) &&
    ctx.classes.concreteOf(symbol).length > 0;
  const holds = (type: ts.Type): boolean =>
    holdsFunction(checker, type, 0, isServed);
  return (
    holds(checker.getReturnTypeOfSignature(signature)) ||
    decl.parameters.some((one) => holds(checker.getTypeAtLocation(one)))
  );
}

const deepest = 4;

export function holdsFunction(
  checker: ts.TypeChecker,
  given: ts.Type,
  depth = 0,
  isServed: (type: ts.Type) => boolean = () => false,
): boolean {
  const present = checker.getNonNullableType(given);
  // S extends VectorSpace<V>
  const type = checker.getBaseConstraintOfType(present) ?? present;
  if (depth > deepest) return false;
  if (type.isUnion() || type.isIntersection())
    return type.types.some((one) =>
      holdsFunction(checker, one, depth + 1, isServed),
    );
  if (type.getCallSignatures().length > 0 || isLibraryFunction(type))
    return true;
  if (
    checker.isArrayType(type) ||
    checker.isTupleType(type) ||
    isLibraryMap(type)
  )
    return checker
      .getTypeArguments(type as ts.TypeReference)
      .some((one) => holdsFunction(checker, one, depth + 1, isServed));
  const named =
    checker.getIndexTypeOfType(type, ts.IndexKind.String) ??
    checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (named !== undefined && holdsFunction(checker, named, depth + 1, isServed))
    return true;
  if (!isPlainObject(type) || isServed(type)) return false;
  return checker
    .getPropertiesOfType(type)
    .some((one) =>
      holdsFunction(checker, checker.getTypeOfSymbol(one), depth + 1, isServed),
    );
}

function isLibraryMap(type: ts.Type): boolean {
  const named = type.symbol as ts.Symbol | undefined;
  const isReference =
    ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;
  return isReference && /^(Readonly)?Map$/.test(named?.name ?? "");
}

/** `@return {Function}`: the library's own type of all functions. */
function isLibraryFunction({ symbol }: ts.Type): boolean {
  const named = symbol as ts.Symbol | undefined;
  return (
    named?.name === "Function" &&
    (named.declarations ?? []).every(
      (one) => one.getSourceFile().isDeclarationFile,
    )
  );
}

/** An object literal, or an interface or type of the user's. */
function isPlainObject(type: ts.Type): boolean {
  if (!(type.flags & ts.TypeFlags.Object)) return false;
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol === undefined) return true;
  // Record<"a" | "b", (x: number) => number>
  if ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) return true;
  if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Module))
    return false;
  return (symbol.declarations ?? []).every(
    (one) => !one.getSourceFile().isDeclarationFile,
  );
}
