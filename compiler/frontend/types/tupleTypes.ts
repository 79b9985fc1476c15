import { ts } from "ts-morph";
import {
  arrayOf,
  holdsFloat,
  recordOf,
  sameTy,
  type Ty,
} from "../../ir/types.js";
import { standsFor } from "../lower/lowerCoerce.js";
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
  for (const [k, argument] of checker.getTypeArguments(type).entries()) {
    const ty = tyOf(argument);
    if (ty.kind === "problem") return ty;
    // [lo: number, hi?: number]: a list that may be shorter
    const isOptional = (elementFlags[k]! & ts.ElementFlags.Optional) !== 0;
    const isShort = isOptional && ty.kind === "maybe" && ty.nil === "undefined";
    parts.push(isShort ? ty.of : ty);
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
    const alike = listOfAlike(checker, type, parts, tyOf);
    if (alike !== undefined) return alike;
    const fields = parts.map((ty, k) => ({ name: String(k), ty }));
    const record = recordOf(fields, true);
    return (type.target as ts.TupleType).readonly
      ? { ...record, readonly: true }
      : record;
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

/**
 * `["x", "y"] as const`, `[["x", 1], ["y", 2]] as const`: parts that differ in their words only, which nobody writes into,
 * are a list to go over.
 */
function listOfAlike(
  checker: ts.TypeChecker,
  type: ts.TypeReference,
  parts: readonly Ty[],
  tyOf: (type: ts.Type) => Ty | TypeProblem,
): Ty | undefined {
  const any = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (!(type.target as ts.TupleType).readonly || any === undefined)
    return undefined;
  const elem = tyOf(any);
  const isAlike =
    elem.kind !== "problem" && parts.every((part) => areAlike(part, elem));
  return isAlike
    ? {
        ...arrayOf(withoutLength(elem)),
        fixed: parts.length,
        readonly: true,
      }
    : undefined;
}

/** The union of tuples that differ in their words only, as one tuple; undefined for any others. */
export function unionOfTuples(
  checker: ts.TypeChecker,
  type: ts.UnionType,
  parts: readonly Ty[],
  tyOf: (type: ts.Type) => Ty | TypeProblem,
): Ty | undefined {
  const [first] = parts;
  if (first?.kind !== "record" || !first.tuple) return undefined;
  if (!parts.every((part) => areAlike(part, first))) return undefined;
  const fields = first.fields.map(({ name }) => {
    const property = checker.getPropertyOfType(type, name);
    const ty = property && tyOf(checker.getTypeOfSymbol(property));
    return ty === undefined || ty.kind === "problem" ? undefined : { name, ty };
  });
  const known = fields.filter((one) => one !== undefined);
  return known.length === fields.length ? recordOf(known, true) : undefined;
}

const areAlike = (a: Ty, b: Ty): boolean => standsFor(a, b) && standsFor(b, a);

/** Alternatives of one kind may differ in their lengths: the length is then not known. */
export function withoutLength(ty: Ty): Ty {
  if (ty.kind !== "array" || ty.fixed === undefined) return ty;
  const { fixed: _, ...open } = ty;
  return open;
}
