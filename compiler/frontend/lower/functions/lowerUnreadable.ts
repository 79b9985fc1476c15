import { ts } from "ts-morph";
import { Refuse, type LowerContext } from "../../context.js";
import { isGeneratedSpecifier } from "../../javascript/typeErrors.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { libraryName } from "../../syntax/libraryNames.js";
import {
  libraryRefusal,
  wholeObject,
  type Refused,
} from "../values/lowerRefused.js";
import { bareExpression, definedSymbol, symbolOf } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/** Refuses calls of code whose text is not there: text made at run time, modules not found, declarations only. */
export function refuseUnreadable(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
): void {
  const { ctx } = site;
  const found = madeCode(ctx.checker, node);
  if (found !== undefined)
    ctx.refuse(found.node, found.code, found.message, found.help);
  const callee = bareExpression(node.expression);
  const root = rootOf(callee);
  if (root !== undefined && (isJavaScript(node) || isGenerated(root, ctx)))
    refuseUnresolved(site, root);
  refuseDeclaredOnly(site, node, callee);
}

/** Code that is made or fetched while the program runs. */
function madeCode(
  checker: ts.TypeChecker,
  node: ts.CallExpression | ts.NewExpression,
): Refused | undefined {
  const callee = bareExpression(node.expression);
  const code = "DC2117";
  if (callee.kind === ts.SyntaxKind.ImportKeyword)
    return {
      node,
      code,
      message:
        "a module is imported while the program runs, and what it holds is known only then",
      help: "import it at the top of the module, and call it by its name",
    };
  const maker = makerOf(checker, node) ?? makerBehind(checker, callee);
  return (
    maker && {
      node: maker.node,
      code,
      message: `${maker.name} makes code from text while the program runs`,
      help: "write the function out, where diffc can read it",
    }
  );
}

interface Maker {
  readonly node: ts.Node;
  readonly name: string;
}

/** `eval("x")`, `new Function("x", "return x")` */
function makerOf(
  checker: ts.TypeChecker,
  node: ts.CallExpression | ts.NewExpression,
): Maker | undefined {
  const name = libraryName(checker, node.expression);
  const isMaker =
    name === "eval" ||
    name === "Function" ||
    // a text in place of a function
    (/^set(Timeout|Interval)$/.test(name ?? "") &&
      node.arguments?.[0] !== undefined &&
      ts.isStringLiteralLike(node.arguments[0]));
  return isMaker && name !== undefined ? { node, name } : undefined;
}

/** `new Function("x", "return x")(x)`, also through a const. */
function makerBehind(
  checker: ts.TypeChecker,
  given: ts.Expression,
): Maker | undefined {
  const node = bareExpression(given);
  if (ts.isNewExpression(node) || ts.isCallExpression(node))
    return makerOf(checker, node);
  if (!ts.isIdentifier(node)) return undefined;
  const decl = definedSymbol(checker, node)?.valueDeclaration;
  const isVariable = decl !== undefined && ts.isVariableDeclaration(decl);
  return isVariable && decl.initializer !== undefined
    ? makerBehind(checker, decl.initializer)
    : undefined;
}

/** What in an expression whose type is `any` explains it better: made code, the library, an import that leads nowhere. */
export function reasonIn(
  checker: ts.TypeChecker,
  node: ts.Node,
): Refused | undefined {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const found =
      madeCode(checker, node) ??
      libraryRefusal(checker, node) ??
      (ts.isCallExpression(node) ? wholeObject(node) : undefined);
    if (found !== undefined) return found;
  }
  if (ts.isIdentifier(node)) {
    const found = unresolved(checker, node);
    return found && { code: "DC2118", ...found };
  }
  return ts.forEachChild(node, (child) => reasonIn(checker, child));
}

/** The same for the name of a variable: what stands in its first value. */
export function reasonBehind(
  checker: ts.TypeChecker,
  name: ts.Node,
): Refused | undefined {
  const { parent } = name;
  const isName =
    (parent as ts.Node | undefined) !== undefined &&
    ts.isVariableDeclaration(parent) &&
    parent.name === name;
  return isName && parent.initializer !== undefined
    ? reasonIn(checker, parent.initializer)
    : undefined;
}

/** A name whose import leads nowhere, which has been reported there: what follows from that is not worth a word. */
export function giveUpIfReported({ ctx }: Site, node: ts.Identifier): void {
  const symbol = symbolOf(ctx.checker, node);
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return;
  const origin = ctx.checker.getAliasedSymbol(symbol);
  if ((origin.declarations ?? []).length > 0) return;
  const { file } = ctx.spanOf(node);
  const isReported = ctx.reporter.findings.some(
    (one) => one.severity === "error" && one.span.file === file,
  );
  if (isReported) throw new Refuse();
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
  if (isOfGenerated(specifier))
    return {
      node,
      message: `${node.text} comes from ${specifier.getText()}, which diffc generates: it does not differentiate its own output`,
      help: "call it outside of the differentiated function, and pass what it gives as an argument; or write the slope out as a function of this project",
    };
  return {
    node,
    message: `${node.text} comes from ${specifier.getText()}, which cannot be found`,
    help: "install the package, or mend the path",
  };
}

const isOfGenerated = (specifier: ts.Expression): boolean =>
  ts.isStringLiteralLike(specifier) && isGeneratedSpecifier(specifier.text);

/** Is the name imported from a module that diffc generates? */
function isGenerated(node: ts.Identifier, { checker }: LowerContext): boolean {
  const decl = symbolOf(checker, node)?.declarations?.[0];
  const specifier = decl && specifierOf(decl);
  return specifier !== undefined && isOfGenerated(specifier);
}

function specifierOf(decl: ts.Declaration): ts.Expression | undefined {
  if (ts.isVariableDeclaration(decl) || ts.isBindingElement(decl)) {
    let up: ts.Node = decl;
    while (ts.isBindingElement(up) || ts.isBindingName(up)) up = up.parent;
    // of a parameter, otherwise
    const value = ts.isVariableDeclaration(up) ? up.initializer : undefined;
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
