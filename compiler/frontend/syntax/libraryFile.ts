import type { ts } from "ts-morph";

/** Where the standard library seems to lie (Array, Math, Map); ts-morph carries its text and no files. */
export const libraryFolder = "/node_modules/typescript/lib";

export const isLibraryFile = (file: ts.SourceFile): boolean =>
  file.fileName.startsWith(`${libraryFolder}/`);

/** Declared by the language, whatever `declare global` of the user's adds to it. */
export const isOfLanguage = ({ declarations = [] }: ts.Symbol): boolean =>
  declarations.some((one) => isLibraryFile(one.getSourceFile()));
