import { ts } from "ts-morph";

/** Where names are used; each file is looked through once. */
export interface References {
  /** In the file that declares it. */
  referencesTo(symbol: ts.Symbol): readonly ts.Identifier[];
  referencesIn(
    file: ts.SourceFile,
  ): ReadonlyMap<ts.Symbol, readonly ts.Identifier[]>;
  originOf(symbol: ts.Symbol): ts.Symbol;
  exportNameOf(symbol: ts.Symbol): string | undefined;
  /** Is it exported, and not as a type only? */
  exportsValue(symbol: ts.Symbol): boolean;
}

export function newReferences(checker: ts.TypeChecker): References {
  const exportNames = new Map<ts.SourceFile, Map<ts.Symbol, string>>();
  const references = new Map<ts.SourceFile, Map<ts.Symbol, ts.Identifier[]>>();
  return {
    referencesTo,
    referencesIn,
    originOf,
    exportNameOf,
    exportsValue,
  };

  function originOf(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol;
  }

  function exportNameOf(symbol: ts.Symbol): string | undefined {
    const file = symbol.declarations?.[0]?.getSourceFile();
    if (file === undefined) return undefined;
    let names = exportNames.get(file);
    if (names === undefined) {
      names = new Map();
      const module = checker.getSymbolAtLocation(file);
      const exported = module ? checker.getExportsOfModule(module) : [];
      for (const one of exported) {
        const origin = originOf(one);
        // a real name is better than `default`
        if (!names.has(origin) || names.get(origin) === "default")
          names.set(origin, one.name);
      }
      exportNames.set(file, names);
    }
    return names.get(symbol);
  }

  function exportsValue(symbol: ts.Symbol): boolean {
    const name = exportNameOf(symbol);
    const file = symbol.declarations?.[0]?.getSourceFile();
    const module = file && checker.getSymbolAtLocation(file);
    if (name === undefined || module === undefined) return false;
    return checker
      .getExportsOfModule(module)
      .some((one) => originOf(one) === symbol && !isTypeOnly(one));
  }

  function referencesTo(symbol: ts.Symbol): readonly ts.Identifier[] {
    const file = symbol.declarations?.[0]?.getSourceFile();
    if (file === undefined) return [];
    return referencesIn(file).get(symbol) ?? [];
  }

  function referencesIn(
    file: ts.SourceFile,
  ): ReadonlyMap<ts.Symbol, readonly ts.Identifier[]> {
    const known = references.get(file);
    if (known !== undefined) return known;
    const all = allReferences(file);
    references.set(file, all);
    return all;
  }

  function allReferences(file: ts.SourceFile): Map<ts.Symbol, ts.Identifier[]> {
    const all = new Map<ts.Symbol, ts.Identifier[]>();
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const symbol = valueSymbol(node, checker);
        if (symbol !== undefined) {
          const origin = originOf(symbol);
          const list = all.get(origin);
          if (list === undefined) all.set(origin, [node]);
          else list.push(node);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    return all;
  }
}

/** The variable that an identifier stands for; in `{ x }` that is the variable, not the new property. */
export function valueSymbol(
  id: ts.Identifier,
  checker: ts.TypeChecker,
): ts.Symbol | undefined {
  if (ts.isShorthandPropertyAssignment(id.parent))
    return checker.getShorthandAssignmentValueSymbol(id.parent);
  return checker.getSymbolAtLocation(id);
}

/** `export type { Q }` */
const isTypeOnly = ({ declarations }: ts.Symbol): boolean =>
  declarations?.some(
    (one) =>
      ts.isExportSpecifier(one) &&
      (one.isTypeOnly || one.parent.parent.isTypeOnly),
  ) === true;
