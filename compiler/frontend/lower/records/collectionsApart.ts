import { ts } from "ts-morph";
import {
  bareExpression,
  eachNode,
  isFunctionNode,
  symbolOf,
} from "../../syntax/scan.js";

/**
 * Is the Map or Set behind `changed` another one than what a loop goes through? It is where it was made by `new` in the
 * scope of the loop, and nothing was done with it since but to call its methods: then nobody else can hold it.
 */
export function isMadeApart(
  checker: ts.TypeChecker,
  changed: ts.Expression,
  loop: ts.Node,
  gone: ts.Expression,
): boolean {
  const name = bareExpression(changed);
  if (!ts.isIdentifier(name)) return false;
  const symbol = symbolOf(checker, name);
  const declared = symbol?.valueDeclaration;
  if (symbol === undefined || !declared || !isMadeHere(declared)) return false;
  const scope = declared.parent.parent.parent;
  const isInScope = loop.pos >= scope.pos && loop.end <= scope.end;
  const owner = bareExpression(gone);
  if (ts.isIdentifier(owner) && symbolOf(checker, owner) === symbol)
    return false;
  const isInside = loop.pos <= declared.pos && declared.end <= loop.end;
  if (isInside) return true;
  if (!isInScope || homeOf(loop) !== homeOf(declared)) return false;
  const end = endOfLoopsAround(loop, scope);
  let isHeld = false;
  eachNode(scope, (node) => {
    if (!ts.isIdentifier(node) || symbolOf(checker, node) !== symbol) return;
    if (node === declared.name || isAsked(node)) return;
    if (node.pos < end || homeOf(node) !== homeOf(declared)) isHeld = true;
  });
  return !isHeld;
}

const isMadeHere = (
  node: ts.Declaration,
): node is ts.VariableDeclaration & { parent: ts.VariableDeclarationList } => {
  if (!ts.isVariableDeclaration(node)) return false;
  if (!(node.parent.flags & ts.NodeFlags.Const)) return false;
  const made = node.initializer && bareExpression(node.initializer);
  return made !== undefined && ts.isNewExpression(made);
};

/** `next.set(k, v)`, `next.size`: nobody else comes to hold it by this, but by what `set` gives. */
function isAsked(node: ts.Identifier): boolean {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== node)
    return ts.isForOfStatement(parent) && parent.expression === node;
  if (!/^(set|add)$/.test(parent.name.text)) return true;
  return (
    ts.isCallExpression(parent.parent) &&
    ts.isExpressionStatement(parent.parent.parent)
  );
}

/** The function around. */
function homeOf(node: ts.Node): ts.Node | undefined {
  let up: ts.Node | undefined = node.parent;
  while (up !== undefined && !isFunctionNode(up)) up = up.parent;
  return up;
}

/** What stands behind the loop may have run before it, where both are in another loop. */
function endOfLoopsAround(loop: ts.Node, scope: ts.Node): number {
  let end = loop.pos;
  for (let up = loop.parent; up !== scope && up !== undefined; up = up.parent)
    if (ts.isIterationStatement(up, false)) end = up.end;
  return end;
}
