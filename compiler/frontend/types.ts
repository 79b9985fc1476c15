import { ts } from "ts-morph";
import type { Code } from "../diagnostics/codes.js";
import type { Classes } from "./classes.js";
import { newClassTypes } from "./classTypes.js";
import { literalMember } from "./lowerWritten.js";
import { isMethod } from "./functionTypes.js";
import type { TypeText } from "../ir/ir.js";
import {
  arrayOf,
  bool,
  holdsFloat,
  maybe,
  num,
  recordOf,
  sameTy,
  str,
  type ArrayStore,
  type Field,
  type MaybeTy,
  type RecordTy,
  type Ty,
} from "../ir/types.js";

/** Why a type cannot be carried. */
export interface TypeProblem {
  readonly kind: "problem";
  readonly code: Code;
  readonly message: string;
  readonly help: string;
  /** The type is `any`: where the file has type errors, it is their consequence. */
  readonly isAny: boolean;
}

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
): TypeReader {
  const known = new Map<ts.Type, Ty | TypeProblem>();
  const open: ts.Type[] = [];
  // types on `open` that were met again inside themselves
  const recursive = new Set<ts.Type>();
  const classTypes = newClassTypes(checker, classes, isUser, env, tyOf);

  return { tyOf };

  function tyOf(type: ts.Type): Ty | TypeProblem {
    const before = known.get(type);
    if (before !== undefined) return before;
    if (open.includes(type)) {
      recursive.add(type);
      return opaque(type);
    }
    if (open.length > deepest) return tooDeep(type);
    open.push(type);
    const found = convert(type);
    open.pop();
    const result = recursive.delete(type) ? ofRecursive(type, found) : found;
    // inside an unfinished recursive type the result still holds the placeholder for it
    if (recursive.size === 0) known.set(type, result);
    return result;
  }

  function convert(type: ts.Type): Ty | TypeProblem {
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
    if (isNumeric(type)) return isNumber(type) ? num : literalNumber;
    if (flags & ts.TypeFlags.BooleanLike) return bool;
    if (flags & ts.TypeFlags.String) return str;
    if (type.isUnion()) return ofUnion(type);
    if (type.isIntersection()) return ofIntersection(type);
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
      return type.types.some(isNumber) ? num : literalNumber;
    if (type.types.every((part) => part.flags & ts.TypeFlags.BooleanLike))
      return bool;
    const parts: Ty[] = [];
    for (const part of type.types) {
      const ty = tyOf(part);
      if (ty.kind === "problem") return ty;
      parts.push(ty);
    }
    const [first] = parts;
    const isOne = (part: Ty): boolean =>
      part === first ||
      (first !== undefined &&
        sameTy(part, first) &&
        classes.instanceOf(part)?.symbol === classes.instanceOf(first)?.symbol);
    if (first !== undefined && parts.every(isOne))
      return first.kind === "opaque" ? opaque(type) : oneOf(parts, first);
    // `number | string` is one scalar that is carried; of two kinds of memory nobody knows which it is
    const isMemory = (part: Ty): boolean =>
      (part.kind === "array" || part.kind === "record") && holdsFloat(part);
    if (!parts.some(isMemory)) return opaque(type);
    const isPlain = (part: Ty): part is RecordTy =>
      part.kind === "record" && !part.tuple;
    const union = parts.every(isPlain) ? classTypes.merged(parts) : undefined;
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
    if (checker.isTupleType(type)) return ofTuple(type as ts.TypeReference);
    if (checker.isArrayType(type)) {
      const [of] = checker.getTypeArguments(type as ts.TypeReference);
      const elem = of && tyOf(of);
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
    const instance = classTypes.ofClass(type);
    if (instance !== undefined) return instance;
    if (isCarriedOnly(type)) return opaque(type);
    return ofFields(type);
  }

  function ofTuple(type: ts.TypeReference): Ty | TypeProblem {
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
      if (uniform) {
        const ty = { ...arrayOf(withoutLength(first)), fixed: parts.length };
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
    if (!parts.some(holdsFloat)) return opaque(type);
    return problem(
      "DC2003",
      `the tuple type ${text(type)} has optional or rest elements of several types`,
      "use an array, or an object with named fields",
    );
  }

  /** Float64Array and its kin, of the standard library. */
  function typedStore(type: ts.Type): ArrayStore | undefined {
    const symbol = type.symbol as ts.Symbol | undefined;
    if (symbol === undefined || !isOfLibrary(symbol)) return undefined;
    return typedArrays.get(symbol.name);
  }

  /** `Readonly<Float64Array>`: the type inside. */
  function readonlyOf(type: ts.Type): ts.Type | undefined {
    const alias = type.aliasSymbol;
    if (alias?.name !== "Readonly" || !isOfLibrary(alias)) return undefined;
    const [inner] = type.aliasTypeArguments ?? [];
    return inner !== undefined && typedStore(inner) !== undefined
      ? inner
      : undefined;
  }

  function isOfLibrary(symbol: ts.Symbol): boolean {
    return (symbol.declarations ?? []).some((one) =>
      isDefaultLibrary(one.getSourceFile()),
    );
  }

  /** Functions, classes, dictionaries, and what the library declares (Map, Date): carried, never looked into. */
  function isCarriedOnly(type: ts.ObjectType): boolean {
    const symbol = type.symbol as ts.Symbol | undefined;
    if (
      type.getCallSignatures().length > 0 ||
      type.getConstructSignatures().length > 0 ||
      checker.getIndexInfosOfType(type).length > 0
    )
      return true;
    if (symbol === undefined) return false;
    if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Module))
      return true;
    return (
      (type.objectFlags & ts.ObjectFlags.Mapped) === 0 && isOfLibrary(symbol)
    );
  }

  function ofFields(type: ts.Type): Ty | TypeProblem {
    const fields: Field[] = [];
    const declared = new Map<string, readonly ts.Node[]>();
    const properties = checker
      .getPropertiesOfType(type)
      .filter(({ name }) => !name.startsWith("__@"));
    // `{}` may be anything
    if (properties.length === 0) return opaque(type);
    const functions = properties.filter((one) => isMethod(checker, one));
    for (const property of properties) {
      // who it is, is known from where it is made
      if (functions.includes(property)) continue;
      // a getter computes: what it gives is no memory of the object
      if (property.flags & ts.SymbolFlags.Accessor) {
        if (literalMember(property) === undefined) return opaque(type);
        continue;
      }
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const ty = tyOf(checker.getTypeOfSymbol(property));
      if (ty.kind === "problem") return inField(ty, property.name);
      declared.set(property.name, property.declarations ?? []);
      fields.push(
        optional
          ? { name: property.name, ty: maybe(ty), optional }
          : { name: property.name, ty },
      );
    }
    const record = recordOf(fields);
    classes.noteFields(record, declared);
    return record;
  }

  function ofRecursive(
    type: ts.Type,
    found: Ty | TypeProblem,
  ): Ty | TypeProblem {
    if (found.kind === "problem" || !holdsFloat(found)) return opaque(type);
    return problem(
      "DC2004",
      `the type ${text(type)} holds numbers and refers to itself`,
      "keep the numbers in flat arrays, with indices in place of references",
    );
  }

  function tooDeep(type: ts.Type): TypeProblem {
    return problem(
      "DC2004",
      `the type ${text(type)} nests too deeply`,
      "keep the numbers in flat arrays",
    );
  }

  function opaque(type: ts.Type): Ty {
    const plain: Ty = { kind: "opaque", text: text(type) };
    if (isPlainText.test(plain.text)) return plain;
    const named = textOf(type);
    if (named === undefined)
      // a name that cannot be had: words are words
      return isWord(type) ? str : plain;
    const { needs } = named;
    return {
      ...plain,
      text: named.text,
      ...(needs.length > 0 ? { needs } : {}),
    };
  }

  function isWord(type: ts.Type): boolean {
    return type.isUnion()
      ? type.types.every(isWord)
      : (type.flags & ts.TypeFlags.StringLike) !== 0;
  }

  function text(type: ts.Type): string {
    // Written out: the generated module does not know the user's name for a union of words.
    const isWords = (one: ts.Type): boolean =>
      (one.flags & ts.TypeFlags.StringLiteral) !== 0 &&
      (one.flags & ts.TypeFlags.EnumLike) === 0;
    if (type.isUnion() && type.types.every(isWords))
      return type.types.map((one) => checker.typeToString(one)).join(" | ");
    return checker.typeToString(
      type,
      undefined,
      ts.TypeFormatFlags.NoTruncation |
        ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope,
    );
  }
}

