import { ts } from "ts-morph";

/** The files to which an object of a file may go: those that import one another, in whatever direction. */
export function newConnected(
  checker: ts.TypeChecker,
  files: () => readonly ts.SourceFile[],
): (file: ts.SourceFile) => ReadonlySet<ts.SourceFile> {
  let links: Map<ts.SourceFile, Set<ts.SourceFile>> | undefined;
  const link = (): Map<ts.SourceFile, Set<ts.SourceFile>> => {
    const found = new Map(files().map((file) => [file, new Set([file])]));
    for (const file of found.keys())
      for (const other of importedBy(checker, file)) {
        found.get(file)?.add(other);
        found.get(other)?.add(file);
      }
    return found;
  };
  const known = new Map<ts.SourceFile, ReadonlySet<ts.SourceFile>>();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    links ??= link();
    const met = new Set([file]);
    for (const one of met)
      for (const next of links.get(one) ?? []) met.add(next);
    for (const one of met) known.set(one, met);
    return met;
  };
}

function importedBy(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
): ts.SourceFile[] {
  return file.statements.flatMap((one) => {
    const from =
      ts.isImportDeclaration(one) || ts.isExportDeclaration(one)
        ? one.moduleSpecifier
        : undefined;
    const symbol = from && checker.getSymbolAtLocation(from);
    return (symbol?.declarations ?? []).filter(ts.isSourceFile);
  });
}
