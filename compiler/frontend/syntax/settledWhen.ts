import { ts } from "ts-morph";
import { eachWritten, symbolOf } from "./scan.js";

/**
 * Has a variable the value for good that it has where a function is made? So it is where it is never assigned again, and
 * where all that assigns it has run before: further up, and not in a loop around both in which the variable lives on.
 */
export function settledWhen(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  fn: ts.Node,
): boolean {
  const decl = symbol.valueDeclaration;
  if (decl === undefined || symbol.declarations?.length !== 1) return false;
  const owner = functionAround(decl);
  if (livesOn(decl, owner)) return false;
  // what is declared by its name may run, and make functions, before control comes there
  const isHoisted = isInDeclaration(fn, owner);
  let isSettled = true;
  eachWritten(owner, (target) => {
    if (!ts.isIdentifier(target) || symbolOf(checker, target) !== symbol)
      return;
    if (isStepOf(target, decl, fn)) return;
    const isBefore =
      !isHoisted && target.end <= fn.pos && functionAround(target) === owner;
    isSettled &&= isBefore && !sharesLoop(target, fn, decl);
  });
  return isSettled;
}

export function functionAround(node: ts.Node): ts.Node {
  let up = node.parent;
  while (!ts.isFunctionLike(up) && !ts.isSourceFile(up)) up = up.parent;
  return up;
}

/** A `var` in a loop: all iterations have the same one. */
function livesOn(decl: ts.Declaration, owner: ts.Node): boolean {
  let root: ts.Node = decl;
  while (ts.isBindingElement(root) || ts.isBindingName(root))
    root = root.parent;
  const isVar =
    ts.isVariableDeclaration(root) &&
    (root.parent.flags & ts.NodeFlags.BlockScoped) === 0;
  if (!isVar) return false;
  for (let up: ts.Node = root; up !== owner; up = up.parent)
    if (ts.isIterationStatement(up, false)) return true;
  return false;
}

function isInDeclaration(fn: ts.Node, owner: ts.Node): boolean {
  for (let up = fn; up !== owner && !ts.isSourceFile(up); up = up.parent)
    if (ts.isFunctionDeclaration(up) || ts.isClassLike(up)) return true;
  return false;
}

const holds = (around: ts.Node, one: ts.Node): boolean =>
  around.pos <= one.pos && one.end <= around.end;

/** The `i++` of `for (let i = 0; i < n; i++)`, for a function made in the body: each turn has an `i` of its own. */
function isStepOf(target: ts.Node, decl: ts.Node, fn: ts.Node): boolean {
  const loop = decl.parent.parent;
  if (!ts.isForStatement(loop) || loop.initializer !== decl.parent)
    return false;
  const { incrementor, statement } = loop;
  return (
    incrementor !== undefined &&
    holds(incrementor, target) &&
    holds(statement, fn)
  );
}

/** Is there a loop around both in which the variable is not declared? */
function sharesLoop(target: ts.Node, fn: ts.Node, decl: ts.Node): boolean {
  for (let up = target.parent; !ts.isSourceFile(up); up = up.parent) {
    if (!ts.isIterationStatement(up, false)) continue;
    if (holds(up, fn) && !holds(up, decl)) return true;
  }
  return false;
}
