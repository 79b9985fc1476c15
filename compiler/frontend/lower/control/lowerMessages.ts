import { ts } from "ts-morph";
import { carryStatement } from "../values/lowerOpaque.js";
import { calleeOf, isGlobalName } from "../../syntax/callee.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
} from "../../syntax/scan.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import type { Site } from "../lowerSite.js";

/**
 * `warn("unknown order " + order)`, where a package has a function for its messages: it is called as it stands, if it
 * can be imported. It is given no arrays and objects and reaches none, so that whatever it does, no number of the
 * program changes; that it does nothing but say something is to be seen in its code.
 */
export function lowerMessage(site: Site, node: ts.CallExpression): boolean {
  const { checker } = site.ctx;
  if (!ts.isExpressionStatement(node.parent)) return false;
  const callee = calleeOf(checker, node);
  if (callee.kind !== "function" || !isJavaScript(callee.decl)) return false;
  const name = bareExpression(node.expression);
  if (!ts.isIdentifier(name)) return false;
  const symbol = definedSymbol(checker, name);
  if (symbol === undefined || !site.ctx.isExported(symbol)) return false;
  const isSaid = node.arguments.every((one) =>
    isPrimitive(checker.getTypeAtLocation(one)),
  );
  if (!isSaid || !onlySpeaks(site, callee.decl, new Set())) return false;
  carryStatement(site, node);
  return true;
}

const primitive =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null;

const isPrimitive = (type: ts.Type): boolean =>
  type.isUnion()
    ? type.types.every(isPrimitive)
    : (type.flags & primitive) !== 0;

/** Does a function look at nothing but its parameters, and change nothing else? */
function onlySpeaks(site: Site, fn: ts.Node, seen: Set<ts.Node>): boolean {
  if (seen.has(fn)) return true;
  seen.add(fn);
  let speaks = true;
  const { checker } = site.ctx;
  eachWritten(fn, (target) => {
    const root = rootOf(target);
    if (!ts.isIdentifier(root) || !isOwn(root)) speaks = false;
  });
  eachNode(fn, (one) => {
    if (isBeyond(one)) speaks = false;
    else if (
      ts.isNewExpression(one) &&
      !/Error$/.test(one.expression.getText())
    )
      speaks = false;
    else if (ts.isIdentifier(one) && !isHarmless(one)) speaks = false;
  });
  return speaks;

  function isHarmless(id: ts.Identifier): boolean {
    const { parent } = id;
    if (ts.isPropertyAccessExpression(parent) && parent.name === id)
      return true;
    if (isOwn(id)) return true;
    const isLibrary = ["console", "String", "undefined"].some((name) =>
      isGlobalName(checker, id, name),
    );
    if (isLibrary) return true;
    const symbol = definedSymbol(checker, id);
    const decl = symbol?.valueDeclaration;
    if (symbol === undefined || decl === undefined) return false;
    if (ts.isFunctionDeclaration(decl))
      return (
        ts.isCallExpression(parent) &&
        parent.expression === id &&
        onlySpeaks(site, decl, seen)
      );
    // where a user of the package may have put another function, which nobody here does
    return (
      ts.isVariableDeclaration(decl) &&
      (decl.initializer === undefined ||
        decl.initializer.kind === ts.SyntaxKind.NullKeyword) &&
      site.ctx.keepsValue(symbol)
    );
  }

  function isOwn(id: ts.Identifier): boolean {
    const decl = definedSymbol(checker, id)?.valueDeclaration;
    for (let at: ts.Node | undefined = decl; at; at = at.parent)
      if (at === fn) return true;
    return false;
  }
}

function rootOf(target: ts.Node): ts.Node {
  let at = target;
  while (
    ts.isPropertyAccessExpression(at) ||
    ts.isElementAccessExpression(at) ||
    ts.isParenthesizedExpression(at)
  )
    at = at.expression;
  return at;
}

/** What leads out of the function by other ways than a name. */
const isBeyond = (node: ts.Node): boolean =>
  node.kind === ts.SyntaxKind.ThisKeyword ||
  ts.isThrowStatement(node) ||
  ts.isAwaitExpression(node) ||
  ts.isYieldExpression(node) ||
  ts.isDeleteExpression(node);
