import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import type { ArrayTy, Ty } from "../../../ir/types.js";
import { bare } from "../../../ir/types.js";
import type { LowerContext } from "../../context.js";
import { arrayOfValues } from "../arrays/lowerArrayLiteral.js";
import { asksOnlyForCount, resultByCount } from "./lowerArguments.js";
import { asksForArguments } from "../../javascript/jsArguments.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { textOfTy } from "../../javascript/jsTextOfTy.js";
import { mayBeFunction } from "../../types/functionTypes.js";
import { isAtModuleLevel } from "../../syntax/callee.js";
import { coerce } from "../lowerCoerce.js";
import { declareHoisted } from "../lowerDeclarations.js";
import { typesAt } from "./lowerSpecial.js";
import { bindName, partOrDefault } from "../lowerDestructuring.js";
import { lowerEffect } from "../lowerEffect.js";
import { lowerExpression } from "../lowerExpressions.js";
import { factsInside } from "../facts/lowerFacts.js";
import { refuseKind } from "./lowerFunction.js";
import { knownOf, type CodeFunction } from "./lowerKnown.js";
import { callLifted, callsItself } from "./lowerLifted.js";
import { bareExpression, eachNode } from "../../syntax/scan.js";
import {
  nothingOf,
  parameterTy,
  parameterType,
  resultTy,
  tyInside,
} from "./lowerSignature.js";
import {
  constant,
  poison,
  type Exit,
  type Site,
  type Variable,
} from "../lowerSite.js";
import { leave, lowerList, type Step } from "../control/lowerStatements.js";
import { isCaught, nextThrower } from "../control/lowerThrowers.js";
import {
  refuseThrower,
  refuseThrowersIn,
  throwsInside,
} from "../control/refuseThrowers.js";

/** The type that a result is asked for in; "nothing" where nobody looks at it. */
export type Wanted = Ty | "nothing" | undefined;

/**
 * Writes out the body of a function where it is called, over the variables that it sees: those of its own are made
 * anew for each call, those around it are the ones that were there where it was made. A function that calls itself
 * becomes a function of its own.
 */
export function callCode(
  site: Site,
  node: ts.Node,
  fn: CodeFunction,
  args: readonly (Value | undefined)[],
  want: Wanted,
  rest?: Value,
): Value | undefined {
  const { decl } = fn;
  // how many there are is seen in a call that is written as one
  const isPlain = site.direct === node && !rest && !ts.isArrowFunction(decl);
  const count = isPlain ? args.length : undefined;
  if (
    isJavaScript(decl) &&
    asksForArguments(decl) &&
    (count === undefined || !asksOnlyForCount(decl))
  )
    site.ctx.refuse(
      node,
      "DC2102",
      "a function that looks at its arguments object is called as a value",
      "call it by its name",
    );
  if (isJavaScript(decl))
    site.ctx.noteArguments(
      decl,
      // which function it is, is known, and not a type
      args.map((one) =>
        one === undefined || knownOf(site, one)?.fns
          ? undefined
          : textOfTy(one.ty),
      ),
    );
  if (site.inside.includes(decl) || callsItself(site, fn)) {
    if (isCaught(site) && throwsInside(site, decl)) refuseThrower(site, node);
    const own = { ...fn, ctx: contextFor(site, node, fn) };
    return callLifted(site, node, own, args);
  }
  if (isCaught(site) && decl.body) refuseThrowersIn(site, decl.body);
  if (site.inside.length > deepest)
    return site.ctx.refuse(
      node,
      "DC2104",
      "functions call functions too deeply here",
      "call fewer functions that are values",
    );
  const saved = {
    ctx: site.ctx,
    variables: site.variables,
    turned: site.turned,
    decl: site.decl,
    facts: site.facts,
    inside: site.inside,
    targets: site.targets,
    returnTo: site.returnTo,
    returnVariable: site.returnVariable,
    ahead: site.ahead,
    given: site.given,
  };
  if (decl.typeParameters === undefined)
    refuseKind(decl, site.ctx, undefined, count !== undefined);
  const root = outermost(decl);
  const facts =
    root === site.decl
      ? site.facts
      : factsInside(site.facts, {
          checker: site.ctx.checker,
          decl: root,
          constantOf: (symbol) => site.ctx.constantOf(symbol),
          neverShrinks: site.facts.neverShrinks,
        });
  Object.assign(site, {
    ctx: contextFor(site, node, fn),
    variables: new Map(fn.scope),
    turned: new Map(),
    decl: root,
    facts,
    inside: [...site.inside, decl],
    given: count,
    targets: [],
    ahead: new Map(),
  });
  try {
    bindParameters(site, node, decl, args, rest);
    return lowerBody(site, decl, want);
  } finally {
    Object.assign(site, saved);
  }
}

