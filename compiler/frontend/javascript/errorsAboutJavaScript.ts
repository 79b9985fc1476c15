import { ts } from "ts-morph";
import { isJavaScriptPath } from "../syntax/jsFunctions.js";

/**
 * Is it no fault of the user's? Arguments that do not fit, or are too few, where JavaScript is called: the types of its
 * parameters are what calls said so far, or what comments say. And whatever a package without declarations has to do
 * with: to the user's own TypeScript that is any.
 */
export function isAboutJavaScript(
  error: ts.Diagnostic,
  checker: ts.TypeChecker,
): boolean {
  const { file, start = 0 } = error;
  if (file === undefined) return false;
  // the innermost node at the error that is worth a look: its call, or what it is part of
  let call: ts.CallExpression | ts.NewExpression | undefined;
  let part: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (start < node.getStart() || node.end <= start) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) call = node;
    if (isPart(node)) part = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (call !== undefined && isOfJavaScript(call, checker))
    return aboutArguments.has(error.code) || isUntyped(call, checker);
  // lib.line(points)(x): one of the functions that it gives
  if (call !== undefined && aboutArguments.has(error.code))
    return comesFromUntyped(call.expression, checker);
  return (
    part !== undefined &&
    !aboutArguments.has(error.code) &&
    comesFromUntyped(part, checker)
  );
}

const aboutArguments = new Set([2345, 2554, 2555, 2769]);

const isPart = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node) ||
  ts.isReturnStatement(node) ||
  ts.isExpressionStatement(node) ||
  ts.isArrowFunction(node) ||
  ts.isImportSpecifier(node);

function isOfJavaScript(
  call: ts.CallExpression | ts.NewExpression,
  checker: ts.TypeChecker,
): boolean {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  return (
    declaration !== undefined &&
    isJavaScriptPath(declaration.getSourceFile().fileName)
  );
}

/** Is it a call into a package that has no declarations? To the user's own TypeScript it is any. */
const isUntyped = (
  call: ts.CallExpression | ts.NewExpression,
  checker: ts.TypeChecker,
): boolean => {
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression)
    ? expression.name
    : expression;
  const symbol = checker.getSymbolAtLocation(name);
  return symbol !== undefined && isOfUntypedPackage(symbol, checker);
};

function isOfUntypedPackage(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
): boolean {
  const origin =
    symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol;
  return (origin.declarations ?? []).some((one) => {
    const { fileName } = one.getSourceFile();
    return isJavaScriptPath(fileName) && fileName.includes("/node_modules/");
  });
}

/** Does something in a piece of code come from such a package, by way of variables too? */
export function comesFromUntyped(
  node: ts.Node,
  checker: ts.TypeChecker,
): boolean {
  if (ts.isImportSpecifier(node)) return importsUntyped(node, checker);
  const pieces = new Set<ts.Node>([node]);
  let found = false;
  const visit = (one: ts.Node): void => {
    if (found) return;
    if (ts.isIdentifier(one)) {
      const symbol = checker.getSymbolAtLocation(one);
      found = symbol !== undefined && isOfUntypedPackage(symbol, checker);
      const decl = symbol?.valueDeclaration;
      const made = decl && ts.isVariableDeclaration(decl) && decl.initializer;
      if (made) pieces.add(made);
    }
    ts.forEachChild(one, visit);
  };
  // what is added meanwhile is looked at too; a chain of a thousand variables is no thousand calls deep
  for (const piece of pieces) visit(piece);
  return found;
}

/** `import { f } from "lib"`, where lib fills its exports in a way that TypeScript does not see. */
function importsUntyped(
  node: ts.ImportSpecifier,
  checker: ts.TypeChecker,
): boolean {
  const { moduleSpecifier } = node.parent.parent.parent;
  const module = checker.getSymbolAtLocation(moduleSpecifier);
  return (module?.declarations ?? []).some(
    (one) =>
      ts.isSourceFile(one) &&
      isJavaScriptPath(one.fileName) &&
      one.fileName.includes("/node_modules/"),
  );
}
