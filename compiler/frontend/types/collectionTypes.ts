import { ts } from "ts-morph";
import {
  bool,
  num,
  str,
  tableOf,
  type TableTy,
  type Ty,
} from "../../ir/types.js";
import type { OpaqueTypes } from "./opaqueTypes.js";
import { isNumeric, nilFlags } from "./typeKinds.js";
import type { TypeProblem } from "./typeProblem.js";

/** `Map<string, number>`, `Set<number>` and their read-only kin, whose keys are words or numbers. */
export function collectionTy(
  checker: ts.TypeChecker,
  type: ts.ObjectType,
  tyOf: (type: ts.Type) => Ty | TypeProblem,
  { opaque }: OpaqueTypes,
): TableTy | undefined {
  const what = collectionKind(type);
  if (what === undefined) return undefined;
  const [of, elem] = checker.getTypeArguments(type as ts.TypeReference);
  const key = of && (keyTy(of, opaque) ?? meantKey(of, tyOf));
  if (key === undefined) return undefined;
  if (what === "set") return tableOf(bool, "set", key);
  if (elem === undefined) return undefined;
  const ty = tyOf(elem);
  // functions that are kept are records
  if (!isPlainValue(elem) && ty.kind !== "record") return undefined;
  return ty.kind === "problem" || ty.kind === "maybe"
    ? undefined
    : tableOf(ty, "map", key);
}

function collectionKind(type: ts.ObjectType): "map" | "set" | undefined {
  const symbol = type.symbol as ts.Symbol | undefined;
  const isReference = (type.objectFlags & ts.ObjectFlags.Reference) !== 0;
  if (symbol === undefined || !isReference) return undefined;
  if (/^(Readonly)?Map$/.test(symbol.name)) return "map";
  return /^(Readonly)?Set$/.test(symbol.name) ? "set" : undefined;
}

function keyTy(type: ts.Type, opaque: (type: ts.Type) => Ty): Ty | undefined {
  if (type.flags & ts.TypeFlags.String) return str;
  const parts = type.isUnion() ? type.types : [type];
  if (parts.every(isNumeric)) return num;
  const isWord = (part: ts.Type): boolean =>
    (part.flags & ts.TypeFlags.StringLike) !== 0;
  return parts.every(isWord) ? opaque(type) : undefined;
}

/** `Map<K, V>` in a generic function: what K means in this call. */
export function meantKey(
  type: ts.Type,
  tyOf: (type: ts.Type) => Ty | TypeProblem,
): Ty | undefined {
  if (!(type.flags & ts.TypeFlags.TypeParameter)) return undefined;
  const ty = tyOf(type);
  if (ty.kind === "num") return num;
  const isWords = ty.kind === "opaque" && /^(string|"[^"]*"( \| "[^"]*")*)$/;
  return isWords && isWords.test(ty.text) ? ty : undefined;
}

/** What is there can be told from what is not, and can be followed: no function, nothing that may be missing. */
function isPlainValue(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(
    (part) =>
      (part.flags & nilFlags) === 0 && part.getCallSignatures().length === 0,
  );
}
