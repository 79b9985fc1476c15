import { ts } from "ts-morph";
import { isJavaScript } from "./jsFunctions.js";
import { isGlobalName } from "./lowerCallee.js";
import { bareExpression, definedSymbol, symbolOf } from "./lowerScan.js";
import type { Site } from "./lowerSite.js";

/** Refuses calls of code whose text is not there: text made at run time, modules not found, declarations only. */
export function refuseUnreadable(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
): void {
  const { ctx } = site;
  const callee = bareExpression(node.expression);
  if (callee.kind === ts.SyntaxKind.ImportKeyword)
    ctx.refuse(
      node,
      "DC2117",
      "a module is imported while the program runs, and what it holds is known only then",
      "import it at the top of the module, and call it by its name",
    );
  const maker = makerOfCode(site, callee) ?? makerBehind(site, callee);
  if (maker !== undefined)
    ctx.refuse(
      node,
      "DC2117",
      `${maker} makes code from text while the program runs`,
      "write the function out, where diffc can read it",
    );
  const root = rootOf(callee);
  if (root !== undefined && isJavaScript(node)) refuseUnresolved(site, root);
  refuseDeclaredOnly(site, node, callee);
}

/** `eval`, `Function`, `globalThis.eval` */
function makerOfCode(site: Site, given: ts.Expression): string | undefined {
  const { checker } = site.ctx;
  const node = bareExpression(given);
  for (const name of ["eval", "Function"]) {
    if (isGlobalName(checker, node, name)) return name;
    if (
      ts.isPropertyAccessExpression(node) &&
      node.name.text === name &&
      ["globalThis", "window", "self"].includes(node.expression.getText())
    )
      return name;
  }
  return undefined;
}

/** `new Function("x", "return x")(x)`, also through a const. */
function makerBehind(site: Site, node: ts.Expression): string | undefined {
  if (ts.isNewExpression(node) || ts.isCallExpression(node))
    return makerOfCode(site, node.expression);
  // (0, eval)("x")
  if (ts.isBinaryExpression(node)) return makerOfCode(site, node.right);
  if (!ts.isIdentifier(node)) return undefined;
  const decl = definedSymbol(site.ctx.checker, node)?.valueDeclaration;
  if (decl === undefined || !ts.isVariableDeclaration(decl)) return undefined;
  const value = decl.initializer && bareExpression(decl.initializer);
  return value && (ts.isNewExpression(value) || ts.isCallExpression(value))
    ? makerOfCode(site, value.expression)
    : undefined;
}

function rootOf(node: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(node)) return node;
  return ts.isPropertyAccessExpression(node)
    ? rootOf(bareExpression(node.expression))
    : undefined;
}

function refuseUnresolved({ ctx }: Site, node: ts.Identifier): void {
  const found = unresolved(ctx.checker, node);
  if (found === undefined) return;
  ctx.refuse(node, "DC2118", found.message, found.help);
}

/** Is there a name in a piece of source that comes from an import that leads nowhere? */
export function unresolvedIn(
  checker: ts.TypeChecker,
  node: ts.Node,
): { node: ts.Node; message: string; help: string } | undefined {
  if (ts.isIdentifier(node)) return unresolved(checker, node);
  return ts.forEachChild(node, (child) => unresolvedIn(checker, child));
}

/** A name from an import that leads nowhere. In TypeScript that is a type error, in JavaScript nobody says so. */
function unresolved(
  checker: ts.TypeChecker,
  node: ts.Identifier,
): { node: ts.Node; message: string; help: string } | undefined {
  const symbol = symbolOf(checker, node);
  const decl = symbol?.declarations?.[0];
  const specifier = decl && specifierOf(decl);
  if (specifier === undefined) return undefined;
  if (checker.getSymbolAtLocation(specifier) !== undefined) return undefined;
  return {
    node,
    message: `${node.text} comes from ${specifier.getText()}, which cannot be found`,
    help: "install the package, or mend the path",
  };
}

function specifierOf(decl: ts.Declaration): ts.Expression | undefined {
  if (ts.isVariableDeclaration(decl) || ts.isBindingElement(decl)) {
    let up: ts.Node = decl;
    while (!ts.isVariableDeclaration(up)) up = up.parent;
    const value = up.initializer;
    const isRequire =
      value !== undefined &&
      ts.isCallExpression(value) &&
      value.expression.getText() === "require";
    return isRequire ? value.arguments[0] : undefined;
  }
  for (let up: ts.Node = decl; !ts.isSourceFile(up); up = up.parent)
    if (ts.isImportDeclaration(up)) return up.moduleSpecifier;
  return undefined;
}

/** `declare function f(x: number): number;` in the project: promised, and nowhere to be read. */
function refuseDeclaredOnly(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
  callee: ts.Expression,
): void {
  if (!ts.isIdentifier(callee)) return;
  const declarations =
    definedSymbol(site.ctx.checker, callee)?.declarations ?? [];
  const isPromise = (one: ts.Declaration): boolean =>
    !one.getSourceFile().isDeclarationFile &&
    ((ts.isFunctionDeclaration(one) && one.body === undefined) ||
      (ts.isVariableDeclaration(one) &&
        one.initializer === undefined &&
        (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Ambient) !== 0));
  if (declarations.length === 0 || !declarations.every(isPromise)) return;
  site.ctx.refuse(
    node,
    "DC2119",
    `${callee.text} is only declared here, without a body`,
    "import the function from where its code is, or pass what it gives as an argument",
  );
}
