import { ts } from "ts-morph";
import { isOfLanguage } from "./libraryFile.js";
import {
  isJavaScript,
  isNeverReassigned,
  jsFunctionOf,
  valueBehind,
  valueOf,
} from "./jsFunctions.js";
import { bareExpression, definedSymbol, eachWritten } from "./scan.js";

/** What the name in front of a call stands for. */
export type Callee =
  | { readonly kind: "math"; readonly member: string }
  | { readonly kind: "function"; readonly decl: ts.FunctionLikeDeclaration }
  /** A name of the language's library, or of a declaration file. */
  | { readonly kind: "ambient"; readonly symbol: ts.Symbol }
  /** A function that is made where it is used, or handed in as a value. */
  | { readonly kind: "closure" }
  | { readonly kind: "other" };

/** Of the language, or of declaration files alone. */
export const isAmbient = (symbol: ts.Symbol): boolean =>
  isOfLanguage(symbol) ||
  (symbol.declarations !== undefined &&
    symbol.declarations.length > 0 &&
    symbol.declarations.every((one) => one.getSourceFile().isDeclarationFile));

/** `import table from "./table.json"`: is it declared by such a file? */
export const isInJson = (decl: ts.Node): boolean =>
  decl.getSourceFile().fileName.endsWith(".json");

/** Is the identifier the library's own `name`, not one of the user's? */
export function isGlobalName(
  checker: ts.TypeChecker,
  node: ts.Node,
  name: string,
): boolean {
  if (!ts.isIdentifier(node) || node.text !== name) return false;
  const symbol = definedSymbol(checker, node);
  return (
    symbol === undefined ||
    // `undefined` is declared nowhere
    (symbol.declarations ?? []).length === 0 ||
    isAmbient(symbol) ||
    isHandedOn(checker, symbol, name)
  );
}

/** `var Number = require("number-ctor")`, a module that exports the library's. */
function isHandedOn(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  name: string,
): boolean {
  return valueBehind(checker, symbol) === name;
}

/** The member of Math that an expression is, also through `const { sqrt } = Math` and `const sin = Math.sin`. */
export function mathMember(
  checker: ts.TypeChecker,
  given: ts.Expression,
): string | undefined {
  const node = bareExpression(given);
  if (ts.isPropertyAccessExpression(node))
    return isMath(checker, node.expression)
      ? node.name.text
      : handedOnMember(checker, node);
  if (!ts.isIdentifier(node)) return undefined;
  const symbol = definedSymbol(checker, node);
  const decl = symbol?.valueDeclaration;
  if (symbol === undefined || decl === undefined) return undefined;
  const value = isAtModuleLevel(decl)
    ? valueBehind(checker, symbol)
    : undefined;
  if (typeof value === "object" && definedSymbol(checker, value) !== symbol)
    return mathMember(checker, value);
  if (ts.isVariableDeclaration(decl))
    return isNeverReassigned(checker, decl) && decl.initializer !== undefined
      ? mathMember(checker, decl.initializer)
      : undefined;
  if (ts.isBindingElement(decl)) return destructuredMember(checker, decl);
  return undefined;
}

/** `lib.sign` of `lib.sign = Math.sign` or `{ sign: Math.sign }` in JavaScript, where it gets no other value. */
function handedOnMember(
  checker: ts.TypeChecker,
  { name, expression }: ts.PropertyAccessExpression,
): string | undefined {
  const own = checker.getSymbolAtLocation(name);
  const [decl, ...others] = own?.declarations ?? [];
  if (decl === undefined || others.length > 0) return undefined;
  if (!isJavaScript(decl) || !isAtModuleLevel(decl)) return undefined;
  const value = valueOf(checker, decl);
  const member = value && bareExpression(value);
  if (member === undefined || !ts.isPropertyAccessExpression(member))
    return undefined;
  if (!isMath(checker, member.expression)) return undefined;
  const isReplaced = [decl, name].some((one) =>
    mayReplace(one.getSourceFile(), decl, name.text, expression),
  );
  return isReplaced ? undefined : member.name.text;
}

/** Is a member of that name assigned in the file, other than where it is declared, or one of the owner by any name? */
function mayReplace(
  file: ts.SourceFile,
  decl: ts.Declaration,
  member: string,
  owner: ts.Expression,
): boolean {
  let found = false;
  eachWritten(file, (target: ts.Node) => {
    if ([target, target.parent].includes(decl)) return;
    if (ts.isPropertyAccessExpression(target))
      found ||= target.name.text === member;
    if (!ts.isElementAccessExpression(target)) return;
    const key = target.argumentExpression;
    found ||= ts.isStringLiteralLike(key)
      ? key.text === member
      : target.expression.getText() === owner.getText();
  });
  return found;
}

