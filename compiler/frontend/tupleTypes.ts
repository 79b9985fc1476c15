import { ts } from "ts-morph";
import { arrayOf, holdsFloat, recordOf, sameTy, type Ty } from "../ir/types.js";
import type { OpaqueTypes } from "./opaqueTypes.js";
import { problem, type TypeProblem } from "./typeProblem.js";

/** `[number, number]` is an array of a known length, `[number, number[]]` a record. */
export function tupleTy(
  checker: ts.TypeChecker,
  type: ts.TypeReference,
  tyOf: (type: ts.Type) => Ty | TypeProblem,
  { opaque, text }: OpaqueTypes,
): Ty | TypeProblem {
  const { elementFlags } = type.target as ts.TupleType;
  const parts: Ty[] = [];
  for (const argument of checker.getTypeArguments(type)) {
    const ty = tyOf(argument);
    if (ty.kind === "problem") return ty;
    parts.push(ty);
  }
  const all = (flag: ts.ElementFlags): boolean =>
    elementFlags.every((one) => (one & flag) !== 0);
  const [first] = parts;
  const uniform = first !== undefined && parts.every((p) => sameTy(p, first));
  if (all(ts.ElementFlags.Required)) {
    const elem = uniform ? first : wordsTy(checker, type, opaque);
    if (elem !== undefined) {
      const ty = { ...arrayOf(withoutLength(elem)), fixed: parts.length };
      return (type.target as ts.TupleType).readonly
        ? { ...ty, readonly: true }
        : ty;
    }
    return recordOf(
      parts.map((ty, k) => ({ name: String(k), ty })),
      true,
    );
  }
  if (uniform && !elementFlags.some((f) => f & ts.ElementFlags.Variadic))
    return arrayOf(withoutLength(first));
  if (!parts.some((part) => holdsFloat(part))) return opaque(type);
  return problem(
    "DC2003",
    `the tuple type ${text(type)} has optional or rest elements of several types`,
    "use an array, or an object with named fields",
  );
}

/** `readonly ["a", "b"]`: words, of which there are several. */
function wordsTy(
  checker: ts.TypeChecker,
  type: ts.TypeReference,
  opaque: (type: ts.Type) => Ty,
): Ty | undefined {
  const isWord = (part: ts.Type): boolean =>
    part.isUnion()
      ? part.types.every(isWord)
      : (part.flags & ts.TypeFlags.StringLike) !== 0;
  const any = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  return any !== undefined && isWord(any) ? opaque(any) : undefined;
}

/** Alternatives of one kind may differ in their lengths: the length is then not known. */
export function withoutLength(ty: Ty): Ty {
  if (ty.kind !== "array" || ty.fixed === undefined) return ty;
  const { fixed: _, ...open } = ty;
  return open;
}
