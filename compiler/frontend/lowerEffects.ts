import { ts } from "ts-morph";
import { classOf, membersNamed } from "./classes.js";
import { calleeOf, functionOf } from "./lowerCallee.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
  symbolOf,
} from "./lowerScan.js";

/** What a piece of source may do to memory, seen from its syntax: by kinds of arrays and names of fields. */
export interface Effects {
  readonly stores: readonly Touch[];
  /** push, pop and the like */
  readonly sizes: readonly Touch[];
  readonly fields: ReadonlySet<string>;
  /** Some array may get shorter. */
  readonly shrinks: boolean;
  /** All functions that may be called: they may assign variables that they share with the function at hand. */
  readonly functions: ReadonlySet<ts.Node>;
}

export interface Touch {
  /** Kind of the array, see `memoryKey`. */
  readonly key: string;
  /** The variable that holds the array, where it is one of this function. */
  readonly root: ts.Symbol | undefined;
  /** The access that is stored to, where it is one of this function. */
  readonly access: ts.ElementAccessExpression | undefined;
}

/** Arrays with different keys are never the same array. */
export function memoryKey(checker: ts.TypeChecker, type: ts.Type): string {
  const plain = checker.getNonNullableType(type);
  const elem = checker.isArrayLikeType(plain)
    ? checker.getIndexTypeOfType(plain, ts.IndexKind.Number)
    : undefined;
  if (elem !== undefined) return `array of ${memoryKey(checker, elem)}`;
  if (plain.flags & ts.TypeFlags.NumberLike) return "number";
  if (plain.flags & ts.TypeFlags.StringLike) return "string";
  if (plain.flags & ts.TypeFlags.BooleanLike) return "boolean";
  const typed =
    /^(?:Readonly<)?((?:Float|Int|Uint)\d+(?:Clamped)?Array)\b/.exec(
      checker.typeToString(plain),
    );
  return typed?.[1] ?? "object";
}

const isGrowing = (key: string): boolean => key.startsWith("array of");

const sizing: ReadonlySet<string> = new Set([
  "push",
  "pop",
  "shift",
  "unshift",
  "splice",
]);
const rewriting: ReadonlySet<string> = new Set([
  "fill",
  "set",
  "sort",
  "reverse",
  "copyWithin",
]);

export function effectsOf(
  checker: ts.TypeChecker,
  nodes: readonly (ts.Node | undefined)[],
  /** What may be called where it cannot be seen from the syntax which function that is. */
  made: readonly ts.Node[] = [],
): Effects {
  const stores: Touch[] = [];
  const sizes: Touch[] = [];
  const fields = new Set<string>();
  const seen = new Set<ts.Node>();
  let shrinks = false;

  const touch = (
    array: ts.Expression,
    access: ts.ElementAccessExpression | undefined,
    inside: boolean,
  ): Touch => {
    const root = bareExpression(array);
    return {
      key: memoryKey(checker, checker.getTypeAtLocation(array)),
      root:
        inside && ts.isIdentifier(root) ? symbolOf(checker, root) : undefined,
      access: inside ? access : undefined,
    };
  };

  function visit(node: ts.Node, inside: boolean): void {
    eachWritten(node, (target) => {
      if (ts.isElementAccessExpression(target))
        stores.push(touch(target.expression, target, inside));
      else if (ts.isPropertyAccessExpression(target)) {
        fields.add(target.name.text);
        // a vector may have a field of that name
        if (target.name.text === "length" && mayBeArray(target.expression)) {
          sizes.push(touch(target.expression, undefined, inside));
          shrinks = true;
        }
      }
    });
    eachNode(node, (one) => {
      if (ts.isCallExpression(one)) visitCall(one, inside);
      else if (ts.isIdentifier(one)) visitName(one);
      if (ts.isPropertyAccessExpression(one)) visitMember(one);
    });
  }

  function mayBeArray(node: ts.Expression): boolean {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(node));
    return (
      (type.flags & ts.TypeFlags.Any) !== 0 || checker.isArrayLikeType(type)
    );
  }

  function visitFunction(fn: ts.Node): void {
    if (seen.has(fn)) return;
    seen.add(fn);
    visit(fn, false);
  }

  /** A method or accessor, of whichever class. */
  function visitMember(access: ts.PropertyAccessExpression): void {
    membersOf(checker, access).forEach(visitFunction);
  }

  /** A function that is mentioned may be called, of a class all that it has. */
  function visitName(name: ts.Identifier): void {
    const symbol = definedSymbol(checker, name);
    const made = symbol && classOf(symbol);
    if (made?.getSourceFile().isDeclarationFile === false) visitFunction(made);
    const isValue = ts.SymbolFlags.Variable | ts.SymbolFlags.Function;
    if (symbol === undefined || !(symbol.flags & isValue)) return;
    const fn = functionOf(checker, symbol);
    if (fn !== undefined) visitFunction(fn);
  }

  function visitCall(call: ts.CallExpression, inside: boolean): void {
    const callee = calleeOf(checker, call);
    if (callee.kind === "function") return visitFunction(callee.decl);
    if (callee.kind === "closure" || callee.kind === "other")
      made.forEach(visitFunction);
    const access = call.expression;
    if (!ts.isPropertyAccessExpression(access)) return;
    const method = access.name.text;
    if (sizing.has(method)) {
      sizes.push(touch(access.expression, undefined, inside));
      stores.push(touch(access.expression, undefined, inside));
      shrinks ||= method !== "push" && method !== "unshift";
    } else if (rewriting.has(method))
      stores.push({
        ...touch(access.expression, undefined, inside),
        // it stays as long as it is
        key: memoryKey(checker, checker.getTypeAtLocation(access.expression)),
      });
  }

  for (const node of nodes) if (node !== undefined) visit(node, true);
  return { stores, sizes, fields, shrinks, functions: seen };
}

