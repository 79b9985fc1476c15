import { ts } from "ts-morph";
import type { Classes } from "../classes.js";
import type { Kept } from "../kept/kept.js";
import { newClassTypes } from "./classTypes.js";
import { newLibraryTypes } from "./libraryTypes.js";
import {
  literalMember,
  literalSetter,
} from "../lower/functions/lowerWritten.js";
import { isErrorType } from "../syntax/errorClasses.js";
import { isMethod } from "./functionTypes.js";
import { newOpaqueTypes } from "./opaqueTypes.js";
import { collectionTy } from "./collectionTypes.js";
import { tableTy } from "./tableTypes.js";
import { readonlyInstance } from "./readonlyOf.js";
import { partsOf, propertiesInOrder } from "./typeOrder.js";
import type { WideTypes } from "./wideTypes.js";
import { tupleTy, unionOfTuples, withoutLength } from "./tupleTypes.js";
import {
  isNumber,
  isNumeric,
  literalNumber,
  nilFlags,
  nilOf,
  isImpossible,
} from "./typeKinds.js";
import { inField, problem, type TypeProblem } from "./typeProblem.js";
import type { TypeText } from "../../ir/ir.js";
import {
  arrayOf,
  bool,
  holdsFloat,
  maybe,
  num,
  recordOf,
  sameTy,
  str,
  type Field,
  type RecordTy,
  type Ty,
} from "../../ir/types.js";

export interface TypeReader {
  tyOf(type: ts.Type): Ty | TypeProblem;
}

/** What type parameters mean where a generic function or class is used. */
export type TypeEnv = ReadonlyMap<ts.Type, Ty | TypeProblem>;

/**
 * From the compiler's types to the types of the IR, which say where the numbers are.
 *
 * A type that is not understood (a function, a class instance, a Map) becomes `opaque`: it is carried, and the
 * compiler refuses it later where something active would pass through it. Refused here is what would make the
 * numbers of a value ambiguous: any, unions of different memory, recursive types that hold numbers.
 */
