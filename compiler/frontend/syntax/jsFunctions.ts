import { ts } from "ts-morph";
import { isWrittenAgain } from "./memberWrites.js";
import {
  bareExpression,
  definedSymbol,
  eachWritten,
  symbolOf,
} from "./scan.js";

/** How JavaScript declares functions: properties of `exports`, members of object literals, `var`s. */

/** The function with a body that a symbol of JavaScript names. */
export function jsFunctionOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  seen: ReadonlySet<ts.Symbol> = new Set(),
): ts.FunctionLikeDeclaration | undefined {
  if (seen.has(symbol)) return undefined;
  const inner = new Set([...seen, symbol]);
  const declarations = symbol.declarations ?? [];
  const assigned = declarations.filter((one) => isAssignedOther(checker, one));
  for (const decl of declarations) {
    if (ts.isFunctionDeclaration(decl) && decl.body !== undefined) return decl;
    // the name that a function expression has for itself
    if (ts.isFunctionExpression(decl)) return decl;
    if (ts.isMethodDeclaration(decl) && decl.body !== undefined) return decl;
    if (ts.isClassLike(decl))
      return decl.members.find(
        (one): one is ts.ConstructorDeclaration =>
          ts.isConstructorDeclaration(one) && one.body !== undefined,
      );
    const value = valueOf(checker, decl);
    if (value === undefined) continue;
    const found = functionIn(checker, value, inner);
    if (found === undefined) continue;
    const isOne = assigned.every((one) => {
      const other = valueOf(checker, one);
      return other && functionIn(checker, other, inner) === found;
    });
    return isOne && !isWrittenAgain(checker, symbol) ? found : undefined;
  }
  return undefined;
}

/** `exports.f = f`, and not the `exports.f = void 0` that compilers write before. */
function isAssignedOther(
  checker: ts.TypeChecker,
  decl: ts.Declaration,
): boolean {
  const assigned = ts.isBinaryExpression(decl) ? decl : decl.parent;
  if (ts.isSourceFile(decl) || !ts.isBinaryExpression(assigned)) return false;
  let value = valueOf(checker, decl);
  while (value && ts.isBinaryExpression(value)) value = value.right;
  return value !== undefined && !ts.isVoidExpression(value);
}

/** The expression whose value a declaration of JavaScript names for good. */
export function valueOf(
  checker: ts.TypeChecker,
  decl: ts.Declaration,
): ts.Expression | undefined {
  if (ts.isVariableDeclaration(decl))
    return isNeverReassigned(checker, decl) ? decl.initializer : undefined;
  if (ts.isPropertyAssignment(decl)) return decl.initializer;
  if (ts.isShorthandPropertyAssignment(decl)) return decl.name;
  if (ts.isExportAssignment(decl)) return decl.expression;
  // the module as a whole
  if (ts.isSourceFile(decl)) return undefined;
  // exports.f = ...; module.exports = ...
  const assigned = ts.isBinaryExpression(decl) ? decl : decl.parent;
  // a module as a whole is declared by its file
  return !ts.isSourceFile(decl) &&
    ts.isBinaryExpression(assigned) &&
    assigned.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? assigned.right
    : undefined;
}

/**
 * The expression whose value a name of JavaScript is for good, through `var sqrt = require("./sqrt")`: what that module
 * exports as the whole. Or the library's name that it ends at.
 */
export function valueBehind(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  seen: ReadonlySet<ts.Symbol> = new Set(),
): ts.Expression | string | undefined {
  if (seen.has(symbol)) return undefined;
  const declarations = symbol.declarations ?? [];
  if (seen.size > 0 && declarations.every(isOfLibrary)) return symbol.name;
  for (const decl of declarations) {
    if (!isJavaScript(decl)) continue;
    const value = valueOf(checker, decl);
    if (value === undefined) continue;
    const inner = new Set([...seen, symbol]);
    const named = bareExpression(value);
    const member = libraryMember(checker, named);
    if (member !== undefined) return member;
    const next =
      requiredBy(checker, named) ??
      (ts.isIdentifier(named) ? definedSymbol(checker, named) : undefined);
    return (next && valueBehind(checker, next, inner)) ?? value;
  }
  return undefined;
}