/** The members of classes that an access may run: none where an array, a number or a text is asked. */
function membersOf(
  checker: ts.TypeChecker,
  access: ts.PropertyAccessExpression,
): readonly ts.FunctionLikeDeclaration[] {
  const members = membersNamed(checker, access.name.text);
  if (members.length === 0) return members;
  const owner = checker.getTypeAtLocation(access.expression);
  return memoryKey(checker, owner) === "object" ? members : [];
}

/** What a loop must leave alone for an expression to keep its value. */
export interface LoopView {
  readonly checker: ts.TypeChecker;
  readonly assigned: ReadonlySet<ts.Symbol>;
  readonly effects: Effects;
  /** The function around it, and the loop's own variable. */
  readonly decl: ts.FunctionLikeDeclaration;
  readonly induction: ts.Symbol | undefined;
}

/** Does an expression without side effects keep its value while the loop runs? */
export function isInvariant(given: ts.Expression, loop: LoopView): boolean {
  const node = bareExpression(given);
  const { checker } = loop;
  if (ts.isNumericLiteral(node)) return true;
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(checker, node);
    return symbol === undefined || !loop.assigned.has(symbol);
  }
  if (ts.isPrefixUnaryExpression(node))
    return isPureUnary(node.operator) && isInvariant(node.operand, loop);
  if (ts.isBinaryExpression(node))
    return (
      isPureBinary(node.operatorToken.kind) &&
      isInvariant(node.left, loop) &&
      isInvariant(node.right, loop)
    );
  if (node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (ts.isPropertyAccessExpression(node) && !node.questionDotToken) {
    if (membersOf(checker, node).some(ts.isAccessor)) return false;
    if (!isInvariant(node.expression, loop)) return false;
    const type = checker.getTypeAtLocation(node.expression);
    return node.name.text === "length"
      ? keepsLength(node.expression, memoryKey(checker, type), loop)
      : !loop.effects.fields.has(node.name.text);
  }
  if (ts.isElementAccessExpression(node) && !node.questionDotToken) {
    const type = checker.getTypeAtLocation(node.expression);
    const key = memoryKey(checker, type);
    return (
      isInvariant(node.expression, loop) &&
      isInvariant(node.argumentExpression, loop) &&
      !loop.effects.stores.some(
        (store) =>
          store.key === key && !isDistinct(store.root, node.expression, loop),
      )
    );
  }
  if (ts.isCallExpression(node)) {
    const callee = calleeOf(checker, node);
    return (
      callee.kind === "math" &&
      callee.member !== "random" &&
      node.arguments.every((one) => isInvariant(one, loop))
    );
  }
  return false;
}