const deepest = 40;

/** What the types of a function mean in this call of it. */
function contextFor(
  site: Site,
  node: ts.Node,
  { decl, ctx }: CodeFunction,
): LowerContext {
  if (decl.typeParameters === undefined || !ts.isCallExpression(node))
    return ctx;
  return ctx.withTypes(typesAt(site, node, decl, ctx.env));
}

/** The function at module level that a function is written in, or is itself. */
function outermost(
  decl: ts.FunctionLikeDeclaration,
): ts.FunctionLikeDeclaration {
  let found = decl;
  for (let up: ts.Node = decl; !isAtModuleLevel(up); up = up.parent)
    if (ts.isFunctionLike(up.parent) && "body" in up.parent)
      found = up.parent as ts.FunctionLikeDeclaration;
  return found;
}

function bindParameters(
  site: Site,
  node: ts.Node,
  decl: ts.FunctionLikeDeclaration,
  args: readonly (Value | undefined)[],
  rest: Value | undefined,
): void {
  valueParameters(decl).forEach((parameter, k) => {
    const { name, initializer } = parameter;
    if (parameter.dotDotDotToken !== undefined) {
      const more = (): Value => restOf(site, node, parameter, args.slice(k));
      bindName(site, name, rest ?? more());
      return;
    }
    const given = args[k];
    const isAbsent = given === undefined || knownOf(site, given)?.absent;
    const isOpen = mayBeFunction(parameterType(site.ctx, parameter));
    if (initializer !== undefined && isAbsent) {
      const ty = isOpen ? undefined : tyInside(site.ctx, parameter);
      bindName(site, name, lowerExpression(site, initializer, ty));
    } else if (given !== undefined && initializer !== undefined) {
      // `width: number | ((d: Datum) => number) = 1`, of which the call gives a number
      const ty =
        isOpen && given.ty.kind === "num" && isNumeric(site, initializer)
          ? given.ty
          : tyInside(site.ctx, parameter);
      bindName(
        site,
        name,
        partOrDefault(site, parameter, given, initializer, ty),
      );
    } else if (given !== undefined) bindName(site, name, given);
    else bindNothing(site, node, parameter);
  });
}

const isNumeric = ({ ctx }: Site, node: ts.Expression): boolean =>
  (ctx.checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) !== 0;

/** The `_` of `Array.from({ length: n }, (_, i) => ...)`. */
function bindNothing(
  site: Site,
  node: ts.Node,
  parameter: ts.ParameterDeclaration,
): void {
  const { checker } = site.ctx;
  const { name } = parameter;
  const declared = site.ctx.tryTyOf(checker.getTypeAtLocation(parameter));
  const symbol = checker.getSymbolAtLocation(name);
  if (declared.kind !== "problem" || symbol === undefined) {
    const ty = parameterTy(site.ctx, parameter);
    bindName(site, name, constant(site, node, undefined, ty));
    return;
  }
  const ty: Ty = { kind: "opaque", text: "undefined" };
  const variable: Variable = { name: name.getText(), ty };
  site.variables.set(symbol, variable);
  site.env.values.set(variable, constant(site, node, undefined, ty));
}

function restOf(
  site: Site,
  node: ts.Node,
  parameter: ts.ParameterDeclaration,
  values: readonly (Value | undefined)[],
): Value {
  const ty = bare(parameterTy(site.ctx, parameter));
  if (ty.kind !== "array")
    return site.ctx.refuse(
      parameter,
      "DC2110",
      "this parameter takes values of several types",
      "use plain parameters",
    );
  const elems = values.map((one) =>
    one === undefined
      ? constant(site, node, undefined, ty.elem)
      : coerce(site, node, one, ty.elem),
  );
  const { fixed: _, ...open }: ArrayTy = ty;
  return arrayOfValues(site, node, elems, open);
}

