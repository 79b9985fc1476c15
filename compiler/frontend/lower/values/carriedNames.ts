import { ts } from "ts-morph";
import { holdsFloat } from "../../../ir/types.js";
import { type Carried, text } from "./carriedText.js";
import { isAmbient } from "../../syntax/callee.js";
import { tyOfNode } from "../lowerCoerce.js";
import { refuseHost } from "./lowerRefused.js";
import { bareExpression, definedSymbol, symbolOf } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";
import { localVariable } from "../lowerVariables.js";

/** A name of the library stays as it is, one of the module is brought into scope. */
export function addName(
  site: Site,
  node: ts.Identifier | ts.PropertyAccessExpression,
  carried: Carried,
): void {
  const name = ts.isPropertyAccessExpression(node) ? node.expression : node;
  const root = bareExpression(name);
  if (ts.isIdentifier(root)) refuseHost(site, root);
  const symbol = definedSymbol(site.ctx.checker, root);
  const isLibrary =
    symbol !== undefined &&
    isAmbient(symbol) &&
    importOf(site, root) === undefined &&
    symbol.declarations?.some((one) => isGlobalDeclaration(one)) === true;
  if (symbol !== undefined && !isLibrary) {
    // a package is imported by its name, which only the import here says
    const named = isAmbient(symbol) ? importOf(site, root) : undefined;
    const binding = site.ctx.bindingOf(named ?? symbol, root);
    carried.needs.set(binding.name, binding);
    text(carried, binding.name);
  } else text(carried, root.getText());
  if (ts.isPropertyAccessExpression(node)) text(carried, `.${node.name.text}`);
}

/** The import through which a name got here, also of a module that is declared as a global one. */
function importOf(site: Site, root: ts.Expression): ts.Symbol | undefined {
  const symbol = symbolOf(site.ctx.checker, root);
  const isImport = symbol && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return isImport ? symbol : undefined;
}

/** Is it declared for all files (`declare var`, lib), so that no import is needed? */
function isGlobalDeclaration(node: ts.Declaration): boolean {
  const file = node.getSourceFile();
  return !ts.isExternalModule(file);
}

/** A table of the module goes by its name into code that only looks at it: `key in table`, `Object.keys(table)`. */
export function addTable(
  site: Site,
  given: ts.Expression,
  carried: Carried,
): boolean {
  const node = bareExpression(given);
  if (!ts.isIdentifier(node) || localVariable(site, node) !== undefined)
    return false;
  const symbol = definedSymbol(site.ctx.checker, node);
  const declaration = symbol?.valueDeclaration;
  const isModuleConst =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 &&
    ts.isSourceFile(declaration.parent.parent.parent);
  if (!isModuleConst || !holdsFloat(tyOfNode(site, node))) return false;
  addName(site, node, carried);
  return true;
}

export function isClassOrLibrary(site: Site, node: ts.Identifier): boolean {
  if (localVariable(site, node) !== undefined) return false;
  const symbol = definedSymbol(site.ctx.checker, node);
  if (symbol === undefined) return false;
  return isAmbient(symbol) || (symbol.flags & ts.SymbolFlags.Class) !== 0;
}