function destructuredMember(
  checker: ts.TypeChecker,
  element: ts.BindingElement,
): string | undefined {
  const pattern = element.parent;
  const decl = pattern.parent;
  if (
    !ts.isObjectBindingPattern(pattern) ||
    !ts.isVariableDeclaration(decl) ||
    !isNeverReassigned(checker, element) ||
    decl.initializer === undefined ||
    !isMath(checker, decl.initializer)
  )
    return undefined;
  const name = element.propertyName ?? element.name;
  return ts.isIdentifier(name) ? name.text : undefined;
}

/** Is it Math, or a const that is? */
export function isMath(checker: ts.TypeChecker, given: ts.Expression): boolean {
  const node = bareExpression(given);
  if (isGlobalName(checker, node, "Math")) return true;
  if (
    ts.isPropertyAccessExpression(node) &&
    isGlobalName(checker, node.expression, "globalThis")
  )
    return node.name.text === "Math";
  if (!ts.isIdentifier(node)) return false;
  const decl = definedSymbol(checker, node)?.valueDeclaration;
  return (
    decl !== undefined &&
    ts.isVariableDeclaration(decl) &&
    isNeverReassigned(checker, decl) &&
    decl.initializer !== undefined &&
    isMath(checker, decl.initializer)
  );
}

export const isConst = (decl: ts.VariableDeclaration): boolean =>
  (decl.parent.flags & ts.NodeFlags.Const) !== 0;

export function calleeOf(
  checker: ts.TypeChecker,
  call: ts.CallExpression,
): Callee {
  const member = mathMember(checker, call.expression);
  if (member !== undefined) return { kind: "math", member };
  const callee = bareExpression(call.expression);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee))
    return { kind: "closure" };
  const symbol = definedSymbol(checker, name);
  if (symbol === undefined) return { kind: "other" };
  if (isAmbient(symbol) || isOfAmbient(checker, callee, symbol))
    return { kind: "ambient", symbol };
  const decl = functionOf(checker, symbol);
  if (decl === undefined)
    return { kind: isVariable(symbol) ? "closure" : "other" };
  return isAtModuleLevel(decl)
    ? { kind: "function", decl }
    : { kind: "closure" };
}

/** `console.log`, where `console` is declared by a mapped type, so that its members are declared nowhere. */
function isOfAmbient(
  checker: ts.TypeChecker,
  callee: ts.Expression,
  member: ts.Symbol,
): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  if ((member.declarations ?? []).length > 0) return false;
  const owner = definedSymbol(checker, bareExpression(callee.expression));
  return owner !== undefined && isAmbient(owner);
}

const isVariable = (symbol: ts.Symbol): boolean =>
  (symbol.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Function)) !== 0;

/** The function with a body that a symbol names: a declaration, or a const that holds one (or another's name). */
export function functionOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
): ts.FunctionLikeDeclaration | undefined {
  if (symbol.declarations?.some(isJavaScript))
    return jsFunctionOf(checker, symbol);
  for (const decl of symbol.declarations ?? []) {
    if (ts.isFunctionDeclaration(decl) && decl.body !== undefined) return decl;
    // the name that a function expression has for itself
    if (ts.isFunctionExpression(decl)) return decl;
    const given = constantGiven(decl);
    if (given === undefined) continue;
    const value = bareExpression(given);
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value))
      return value;
    if (ts.isIdentifier(value)) {
      const other = definedSymbol(checker, value);
      if (other !== undefined && other !== symbol)
        return functionOf(checker, other);
    }
  }
  return undefined;
}

/** What a name stands for as long as the program runs: of `const f = ...`, of `export default ...`. */
export const constantGiven = (
  decl: ts.Declaration,
): ts.Expression | undefined => {
  if (ts.isExportAssignment(decl)) return decl.expression;
  return ts.isVariableDeclaration(decl) && isConst(decl)
    ? decl.initializer
    : undefined;
};

export function isAtModuleLevel(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (ts.isFunctionLike(up) || ts.isClassLike(up)) return false;
    if (ts.isSourceFile(up)) return true;
  }
  return false;
}
