import { ts } from "ts-morph";
import { isMissing, mayBeMissing } from "../functions/lowerAbsentFunctions.js";
import type { Instr, Value } from "../../../ir/ir.js";
import { bool, isRef } from "../../../ir/types.js";
import { choose, join, runArm, type Arm } from "./lowerJoin.js";
import { methodThere } from "../classes/lowerOptionalMethods.js";
import { decidedByType } from "../../javascript/decidedByType.js";
import { lacks } from "../../javascript/valueByType.js";
import { isAssigned } from "../../javascript/jsArguments.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { isGlobalName } from "../../syntax/callee.js";
import { lowerAsked } from "../values/lowerOptional.js";
import { countedHere } from "../functions/lowerArguments.js";
import { isInNew } from "../classes/lowerNewTarget.js";
import { bareExpression } from "../../syntax/scan.js";
import { kindOf } from "../functions/lowerKept.js";
import { knownOf } from "../functions/lowerKnown.js";
import {
  constant,
  decidedConstant,
  emit,
  op,
  type Site,
} from "../lowerSite.js";

/** An expression where only its truth matters: what `if`, `while`, `!` and `?:` look at. */
export function lowerCondition(site: Site, given: ts.Expression): Value {
  const counted = countedHere(site, given);
  if (counted !== undefined)
    return decidedConstant(site, given, Boolean(counted));
  const node = bareExpression(given);
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.ExclamationToken
  )
    return op(site, node, "not", [lowerCondition(site, node.operand)]);
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken)
      return lowerShortCircuit(site, node, true);
    if (kind === ts.SyntaxKind.BarBarToken)
      return lowerShortCircuit(site, node, false);
  }
  const answer = isQuestion(node)
    ? decidedByType(site.ctx.checker, node)
    : undefined;
  if (answer !== undefined) return decidedConstant(site, node, answer);
  const differs = lacksWhatIsCompared(site.ctx.checker, node);
  if (differs !== undefined) return decidedConstant(site, node, differs);
  if (isNoOption(site, node)) return decidedConstant(site, node, false);
  if (isConsole(site, node) || isInNew(node))
    return decidedConstant(site, node, true);
  const method = methodThere(site, node);
  if (method !== undefined) return method;
  return truthOf(site, node, lowerAsked(site, node));
}

/**
 * `isMatrix(x)` in JavaScript: a call with nothing but names, which may do nothing but ask. `options.unit in factors`, of
 * nothing but names. `3 === 1`, where a number stands for `arguments.length`.
 */
function isQuestion(node: ts.Expression): boolean {
  if (!isJavaScript(node)) return false;
  if (ts.isCallExpression(node))
    return node.arguments.every((one) => ts.isIdentifier(bareExpression(one)));
  if (!ts.isBinaryExpression(node)) return false;
  const sides = [node.left, node.right];
  return node.operatorToken.kind === ts.SyntaxKind.InKeyword
    ? sides.every(isPath)
    : sides.every((one) => ts.isNumericLiteral(bareExpression(one)));
}

/** `x.length === 3` of a number, which has no length: the answer. */
function lacksWhatIsCompared(
  checker: ts.TypeChecker,
  node: ts.Expression,
): boolean | undefined {
  if (!isJavaScript(node) || !ts.isBinaryExpression(node)) return undefined;
  const text = ts.tokenToString(node.operatorToken.kind) ?? "";
  if (!/^[!=]==?$/.test(text)) return undefined;
  const word = bareExpression(node.right);
  const isWord = ts.isNumericLiteral(word) || ts.isStringLiteralLike(word);
  const member = bareExpression(node.left);
  if (!isWord || !ts.isPropertyAccessExpression(member)) return undefined;
  if (!isPath(member)) return undefined;
  const type = checker.getTypeAtLocation(member.expression);
  // a list may have been given one
  const isPlain =
    type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike);
  return isPlain && lacks(checker, type, member.name.text)
    ? text.startsWith("!")
    : undefined;
}

/** `options.bound`, which nobody gives: its type says so, and what would give it later is refused. */
export function isNoOption({ ctx }: Site, node: ts.Expression): boolean {
  if (!isJavaScript(node) || !ts.isPropertyAccessExpression(node)) return false;
  if (!ts.isIdentifier(node.expression)) return false;
  const { checker } = ctx;
  const field = checker.getSymbolAtLocation(node.name);
  const isOptional = field && field.flags & ts.SymbolFlags.Optional;
  const { flags } = checker.getTypeAtLocation(node);
  return Boolean(isOptional) && (flags & ts.TypeFlags.Undefined) !== 0;
}

/** `options.unit` */
function isPath(given: ts.Expression): boolean {
  const node = bareExpression(given);
  return (
    ts.isIdentifier(node) ||
    (ts.isPropertyAccessExpression(node) && isPath(node.expression))
  );
}

/** `console && console.warn`: it is there wherever generated code runs. */
function isConsole({ ctx }: Site, node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node))
    return isGlobalName(ctx.checker, node.expression, "console");
  return ts.isIdentifier(node) && isGlobalName(ctx.checker, node, "console");
}

/**
 * `a && b` and `a || b` as booleans: an `if`, for b must not be evaluated in vain. Where b is a few operations on
 * scalars that cannot fail, evaluating it does not matter, and the two are one `and` or `or`.
 */
