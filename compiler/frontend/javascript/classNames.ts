import { ts } from "ts-morph";

/**
 * What a class is called in a comment of JavaScript at a certain place: by its own name where that is in scope, else
 * by the file that exports it. Undefined where it has no name there.
 */
export function nameOfClass(
  checker: ts.TypeChecker,
  type: ts.Type,
  into: ts.Node,
): string | undefined {
  const symbol = type.symbol as ts.Symbol | undefined;
  const decl = symbol?.valueDeclaration;
  if (symbol === undefined || decl === undefined || !ts.isClassLike(decl))
    return undefined;
  const isPlain =
    type.isClassOrInterface() && (type.typeParameters ?? []).length === 0;
  if (!isPlain) return undefined;
  if (decl.name !== undefined && isInScope(decl, decl.name, into))
    return decl.name.text;
  const file = decl.getSourceFile();
  if (file === into.getSourceFile()) return undefined;
  const exported = exportedName(checker, symbol, file);
  return exported === undefined
    ? undefined
    : `import(${JSON.stringify(file.fileName)})${exported}`;
}

/** Is the class declared around the place, and nothing of its name nearer? */
function isInScope(
  decl: ts.ClassLikeDeclaration,
  name: ts.Identifier,
  into: ts.Node,
): boolean {
  if (!ts.isClassDeclaration(decl)) return false;
  for (let up = into; up !== undefined; up = up.parent) {
    if (up === decl.parent) return true;
    const locals = (up as { locals?: ReadonlyMap<unknown, unknown> }).locals;
    if (locals?.has(name.escapedText)) return false;
  }
  return false;
}

function exportedName(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  file: ts.SourceFile,
): string | undefined {
  const module = checker.getSymbolAtLocation(file);
  if (module === undefined) return undefined;
  const origin = (one: ts.Symbol): ts.Symbol =>
    one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
  const whole = module.exports?.get("export=" as ts.__String);
  if (whole !== undefined && origin(whole) === symbol) return "";
  const found = checker
    .getExportsOfModule(module)
    .find((one) => origin(one) === symbol);
  return found && `.${found.name}`;
}
