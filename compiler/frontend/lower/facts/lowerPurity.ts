import { ts } from "ts-morph";
import { calleeOf, functionOf } from "../../syntax/callee.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
  symbolOf,
} from "../../syntax/scan.js";

/** What running a function may do besides giving its result, seen from its syntax. */
export interface Conduct {
  /** Variables from outside of it that it assigns. */
  readonly assigns: ReadonlySet<ts.Symbol>;
  /** It may write into memory, print, or do what cannot be seen. */
  readonly acts: boolean;
  readonly throws: boolean;
}

const quiet: ReadonlySet<string> = new Set(
  (
    "map filter reduce reduceRight some every find findIndex findLast findLastIndex flatMap flat slice concat at " +
    "indexOf lastIndexOf includes join entries keys values toSorted toReversed with isNaN isFinite isInteger from of " +
    "toFixed toString charAt charCodeAt startsWith endsWith"
  ).split(" "),
);

/** `fn` is a function's declaration, or an expression that is one. */
export function conductOf(
  checker: ts.TypeChecker,
  fn: ts.Node,
  /** The functions that a variable may stand for, where that is known. */
  resolve: (symbol: ts.Symbol) => readonly ts.Node[] | undefined,
): Conduct {
  const assigns = new Set<ts.Symbol>();
  const seen = new Set<ts.Node>();
  let acts = false;
  let throws = false;

  const isInside = (symbol: ts.Symbol, root: ts.Node): boolean => {
    const decl = symbol.valueDeclaration;
    return (
      decl !== undefined &&
      decl.getSourceFile() === root.getSourceFile() &&
      decl.pos >= root.pos &&
      decl.end <= root.end
    );
  };
  function visit(root: ts.Node): void {
    if (seen.has(root)) return;
    seen.add(root);
    eachWritten(root, (target) => {
      if (!ts.isIdentifier(target)) {
        acts = true;
        return;
      }
      const symbol = symbolOf(checker, target);
      if (symbol !== undefined && !isInside(symbol, root)) assigns.add(symbol);
    });
    eachNode(root, (node) => {
      if (ts.isThrowStatement(node)) throws = true;
      else if (ts.isCallExpression(node)) visitCall(node);
      else if (ts.isNewExpression(node)) visitNew(node);
      else if (ts.isIdentifier(node)) visitName(node);
      else if (ts.isDeleteExpression(node) || ts.isAwaitExpression(node))
        acts = true;
    });
  }
  function visitName(node: ts.Identifier): void {
    const symbol = definedSymbol(checker, node);
    if (symbol === undefined) return;
    const decl = functionOf(checker, symbol);
    if (decl !== undefined) visit(decl);
    else resolve(symbol)?.forEach(visit);
  }
  function visitCall(node: ts.CallExpression): void {
    const callee = calleeOf(checker, node);
    if (callee.kind === "math") {
      acts ||= callee.member === "random";
      return;
    }
    if (callee.kind === "function") return visit(callee.decl);
    const access = bareExpression(node.expression);
    if (ts.isArrowFunction(access) || ts.isFunctionExpression(access)) return;
    if (ts.isIdentifier(access)) {
      const symbol = definedSymbol(checker, access);
      const isKnown =
        symbol !== undefined &&
        (functionOf(checker, symbol) ?? resolve(symbol)) !== undefined;
      const isCast = ["Number", "Boolean", "String"].includes(access.text);
      acts ||=
        !isKnown && !isCast && !["isNaN", "isFinite"].includes(access.text);
      return;
    }
    const isQuiet =
      callee.kind === "ambient" &&
      ts.isPropertyAccessExpression(access) &&
      quiet.has(access.name.text);
    acts ||= !isQuiet;
  }
  function visitNew(node: ts.NewExpression): void {
    const symbol = definedSymbol(checker, node.expression);
    const isLibrary =
      symbol !== undefined &&
      (symbol.declarations ?? []).every(
        (one) => one.getSourceFile().isDeclarationFile,
      );
    acts ||= !isLibrary;
  }
  visit(fn);
  return { assigns, acts, throws };
}

/** Does a function do nothing but give its result? */
export const isPure = ({ assigns, acts }: Conduct): boolean =>
  assigns.size === 0 && !acts;

/** Does the text of a function mention one of the variables? */
export function mentionsAny(
  checker: ts.TypeChecker,
  root: ts.Node,
  symbols: ReadonlySet<ts.Symbol>,
): boolean {
  let found = false;
  eachNode(root, (node) => {
    if (!ts.isIdentifier(node)) return;
    const symbol = symbolOf(checker, node);
    if (symbol !== undefined && symbols.has(symbol)) found = true;
  });
  return found;
}