export function newTypeReader(
  checker: ts.TypeChecker,
  isDefaultLibrary: (file: ts.SourceFile) => boolean,
  /** Called for each declaration that a type comes from. */
  touch: (file: ts.SourceFile) => void,
  classes: Classes,
  env: TypeEnv = new Map(),
  /** Its text for the generated module, where it can be written there. */
  textOf: (type: ts.Type) => TypeText | undefined = () => undefined,
  /** May a record be recursive? */
  trees: () => boolean = () => true,
  /** How functions of a type are kept in memory, where they are. */
  kept: Pick<Kept, "ofType" | "isIn" | "want"> = nothingKept,
  /** Types whose objects are kept as any of several. */
  wide: Pick<WideTypes, "of" | "isServedByLiterals"> = nothingWide,
): TypeReader {
  const known = new Map<ts.Type, Ty | TypeProblem>();
  const open: Open[] = [];
  const words = newOpaqueTypes(checker, textOf);
  const { opaque, text } = words;
  const library = newLibraryTypes(checker, isDefaultLibrary);
  const { typedStore, readonlyOf, isCarriedOnly, isOfLibraryOnly } = library;
  const inMemory = (type: ts.Type): Ty | TypeProblem =>
    kept.ofType(type, tyOf) ?? tyOf(type);
  const classTypes = newClassTypes(
    checker,
    classes,
    isUser,
    env,
    inMemory,
    ({ symbol }) => wide.isServedByLiterals(symbol),
    (fn) => {
      kept.want(fn, tyOf);
      return kept.ofType(fn, tyOf);
    },
  );

  return { tyOf };

  function tyOf(type: ts.Type): Ty | TypeProblem {
    const before = known.get(type);
    if (before !== undefined) return before;
    const again = open.findLastIndex((one) => one.type === type);
    const isThrough = again >= 0 && open.slice(again + 1).some(isRecordLike);
    if (again >= 0 && (isRecordLike(open[again]!) || !isThrough)) {
      open[again]!.isMet = true;
      return open[again]!.self;
    }
    if (open.length > deepest) return tooDeep(type);
    const own: Open = {
      type,
      self: {
        kind: "record",
        fields: [],
        tuple: false,
        recursive: true,
        called: nameOf(type) ?? "Tree",
      },
      isMet: false,
    };
    open.push(own);
    const found = convert(type);
    open.pop();
    const result = own.isMet ? ofRecursive(own, found) : found;
    if (result.kind === "record") classes.noteType(result, type);
    // inside an unfinished recursive type the result still holds the placeholder for it
    if (!open.some((one) => one.isMet)) known.set(type, result);
    return result;
  }

  /** Becomes a record, if it holds numbers; arrays and `T | null` lead to one. */
  function isRecordLike({ type }: Open): boolean {
    if (type.isUnion())
      return type.types.every(
        (part) => (part.flags & ts.TypeFlags.Object) !== 0,
      );
    return (
      (type.flags & ts.TypeFlags.Object) !== 0 &&
      !checker.isArrayType(type) &&
      !checker.isTupleType(type)
    );
  }

  function convert(type: ts.Type): Ty | TypeProblem {
    const as = wide.of(type);
    return as === undefined ? convertOwn(type) : tyOf(as);
  }

  function convertOwn(type: ts.Type): Ty | TypeProblem {
    const { flags } = type;
    const meant = env.get(type) ?? thisType(type);
    if (meant !== undefined) return meant;
    for (const symbol of [type.symbol, type.aliasSymbol])
      for (const declaration of symbol?.declarations ?? [])
        touch(declaration.getSourceFile());
    if (flags & ts.TypeFlags.Any)
      return problem(
        "DC2003",
        "the type here is any",
        "write the type out: diffc must know where the numbers are",
        true,
      );
    if (flags & ts.TypeFlags.Unknown)
      return problem(
        "DC2003",
        "the type here is unknown",
        "write the type out: diffc must know where the numbers are",
      );
    if (isNumeric(type)) return isNumber(type) ? num : literalNumber(type);
    if (flags & ts.TypeFlags.BooleanLike) return bool;
    if (flags & ts.TypeFlags.String) return str;
    if (type.isUnion()) return ofUnion(type);
    if (type.isIntersection()) return ofIntersection(type);
    if (flags & ts.TypeFlags.IndexedAccess) {
      // Record<K, number>[K], S[keyof S], of which this call says what K and S are
      const of = tyOf((type as ts.IndexedAccessType).objectType);
      if (of.kind === "table" || of.kind === "array") return of.elem;
      const [first, ...more] = of.kind === "record" ? of.fields : [];
      if (first && more.every(({ ty }) => sameTy(ty, first.ty)))
        return first.ty;
    }
    if (flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.Instantiable))
      return flags & ts.TypeFlags.StringLike
        ? opaque(type)
        : problem(
            "DC2008",
            `the type ${text(type)} is generic`,
            "write a function with plain types that calls it, or give it plain types",
          );
    if (flags & ts.TypeFlags.Object) return ofObject(type as ts.ObjectType);
    return opaque(type);
  }

  /** The type of `this` in a class. */
  function thisType(type: ts.Type): Ty | TypeProblem | undefined {
    const { isThisType } = type as { isThisType?: boolean };
    const constraint = isThisType && type.getConstraint();
    return constraint ? tyOf(constraint) : undefined;
  }

  function isUser(symbol: ts.Symbol): boolean {
    const [decl] = symbol.declarations ?? [];
    return decl !== undefined && !decl.getSourceFile().isDeclarationFile;
  }

  function ofUnion(type: ts.UnionType): Ty | TypeProblem {
    const isNil = (part: ts.Type): boolean => (part.flags & nilFlags) !== 0;
    const nils = type.types.filter(isNil);
    if (nils.length > 0) {
      const rest = checker.getNonNullableType(type);
      if (rest.flags & ts.TypeFlags.Never) return opaque(type);
      const of = tyOf(rest);
      return of.kind === "problem" ? of : maybe(of, nilOf(nils));
    }
    if (type.types.every(isNumeric))
      return type.types.some(isNumber) ? num : literalNumber(type);
    if (type.types.every((part) => part.flags & ts.TypeFlags.BooleanLike))
      return bool;
    const possible = partsOf(type).filter(
      (part) => !isImpossible(checker, part),
    );
    const [single] = possible;
    if (possible.length === 1 && single !== undefined) return tyOf(single);
    const parts: Ty[] = [];
    for (const part of possible.length === 0 ? partsOf(type) : possible) {
      // the member of a union from which the union is looked at
      const isOpen = open.some((one) => one.type === part);
      const isKeptAsThis = wide.of(part) === type;
      const ty = isOpen || isKeptAsThis ? convertOwn(part) : tyOf(part);
      if (ty.kind === "problem") return ty;
      parts.push(ty);
    }
    const [first] = parts;
    const isOne = (part: Ty): boolean =>
      part === first ||
      (first !== undefined &&
        sameTy(part, first) &&
        classes.instanceOf(part)?.symbol === classes.instanceOf(first)?.symbol);
    if (first !== undefined && parts.every(isOne) && !differInTags(parts))
      return first.kind === "opaque" ? opaque(type) : oneOf(parts, first);
    // `number | string` is one scalar that is carried; of two kinds of memory nobody knows which it is
    const isMemory = (part: Ty): boolean =>
      (part.kind === "array" || part.kind === "record") && holdsFloat(part);
    if (!parts.some(isMemory)) return opaque(type);
    const isPlain = (part: Ty): part is RecordTy =>
      part.kind === "record" && !part.tuple;
    const union = parts.every(isPlain)
      ? classTypes.merged(parts)
      : unionOfTuples(checker, type, parts, tyOf);
    if (union !== undefined) return union;
    return problem(
      "DC2003",
      `the type ${text(type)} is a union whose parts keep their numbers in different places`,
      "give it one of the types, or convert it before the call",
    );
  }

  function ofIntersection(type: ts.IntersectionType): Ty | TypeProblem {
    // NonNullable<T> is T & {}
    const [only, ...others] = type.types.filter((part) => !isEmptyType(part));
    if (only !== undefined && others.length === 0) {
      const ty = tyOf(only);
      return ty.kind === "maybe" ? ty.of : ty;
    }
    // branded numbers and strings: number & { brand: "metres" }
    if (type.types.some(isNumeric)) return num;
    if (type.types.some((part) => part.flags & ts.TypeFlags.StringLike))
      return opaque(type);
    // a branded array: number[] & { unit: "m" }
    const memory = type.types
      .map((part) => tyOf(part))
      .filter((part) => part.kind === "array");
    return memory[0] ?? ofFields(type);
  }

  function isEmptyType(type: ts.Type): boolean {
    return (
      (type.flags & ts.TypeFlags.Object) !== 0 &&
      checker.getPropertiesOfType(type).length === 0 &&
      type.getCallSignatures().length === 0 &&
      checker.getIndexInfosOfType(type).length === 0
    );
  }

  function ofObject(type: ts.ObjectType): Ty | TypeProblem {
    if (checker.isTupleType(type))
      return tupleTy(checker, type as ts.TypeReference, inMemory, words);
    if (checker.isArrayType(type)) {
      const [of] = checker.getTypeArguments(type as ts.TypeReference);
      const elem = of && inMemory(of);
      if (elem === undefined || elem.kind === "problem")
        return elem ?? opaque(type);
      return isReadonlyArray(type)
        ? { ...arrayOf(elem), readonly: true }
        : arrayOf(elem);
    }
    const store = typedStore(type);
    if (store !== undefined) return arrayOf(num, store);
    const frozen = readonlyOf(type);
    if (frozen !== undefined) return tyOf(frozen);
    if (isErrorType(checker, type)) return opaque(type);
    const instance = classTypes.ofClass(type);
    if (instance !== undefined) return instance;
    const readonly = readonlyInstance(checker, type);
    if (readonly && classTypes.ofClass(readonly)) return tyOf(readonly);
    if (isOfLibraryOnly(type)) {
      const collection = collectionTy(checker, type, inMemory, words);
      if (collection !== undefined) return collection;
    }
    // ArrayLike and its kin; not what Object.fromEntries gives
    const isInterface = type.symbol?.flags & ts.SymbolFlags.Interface;
    const table =
      isInterface && isOfLibraryOnly(type)
        ? undefined
        : tableTy(checker, type, inMemory, words, kept.isIn);
    if (table !== undefined) return table;
    if (isCarriedOnly(type)) return opaque(type);
    return ofFields(type);
  }

  function ofFields(type: ts.Type): Ty | TypeProblem {
    const fields: Field[] = [];
    const declared = new Map<string, readonly ts.Node[]>();
    const properties = propertiesInOrder(checker, type).filter(
      ({ name }) => !name.startsWith("__@"),
    );
    // `{}` may be anything
    if (properties.length === 0) return opaque(type);
    const functions = properties.filter((one) => isMethod(checker, one));
    for (const property of properties) {
      // who it is, is known from where it is made
      const isFunction = functions.includes(property);
      const own =
        isFunction && kept.ofType(checker.getTypeOfSymbol(property), tyOf);
      if (isFunction && !own) continue;
      // a getter computes: what it gives is no memory of the object
      if (property.flags & ts.SymbolFlags.Accessor) {
        const isLiteral = literalMember(property) ?? literalSetter(property);
        if (isLiteral === undefined) return opaque(type);
        continue;
      }
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const ty = own || inMemory(checker.getTypeOfSymbol(property));
      if (ty.kind === "problem") return inField(ty, property.name);
      declared.set(property.name, property.declarations ?? []);
      fields.push(
        optional
          ? { name: property.name, ty: maybe(ty), optional }
          : { name: property.name, ty },
      );
    }
    const record = recordOf(fields, false, nameOf(type));
    classes.noteFields(record, declared);
    return record;
  }

  /** A type that was met again inside itself. */
  function ofRecursive(
    { type, self }: Open,
    found: Ty | TypeProblem,
  ): Ty | TypeProblem {
    if (found.kind === "problem" || !holdsFloat(found)) return opaque(type);
    const isTree = found.kind === "record" && !found.tuple;
    if (!isTree || !trees())
      return problem(
        "DC2004",
        `the type ${text(type)} holds numbers and refers to itself`,
        "give it named fields: an interface or a class may hold others of its kind",
      );
    const { called = nameOf(type) ?? "Tree", fields } = found;
    Object.assign(self, { called, fields });
    classes.noteAs(self, found);
    return self;
  }

  function tooDeep(type: ts.Type): TypeProblem {
    return problem(
      "DC2004",
      `the type ${text(type)} nests too deeply`,
      "keep the numbers in flat arrays",
    );
  }
}

