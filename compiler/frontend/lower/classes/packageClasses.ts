import { ts } from "ts-morph";
import type { Site } from "../lowerSite.js";

const classOrInterface = ts.SymbolFlags.Class | ts.SymbolFlags.Interface;

/**
 * A method of a package's class, or of what declarations call an interface, of which only declarations are seen: its code
 * is had by the import through which the class got here. Gives up the reading at hand where there is such code.
 */
export function openClassOf(site: Site, owner: ts.Expression): void {
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(owner);
  const symbol = declared(checker, type, classOrInterface);
  if (symbol === undefined) return;
  for (const statement of owner.getSourceFile().statements) {
    const clause = ts.isImportDeclaration(statement) && statement.importClause;
    if (!clause || !brings(checker, statement, symbol)) continue;
    const name = nameIn(clause);
    if (name !== undefined) site.ctx.openPackage(name);
  }
}

/** `Matrix.zeros(2, 2)`, `inverse(m)`: an instance of a package's class, of which only declarations are seen. */
export function openClassGiven(site: Site, node: ts.CallExpression): void {
  const { checker } = site.ctx;
  const given = checker.getTypeAtLocation(node);
  if (declared(checker, given, ts.SymbolFlags.Class) !== undefined)
    site.ctx.openPackage(node.expression);
}

function declared(
  checker: ts.TypeChecker,
  given: ts.Type,
  kinds: ts.SymbolFlags,
): ts.Symbol | undefined {
  const type = checker.getNonNullableType(given);
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol === undefined || !(symbol.flags & kinds)) return undefined;
  const isDeclared = symbol.declarations?.every(
    (one) => one.getSourceFile().isDeclarationFile,
  );
  return isDeclared ? symbol : undefined;
}

/** `import { C }`, `import C`, `import * as lib`, of the module that has the class, or gives others of its kind. */
function brings(
  checker: ts.TypeChecker,
  { moduleSpecifier }: ts.ImportDeclaration,
  owner: ts.Symbol,
): boolean {
  const module = checker.getSymbolAtLocation(moduleSpecifier);
  if (module === undefined) return false;
  return checker
    .getExportsOfModule(module)
    .some((one) =>
      one.flags & ts.SymbolFlags.Alias
        ? checker.getAliasedSymbol(one) === owner
        : one === owner,
    );
}

function nameIn({
  name,
  namedBindings,
}: ts.ImportClause): ts.Identifier | undefined {
  if (name !== undefined || namedBindings === undefined) return name;
  return ts.isNamespaceImport(namedBindings)
    ? namedBindings.name
    : namedBindings.elements[0]?.name;
}
