import { ts } from "ts-morph";
import { isJavaScript } from "./jsFunctions.js";
import { newGuesses } from "./jsGuess.js";
import type { OriginalOf } from "./jsTypes.js";
import { definedSymbol, eachNode } from "./lowerScan.js";
import type { Wanted } from "./sourceViews.js";

/**
 * Local variables of JavaScript of which the checker knows nothing, for their types go round in a circle (`var i = left`
 * in a loop that assigns `left`), or for an array is made before it is filled (`new Array(n)`): they have the type of what
 * they are given.
 */
export function typesOfLocals(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  originalOf: OriginalOf,
): Wanted[] {
  if (!isJavaScript(decl) || decl.body === undefined) return [];
  const source = decl.getSourceFile();
  const guess = newGuesses(checker, decl);
  const found: Wanted[] = [];
  const note = (node: ts.VariableDeclaration, guess: Guesser): void => {
    const symbol = checker.getSymbolAtLocation(node.name);
    const text = symbol && guess(symbol);
    if (text === undefined) return;
    const at = originalOf(source, node.name.getStart());
    found.push({ type: { file: source.fileName, at, text, tag: "type" } });
  };
  eachNode(decl.body, (node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return;
    const symbol = checker.getSymbolAtLocation(node.name);
    if (symbol?.valueDeclaration !== node) return;
    if (ts.isForInStatement(node.parent.parent)) return;
    if (ts.isForOfStatement(node.parent.parent)) return;
    if (isUntold(checker, decl, node, symbol)) note(node, guess);
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