const deepest = 24;

const nothingKept = {
  ofType: () => undefined,
  isIn: () => false,
  want: () => undefined,
};
const nothingWide = { of: () => undefined, isServedByLiterals: () => false };

/** A type that is being read, and the record that stands for it where it is met again in itself. */
interface Open {
  readonly type: ts.Type;
  readonly self: RecordTy;
  isMet: boolean;
}

const isReadonlyArray = (type: ts.ObjectType): boolean =>
  type.symbol.name === "ReadonlyArray";

/** One of several types that are the same: `number[] | readonly number[]` is not to be written into. */
function oneOf(parts: readonly Ty[], first: Ty): Ty {
  const ty = withoutLength(first);
  const isReadonly = parts.some(
    (part) => part.kind === "array" && part.readonly,
  );
  return ty.kind === "array" && isReadonly ? { ...ty, readonly: true } : ty;
}

/** `{ kind: 1; x: number } | { kind: 2; x: number }`: of one shape, but for the numbers that tell them apart. */
function differInTags(parts: readonly Ty[]): boolean {
  const tags = parts.map((part) =>
    part.kind === "record" && !part.tuple
      ? part.fields.map(({ ty }) => (ty.kind === "num" ? ty.values : undefined))
      : [],
  );
  return new Set(tags.map((one) => JSON.stringify(one))).size > 1;
}

/** What the source calls the type, if it does. */
function nameOf(type: ts.Type): string | undefined {
  const name = (type.aliasSymbol ?? type.symbol)?.name;
  return name === undefined || name.startsWith("__") || name === "default"
    ? undefined
    : name;
}
