import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import { bare, fieldOf, type Ty } from "../../../ir/types.js";
import { readField } from "../lowerAccess.js";
import { arrayOfElements, arrayOfValues } from "../arrays/lowerArrayLiteral.js";
import { coerce } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import {
  callValue,
  functionConstant,
  madeFunction,
  namedFunction,
} from "./lowerFunctionValues.js";
import { staticFunction } from "../classes/lowerStatics.js";
import { keptOnFunction } from "./lowerFunctionFields.js";
import { knownOf, type FunctionValue } from "./lowerKnown.js";
import { giveUpIfReported, reasonIn } from "./lowerUnreadable.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import type { Kind } from "../../kept/kept.js";
import { callKept, kindOf } from "./lowerKept.js";
import { keptKindTest } from "./lowerKeptPlain.js";
import { lowerNullable } from "../values/lowerOptional.js";
import { mayBeFunction } from "../../types/functionTypes.js";
import { methodThere } from "../classes/lowerOptionalMethods.js";
import { openTyOf, parameterTy } from "./lowerSignature.js";
import { isMissing, mayBeMissing } from "./lowerAbsentFunctions.js";
import { constant, op, type Site } from "../lowerSite.js";
import { lowerLookUp } from "./lowerFunctionTables.js";
import { givesNamedRecord } from "./lowerSpecial.js";
import { isCounted, lowerSpread } from "./lowerSpread.js";
import { localVariable, ownerTy } from "../lowerVariables.js";

/** A call of a function that is a value: a local function, a parameter, a field of an object that was made here. */
export function lowerValueCall(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value | undefined {
  const callee = calleeValue(site, node.expression);
  if (callee === undefined) return refuseUnknown(site, node.expression);
  return callGiven(site, node, callee, want);
}

/** Says of a function that is called, or handed to a method, why nothing is known of it. */
export function refuseUnknown(site: Site, given: ts.Expression): never {
  const { ctx } = site;
  const node = bareExpression(given);
  if (ts.isIdentifier(node)) giveUpIfReported(site, node);
  const reason = reasonIn(ctx.checker, node);
  if (reason !== undefined)
    return ctx.refuse(reason.node, reason.code, reason.message, reason.help);
  const text = node.getText();
  const shown = text.length > 40 || text.includes("\n") ? "this" : text;
  const root = rootOf(node);
  const decl = root && definedSymbol(ctx.checker, root)?.valueDeclaration;
  if (decl !== undefined && ts.isParameter(decl) && ctx.isEntry(decl.parent))
    return ctx.refuse(
      given,
      "DC2104",
      `${shown} is a function that the caller passes in, and its code is known only then`,
      "annotate a function that passes one by its name: (x: number) => f(x, Math.sin)",
    );
  const isChosen =
    ts.isElementAccessExpression(node) || ts.isCallExpression(node);
  return ctx.refuse(
    given,
    "DC2104",
    isChosen
      ? `which function ${shown} is, is known only at run time`
      : `diffc cannot see which function ${shown} is`,
    isChosen
      ? "choose between functions with if or switch, and call them by their names"
      : "call a function by its name, or one that is made in the differentiated function",
  );
}

function rootOf(given: ts.Expression): ts.Identifier | undefined {
  const node = bareExpression(given);
  if (ts.isIdentifier(node)) return node;
  return ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node)
    ? rootOf(node.expression)
    : undefined;
}

/** Calls with the arguments of a call expression. */
export function callGiven(
  site: Site,
  node: ts.CallExpression,
  callee: Value,
  want: Ty | undefined,
): Value | undefined {
  const kind = kindOf(site, callee);
  if (kind !== undefined)
    return callKept(site, node, callee, kind, keptArguments(site, node, kind));
  const { values, rest } = argumentsOf(site, node, callee);
  site.direct = node;
  return callValue(site, node, callee, values, want, rest);
}

/** The arguments of a call of a function that is kept in memory, as it takes them. */
export function keptArguments(
  site: Site,
  node: ts.CallExpression,
  { params }: Kind,
): readonly Value[] {
  if (node.arguments.some(ts.isSpreadElement))
    return lowerSpread(site, node.arguments);
  return node.arguments.map((one, k) =>
    lowerExpression(site, one, params[k]?.ty),
  );
}

