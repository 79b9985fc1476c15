import { ts } from "ts-morph";
import type { LoopView } from "../control/loopInvariants.js";
import { isOwnList } from "./ownLists.js";
import {
  mayBeOne,
  memoryKey,
  type Effects,
  type Touch,
} from "../facts/lowerEffects.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
  symbolOf,
} from "../../syntax/scan.js";

/** Is it sure that a variable's array is not the one that the expression gives? */
export function isDistinct(
  root: ts.Symbol | undefined,
  array: ts.Expression,
  loop: Pick<LoopView, "checker" | "decl">,
): boolean {
  if (root === undefined) return false;
  const { checker, decl } = loop;
  let path = bareExpression(array);
  let deep = false;
  while (
    ts.isPropertyAccessExpression(path) ||
    ts.isElementAccessExpression(path)
  ) {
    path = bareExpression(path.expression);
    deep = true;
  }
  if (!ts.isIdentifier(path)) return false;
  const other = definedSymbol(checker, path);
  if (other === undefined || other === root) return false;
  const rootIsFresh = isFresh(root, decl, checker);
  if (deep) return rootIsFresh && !escapes(root, decl, checker);
  const fixed = (symbol: ts.Symbol): boolean =>
    isFresh(symbol, decl, checker) ||
    isFixedParameter(symbol, decl, checker) ||
    isModuleConst(symbol, decl);
  return (
    (rootIsFresh && fixed(other)) ||
    (isFresh(other, decl, checker) && fixed(root)) ||
    (rootIsFresh && isHeldBefore(other, root, array, loop))
  );
}

/**
 * Has a variable kept what it held before the other one's array was made, up to the end of the statement that the
 * expression stands in? `const out = []; for (const x of signal) out.push(x); signal = out;`
 */
function isHeldBefore(
  variable: ts.Symbol,
  made: ts.Symbol,
  expression: ts.Expression,
  { checker, decl }: Pick<LoopView, "checker" | "decl">,
): boolean {
  const maker = made.valueDeclaration;
  const holder = variable.valueDeclaration;
  const block = maker?.parent.parent.parent;
  if (maker === undefined || holder === undefined || block === undefined)
    return false;
  if (!isLocal(variable, decl) || holder.pos >= maker.pos) return false;
  let statement: ts.Node = expression;
  while (statement.parent !== block) {
    if (statement === decl || ts.isSourceFile(statement)) return false;
    statement = statement.parent;
  }
  if (statement.pos < maker.pos || functionAround(maker) !== decl) return false;
  let isKept = true;
  eachWritten(decl, (target) => {
    if (!ts.isIdentifier(target) || symbolOf(checker, target) !== variable)
      return;
    const isOutside = target.pos < maker.pos || target.pos >= statement.end;
    isKept &&= isOutside && functionAround(target) === decl;
  });
  return isKept;
}

function functionAround(node: ts.Node): ts.Node | undefined {
  let around: ts.Node | undefined = node.parent;
  while (around !== undefined && !ts.isFunctionLike(around))
    around = around.parent;
  return around;
}

/** May the array that an expression gives get shorter? */
export function mayShrink(
  array: ts.Expression,
  { shrunk }: Effects,
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
): boolean {
  const key = memoryKey(checker, checker.getTypeAtLocation(array));
  return shrunk.some(
    (touch) =>
      mayBeOne(touch.key, key) &&
      !isMadeInCall(touch, array, checker) &&
      !isOfAnObject(touch, array, checker) &&
      !isDistinct(touch.root, array, { checker, decl }),
  );
}

/** Is it made anew in a function that is called? Outside of that, nobody had it before the call. */
const isMadeInCall = (
  { called }: Touch,
  array: ts.Node,
  checker: ts.TypeChecker,
): boolean =>
  called !== undefined &&
  !isInside(array, called.fn) &&
  isFresh(called.root, called.fn, checker);

/** Is it a list of an object's own, and the other one no field of that name? */
function isOfAnObject(
  { field }: Touch,
  array: ts.Expression,
  checker: ts.TypeChecker,
): boolean {
  if (field === undefined || !isOwnList(checker, field)) return false;
  const node = bareExpression(array);
  return (
    !ts.isPropertyAccessExpression(node) ||
    definedSymbol(checker, node.name)?.valueDeclaration !==
      field.valueDeclaration
  );
}

