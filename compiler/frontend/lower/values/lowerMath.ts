import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { NumericOp, IntegerOp, PredicateOp } from "../../../ir/ops.js";
import { arrayOf, num } from "../../../ir/types.js";
import { isGlobalName } from "../../syntax/callee.js";
import { isOfElement } from "../facts/lowerMissing.js";
import { coerce, tyOfNode } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { arrayOfElements, spreadArray } from "../arrays/lowerArrayLiteral.js";
import { lowerExtremum } from "./lowerExtremum.js";
import { ownerTy } from "../lowerVariables.js";
import { lowerLongHypot } from "./lowerHypot.js";
import { collectionListed } from "../records/lowerCollectionLists.js";
import { lowerSpread } from "../functions/lowerSpread.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, op, type Site } from "../lowerSite.js";

/** Members of Math with a fixed number of arguments. */
const members: ReadonlyMap<string, readonly [NumericOp | IntegerOp, 1 | 2]> =
  new Map([
    ["abs", ["abs", 1]],
    ["sign", ["sign", 1]],
    ["sqrt", ["sqrt", 1]],
    ["cbrt", ["cbrt", 1]],
    ["exp", ["exp", 1]],
    ["expm1", ["expm1", 1]],
    ["log", ["log", 1]],
    ["log1p", ["log1p", 1]],
    ["log2", ["log2", 1]],
    ["log10", ["log10", 1]],
    ["sin", ["sin", 1]],
    ["cos", ["cos", 1]],
    ["tan", ["tan", 1]],
    ["asin", ["asin", 1]],
    ["acos", ["acos", 1]],
    ["atan", ["atan", 1]],
    ["sinh", ["sinh", 1]],
    ["cosh", ["cosh", 1]],
    ["tanh", ["tanh", 1]],
    ["asinh", ["asinh", 1]],
    ["acosh", ["acosh", 1]],
    ["atanh", ["atanh", 1]],
    ["floor", ["floor", 1]],
    ["ceil", ["ceil", 1]],
    ["round", ["round", 1]],
    ["trunc", ["trunc", 1]],
    ["fround", ["fround", 1]],
    ["clz32", ["clz32", 1]],
    ["atan2", ["atan2", 2]],
    ["pow", ["pow", 2]],
    ["imul", ["imul", 2]],
  ]);

/** Members that take any number of arguments, and their value for none. */
const variadic: ReadonlyMap<
  string,
  readonly ["max" | "min" | "hypot", number]
> = new Map([
  ["max", ["max", -Infinity]],
  ["min", ["min", Infinity]],
  ["hypot", ["hypot", 0]],
]);

const constants: Readonly<Record<string, number>> = {
  PI: Math.PI,
  E: Math.E,
  LN2: Math.LN2,
  LN10: Math.LN10,
  LOG2E: Math.LOG2E,
  LOG10E: Math.LOG10E,
  SQRT2: Math.SQRT2,
  SQRT1_2: Math.SQRT1_2,
};

export const mathConstantValue = (name: string): number | undefined =>
  Object.hasOwn(constants, name) ? constants[name] : undefined;

export function mathConstant(
  site: Site,
  node: ts.PropertyAccessExpression,
): number {
  const value = mathConstantValue(node.name.text);
  if (value !== undefined) return value;
  return site.ctx.refuse(
    node,
    "DC2104",
    `Math.${node.name.text} is used as a value`,
    "call it, or give it a name: const { sqrt } = Math",
  );
}

const numberConstants: Readonly<Record<string, number>> = {
  EPSILON: Number.EPSILON,
  MAX_VALUE: Number.MAX_VALUE,
  MIN_VALUE: Number.MIN_VALUE,
  MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
  MIN_SAFE_INTEGER: Number.MIN_SAFE_INTEGER,
  POSITIVE_INFINITY: Infinity,
  NEGATIVE_INFINITY: -Infinity,
  NaN,
};

/** `Number.EPSILON` and its kin. */
export function numberConstant(
  checker: ts.TypeChecker,
  node: ts.PropertyAccessExpression,
): number | undefined {
  const name = node.name.text;
  if (!isGlobalName(checker, node.expression, "Number")) return undefined;
  return Object.hasOwn(numberConstants, name)
    ? numberConstants[name]
    : undefined;
}

export function lowerMathCall(
  site: Site,
  node: ts.CallExpression,
  member: string,
): Value {
  site.ctx.refuseReplacedLibrary(`Math.${member}`, node);
  const many = variadic.get(member);
  if (many !== undefined) return lowerVariadic(site, node, ...many);
  const known = members.get(member);
  if (known === undefined) return refuseMember(site, node, member);
  const [name, count] = known;
  const args = node.arguments.map((one) => lowerExpression(site, one, num));
  while (args.length < count) args.push(constant(site, node, NaN));
  return op(site, node, name, args.slice(0, count));
}

/** A member of Math on values: `xs.map(Math.sqrt)`. What is passed beyond its parameters is ignored. */
export const argumentsTaken = (member: string): number =>
  members.get(member)?.[1] ?? Infinity;

