import { ts } from "ts-morph";
import { nameOfClass } from "../javascript/classNames.js";

const deepest = 5;

/** The type written out, without names that may not be in scope; undefined where it is any or cannot be written. */
export function textOfType(
  checker: ts.TypeChecker,
  given: ts.Type,
  /** Where the text goes; without it classes have no names. */
  into?: ts.Node,
  depth = 0,
): string | undefined {
  const type = checker.getBaseTypeOfLiteralType(given);
  const { flags } = type;
  if (depth > deepest || flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown))
    return undefined;
  if (flags & ts.TypeFlags.NumberLike) return "number";
  if (flags & ts.TypeFlags.BooleanLike) return "boolean";
  if (flags & ts.TypeFlags.StringLike) return "string";
  if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return "undefined";
  if (flags & ts.TypeFlags.Null) return "null";
  const inner = (one: ts.Type): string | undefined =>
    textOfType(checker, one, into, depth + 1);
  if (flags & ts.TypeFlags.EnumLike && type.isUnion()) return wordsOf(type);
  if (type.isUnion())
    return together([...new Set(type.types.map(inner))], " | ");
  if (!(flags & ts.TypeFlags.Object)) return undefined;
  const args = (): readonly ts.Type[] =>
    checker.getTypeArguments(type as ts.TypeReference);
  if (checker.isTupleType(type)) {
    const parts = together(args().map(inner), ", ");
    return parts === undefined ? undefined : `[${parts}]`;
  }
  if (checker.isArrayType(type)) {
    const [elem] = args();
    const text = elem && inner(elem);
    return text === undefined ? undefined : `(${text})[]`;
  }
  const symbol = type.symbol as ts.Symbol | undefined;
  if (
    symbol !== undefined &&
    /^(\w+\d+(Clamped)?Array|Date)$/.test(symbol.name)
  )
    return symbol.name;
  const name = into && nameOfClass(checker, type, into);
  if (name !== undefined) return name;
  const [signature] = type.getCallSignatures();
  if (signature !== undefined) return signatureText(checker, signature, inner);
  return fieldsText(checker, type, inner);
}

/** Of an enum: the base of each of its members is the enum again. */
function wordsOf({ types }: ts.UnionType): string {
  const own = types.map(({ flags }) =>
    flags & ts.TypeFlags.StringLike ? "string" : "number",
  );
  return [...new Set(own)].join(" | ");
}

function signatureText(
  checker: ts.TypeChecker,
  signature: ts.Signature,
  inner: (type: ts.Type) => string | undefined,
): string | undefined {
  if (signature.typeParameters !== undefined) return undefined;
  const result = inner(checker.getReturnTypeOfSignature(signature));
  const parts = signature.parameters.map((one, k) => {
    const text = inner(checker.getTypeOfSymbol(one));
    return text === undefined ? undefined : `a${k}: ${text}`;
  });
  const list = together(parts, ", ");
  return list === undefined || result === undefined
    ? undefined
    : `((${list}) => ${result})`;
}

function fieldsText(
  checker: ts.TypeChecker,
  type: ts.Type,
  inner: (type: ts.Type) => string | undefined,
): string | undefined {
  const isClass = (type.symbol?.flags ?? 0) & ts.SymbolFlags.Class;
  const properties = checker.getPropertiesOfType(type);
  if (isClass || checker.getIndexInfosOfType(type).length > 0) return undefined;
  const parts = properties.map((property) => {
    const text = inner(checker.getTypeOfSymbol(property));
    const optional = property.flags & ts.SymbolFlags.Optional ? "?" : "";
    return text === undefined
      ? undefined
      : `${JSON.stringify(property.name)}${optional}: ${text}`;
  });
  const fields = together(parts, "; ");
  return fields === undefined ? undefined : `{ ${fields} }`;
}

const together = (
  parts: readonly (string | undefined)[],
  by: string,
): string | undefined =>
  parts.includes(undefined) ? undefined : parts.join(by);
