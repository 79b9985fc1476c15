import { ts } from "ts-morph";
import { jsFunctionOf } from "../syntax/jsFunctions.js";
import { bareExpression, symbolOf } from "../syntax/scan.js";
import type { OpenProject } from "./project.js";
import type { Wanted } from "../javascript/growingViews.js";

/** From the declaration of a package's function to the code of it. */
export interface Linker {
  /**
   * The function with a body behind the callee of a call that only a declaration file tells of; undefined where none
   * is found. Calls `want` and gives up where its file is not part of the program yet.
   */
  implementationOf(
    callee: ts.Expression,
  ): ts.FunctionLikeDeclaration | undefined;
  /** The variable with a value behind a name, in the same way. */
  variableOf(name: ts.Expression): ts.Symbol | undefined;
  /** Has the code behind a name of a package read in place of its declarations; gives up where there is some. */
  open(name: ts.Expression): void;
}

export function newLinker(
  project: OpenProject,
  want: (wanted: readonly Wanted[]) => never,
): Linker {
  const { checker, program, code } = project;
  return { implementationOf, variableOf, open };

  function open(given: ts.Expression): void {
    const place = placeOf(bareExpression(given));
    if (place === undefined || place.specifier.startsWith(".")) return;
    if (code.views.opened.has(place.specifier)) return;
    const path = code.find(place.specifier, place.from);
    if (path !== undefined) want([{ open: place.specifier }]);
  }

  function implementationOf(
    given: ts.Expression,
  ): ts.FunctionLikeDeclaration | undefined {
    const symbol = symbolBehind(given);
    return symbol && jsFunctionOf(checker, symbol);
  }

  function variableOf(given: ts.Expression): ts.Symbol | undefined {
    const symbol = symbolBehind(given);
    const decl = symbol?.valueDeclaration;
    return decl && ts.isVariableDeclaration(decl) ? symbol : undefined;
  }

  function symbolBehind(given: ts.Expression): ts.Symbol | undefined {
    const place = placeOf(bareExpression(given));
    if (place === undefined) return undefined;
    const path = code.find(place.specifier, place.from);
    if (path === undefined) return undefined;
    const file = program.getSourceFile(path);
    if (file === undefined) return want([{ root: path }]);
    const module = checker.getSymbolAtLocation(file);
    if (module === undefined) return undefined;
    const { names } = place;
    const [first, ...others] = names;
    // import vec from "vec", of `exports.add = add`: the default is the module itself
    const isWhole = first === "default" && others.length > 0;
    return (
      memberOf(module, names) ??
      (isWhole && isCommonJs(file) && !exportOf(module, first)
        ? memberOf(module, others)
        : undefined)
    );
  }

  /** The module that an expression comes from, and by what names. */
  function placeOf(
    node: ts.Expression,
  ): { specifier: string; from: string; names: string[] } | undefined {
    if (ts.isPropertyAccessExpression(node)) {
      const owner = placeOf(bareExpression(node.expression));
      return owner && { ...owner, names: [...owner.names, node.name.text] };
    }
    if (!ts.isIdentifier(node)) return undefined;
    let symbol = symbolOf(checker, node);
    const seen = new Set<ts.Symbol>();
    while (symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias) {
      if (seen.has(symbol)) return undefined;
      seen.add(symbol);
      const found =
        symbol.declarations?.[0] && importOf(symbol.declarations[0]);
      if (found === undefined) {
        // export { f }
        const [one] = symbol.declarations ?? [];
        if (!one || !ts.isExportSpecifier(one)) return undefined;
        symbol = checker.getImmediateAliasedSymbol(symbol);
        continue;
      }
      const { specifier, name } = found;
      const from = found.node.getSourceFile();
      const isRelative = specifier.startsWith(".");
      if (!isRelative || from.isDeclarationFile)
        return { specifier, from: from.fileName, names: name };
      symbol = checker.getImmediateAliasedSymbol(symbol);
    }
    return undefined;
  }

  function memberOf(
    module: ts.Symbol,
    names: readonly string[],
  ): ts.Symbol | undefined {
    let at: ts.Symbol | undefined = module;
    for (const [k, name] of names.entries()) {
      if (at === undefined) return undefined;
      at = exportOf(at, name) ?? (k === 0 ? assigned(at, name) : undefined);
    }
    return at && origin(at);
  }

  function exportOf(holder: ts.Symbol, name: string): ts.Symbol | undefined {
    const own = origin(holder);
    if (own.flags & ts.SymbolFlags.Module)
      return (
        checker.getExportsOfModule(own).find((one) => one.name === name) ??
        handedOn(own, name)
      );
    const type = checker.getTypeOfSymbol(own);
    return checker.getPropertyOfType(type, name);
  }

  /** `__exportStar(require("./x"), exports)`: what a compiler makes of `export *`. */
  function handedOn(module: ts.Symbol, name: string): ts.Symbol | undefined {
    for (const file of module.declarations ?? []) {
      if (!ts.isSourceFile(file) || !file.text.includes("__exportStar"))
        continue;
      for (const specifier of starsIn(file)) {
        const other = checker.getSymbolAtLocation(specifier);
        const found = other && exportOf(other, name);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** `module.exports = f`: what others import as the default, or as the whole. */
  function assigned(module: ts.Symbol, name: string): ts.Symbol | undefined {
    const whole = module.exports?.get("export=" as ts.__String);
    if (whole === undefined || name === "default") return whole;
    const type = checker.getTypeOfSymbol(origin(whole));
    return checker.getPropertyOfType(type, name);
  }

  function origin(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol;
  }
}

const isCommonJs = (file: ts.SourceFile): boolean =>
  "commonJsModuleIndicator" in file &&
  file.commonJsModuleIndicator !== undefined;

function starsIn(file: ts.SourceFile): ts.Expression[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isExpressionStatement(statement)) return [];
    const call = statement.expression;
    if (!ts.isCallExpression(call)) return [];
    if (!/(^|\.)__exportStar$/.test(call.expression.getText())) return [];
    const [required] = call.arguments;
    return required && ts.isCallExpression(required)
      ? required.arguments.slice(0, 1)
      : [];
  });
}

/** The import or re-export that declares an alias. `name` is empty for a whole module. */
function importOf(
  declaration: ts.Declaration,
): { specifier: string; name: string[]; node: ts.Node } | undefined {
  let name: string[];
  if (ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration))
    name = [(declaration.propertyName ?? declaration.name).text];
  else if (
    ts.isNamespaceImport(declaration) ||
    ts.isNamespaceExport(declaration)
  )
    name = [];
  else if (ts.isImportClause(declaration)) name = ["default"];
  else if (ts.isImportEqualsDeclaration(declaration)) {
    const { moduleReference } = declaration;
    if (!ts.isExternalModuleReference(moduleReference)) return undefined;
    const { expression } = moduleReference;
    return ts.isStringLiteral(expression)
      ? { specifier: expression.text, name: ["default"], node: declaration }
      : undefined;
  } else return undefined;
  for (
    let node: ts.Node = declaration;
    !ts.isSourceFile(node);
    node = node.parent
  )
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const { moduleSpecifier } = node;
      return moduleSpecifier && ts.isStringLiteral(moduleSpecifier)
        ? { specifier: moduleSpecifier.text, name, node }
        : undefined;
    }
  return undefined;
}