/** Does the array that `array` gives keep its length while the loop runs? */
export function keepsLength(
  array: ts.Expression,
  key: string,
  loop: LoopView,
): boolean {
  if (!isGrowing(key)) return true;
  const same = (touch: Touch): boolean =>
    touch.key === key && !isDistinct(touch.root, array, loop);
  if (loop.effects.sizes.some(same)) return false;
  return !loop.effects.stores.some(
    (store) => same(store) && !staysInside(store, array, loop),
  );
}

/**
 * Does a store stay below the length of `array`, if it writes into that very array? Yes where its index is the
 * variable of a loop that runs below the length of `array`, or of the array that it writes into.
 */
function staysInside(
  store: Touch,
  array: ts.Expression,
  loop: LoopView,
): boolean {
  if (store.access === undefined) return store.root !== undefined;
  const index = bareExpression(store.access.argumentExpression);
  if (!ts.isIdentifier(index)) return false;
  const symbol = symbolOf(loop.checker, index);
  if (symbol === undefined) return false;
  if (symbol === loop.induction) return true;
  const bounds = boundArrays(store.access, symbol, loop.checker);
  const own = bareExpression(array);
  return bounds.some(
    (bound) =>
      bound === store.root ||
      (ts.isIdentifier(own) && bound === symbolOf(loop.checker, own)),
  );
}

/** The arrays `a` of the loops `for (...; index < a.length; ...)` around a node. */
function boundArrays(
  node: ts.Node,
  index: ts.Symbol,
  checker: ts.TypeChecker,
): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (ts.isFunctionLike(up)) break;
    if (!ts.isForStatement(up) || up.condition === undefined) continue;
    const test = bareExpression(up.condition);
    if (
      !ts.isBinaryExpression(test) ||
      test.operatorToken.kind !== ts.SyntaxKind.LessThanToken ||
      !ts.isIdentifier(test.left) ||
      symbolOf(checker, test.left) !== index ||
      isWrittenIn(up.statement, index, checker)
    )
      continue;
    const array = lengthOwner(test.right, checker);
    if (array !== undefined) found.push(array);
  }
  return found;
}

function isWrittenIn(
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

function lengthOwner(
  given: ts.Expression,
  checker: ts.TypeChecker,
): ts.Symbol | undefined {
  const node = bareExpression(given);
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== "length")
    return undefined;
  const array = bareExpression(node.expression);
  return ts.isIdentifier(array) ? symbolOf(checker, array) : undefined;
}

/** Is it sure that a variable's array is not the one that the expression gives? */
function isDistinct(
  root: ts.Symbol | undefined,
  array: ts.Expression,
  loop: LoopView,
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
    (isFresh(other, decl, checker) && fixed(root))
  );
}

const isLocal = (symbol: ts.Symbol, decl: ts.Node): boolean => {
  const own = symbol.valueDeclaration;
  return (
    own !== undefined &&
    own.getSourceFile() === decl.getSourceFile() &&
    own.pos >= decl.pos &&
    own.end <= decl.end
  );
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
    makesArray(bareExpression(own.initializer)) &&
    !isWrittenIn(decl, symbol, checker)
  );
}

function makesArray(node: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(node) || ts.isNewExpression(node))
    return true;
  if (!ts.isCallExpression(node)) return false;
  const callee = node.expression;
  if (ts.isIdentifier(callee)) return callee.text === "Array";
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const name = callee.name.text;
  if (name === "slice" || name === "from" || name === "of") return true;
  return name === "fill" && makesArray(bareExpression(callee.expression));
}

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

const isPureUnary = (kind: ts.PrefixUnaryOperator): boolean =>
  kind !== ts.SyntaxKind.PlusPlusToken &&
  kind !== ts.SyntaxKind.MinusMinusToken;

const isPureBinary = (kind: ts.SyntaxKind): boolean =>
  kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment;
