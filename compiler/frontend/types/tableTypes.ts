import { ts } from "ts-morph";
import {
  bare,
  holdsFloat,
  num,
  sameTy,
  str,
  tableOf,
  type TableTy,
  type Ty,
} from "../../ir/types.js";
import { meantKey } from "./collectionTypes.js";
import type { OpaqueTypes } from "./opaqueTypes.js";
import type { TypeProblem } from "./typeProblem.js";

/**
 * `Record<string, number>`, `{ [k: string]: number[] }`: values of one type with floats in it, or words, under keys that
 * only the running program knows. Undefined for every other type.
 */
export function tableTy(
  checker: ts.TypeChecker,
  type: ts.ObjectType,
  tyOf: (type: ts.Type) => Ty | TypeProblem,
  { opaque }: OpaqueTypes,
  /** Are functions in it that are kept in memory? */
  holdsKept: (ty: Ty) => boolean,
): TableTy | undefined {
  const open = openRecord(type, tyOf);
  if (open !== undefined) return open;
  const [index, ...others] = checker.getIndexInfosOfType(type);
  if (index === undefined || others.length > 0) return undefined;
  if (type.getCallSignatures().length + type.getConstructSignatures().length)
    return undefined;
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Class)
    return undefined;
  const elem = withoutNothing(tyOf(index.type));
  if (elem === undefined) return undefined;
  const isCarried = isScalarType(index.type) || holdsKept(elem);
  if (!holdsFloat(elem) && !isCarried) return undefined;
  const named = checker.getPropertiesOfType(type);
  const fits = (one: ts.Symbol): boolean => {
    const own = withoutNothing(tyOf(checker.getTypeOfSymbol(one)));
    return own !== undefined && sameTy(own, elem);
  };
  const isNumeric = (index.keyType.flags & ts.TypeFlags.NumberLike) !== 0;
  // { length: number; [i: number]: number } is an array in disguise
  if (isNumeric ? named.length > 0 : !named.every(fits)) return undefined;
  if (index.keyType.flags & ts.TypeFlags.ESSymbolLike) return undefined;
  const key = index.keyType.flags & ts.TypeFlags.String;
  if (isNumeric) return tableOf(elem, "object", num);
  return tableOf(elem, "object", key ? str : opaque(index.keyType));
}

/** `Record<K, number>` in a generic function, where K means any words in this call. */
function openRecord(
  type: ts.ObjectType,
  tyOf: (type: ts.Type) => Ty | TypeProblem,
): TableTy | undefined {
  const { aliasSymbol, aliasTypeArguments } = type;
  const [of, value] = aliasTypeArguments ?? [];
  if (aliasSymbol?.name !== "Record" || !of || !value) return undefined;
  const key = meantKey(of, tyOf);
  const elem = key && withoutNothing(tyOf(value));
  const isOpen = key?.kind === "opaque" && key.text === "string";
  return isOpen && elem !== undefined && holdsFloat(elem)
    ? tableOf(elem, "object", str)
    : undefined;
}

/** Words, and what is true or not. */
function isScalarType(type: ts.Type): boolean {
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Null;
  const scalar = ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike;
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(({ flags }) => (flags & (scalar | nothing)) !== 0);
}

/** A value that may be undefined is one that is not there. */
function withoutNothing(ty: Ty | TypeProblem): Ty | undefined {
  return ty.kind === "problem" ? undefined : bare(ty);
}
