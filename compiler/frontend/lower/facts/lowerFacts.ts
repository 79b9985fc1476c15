import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { KeysLike } from "../records/copiedKeys.js";
import type { Known } from "../functions/lowerKnown.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
  isUpdate,
  symbolOf,
} from "../../syntax/scan.js";

/**
 * What is known about a function before and while it is lowered: which variables are always integers, which values are
 * lengths, and which induction variables stay inside which arrays.
 */
export interface Facts {
  /** Is the value of this expression an integer, whenever it is evaluated? */
  isInteger(node: ts.Expression): boolean;
  /** Arrays that had this value as their length when they were made or measured. */
  readonly lengthOf: Map<Value, Set<Value>>;
  /** What bounds an induction variable from above (exclusive); it never gets below 0. */
  readonly below: Map<Value, Value>;
  /** Values that were made by taking a positive literal from another one: `n - 1`. */
  readonly lessThan: Map<Value, Value>;
  /** String literals. */
  readonly strings: Map<Value, string>;
  /** Number literals. */
  readonly constants: Map<Value, number>;
  /** Array literals and how many elements they were made with. */
  readonly sizeOf: Map<Value, number>;
  /** References into memory of the module, which is never written. */
  readonly ofModule: Set<Value>;
  /** What the caller of an annotated function gives it: that is there, as its type says. */
  readonly handedIn: Set<Value>;
  /** Arrays and objects out of arrays, from places of which nobody knows that something is there. */
  readonly unsure: Set<Value>;
  /** Objects that have their keys in the order of their type: a literal here has made them. */
  readonly inOrder: Set<Value>;
  /** Copies, which have their keys as another object has them. */
  readonly keysLike: Map<Value, KeysLike>;
  /** Keys, and the table in which there is a value under it. */
  readonly keyIn: Map<Value, Value>;
  /** Texts that are the place of an element: `k` in `for (const k in xs)`. */
  readonly placeOf: Map<Value, Value>;
  /** Arrays of arrays that are not empty: callers have looked. */
  readonly startsWithList: Set<Value>;
  /** Functions, and values that hold functions. */
  readonly known: Map<Value, Known>;
  /** Conditions that are decided by which function is called. */
  readonly decided: Map<Value, boolean>;
  /** Does nothing here, or called from here, shorten an array? */
  readonly neverShrinks: () => boolean;
}

export interface FactSources {
  readonly checker: ts.TypeChecker;
  readonly decl: ts.FunctionLikeDeclaration;
  constantOf(symbol: ts.Symbol): unknown;
  neverShrinks(): boolean;
}

export function newFacts(sources: FactSources): Facts {
  const integers = integerVariables(sources);
  return {
    isInteger: (node) => isIntegerExpression(node, sources, integers),
    lengthOf: new Map(),
    below: new Map(),
    lessThan: new Map(),
    constants: new Map(),
    strings: new Map(),
    sizeOf: new Map(),
    ofModule: new Set(),
    handedIn: new Set(),
    unsure: new Set(),
    inOrder: new Set(),
    keysLike: new Map(),
    keyIn: new Map(),
    placeOf: new Map(),
    startsWithList: new Set(),
    known: new Map(),
    decided: new Map(),
    neverShrinks: sources.neverShrinks,
  };
}

/** The facts of a function that is written out inside of another one: the same values, and its own variables. */
export function factsInside(outer: Facts, sources: FactSources): Facts {
  const integers = integerVariables(sources);
  return {
    ...outer,
    isInteger: (node) => isIntegerExpression(node, sources, integers),
  };
}

export function noteLength(facts: Facts, length: Value, array: Value): void {
  const known = facts.lengthOf.get(length) ?? new Set();
  known.add(array);
  facts.lengthOf.set(length, known);
}

/** Is `index` an induction variable that stays inside `array`? */
export function isInside(facts: Facts, index: Value, array: Value): boolean {
  if (array.ty.kind !== "array") return false;
  const bound = facts.below.get(index);
  if (bound === undefined) return false;
  if (facts.lengthOf.get(bound)?.has(array) !== true) return false;
  return array.ty.store !== "js" || facts.neverShrinks();
}

type Assignments = Map<ts.Symbol, (ts.Expression | "integer" | "other")[]>;

/**
 * The local variables that only ever get integers: all of them at first, then without those that are assigned
 * something else, until nothing changes.
 */
function integerVariables(sources: FactSources): Set<ts.Symbol> {
  const assignments = assignmentsIn(sources);
  const integers = new Set(assignments.keys());
  for (let changed = true; changed;) {
    changed = false;
    for (const [symbol, values] of assignments) {
      const holds = (value: ts.Expression | "integer" | "other"): boolean =>
        value === "integer" ||
        (value !== "other" && isIntegerExpression(value, sources, integers));
      if (integers.has(symbol) && !values.every(holds)) {
        integers.delete(symbol);
        changed = true;
      }
    }
  }
  return integers;
}

const integerSteps: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.AsteriskEqualsToken,
]);
const bitAssignments: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.BarEqualsToken,
  ts.SyntaxKind.AmpersandEqualsToken,
  ts.SyntaxKind.CaretEqualsToken,
  ts.SyntaxKind.LessThanLessThanEqualsToken,
  ts.SyntaxKind.GreaterThanGreaterThanEqualsToken,
  ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken,
]);

