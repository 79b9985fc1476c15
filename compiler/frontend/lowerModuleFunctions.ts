import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import { holdsFunction } from "./functionTypes.js";
import { functionOf, isConst, mathMember } from "./lowerCallee.js";
import { lowerExpression } from "./lowerExpressions.js";
import { holdsTag } from "./lowerKnown.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
} from "./lowerScan.js";
import type { Site } from "./lowerSite.js";

/**
 * A table of functions at module level, `const kernels = { linear: (x) => x, ... }`: written out where it is used, so
 * that it is known which functions these are. Undefined where the name is no such table.
 */
export function moduleFunctions(
  site: Site,
  symbol: ts.Symbol,
): Value | undefined {
  const { checker } = site.ctx;
  const decl = symbol.valueDeclaration;
  if (
    decl === undefined ||
    !ts.isVariableDeclaration(decl) ||
    decl.initializer === undefined ||
    !isConst(decl) ||
    !holdsFunction(checker, checker.getTypeOfSymbol(symbol))
  )
    return undefined;
  if (!isFixed(checker, decl.initializer)) return undefined;
  if (isChanged(checker, symbol, decl.getSourceFile())) return undefined;
  const { ctx } = site;
  site.ctx = ctx.withTypes(new Map());
  try {
    const value = lowerExpression(site, decl.initializer);
    return holdsTag(site, value) ? value : undefined;
  } finally {
    site.ctx = ctx;
  }
}

/** Does an expression give the same whenever it is evaluated? */
function isFixed(checker: ts.TypeChecker, given: ts.Expression): boolean {
  const node = bareExpression(given);
  const fixed = (one: ts.Expression): boolean => isFixed(checker, one);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return true;
  if (ts.isLiteralExpression(node)) return true;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (mathMember(checker, node) !== undefined) return true;
  if (ts.isPrefixUnaryExpression(node)) return fixed(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(fixed);
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(
      (one) =>
        ts.isMethodDeclaration(one) ||
        (ts.isPropertyAssignment(one) && fixed(one.initializer)) ||
        (ts.isShorthandPropertyAssignment(one) && fixed(one.name)),
    );
  if (!ts.isIdentifier(node)) return false;
  const symbol = definedSymbol(checker, node);
  if (symbol === undefined) return false;
  if (functionOf(checker, symbol) !== undefined) return true;
  const decl = symbol.valueDeclaration;
  return (
    decl !== undefined &&
    ts.isVariableDeclaration(decl) &&
    isConst(decl) &&
    decl.initializer !== undefined &&
    fixed(decl.initializer)
  );
}

/** Is something in the table assigned, or the table handed to somebody, in its own module? */
function isChanged(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  file: ts.SourceFile,
): boolean {
  let changed = false;
  const isIt = (node: ts.Expression): boolean =>
    ts.isIdentifier(node) && definedSymbol(checker, node) === symbol;
  eachWritten(file, (target) => {
    let root = bareExpression(target);
    while (
      ts.isPropertyAccessExpression(root) ||
      ts.isElementAccessExpression(root)
    )
      root = bareExpression(root.expression);
    if (root !== bareExpression(target) && isIt(root)) changed = true;
  });
  eachNode(file, (node) => {
    if (!ts.isCallExpression(node)) return;
    const callee = node.expression;
    const changes =
      ts.isPropertyAccessExpression(callee) &&
      isIt(callee.expression) &&
      mutating.has(callee.name.text);
    if (changes) changed = true;
  });
  return changed;
}

const mutating: ReadonlySet<string> = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin".split(" "),
);
