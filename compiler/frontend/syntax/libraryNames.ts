import { ts } from "ts-morph";
import { isJavaScript, valueBehind } from "./jsFunctions.js";
import { isAmbient } from "./callee.js";
import { bareExpression, definedSymbol, symbolOf } from "./scan.js";

/** What an expression is called in the library of the language or of its host, whichever way the program got at it. */

/** `Date.now`, also as `globalThis.Date.now`, `const { now } = Date`, `const clock = Date.now`, `(0, eval)`. */
export function libraryName(
  checker: ts.TypeChecker,
  given: ts.Expression,
  seen: ReadonlySet<ts.Node> = new Set(),
): string | undefined {
  const node = bareExpression(given);
  if (seen.has(node)) return undefined;
  const inner = new Set([...seen, node]);
  if (ts.isPropertyAccessExpression(node)) {
    const owner = libraryName(checker, node.expression, inner);
    return owner && memberName(owner, node.name.text);
  }
  if (ts.isElementAccessExpression(node)) {
    const owner = libraryName(checker, node.expression, inner);
    const key = bareExpression(node.argumentExpression);
    return owner && ts.isStringLiteralLike(key)
      ? memberName(owner, key.text)
      : undefined;
  }
  if (isComma(node)) return libraryName(checker, node.right, inner);
  // Math.random.bind(Math)
  if (ts.isCallExpression(node)) {
    const callee = bareExpression(node.expression);
    const isBound =
      ts.isPropertyAccessExpression(callee) && callee.name.text === "bind";
    return isBound ? libraryName(checker, callee.expression, inner) : undefined;
  }
  if (!ts.isIdentifier(node)) return undefined;
  const own = symbolOf(checker, node);
  const handedOn = own && required(checker, own, inner);
  if (handedOn !== undefined) return handedOn;
  const symbol = definedSymbol(checker, node);
  // globalThis is declared nowhere
  if (symbol === undefined || (symbol.declarations ?? []).length === 0)
    return node.text;
  if (isAmbient(symbol)) return isGlobal(symbol) ? node.text : undefined;
  const decl = symbol.valueDeclaration;
  return (
    (decl && behind(checker, decl, inner)) ?? required(checker, symbol, inner)
  );
}

/** `var isArray = require("is-array")`, a module that hands on what the library has. */
function required(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  seen: ReadonlySet<ts.Node>,
): string | undefined {
  if (!symbol.declarations?.some(isJavaScript)) return undefined;
  const value = valueBehind(checker, symbol);
  if (value === undefined || typeof value === "string") return value;
  return ts.isPropertyAccessExpression(value)
    ? libraryName(checker, value, seen)
    : undefined;
}

/** `globalThis.Date` is `Date`; `f.call` calls `f`. */
function memberName(owner: string, name: string): string {
  if (/^(globalThis|window|self|global)$/.test(owner)) return name;
  return name === "call" || name === "apply" ? owner : `${owner}.${name}`;
}

/** What a variable that is never assigned stands for. */
function behind(
  checker: ts.TypeChecker,
  decl: ts.Declaration,
  seen: ReadonlySet<ts.Node>,
): string | undefined {
  if (ts.isBindingElement(decl)) {
    const from = decl.parent.parent;
    if (!ts.isVariableDeclaration(from) || from.initializer === undefined)
      return undefined;
    const name = decl.propertyName ?? decl.name;
    const owner = libraryName(checker, from.initializer, seen);
    return owner && ts.isIdentifier(name)
      ? memberName(owner, name.text)
      : undefined;
  }
  if (!ts.isVariableDeclaration(decl) || decl.initializer === undefined)
    return undefined;
  const isConst = (decl.parent.flags & ts.NodeFlags.Const) !== 0;
  return isConst ? libraryName(checker, decl.initializer, seen) : undefined;
}

const isComma = (node: ts.Expression): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) &&
  node.operatorToken.kind === ts.SyntaxKind.CommaToken;

/** Declared for all files, and not by a package. */
const isGlobal = (symbol: ts.Symbol): boolean =>
  (symbol.declarations ?? []).some(
    (one) => !ts.isExternalModule(one.getSourceFile()) || isInGlobalBlock(one),
  );

/** `declare global { ... }` in a module. */
function isInGlobalBlock(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent)
    if (ts.isModuleDeclaration(up))
      return (up.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
  return false;
}

/** The module of Node that a name is imported from, without `node:`, and what it is called there. */
export function nodeModule(
  checker: ts.TypeChecker,
  given: ts.Expression,
): { readonly module: string; readonly member: string } | undefined {
  const node = bareExpression(given);
  if (ts.isPropertyAccessExpression(node))
    return nodeModule(checker, node.expression);
  if (!ts.isIdentifier(node)) return undefined;
  const decl = symbolOf(checker, node)?.declarations?.[0];
  for (let up: ts.Node | undefined = decl; up !== undefined; up = up.parent) {
    if (!ts.isImportDeclaration(up)) continue;
    const { moduleSpecifier } = up;
    if (!ts.isStringLiteral(moduleSpecifier)) return undefined;
    const module = moduleSpecifier.text.replace(/^node:/, "");
    const isOfNode =
      module !== moduleSpecifier.text || builtins.has(module.split("/")[0]!);
    return isOfNode ? { module, member: node.text } : undefined;
  }
  return undefined;
}

const builtins = new Set(
  (
    "assert buffer child_process cluster console crypto dgram diagnostics_channel dns events fs http http2 https " +
    "inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder " +
    "timers tls tty url util v8 vm wasi worker_threads zlib"
  ).split(" "),
);

/** Does a global name belong to the browser or to Node, and not to the language? */
export function isOfHost(checker: ts.TypeChecker, node: ts.Node): boolean {
  const declarations = definedSymbol(checker, node)?.declarations ?? [];
  return (
    declarations.length > 0 &&
    declarations.every((one) =>
      /\/lib\.(dom|webworker|scripthost)[^/]*\.d\.ts$|\/@types\/(node|bun)\/|\/diffc-host\.d\.ts$/.test(
        one.getSourceFile().fileName,
      ),
    )
  );
}