export function mathOf(
  site: Site,
  node: ts.Node,
  member: string,
  args: readonly Value[],
): Value {
  site.ctx.refuseReplacedLibrary(`Math.${member}`, node);
  const many = variadic.get(member);
  if (many !== undefined) {
    const [name, ofNone] = many;
    if (args.length === 0) return constant(site, node, ofNone);
    return op(site, node, name, args);
  }
  const known = members.get(member);
  if (known === undefined) return refuseMember(site, node, member);
  const [name, count] = known;
  const given = args.slice(0, count);
  while (given.length < count) given.push(constant(site, node, NaN));
  return op(site, node, name, given);
}

function lowerVariadic(
  site: Site,
  node: ts.CallExpression,
  name: "max" | "min" | "hypot",
  ofNone: number,
): Value {
  if (node.arguments.some((one) => isLongSpread(site, one))) {
    const elements = elementsOf(site, node);
    return name === "hypot"
      ? lowerLongHypot(site, node, elements)
      : lowerExtremum(site, node, name, elements);
  }
  const args = lowerSpread(site, node.arguments).map((value) =>
    coerce(site, node, value, num),
  );
  if (args.length === 0) return constant(site, node, ofNone);
  return op(site, node, name, args);
}

/** Is it the spread of an array of unknown length? */
function isLongSpread(site: Site, node: ts.Expression): boolean {
  if (!ts.isSpreadElement(node)) return false;
  if (collectionListed(site, node.expression) !== undefined) return true;
  const ty = ownerTy(site, node.expression);
  return (
    ty.kind === "array" && ty.fixed === undefined && ty.elem.kind === "num"
  );
}

/** All arguments as one array: the one that is spread, where nothing else is given. */
function elementsOf(site: Site, node: ts.CallExpression): Value {
  const [only] = node.arguments;
  return node.arguments.length === 1 && only && ts.isSpreadElement(only)
    ? spreadArray(site, only)
    : arrayOfElements(site, node, node.arguments, arrayOf(num));
}

function refuseMember(site: Site, node: ts.Node, member: string): never {
  if (member === "random")
    return site.ctx.refuse(
      node,
      "DC2121",
      "Math.random gives another value at each call: the result is no function of the arguments",
      "draw the random numbers before, and pass them as an argument",
    );
  return site.ctx.refuse(
    node,
    "DC2113",
    `Math.${member} has no rule for its derivative`,
    "write it with members of Math that have one",
  );
}

/** The value as `isNaN` sees it: an element outside of its array is undefined, which counts as NaN. */
function numberOf(site: Site, node: ts.Expression): Value {
  const value = lowerExpression(site, node, num);
  return ts.isElementAccessExpression(bareExpression(node))
    ? op(site, node, "add", [value, constant(site, node, 0)])
    : value;
}

// ---- Number.isNaN, isFinite, Number(x), ... ----

const predicates: Readonly<Record<string, PredicateOp>> = {
  isNaN: "isNaN",
  isFinite: "isFinite",
  isInteger: "isInteger",
  isSafeInteger: "isSafeInteger",
};

/** `Number.isFinite`, `isNaN` as functions that are handed on. */
export function predicateNamed(text: string): PredicateOp | undefined {
  const [, name = ""] =
    /^Number\.(\w+)$/.exec(text) ?? /^(isFinite|isNaN)$/.exec(text) ?? [];
  return Object.hasOwn(predicates, name) ? predicates[name] : undefined;
}

/** `Number.isNaN(x)`, `isNaN(x)`, `Number(x)` of a number; undefined where it is none of them. */
export function lowerNumberCall(
  site: Site,
  node: ts.CallExpression,
): Value | undefined {
  const { checker } = site.ctx;
  const callee = node.expression;
  const [arg] = node.arguments;
  if (arg === undefined || node.arguments.length > 1) return undefined;
  const holder = ts.isPropertyAccessExpression(callee)
    ? callee.expression
    : callee;
  // the type of the argument is asked for only then: `rows.push(new Array(n).fill(0))` says it by its place
  const isOfNumbers = ["Number", "isFinite", "isNaN"].some((name) =>
    isGlobalName(checker, holder, name),
  );
  if (!isOfNumbers) return undefined;
  if (ts.isSpreadElement(arg) || tyOfNode(site, arg).kind !== "num")
    return undefined;
  if (
    ts.isPropertyAccessExpression(callee) &&
    isGlobalName(checker, callee.expression, "Number")
  ) {
    const name = callee.name.text;
    const predicate = Object.hasOwn(predicates, name)
      ? predicates[name]
      : undefined;
    if (predicate === undefined) return undefined;
    return op(site, node, predicate, [lowerExpression(site, arg, num)]);
  }
  if (isGlobalName(checker, callee, "isFinite"))
    return op(site, node, "isFinite", [lowerExpression(site, arg, num)]);
  if (isGlobalName(checker, callee, "isNaN")) {
    const value = numberOf(site, arg);
    const isNaN = op(site, node, "isNaN", [value]);
    if (!isOfElement(checker, arg)) return isNaN;
    const isMissing = op(site, node, "isUndefined", [value]);
    return op(site, node, "or", [isNaN, isMissing]);
  }
  if (isGlobalName(checker, callee, "Number"))
    return lowerExpression(site, arg, num);
  return undefined;
}