function assignmentsIn({ checker, decl }: FactSources): Assignments {
  const assignments: Assignments = new Map();
  const declared = new Set<ts.Symbol>();
  const add = (
    node: ts.Node,
    value: ts.Expression | "integer" | "other",
  ): void => {
    const symbol = symbolOf(checker, node);
    if (symbol === undefined) return;
    const known = assignments.get(symbol) ?? [];
    assignments.set(symbol, [...known, value]);
  };
  const declare = (
    name: ts.BindingName,
    value: ts.Expression | undefined,
  ): void => {
    if (!ts.isIdentifier(name)) return;
    const symbol = checker.getSymbolAtLocation(name);
    if (symbol !== undefined) declared.add(symbol);
    // Without a value it has none yet: TypeScript sees to it that it is not looked at.
    if (value !== undefined) add(name, value);
  };
  eachNode(decl, (node) => {
    if (ts.isVariableDeclaration(node)) {
      const list = node.parent;
      if (ts.isForOfStatement(list.parent)) {
        if (ts.isIdentifier(node.name)) add(node.name, "other");
      } else declare(node.name, node.initializer);
    } else if (ts.isParameter(node) || ts.isBindingElement(node)) {
      if (ts.isIdentifier(node.name)) add(node.name, "other");
    } else if (isUpdate(node)) {
      add(bareExpression(node.operand), "integer");
    } else if (isAssignment(node)) {
      const kind = node.operatorToken.kind;
      const left = bareExpression(node.left);
      if (!ts.isIdentifier(left)) addPattern(left, add);
      else if (bitAssignments.has(kind)) add(left, "integer");
      else if (kind === ts.SyntaxKind.EqualsToken || integerSteps.has(kind))
        add(left, node.right);
      else add(left, "other");
    }
  });
  for (const symbol of assignments.keys())
    if (!declared.has(symbol)) assignments.set(symbol, ["other"]);
  return assignments;
}

/** Every name in a destructuring assignment may get anything. */
function addPattern(
  pattern: ts.Expression,
  add: (node: ts.Node, value: "other") => void,
): void {
  if (
    ts.isArrayLiteralExpression(pattern) ||
    ts.isObjectLiteralExpression(pattern)
  )
    eachNode(pattern, (node) => {
      if (ts.isIdentifier(node)) add(node, "other");
    });
}

const closedOperators: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
]);
const bitOperators: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.BarToken,
  ts.SyntaxKind.AmpersandToken,
  ts.SyntaxKind.CaretToken,
  ts.SyntaxKind.LessThanLessThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
]);
const roundings: ReadonlySet<string> = new Set([
  "floor",
  "ceil",
  "round",
  "trunc",
  "imul",
  "clz32",
  "sign",
]);
/** Math members that give an integer for integers. */
const closedCalls: ReadonlySet<string> = new Set(["max", "min", "abs"]);

function isIntegerExpression(
  given: ts.Expression,
  sources: FactSources,
  integers: ReadonlySet<ts.Symbol>,
): boolean {
  const node = bareExpression(given);
  const isInteger = (one: ts.Expression): boolean =>
    isIntegerExpression(one, sources, integers);
  if (ts.isNumericLiteral(node)) return Number.isSafeInteger(Number(node.text));
  if (ts.isPrefixUnaryExpression(node))
    return (
      node.operator === ts.SyntaxKind.TildeToken || isInteger(node.operand)
    );
  if (ts.isConditionalExpression(node))
    return isInteger(node.whenTrue) && isInteger(node.whenFalse);
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (bitOperators.has(kind)) return true;
    if (kind === ts.SyntaxKind.EqualsToken) return isInteger(node.right);
    if (kind === ts.SyntaxKind.PercentToken)
      return isInteger(node.left) && isNonZeroLiteral(node.right);
    return (
      closedOperators.has(kind) && isInteger(node.left) && isInteger(node.right)
    );
  }
  if (ts.isPropertyAccessExpression(node)) {
    if (node.name.text === "length") return hasLength(node.expression, sources);
    return isConstantInteger(node.name, sources);
  }
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(sources.checker, node);
    if (symbol === undefined) return false;
    return integers.has(symbol) || isConstantInteger(node, sources);
  }
  if (ts.isCallExpression(node)) {
    const callee = node.expression;
    if (
      !ts.isPropertyAccessExpression(callee) ||
      !ts.isIdentifier(callee.expression) ||
      callee.expression.text !== "Math"
    )
      return false;
    if (roundings.has(callee.name.text)) return true;
    return (
      closedCalls.has(callee.name.text) &&
      node.arguments.length > 0 &&
      node.arguments.every(isInteger)
    );
  }
  return false;
}

const isNonZeroLiteral = (node: ts.Expression): boolean =>
  ts.isNumericLiteral(node) &&
  Number.isSafeInteger(Number(node.text)) &&
  Number(node.text) !== 0;

function isConstantInteger(node: ts.Node, sources: FactSources): boolean {
  const symbol = definedSymbol(sources.checker, node);
  return (
    symbol !== undefined && Number.isSafeInteger(sources.constantOf(symbol))
  );
}

function hasLength(node: ts.Expression, { checker }: FactSources): boolean {
  const type = checker.getTypeAtLocation(node);
  return (
    checker.isArrayLikeType(type) ||
    /^(Float|Int|Uint)\d+(Clamped)?Array\b/.test(checker.typeToString(type))
  );
}
