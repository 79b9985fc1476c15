import { ts } from "ts-morph";
import { textOfType } from "../types/typeText.js";
import { eachNode } from "../syntax/scan.js";

/**
 * `this.rows` in a class that has no rows itself, for only those below it have: what these say, where they stand in the
 * same file.
 */
export function textOfFieldBelow(
  checker: ts.TypeChecker,
  node: ts.Expression,
  into?: ts.Node,
): string | undefined {
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  if (node.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  const own = ts.findAncestor(node, ts.isClassLike);
  const symbol = own?.name && checker.getSymbolAtLocation(own.name);
  if (symbol === undefined) return undefined;
  const above = checker.getDeclaredTypeOfSymbol(symbol);
  if (checker.getPropertyOfType(above, node.name.text)) return undefined;
  const texts = new Set<string>();
  for (const one of classesBelow(checker, symbol, node.getSourceFile())) {
    const type = checker.getDeclaredTypeOfSymbol(one);
    const property = checker.getPropertyOfType(type, node.name.text);
    if (property === undefined) continue;
    // the checker takes what a method sets for missing before
    const given = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    // of a class that nobody makes
    if (given.flags & ts.TypeFlags.Any) continue;
    const text = textOfType(checker, given, into);
    if (text === undefined) return undefined;
    texts.add(text);
  }
  return texts.size === 0 ? undefined : [...texts].sort().join(" | ");
}

const known = new WeakMap<
  ts.SourceFile,
  {
    readonly checker: ts.TypeChecker;
    readonly below: ReadonlyMap<ts.Symbol, readonly ts.Symbol[]>;
  }
>();

/** All classes of a file that have another one above them, at any distance. */
export function classesBelow(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  file: ts.SourceFile,
): readonly ts.Symbol[] {
  const before = known.get(file);
  const below =
    before?.checker === checker ? before.below : heirsIn(checker, file);
  if (before?.checker !== checker) known.set(file, { checker, below });
  const found = new Set(below.get(symbol) ?? []);
  for (const one of found)
    for (const more of below.get(one) ?? []) found.add(more);
  return [...found];
}

function heirsIn(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
): ReadonlyMap<ts.Symbol, readonly ts.Symbol[]> {
  const heirs = new Map<ts.Symbol, ts.Symbol[]>();
  eachNode(file, (node) => {
    if (!ts.isClassLike(node) || node.name === undefined) return;
    const clause = node.heritageClauses?.find(
      (one) => one.token === ts.SyntaxKind.ExtendsKeyword,
    );
    const [above] = clause?.types ?? [];
    const base = above && checker.getSymbolAtLocation(above.expression);
    const own = checker.getSymbolAtLocation(node.name);
    if (base === undefined || own === undefined) return;
    heirs.set(base, [...(heirs.get(base) ?? []), own]);
  });
  return heirs;
}
