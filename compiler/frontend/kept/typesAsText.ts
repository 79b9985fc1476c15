import { ts } from "ts-morph";

/** Writes types out as they can stand at the end of the file; undefined where one cannot. */
export function newTypesAsText(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
): (type: ts.Type) => string | undefined {
  const printer = ts.createPrinter({ removeComments: true });
  const inScope = new Map(
    checker
      .getSymbolsInScope(file, named)
      .map((one) => [one.name, behind(checker, one)]),
  );
  return (given) => {
    // const self = this
    const { isThisType } = given as { isThisType?: boolean };
    const own = isThisType && checker.getBaseConstraintOfType(given);
    const type = own || given;
    const node = checker.typeToTypeNode(type, file, flags);
    if (node === undefined || !isSayable(node)) return undefined;
    return printer.printNode(ts.EmitHint.Unspecified, node, file);
  };

  function isSayable(node: ts.Node): boolean {
    if (unsayable.has(node.kind)) return false;
    if (ts.isTypeReferenceNode(node) && !meansTheSame(node.typeName))
      return false;
    return ts.forEachChild(node, (one) => !isSayable(one)) !== true;
  }

  /** Does the name mean at the end of the file what it means here? */
  function meansTheSame(name: ts.EntityName): boolean {
    if (!ts.isIdentifier(name)) return meansTheSame(name.left);
    // the printer notes what it wrote the name for
    const { symbol } = name as { symbol?: ts.Symbol };
    return (
      symbol !== undefined && inScope.get(name.text) === behind(checker, symbol)
    );
  }
}

const named = ts.SymbolFlags.Type | ts.SymbolFlags.Value | ts.SymbolFlags.Alias;

const flags =
  ts.NodeBuilderFlags.NoTruncation |
  ts.NodeBuilderFlags.UseAliasDefinedOutsideCurrentScope;

const unsayable = new Set([
  ts.SyntaxKind.AnyKeyword,
  ts.SyntaxKind.ThisType,
  ts.SyntaxKind.ImportType,
  ts.SyntaxKind.TypeQuery,
  ts.SyntaxKind.TypeParameter,
]);

const behind = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias
    ? checker.getAliasedSymbol(symbol)
    : checker.getExportSymbolOfSymbol(symbol);
