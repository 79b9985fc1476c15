import { ts } from "ts-morph";

/** Where the standard library seems to lie (Array, Math, Map); ts-morph carries its text and no files. */
export const libraryFolder = "/node_modules/typescript/lib";

export const isLibraryFile = (file: ts.SourceFile): boolean =>
  file.fileName.startsWith(`${libraryFolder}/`);

/** Declared by the language, whatever `declare global` of the user's adds to it. */
export const isOfLanguage = ({ declarations = [] }: ts.Symbol): boolean =>
  declarations.some((one) => isLibraryFile(one.getSourceFile()));

/** Array, Map, Error: their own kinds, whoever extends them elsewhere. Iterable is one that anybody may implement. */
export const isKindOfLibrary = (symbol: ts.Symbol): boolean =>
  (symbol.flags & ts.SymbolFlags.Interface) !== 0 &&
  (symbol.flags & ts.SymbolFlags.Variable) !== 0 &&
  isOfLanguage(symbol);