const isInside = (node: ts.Node, around: ts.Node): boolean =>
  node.getSourceFile() === around.getSourceFile() &&
  node.pos >= around.pos &&
  node.end <= around.end;

const isLocal = (symbol: ts.Symbol, decl: ts.Node): boolean => {
  const own = symbol.valueDeclaration;
  return own !== undefined && isInside(own, decl);
};

const isModuleConst = (symbol: ts.Symbol, decl: ts.Node): boolean => {
  const own = symbol.valueDeclaration;
  return (
    !isLocal(symbol, decl) &&
    (own === undefined ||
      !ts.isVariableDeclaration(own) ||
      (own.parent.flags & ts.NodeFlags.Const) !== 0)
  );
};

function isFixedParameter(
  symbol: ts.Symbol,
  decl: ts.FunctionLikeDeclaration,
  checker: ts.TypeChecker,
): boolean {
  const own = symbol.valueDeclaration;
  return (
    own !== undefined &&
    ts.isParameter(own) &&
    own.parent === decl &&
    own.initializer === undefined &&
    !isWrittenIn(decl, symbol, checker)
  );
}

/** A local that only ever holds the array that was made where it is declared. */
function isFresh(
  symbol: ts.Symbol,
  decl: ts.FunctionLikeDeclaration,
  checker: ts.TypeChecker,
): boolean {
  const own = symbol.valueDeclaration;
  return (
    own !== undefined &&
    isLocal(symbol, decl) &&
    ts.isVariableDeclaration(own) &&
    own.initializer !== undefined &&
    makesArray(bareExpression(own.initializer), checker) &&
    !isWrittenIn(decl, symbol, checker)
  );
}

function makesArray(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isArrayLiteralExpression(node) || ts.isNewExpression(node))
    return true;
  if (!ts.isCallExpression(node)) return false;
  const callee = node.expression;
  if (ts.isIdentifier(callee)) return callee.text === "Array";
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const name = callee.name.text;
  if (name === "slice" || name === "from" || name === "of") return true;
  if (name === "fill")
    return makesArray(bareExpression(callee.expression), checker);
  return (
    copying.has(name) &&
    checker.isArrayLikeType(checker.getTypeAtLocation(callee.expression))
  );
}

/** Does the expression make the array that it gives, which nobody else has then? `[...xs].sort(f)` */
export function isMadeHere(
  array: ts.Expression,
  checker: ts.TypeChecker,
): boolean {
  const node = bareExpression(array);
  if (!checker.isArrayLikeType(checker.getTypeAtLocation(node))) return false;
  const callee = ts.isCallExpression(node) ? node.expression : undefined;
  return callee !== undefined &&
    ts.isPropertyAccessExpression(callee) &&
    inPlace.has(callee.name.text)
    ? isMadeHere(callee.expression, checker)
    : makesArray(node, checker);
}

/** Methods of arrays that give the array itself. */
const inPlace: ReadonlySet<string> = new Set(["sort", "reverse", "fill"]);

/** Methods of arrays that give a new one. */
const copying: ReadonlySet<string> = new Set([
  "map",
  "filter",
  "flatMap",
  "flat",
  "concat",
  "splice",
  "toSorted",
  "toReversed",
  "toSpliced",
  "with",
]);

/** May the array of this variable be reached in another way than by its name? */
function escapes(
  symbol: ts.Symbol,
  decl: ts.FunctionLikeDeclaration,
  checker: ts.TypeChecker,
): boolean {
  let out = false;
  eachNode(decl, (node) => {
    if (!ts.isIdentifier(node) || symbolOf(checker, node) !== symbol) return;
    const { parent } = node;
    const reads =
      (ts.isElementAccessExpression(parent) && parent.expression === node) ||
      (ts.isPropertyAccessExpression(parent) && parent.expression === node) ||
      (ts.isForOfStatement(parent) && parent.expression === node) ||
      (ts.isVariableDeclaration(parent) && parent.name === node) ||
      ts.isReturnStatement(parent);
    if (!reads) out = true;
  });
  return out;
}

/** Is a variable assigned there? */
export function isWrittenIn(
  node: ts.Node,
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
): boolean {
  let written = false;
  eachWritten(node, (target) => {
    if (ts.isIdentifier(target) && symbolOf(checker, target) === symbol)
      written = true;
  });
  return written;
}
