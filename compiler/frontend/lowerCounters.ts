import { ts } from "ts-morph";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
  isUpdate,
} from "./lowerScan.js";
import { isAtModuleLevel, isConst } from "./lowerCallee.js";
import type { Site } from "./lowerSite.js";
import { localVariable } from "./lowerVariables.js";

/**
 * `calls++;`, where `calls` is a variable of the module: counting is left out of the derivatives, which change nothing
 * outside of themselves. Code that looks at the count is refused where it does.
 */
export function isModuleCounter(site: Site, node: ts.Expression): boolean {
  const target = targetOf(node);
  if (target === undefined || localVariable(site, target) !== undefined)
    return false;
  const decl = definedSymbol(site.ctx.checker, target)?.valueDeclaration;
  if (
    decl === undefined ||
    !ts.isVariableDeclaration(decl) ||
    isConst(decl) ||
    !isAtModuleLevel(decl)
  )
    return false;
  const type = site.ctx.checker.getTypeAtLocation(target);
  const scalar =
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.StringLike;
  return (type.flags & scalar) !== 0;
}

/** The variable that `n++`, `n += 1` and `n = 0` write, where what they write is made of literals. */
function targetOf(node: ts.Expression): ts.Identifier | undefined {
  const target = isUpdate(node)
    ? bareExpression(node.operand)
    : isAssignment(node)
      ? bareExpression(node.left)
      : undefined;
  if (target === undefined || !ts.isIdentifier(target)) return undefined;
  let isPlain = true;
  if (isAssignment(node))
    eachNode(node.right, (one) => {
      isPlain &&=
        ts.isLiteralExpression(one) ||
        ts.isPrefixUnaryExpression(one) ||
        ts.isParenthesizedExpression(one) ||
        one.kind === ts.SyntaxKind.TrueKeyword ||
        one.kind === ts.SyntaxKind.FalseKeyword;
    });
  return isPlain ? target : undefined;
}