/** Is it known which functions a value may be, or does it say so itself? */
const isFunction = (site: Site, value: Value): boolean =>
  knownOf(site, value)?.fns !== undefined || kindOf(site, value) !== undefined;

/** The function that is called; undefined where nothing is known of it. */
export function calleeValue(
  site: Site,
  given: ts.Expression,
): Value | undefined {
  const node = bareExpression(given);
  if (ts.isIdentifier(node)) {
    const variable = localVariable(site, node);
    const value = variable && site.env.values.get(variable);
    if (value !== undefined) return isFunction(site, value) ? value : undefined;
    if (variable !== undefined) return undefined;
    const fn = namedFunction(site, node);
    if (fn !== undefined) return functionConstant(site, node, fn);
    // const cube = power(3);
    return madeFunction(site, node);
  }
  if (ts.isPropertyAccessExpression(node) && !ts.isOptionalChain(node)) {
    if (isModule(site, node.expression)) {
      const fn = namedFunction(site, node);
      if (fn) return functionConstant(site, node, fn);
      const made = madeFunction(site, node);
      if (made) return made;
    }
    if (staticFunction(site, node) !== undefined) {
      const fn = namedFunction(site, node);
      if (fn) return functionConstant(site, node, fn);
    }
    const kept = keptOnFunction(site, node);
    if (kept !== undefined)
      return knownOf(site, kept)?.fns === undefined ? undefined : kept;
    const owner = lowerExpression(site, node.expression);
    const name = node.name.text;
    const isKnown = knownOf(site, owner)?.members?.get(name)?.fns !== undefined;
    return isKnown || isKeptIn(site, owner, name)
      ? readField(site, node, owner, name)
      : undefined;
  }
  // beyond the end of a list is none
  const value = isKeptElement(site, node)
    ? lowerNullable(site, node)
    : lowerExpression(site, node);
  return isFunction(site, value) ? value : undefined;
}

/** Is it an element of a list of functions in memory? */
function isKeptElement(site: Site, node: ts.Expression): boolean {
  const { kept } = site.ctx;
  if (!kept.isUsed || !ts.isElementAccessExpression(node)) return false;
  if (ts.isOptionalChain(node)) return false;
  const ty = ownerTy(site, node.expression);
  return ty.kind === "array" && kept.kindOf(ty.elem) !== undefined;
}

/** Does an object hold a function in memory under that name? */
export function isKeptIn(site: Site, { ty }: Value, name: string): boolean {
  const field = ty.kind === "record" ? fieldOf(ty, name) : undefined;
  return field !== undefined && site.ctx.kept.kindOf(field.ty) !== undefined;
}

/** `import vec from "vec"`, which names the whole module. */
function isModule({ ctx }: Site, node: ts.Expression): boolean {
  const symbol = definedSymbol(ctx.checker, bareExpression(node));
  return (symbol?.declarations ?? []).some(ts.isSourceFile);
}

/** May it be evaluated twice? */
const isPlainOwner = (node: ts.Expression): boolean =>
  ts.isIdentifier(bareExpression(node)) ||
  node.kind === ts.SyntaxKind.ThisKeyword;

/** The same, also where it is known to be missing. */
export function lowerMaybeFunction(
  site: Site,
  node: ts.Expression,
): Value | undefined {
  const variable = localVariable(site, bareExpression(node));
  const value = variable && site.env.values.get(variable);
  if (value !== undefined && knownOf(site, value)?.absent) return value;
  const member = bareExpression(node);
  if (
    ts.isPropertyAccessExpression(member) &&
    isPlainOwner(member.expression)
  ) {
    const owner = lowerExpression(site, member.expression);
    const known = knownOf(site, owner)?.members?.get(member.name.text);
    if (known?.absent) return constant(site, node, undefined);
  }
  return calleeValue(site, node);
}

