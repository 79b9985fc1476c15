import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { holdsFunction } from "../../types/functionTypes.js";
import { constantGiven, functionOf, mathMember } from "../../syntax/callee.js";
import { lowerExpression } from "../lowerExpressions.js";
import { libraryName } from "../../syntax/libraryNames.js";
import { isJavaScript, isNeverReassigned } from "../../syntax/jsFunctions.js";
import { mutating } from "../../names/tableUses.js";
import { holdsTag } from "./lowerKnown.js";
import { conductOf, isPure } from "../facts/lowerPurity.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
  isAssignmentOperator,
} from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/**
 * A table of functions at module level, `const kernels = { linear: (x) => x, ... }`, or an object with getters: written
 * out where it is used, so that it is known which functions these are. Undefined where the name is no such table.
 */
export function moduleFunctions(
  site: Site,
  symbol: ts.Symbol,
): Value | undefined {
  const { checker } = site.ctx;
  const decl = symbol.valueDeclaration;
  const made = decl && settledValue(checker, decl);
  if (decl === undefined || made === undefined) return undefined;
  const isTable = holdsFunction(checker, checker.getTypeOfSymbol(symbol));
  if (!isTable && !hasGetters(made)) return undefined;
  const kept = keptBetweenCalls(checker, made);
  if (kept !== undefined && !isTable) return undefined;
  if (kept !== undefined)
    return site.ctx.refuse(
      kept,
      "DC2005",
      `this writes into what ${symbol.name} keeps from one call to the next`,
      "pass what is kept as a parameter, and return its new value",
    );
  if (site.ctx.tables.isChanged(symbol)) return undefined;
  const changed = site.ctx.tables.handedOn(symbol);
  if (changed !== undefined && mayChange(site, made))
    return site.ctx.refuse(
      changed,
      "DC2005",
      `${symbol.name} is handed on here, and what it holds may be changed and live on from call to call`,
      "pass what changes as a parameter, and return its new value",
    );
  if (!isFixed(checker, made)) return undefined;
  const { ctx } = site;
  site.ctx = ctx.withTypes(new Map());
  try {
    const ty = site.ctx.tryTyOf(checker.getTypeOfSymbol(symbol));
    const isKept = ty.kind !== "problem" && site.ctx.kept.isIn(ty);
    const value = lowerExpression(site, made, isKept ? ty : undefined);
    return holdsTag(site, value) || site.ctx.kept.isIn(value.ty)
      ? value
      : undefined;
  } finally {
    site.ctx = ctx;
  }
}

/** `{ get area() { return 2; } }` */
function hasGetters(made: ts.Expression): boolean {
  let found = false;
  eachNode(made, (node) => (found ||= ts.isGetAccessor(node)));
  return found;
}

/** Is there something in a table whose name is that of a field which is assigned anywhere? */
function mayChange({ ctx }: Site, made: ts.Expression): boolean {
  let found = false;
  eachNode(made, (node) => {
    if (!ts.isPropertyAssignment(node)) return;
    const value = bareExpression(node.initializer);
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return;
    const type = ctx.checker.getTypeAtLocation(node.parent);
    if (ctx.classes.isWrittenOf(type, node.name.getText())) found = true;
  });
  return found;
}

/** What a name of the module stands for, if nothing else is ever put there. */
function settledValue(
  checker: ts.TypeChecker,
  decl: ts.Declaration,
): ts.Expression | undefined {
  const given = constantGiven(decl);
  if (given !== undefined || !ts.isVariableDeclaration(decl)) return given;
  return isJavaScript(decl) && isNeverReassigned(checker, decl)
    ? decl.initializer
    : undefined;
}

/**
 * Where a function that is made together with others writes into what it shares with them, or into its object: that
 * lives on, while here all of it is made anew for each use.
 */
function keptBetweenCalls(
  checker: ts.TypeChecker,
  made: ts.Expression,
): ts.Node | undefined {
  let found: ts.Node | undefined;
  const makers = [made, ...calledIn(checker, made)];
  const see = (maker: ts.Node): void =>
    eachNode(maker, (fn) => {
      if (!ts.isFunctionLike(fn) || fn === maker) return;
      eachWritten(fn, (target) => {
        if (!staysIn(checker, target, fn)) found ??= target;
      });
      eachNode(fn, (node) => {
        if (!ts.isCallExpression(node)) return;
        const callee = node.expression;
        if (!ts.isPropertyAccessExpression(callee)) return;
        if (!mutating.has(callee.name.text)) return;
        if (!staysIn(checker, callee, fn)) found ??= node;
      });
    });
  makers.forEach(see);
  return found;
}

