import { ts } from "ts-morph";
import type { ArrayStore } from "../../ir/types.js";

/** What the standard library declares. */
export interface LibraryTypes {
  typedStore(type: ts.Type): ArrayStore | undefined;
  readonlyOf(type: ts.Type): ts.Type | undefined;
  isCarriedOnly(type: ts.ObjectType): boolean;
  /** Declared by the library, and no type that it makes of others (`Record`). */
  isOfLibraryOnly(type: ts.ObjectType): boolean;
}

export function newLibraryTypes(
  checker: ts.TypeChecker,
  isDefaultLibrary: (file: ts.SourceFile) => boolean,
): LibraryTypes {
  return { typedStore, readonlyOf, isCarriedOnly, isOfLibraryOnly };

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
    return isOfLibraryOnly(type);
  }

  function isOfLibraryOnly(type: ts.ObjectType): boolean {
    const symbol = type.symbol as ts.Symbol | undefined;
    return (
      symbol !== undefined &&
      (type.objectFlags & ts.ObjectFlags.Mapped) === 0 &&
      isOfLibrary(symbol)
    );
  }
}

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
