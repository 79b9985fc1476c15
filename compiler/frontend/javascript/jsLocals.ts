import { ts } from "ts-morph";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { isDeadArm } from "./kindsInTurn.js";
import { grownLiteral } from "./grownLiterals.js";
import { newGuesses } from "./jsGuess.js";
import type { JsCode } from "./jsCode.js";
import { definedSymbol, eachNode } from "../syntax/scan.js";
import type { Wanted } from "./growingViews.js";

/**
 * Local variables of JavaScript of which the checker knows nothing, for their types go round in a circle (`var i = left`
 * in a loop that assigns `left`), or for an array is made before it is filled (`new Array(n)`): they have the type of what
 * they are given.
 */
export function typesOfLocals(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Wanted[] {
  if (!isJavaScript(decl) || decl.body === undefined) return [];
  const source = decl.getSourceFile();
  const isDead = (node: ts.Node): boolean => isDeadArm(checker, node);
  const guess = newGuesses(checker, decl, isDead);
  const found: Wanted[] = [];
  const note = (node: ts.VariableDeclaration, guess: Guesser): void => {
    const symbol = checker.getSymbolAtLocation(node.name);
    const type = symbol && guess(symbol);
    // which function it is, its assignments say better
    if (type === undefined || type === "Function") return;
    const isSet = node.initializer !== undefined || isSetFirst(decl, node);
    const text = isSet ? type : `${type} | undefined`;
    const at = code.placeOf(source, node.name.getStart());
    found.push({ type: { file: source.fileName, at, text, tag: "type" } });
  };
  eachNode(decl.body, (node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return;
    const symbol = checker.getSymbolAtLocation(node.name);
    if (symbol?.valueDeclaration !== node) return;
    if (ts.isForInStatement(node.parent.parent)) return;
    if (ts.isForOfStatement(node.parent.parent)) return;
    const grown =
      ts.getJSDocType(node) === undefined
        ? grownLiteral(checker, decl, node, isDead)
        : undefined;
    if (grown === "open") return;
    if (grown !== undefined) note(node, () => grown);
    else if (isUntold(checker, decl, node, symbol)) note(node, guess);
  });
  const tables = tablesRead(checker, decl);
  if (tables.size === 0) return found;
  const guessInModule = guessesOfModule(checker, source);
  for (const table of tables) note(table, guessInModule);
  return found;
}

type Guesser = ReturnType<typeof newGuesses>;

const ofModules = new WeakMap<ts.SourceFile, [ts.TypeChecker, Guesser]>();

/** A file is looked through once for each program: some packages are one long file. */
function guessesOfModule(
  checker: ts.TypeChecker,
  source: ts.SourceFile,
): Guesser {
  const known = ofModules.get(source);
  if (known !== undefined && known[0] === checker) return known[1];
  const guess = newGuesses(checker, source);
  ofModules.set(source, [checker, guess]);
  return guess;
}

/** The tables of a module that a function reads and of which the checker knows nothing. */
function tablesRead(
  checker: ts.TypeChecker,
  decl: ts.Node,
): ReadonlySet<ts.VariableDeclaration> {
  const found = new Set<ts.VariableDeclaration>();
  eachNode(decl, (node) => {
    if (!ts.isIdentifier(node)) return;
    const made = definedSymbol(checker, node)?.valueDeclaration;
    if (made === undefined || !ts.isVariableDeclaration(made)) return;
    if (made.getSourceFile() !== decl.getSourceFile()) return;
    if (!ts.isSourceFile(made.parent.parent.parent)) return;
    if (holdsAny(checker, checker.getTypeAtLocation(node))) found.add(made);
  });
  return found;
}

/**
 * `var i; for (i = 0; ...)`: is what follows the declaration an assignment that is always made? Else it may be read while it
 * is undefined.
 */
function isSetFirst(decl: ts.Node, node: ts.VariableDeclaration): boolean {
  const name = node.name.getText();
  let first: ts.Identifier | undefined;
  eachNode(decl, (one) => {
    if (ts.isIdentifier(one) && one.text === name && one.pos >= node.end)
      first ??= one;
  });
  const target = first?.parent;
  if (!target || !ts.isBinaryExpression(target)) return false;
  if (target.left !== first) return false;
  if (target.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  let at: ts.Node = target;
  for (; at.parent !== decl; at = at.parent) {
    const { parent } = at;
    const isAlways =
      ts.isExpressionStatement(parent) ||
      ts.isParenthesizedExpression(parent) ||
      (ts.isBinaryExpression(parent) &&
        parent.operatorToken.kind === ts.SyntaxKind.CommaToken) ||
      (ts.isForStatement(parent) && parent.initializer === at) ||
      (ts.isBlock(parent) && parent.parent === decl);
    if (!isAlways) return false;
  }
  return !readsItself(target.right, name);
}

function readsItself(node: ts.Node, name: string): boolean {
  let found = false;
  eachNode(node, (one) => {
    if (ts.isIdentifier(one) && one.text === name) found = true;
  });
  return found;
}

/** Does the checker call it any, where it is declared or where it is read? */
function isUntold(
  checker: ts.TypeChecker,
  decl: ts.Node,
  node: ts.VariableDeclaration,
  symbol: ts.Symbol,
): boolean {
  if (ts.getJSDocType(node) !== undefined) return false;
  const { initializer } = node;
  const type = checker.getTypeOfSymbol(symbol);
  if (initializer !== undefined && !isEvolving(initializer))
    return holdsAny(checker, type);
  let isUnknown = false;
  eachNode(decl, (one) => {
    if (!ts.isIdentifier(one) || one === node.name) return;
    if (definedSymbol(checker, one) !== symbol) return;
    isUnknown ||= holdsAny(checker, checker.getTypeAtLocation(one));
  });
  return isUnknown;
}

/** The checker makes out what it is from what is put there. */
const isEvolving = (node: ts.Expression): boolean =>
  node.kind === ts.SyntaxKind.NullKeyword ||
  (ts.isArrayLiteralExpression(node) && node.elements.length === 0);

function holdsAny(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.flags & ts.TypeFlags.Any) return true;
  if (!checker.isArrayType(type)) return false;
  const [elem] = checker.getTypeArguments(type as ts.TypeReference);
  return elem !== undefined && holdsAny(checker, elem);
}