/** Does a name of JavaScript stand for what another one does, also through `require`? */
export function leadsTo(
  checker: ts.TypeChecker,
  from: ts.Symbol,
  to: ts.Symbol,
  seen: ReadonlySet<ts.Symbol> = new Set(),
): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  return (from.declarations ?? []).filter(isJavaScript).some((decl) => {
    const value = valueOf(checker, decl);
    const named = value && bareExpression(value);
    const next =
      named &&
      (requiredBy(checker, named) ??
        (ts.isIdentifier(named) ? definedSymbol(checker, named) : undefined));
    return next && leadsTo(checker, next, to, new Set([...seen, from]));
  });
}

const isOfLibrary = (decl: ts.Node): boolean =>
  /\/typescript\/lib\/lib\.[^/]*\.d\.ts$/.test(decl.getSourceFile().fileName);

function functionIn(
  checker: ts.TypeChecker,
  given: ts.Expression,
  seen: ReadonlySet<ts.Symbol>,
): ts.FunctionLikeDeclaration | undefined {
  const value = bareExpression(given);
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return value;
  // exports.a = exports.b = function ...
  if (
    ts.isBinaryExpression(value) &&
    value.operatorToken.kind === ts.SyntaxKind.EqualsToken
  )
    return functionIn(checker, value.right, seen);
  const required = requiredBy(checker, value);
  if (required !== undefined) return jsFunctionOf(checker, required, seen);
  const symbol =
    ts.isIdentifier(value) && ts.isShorthandPropertyAssignment(value.parent)
      ? checker.getShorthandAssignmentValueSymbol(value.parent)
      : ts.isIdentifier(value)
        ? definedSymbol(checker, value)
        : ts.isPropertyAccessExpression(value)
          ? definedSymbol(checker, value.name)
          : undefined;
  const origin =
    symbol && symbol.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(symbol)
      : symbol;
  return origin && jsFunctionOf(checker, origin, seen);
}

/** `require("./f")`: the name of what that module exports as the whole. */
function wholeOf(
  checker: ts.TypeChecker,
  node: ts.Expression,
): ts.Symbol | undefined {
  if (!ts.isCallExpression(node) || node.expression.getText() !== "require")
    return undefined;
  const [specifier] = node.arguments;
  const module = specifier && checker.getSymbolAtLocation(specifier);
  return module?.exports?.get("export=" as ts.__String);
}

/** `require("./f")`: what that module exports as the whole. */
function requiredBy(
  checker: ts.TypeChecker,
  node: ts.Expression,
): ts.Symbol | undefined {
  const whole = wholeOf(checker, node);
  return whole && whole.flags & ts.SymbolFlags.Alias
    ? checker.getAliasedSymbol(whole)
    : whole;
}

/** `require("./is-array")` of a module that says `module.exports = Array.isArray`: those last words. */
function libraryMember(
  checker: ts.TypeChecker,
  node: ts.Expression,
): ts.Expression | undefined {
  const whole = wholeOf(checker, node);
  if (whole === undefined || !(whole.flags & ts.SymbolFlags.Alias))
    return undefined;
  const origin = checker.getAliasedSymbol(whole).declarations ?? [];
  if (origin.length === 0 || !origin.every(isOfLibrary)) return undefined;
  for (const decl of whole.declarations ?? []) {
    const value = valueOf(checker, decl);
    if (value && ts.isPropertyAccessExpression(value)) return value;
  }
  return undefined;
}

const written = new WeakMap<ts.SourceFile, ReadonlySet<ts.Symbol>>();

/** A `const`, or a variable that nothing in its file assigns, also one of `let { cos } = Math`. */
export function isNeverReassigned(
  checker: ts.TypeChecker,
  decl: ts.VariableDeclaration | ts.BindingElement,
): boolean {
  if ((ts.getCombinedNodeFlags(decl) & ts.NodeFlags.Const) !== 0) return true;
  // what a namespace exports may be assigned from anywhere
  if (ts.findAncestor(decl, ts.isModuleBlock) !== undefined) return false;
  const file = decl.getSourceFile();
  let assigned = written.get(file);
  if (assigned === undefined) {
    const found = new Set<ts.Symbol>();
    eachWritten(file, (target) => {
      const symbol = symbolOf(checker, target);
      if (symbol !== undefined) found.add(symbol);
    });
    assigned = found;
    written.set(file, assigned);
  }
  const symbol = checker.getSymbolAtLocation(decl.name);
  return symbol !== undefined && !assigned.has(symbol);
}

export const isJavaScript = (node: ts.Node): boolean =>
  isJavaScriptPath(node.getSourceFile().fileName);

export const isJavaScriptPath = (path: string): boolean =>
  /\.[cm]?jsx?$/.test(path);