/** `typeof f === "function"`, where it is known what f is; a value where only the running program knows. */
export function lowerFunctionTest(
  site: Site,
  node: ts.BinaryExpression,
): boolean | Value | undefined {
  const left = bareExpression(node.left);
  const right = bareExpression(node.right);
  if (!ts.isTypeOfExpression(left) || !ts.isStringLiteral(right))
    return undefined;
  const name = bareExpression(left.expression);
  const method = /^(function|undefined)$/.test(right.text)
    ? methodThere(site, name)
    : undefined;
  if (method !== undefined)
    return right.text === "function" ? method : op(site, node, "not", [method]);
  const ofKept = keptKindTest(site, name, right.text);
  if (ofKept !== undefined) return ofKept;
  const variable = ts.isIdentifier(name)
    ? localVariable(site, name)
    : undefined;
  const value =
    (variable && site.env.values.get(variable)) ?? lowerLookUp(site, name);
  const known = value && knownOf(site, value);
  if (known?.fns === undefined && known?.absent === undefined) return undefined;
  if (value && mayBeMissing(site, value)) {
    const missing = isMissing(site, node, value);
    return right.text === "undefined"
      ? missing
      : right.text === "function" && op(site, node, "not", [missing]);
  }
  return right.text === (known.absent ? "undefined" : "function");
}

interface Given {
  readonly values: readonly (Value | undefined)[];
  /** What goes into a rest parameter, as one array. */
  readonly rest?: Value;
}

/** Those that a call gives values to. */
function parametersOf(
  fn: FunctionValue | undefined,
): readonly ts.ParameterDeclaration[] | undefined {
  if (fn?.kind === "bound") return parametersOf(fn.of)?.slice(fn.bound.length);
  return fn?.kind === "code" ? valueParameters(fn.decl) : undefined;
}

function argumentsOf(
  site: Site,
  node: ts.CallExpression,
  callee: Value,
): Given {
  const fn = [...(knownOf(site, callee)?.fns ?? [])]
    .map((tag) => site.shared.functions[tag])
    .find((one) => one?.kind !== "missing");
  const parameters = parametersOf(fn);
  const last = parameters?.at(-1);
  const isRest = last?.dotDotDotToken !== undefined;
  const given = node.arguments;
  const firstSpread = given.findIndex(ts.isSpreadElement);
  const plain = parameters && isRest ? parameters.length - 1 : given.length;
  if (isRest && parameters && (firstSpread < 0 || firstSpread >= plain)) {
    const values = given
      .slice(0, plain)
      .map((one, k) => lowerArgument(site, one, parameters[k]));
    while (values.length < plain) values.push(undefined);
    const list = bare(parameterTy(site.ctx, last));
    if (list.kind !== "array") return { values };
    const { fixed: _, ...open } = list;
    const more = given.slice(plain);
    const rest =
      more.some(ts.isSpreadElement) && isCounted(site, more)
        ? arrayOfValues(site, node, lowerSpread(site, more), open)
        : arrayOfElements(site, node, more, open);
    return { values, rest };
  }
  if (firstSpread >= 0) return { values: lowerSpread(site, given) };
  return {
    values: given.map((one, k) => lowerArgument(site, one, parameters?.[k])),
  };
}

/** An argument, as what its parameter takes where that is a plain type. */
function lowerArgument(
  site: Site,
  node: ts.Expression,
  parameter: ts.ParameterDeclaration | undefined,
): Value | undefined {
  const type =
    parameter &&
    site.ctx.checker.getTypeAtLocation(parameter.type ?? parameter);
  const ty = type && openTyOf(site.ctx, type);
  if (ty === undefined || ty.kind === "problem" || ty.kind === "opaque")
    return lowerExpression(site, node);
  const isOpen = type !== undefined && mayBeFunction(type);
  if (isOpen && bare(ty).kind === "opaque") {
    const value = lowerExpression(site, node);
    return knownOf(site, value)?.absent ? undefined : value;
  }
  if (givesNamedRecord(site, ty, node)) return lowerExpression(site, node);
  const isOptional =
    parameter?.questionToken !== undefined ||
    parameter?.initializer !== undefined;
  const isMade =
    ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node);
  const value = isMade
    ? lowerExpression(site, node, ty)
    : lowerExpression(site, node);
  // f(x, undefined)
  if (isOptional && knownOf(site, value)?.absent) return undefined;
  return isOptional && value.ty.kind === "maybe"
    ? value
    : coerce(site, node, value, ty);
}