/** Words, and types that are in scope everywhere. */
const isPlainText =
  /^((string|number|boolean|undefined|null|unknown|never|any|void|bigint|object|true|false|"[^"]*"|[|\s[\]()])*|Date|RegExp|Error)$/;

const deepest = 24;

const isReadonlyArray = (type: ts.ObjectType): boolean =>
  type.symbol.name === "ReadonlyArray";

const nilFlags = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;

function nilOf(nils: readonly ts.Type[]): MaybeTy["nil"] {
  const hasNull = nils.some((part) => part.flags & ts.TypeFlags.Null);
  const hasUndefined = nils.some((part) => !(part.flags & ts.TypeFlags.Null));
  return hasNull && hasUndefined ? "both" : hasNull ? "null" : "undefined";
}

/** Numbers, literals of them, and numeric enums, which are numbers at run time. */
const isNumeric = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.NumberLike) !== 0 &&
  (type.flags & ts.TypeFlags.StringLiteral) === 0;

const isNumber = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Number) !== 0;

const literalNumber: Ty = { kind: "num", literal: true };

/** Is it a numeric enum or a part of one? A number at run time, but nobody wants its slope. */
export const isEnum = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.EnumLike) !== 0 ||
  (type.isUnion() && type.types.every((part) => isEnum(part)));

const typedArrays: ReadonlyMap<string, ArrayStore> = new Map([
  ["Float64Array", "f64"],
  ["Float32Array", "f32"],
  ["Int8Array", "i8"],
  ["Uint8Array", "u8"],
  ["Uint8ClampedArray", "u8c"],
  ["Int16Array", "i16"],
  ["Uint16Array", "u16"],
  ["Int32Array", "i32"],
  ["Uint32Array", "u32"],
]);

/** Alternatives of one kind may differ in their lengths: the length is then not known. */
function withoutLength(ty: Ty): Ty {
  if (ty.kind !== "array" || ty.fixed === undefined) return ty;
  const { fixed: _, ...open } = ty;
  return open;
}

/** One of several types that are the same: `number[] | readonly number[]` is not to be written into. */
function oneOf(parts: readonly Ty[], first: Ty): Ty {
  const ty = withoutLength(first);
  const isReadonly = parts.some(
    (part) => part.kind === "array" && part.readonly,
  );
  return ty.kind === "array" && isReadonly ? { ...ty, readonly: true } : ty;
}

function problem(
  code: Code,
  message: string,
  help: string,
  isAny = false,
): TypeProblem {
  return { kind: "problem", code, message, help, isAny };
}

function inField(inner: TypeProblem, name: string): TypeProblem {
  if (inner.message.includes(" in field ")) return inner;
  return { ...inner, message: `${inner.message}, in field ${name}` };
}