function lowerShortCircuit(
  site: Site,
  node: ts.BinaryExpression,
  isAnd: boolean,
): Value {
  const left = lowerCondition(site, node.left);
  const truth = site.facts.decided.get(left);
  if (truth !== undefined)
    return truth === isAnd ? lowerCondition(site, node.right) : left;
  const right = runArm(site, () => [lowerCondition(site, node.right)]);
  const [value] = right.values;
  if (value !== undefined && isHarmless(site, right)) {
    if (site.facts.decided.get(value) === !isAnd)
      return decidedConstant(site, node, !isAnd);
    site.b.body.push(...right.b.body);
    return op(site, node, isAnd ? "and" : "or", [left, value]);
  }
  const known = runArm(site, () => [constant(site, node, !isAnd)]);
  const [thenArm, elseArm] = isAnd ? [right, known] : [known, right];
  const [result] = join(site, node, left, [bool], thenArm, elseArm);
  return result ?? left;
}

const mostHarmless = 8;

function isHarmless(site: Site, arm: Arm): boolean {
  const { body } = arm.b;
  const before = site.env.values;
  const assigns = [...before].some(
    ([v, value]) => arm.env.values.get(v) !== value,
  );
  const there = objectsThere(site);
  return (
    !assigns &&
    body.length <= mostHarmless &&
    body.every((instr) => isCheap(instr, there)) &&
    !arm.env.dead &&
    arm.env.exits.size === 0
  );
}

/** What has been read from, or made, in front of this point in the same block. */
function objectsThere(site: Site): ReadonlySet<Value> {
  const there = new Set<Value>(site.facts.handedIn);
  for (const { kind, args, results } of site.b.body) {
    if (isReading(kind)) there.add(args[0]!);
    if (makers.has(kind)) there.add(results[0]!);
  }
  return there;
}

const isReading = (kind: Instr["kind"]): boolean =>
  kind === "length" || kind === "getField" || kind === "load";

const makers: ReadonlySet<Instr["kind"]> = new Set<Instr["kind"]>([
  "newRecord",
  "newArray",
  "arrayLit",
]);

/** `prev && prev.x > 1`: a type does not say that an element is there, and the question is asked for a reason. */
function isCheap(instr: Instr, there: ReadonlySet<Value>): boolean {
  if (instr.kind === "length" || instr.kind === "getField")
    return there.has(instr.args[0]!) && !isMaybe(instr);
  if (instr.kind === "const") return true;
  if (instr.kind !== "op" || instr.op === "unwrap") return false;
  return !isMaybe(instr);
}

const isMaybe = (instr: Instr): boolean =>
  [...instr.results, ...instr.args].some((value) => value.ty.kind === "maybe");

/** A parameter of JavaScript that no call gives: its type is undefined, and nothing else. */
export const isLeftOut = ({ ctx }: Site, given: ts.Expression): boolean => {
  const node = bareExpression(given);
  return (
    ts.isIdentifier(node) &&
    isJavaScript(node) &&
    (ctx.checker.getTypeAtLocation(node).flags & ts.TypeFlags.Undefined) !== 0
  );
};

/** `options = options || {}` and `if (!options) options = {}` in JavaScript, where the call gives them. */
const isDefaulted = (site: Site, node: ts.Expression, value: Value): boolean =>
  ts.isIdentifier(node) &&
  isJavaScript(node) &&
  isAssigned(site.decl, node.text) &&
  !site.facts.unsure.has(value);

/** `if (v)` of a `number | (() => number)`: a number may be 0. */
function refusePlain(site: Site, node: ts.Expression, value: Value): void {
  if (kindOf(site, value)?.plain?.kind !== "num") return;
  site.ctx.refuse(
    node,
    "DC2104",
    "a number or a function is asked here whether it is there, and a number may be 0",
    'ask for what it is: typeof v === "function", or v !== undefined',
  );
}

/** Is the value truthy? */
export function truthOf(site: Site, node: ts.Expression, value: Value): Value {
  const { ty } = value;
  if (isLeftOut(site, node)) return decidedConstant(site, node, false);
  refusePlain(site, node, value);
  const known = knownOf(site, value);
  if (mayBeMissing(site, value))
    return op(site, node, "not", [isMissing(site, node, value)]);
  if (known?.fns || known?.absent)
    return decidedConstant(site, node, known.fns !== undefined);
  switch (ty.kind) {
    case "bool":
      return value;
    case "num": {
      // Neither holds for NaN, nor for the undefined of an element outside of its array.
      const zero = constant(site, node, 0);
      const below = op(site, node, "lt", [value, zero]);
      return op(site, node, "or", [below, op(site, node, "gt", [value, zero])]);
    }
    case "maybe": {
      const missing = op(site, node, "isNil", [value]);
      if (isRef(ty.of)) return op(site, node, "not", [missing]);
      return choose(
        site,
        node,
        missing,
        bool,
        () => constant(site, node, false),
        () => truthOf(site, node, op(site, node, "unwrap", [value], ty.of)),
      );
    }
    case "opaque":
      return emit(site, node, "opaque", [value], bool, {
        parts: ["Boolean(", ")"],
        needs: [],
        effect: "none",
      });
    // also where its type says that it is there: `rows[i + 1]` behind the last one
    case "array":
    case "table":
    case "record": {
      if (isDefaulted(site, bareExpression(node), value))
        return constant(site, node, true);
      const missing = op(site, node, "isNil", [value]);
      return op(site, node, "not", [missing]);
    }
    default:
      return constant(site, node, true);
  }
}