/** The declared result; where that is generic, what the place of the call asks for. */
function resultOf(
  site: Site,
  decl: ts.FunctionLikeDeclaration,
  want: Ty | undefined,
): Ty | undefined {
  const { checker } = site.ctx;
  const signature = checker.getSignatureFromDeclaration(decl);
  const type = signature && checker.getReturnTypeOfSignature(signature);
  const isProblem =
    type !== undefined && site.ctx.tryTyOf(type).kind === "problem";
  const isOpen = isProblem || (decl.type === undefined && givesLiteral(decl));
  return isOpen && want !== undefined ? want : resultTy(site.ctx, decl);
}

/** `() => []`, `(x) => ({ x, y: 0 })`: a fresh thing, which is what its place asks for. */
function givesLiteral(decl: ts.FunctionLikeDeclaration): boolean {
  if (!ts.isArrowFunction(decl) || ts.isBlock(decl.body)) return false;
  const given = bareExpression(decl.body);
  return (
    ts.isArrayLiteralExpression(given) || ts.isObjectLiteralExpression(given)
  );
}

/**
 * What a function of JavaScript gives of which the checker says any, where that is in its last statement and nowhere else:
 * it is what its value is.
 */
function untoldTail(
  { ctx }: Site,
  decl: ts.FunctionLikeDeclaration,
): ts.Expression | undefined {
  const { body } = decl;
  if (!isJavaScript(decl) || !body || !ts.isBlock(body)) return undefined;
  const signature = ctx.checker.getSignatureFromDeclaration(decl);
  const type = signature && ctx.checker.getReturnTypeOfSignature(signature);
  const ty = type && ctx.tryTyOf(type);
  if (ty?.kind !== "problem" || !ty.isAny) return undefined;
  const last = body.statements.at(-1);
  if (last === undefined || !ts.isReturnStatement(last)) return undefined;
  let returns = 0;
  eachNode(
    body,
    (one) => (returns += ts.isReturnStatement(one) ? 1 : 0),
    (one) => !ts.isFunctionLike(one),
  );
  return returns === 1 ? last.expression : undefined;
}

/** `(x) => f(x)`, as a statement. */
const returned = (site: Site, node: ts.Expression): Step => ({
  kind: "plain",
  node,
  run: () => {
    const result = site.returnVariable;
    if (result === undefined) lowerEffect(site, node);
    else site.env.values.set(result, lowerExpression(site, node, result.ty));
    leave(site, site.returnTo);
  },
});

function lowerBody(
  site: Site,
  decl: ts.FunctionLikeDeclaration,
  want: Wanted,
): Value | undefined {
  const { body } = decl;
  if (body === undefined)
    return site.ctx.refuse(
      decl,
      "DC2103",
      "this function has no body",
      "write the function in TypeScript in this project",
    );
  const isOpen = want === undefined && !isCaught(site);
  const tail = isOpen ? untoldTail(site, decl) : undefined;
  if (tail !== undefined && ts.isBlock(body)) {
    site.returnTo = { kind: "return", hint: "returned" };
    site.returnVariable = undefined;
    declareHoisted(site, body);
    // nothing leaves before the end, and there control goes on
    lowerList(site, body.statements.slice(0, -1), new Set());
    return lowerExpression(site, tail);
  }
  const own =
    want === "nothing"
      ? undefined
      : (resultByCount(site, decl) ?? resultOf(site, decl, want));
  if (!ts.isBlock(body) && nextThrower(site, body) === undefined) {
    if (own !== undefined) return lowerExpression(site, body, own);
    lowerEffect(site, body);
    return undefined;
  }
  const returnTo: Exit = { kind: "return", hint: "returned" };
  const result: Variable | undefined =
    own === undefined ? undefined : { name: "result", ty: own };
  site.returnTo = returnTo;
  site.returnVariable = result;
  if (result?.ty.kind === "maybe")
    site.env.values.set(
      result,
      constant(site, decl, nothingOf(result.ty), result.ty),
    );
  if (ts.isBlock(body)) declareHoisted(site, body);
  const steps = ts.isBlock(body) ? body.statements : [returned(site, body)];
  lowerList(site, steps, new Set([returnTo]));
  const value =
    result && (site.env.values.get(result) ?? poison(site, body, result.ty));
  if (result !== undefined) site.env.values.delete(result);
  if (site.env.exits.delete(returnTo)) site.env.dead = false;
  return value;
}