/** The functions that run when the expression is evaluated: those that are called by name in it. */
function calledIn(checker: ts.TypeChecker, made: ts.Expression): ts.Node[] {
  const found = new Set<ts.Node>();
  const visit = (root: ts.Node): void =>
    eachNode(root, (node) => {
      if (!ts.isCallExpression(node)) return;
      const symbol = definedSymbol(checker, bareExpression(node.expression));
      const fn = symbol && functionOf(checker, symbol);
      if (fn === undefined || found.has(fn)) return;
      found.add(fn);
      visit(fn);
    });
  visit(made);
  return [...found];
}

/** Is what is written made in the function itself, or handed to it? */
function staysIn(
  checker: ts.TypeChecker,
  target: ts.Expression,
  fn: ts.Node,
): boolean {
  let root = bareExpression(target);
  while (
    ts.isPropertyAccessExpression(root) ||
    ts.isElementAccessExpression(root)
  )
    root = bareExpression(root.expression);
  if (root.kind === ts.SyntaxKind.ThisKeyword)
    return !ts.isObjectLiteralExpression(fn.parent);
  if (!ts.isIdentifier(root)) return true;
  const decl = definedSymbol(checker, root)?.valueDeclaration;
  if (decl === undefined) return false;
  if (decl.pos < fn.pos || decl.end > fn.end) return false;
  if (decl.getSourceFile() !== fn.getSourceFile()) return false;
  const { initializer } = decl as ts.VariableDeclaration;
  if (root === bareExpression(target) || initializer === undefined) return true;
  const value = bareExpression(initializer);
  // another name for what the function shares
  return (
    !ts.isIdentifier(value) &&
    !ts.isPropertyAccessExpression(value) &&
    !ts.isElementAccessExpression(value)
  );
}

/** Does an expression give the same whenever it is evaluated? */
export function isFixed(
  checker: ts.TypeChecker,
  given: ts.Expression,
): boolean {
  const node = bareExpression(given);
  const fixed = (one: ts.Expression): boolean => isFixed(checker, one);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return true;
  if (ts.isLiteralExpression(node)) return true;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (ts.isBinaryExpression(node))
    return (
      !isAssignmentOperator(node.operatorToken.kind) &&
      fixed(node.left) &&
      fixed(node.right)
    );
  if (mathMember(checker, node) !== undefined) return true;
  if (ts.isPropertyAccessExpression(node)) {
    const member = definedSymbol(checker, node.name);
    return ((member?.flags ?? 0) & ts.SymbolFlags.EnumMember) !== 0;
  }
  if (ts.isPrefixUnaryExpression(node)) return fixed(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(fixed);
  if (
    ts.isNewExpression(node) &&
    libraryName(checker, node.expression) === "Map"
  )
    return (node.arguments ?? []).every(fixed);
  if (ts.isCallExpression(node) && isListMaker(checker, node))
    return (
      node.arguments.every(fixed) &&
      isPure(conductOf(checker, node, () => undefined))
    );
  if (ts.isCallExpression(node)) {
    const maker = bareExpression(node.expression);
    const isMade =
      ts.isArrowFunction(maker) ||
      ts.isFunctionExpression(maker) ||
      (ts.isIdentifier(maker) && isFunctionName(checker, maker));
    return (
      isMade &&
      node.arguments.every(fixed) &&
      conductOf(checker, node, () => undefined).assigns.size === 0
    );
  }
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(
      (one) =>
        ts.isMethodDeclaration(one) ||
        ts.isGetAccessor(one) ||
        (ts.isPropertyAssignment(one) && fixed(one.initializer)) ||
        (ts.isShorthandPropertyAssignment(one) && fixed(one.name)),
    );
  if (!ts.isIdentifier(node)) return false;
  const symbol = definedSymbol(checker, node);
  if (symbol === undefined) return false;
  if (functionOf(checker, symbol) !== undefined) return true;
  const decl = symbol.valueDeclaration;
  const settled = decl && settledValue(checker, decl);
  return settled !== undefined && fixed(settled);
}

/** `Array.from({ length: 4 }, (_, k) => ...)`, `[1, 2].map((k) => ...)`: where it only computes, it gives the same again. */
function isListMaker(
  checker: ts.TypeChecker,
  { expression }: ts.CallExpression,
): boolean {
  const callee = bareExpression(expression);
  if (libraryName(checker, callee) === "Array.from") return true;
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === "map" &&
    checker.isArrayType(checker.getTypeAtLocation(callee.expression)) &&
    isFixed(checker, callee.expression)
  );
}

function isFunctionName(checker: ts.TypeChecker, node: ts.Node): boolean {
  const symbol = definedSymbol(checker, node);
  return symbol !== undefined && functionOf(checker, symbol) !== undefined;
}
