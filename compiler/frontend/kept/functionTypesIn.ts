import { ts } from "ts-morph";
import { functionOrPlain } from "../types/functionTypes.js";

const deepest = 4;

/** The function types that are in a type: the type itself, what lists and tables hold, fields of objects of the user's. */
export function functionTypesIn(
  checker: ts.TypeChecker,
  given: ts.Type,
  depth = 0,
): ts.Type[] {
  if (depth > deepest) return [];
  const type = checker.getNonNullableType(given);
  const inner = (one: ts.Type | undefined): ts.Type[] =>
    one === undefined ? [] : functionTypesIn(checker, one, depth + 1);
  if (functionOrPlain(type) !== undefined) return [type];
  if (type.isUnionOrIntersection()) return type.types.flatMap(inner);
  if (type.getCallSignatures().length > 0) return [type];
  if (!(type.flags & ts.TypeFlags.Object)) return [];
  const symbol = type.symbol as ts.Symbol | undefined;
  const isUsers = (symbol?.declarations ?? []).every(
    (one) => !one.getSourceFile().isDeclarationFile,
  );
  const isMapped =
    ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) !== 0;
  const isReference =
    ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;
  const held = isReference
    ? checker.getTypeArguments(type as ts.TypeReference)
    : [];
  const index = [ts.IndexKind.String, ts.IndexKind.Number].map((kind) =>
    checker.getIndexTypeOfType(type, kind),
  );
  const fields =
    isUsers || isMapped
      ? checker
          .getPropertiesOfType(type)
          .filter((one) => !isMethodOfClass(one))
          .map((one) => checker.getTypeOfSymbol(one))
      : [];
  return [...held, ...index, ...fields].flatMap(inner);
}

/** What a class has as a method is found by the class. */
const isMethodOfClass = ({ declarations = [] }: ts.Symbol): boolean =>
  declarations.some(
    (one) =>
      ts.isClassLike(one.parent) &&
      (ts.isMethodDeclaration(one) || ts.isAccessor(one)),
  );
