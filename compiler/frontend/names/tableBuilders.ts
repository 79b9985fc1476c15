import { ts } from "ts-morph";
import { valueSymbol } from "./moduleReferences.js";
import { isDeclaring } from "../syntax/usesOfNames.js";

/**
 * Gives the statements at the top of its module that fill a table, where nothing else changes it; undefined where
 * something may, or where they do more than that.
 */
export function newTableBuilders(
  checker: ts.TypeChecker,
  referencesTo: (symbol: ts.Symbol) => readonly ts.Identifier[],
  readsOnly: (node: ts.Expression) => boolean,
): (symbol: ts.Symbol) => readonly ts.Statement[] | undefined {
  return buildersOf;

  function buildersOf(symbol: ts.Symbol): readonly ts.Statement[] | undefined {
    const found = new Set<ts.Statement>();
    for (const id of referencesTo(symbol)) {
      if (isDeclaring(id) || readsOnly(id)) continue;
      const builder = builderAround(id);
      if (builder === undefined) return undefined;
      found.add(builder);
    }
    const all = [...found].sort((a, b) => a.pos - b.pos);
    return all.every((one) => fillsOnly(one, symbol)) ? all : undefined;
  }

  /** Is everything else of the module that a statement mentions only looked at there, and finished before? */
  function fillsOnly(builder: ts.Statement, symbol: ts.Symbol): boolean {
    let isGood = true;
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const other = valueSymbol(node, checker);
        const decl = other?.valueDeclaration;
        const isOther =
          other !== undefined &&
          decl !== undefined &&
          other !== symbol &&
          ts.isVariableDeclaration(decl) &&
          ts.isVariableStatement(decl.parent.parent) &&
          ts.isSourceFile(decl.parent.parent.parent);
        if (isOther && !isSettled(other, builder)) isGood = false;
      }
      ts.forEachChild(node, visit);
    };
    visit(builder);
    return isGood;
  }

  function isSettled(symbol: ts.Symbol, before: ts.Statement): boolean {
    const decl = symbol.valueDeclaration;
    const value = decl && ts.isVariableDeclaration(decl) && decl.initializer;
    if (value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)))
      return true;
    return referencesTo(symbol).every((id) => {
      if (isDeclaring(id) || readsOnly(id)) return true;
      const builder = builderAround(id);
      return builder !== undefined && builder.end <= before.pos;
    });
  }
}

/** The loop or call at the top of a module in which a name stands, if that is run once, and at once. */
function builderAround(node: ts.Node): ts.Statement | undefined {
  let up = node;
  for (; !ts.isSourceFile(up.parent); up = up.parent) {
    if (ts.isClassLike(up)) return undefined;
    if (!ts.isFunctionLike(up)) continue;
    const call = up.parent;
    const isRun =
      ts.isCallExpression(call) &&
      ts.isPropertyAccessExpression(call.expression) &&
      /^(forEach|map|from|reduce)$/.test(call.expression.name.text);
    if (!isRun) return undefined;
  }
  return ts.isForStatement(up) ||
    ts.isForOfStatement(up) ||
    ts.isWhileStatement(up) ||
    ts.isDoStatement(up) ||
    ts.isIfStatement(up) ||
    ts.isBlock(up) ||
    ts.isExpressionStatement(up)
    ? up
    : undefined;
}
