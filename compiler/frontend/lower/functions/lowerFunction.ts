import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Func, Param, Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import type { LowerContext } from "../../context.js";
import { lowerConstruct } from "../classes/lowerConstruct.js";
import { declareHoisted } from "../lowerDeclarations.js";
import { bindName, withDefault } from "../lowerDestructuring.js";
import { effectsOf } from "../facts/lowerEffects.js";
import { refuseReturn } from "./lowerEscapes.js";
import { lowerExpression } from "../lowerExpressions.js";
import { newFacts } from "../facts/lowerFacts.js";
import { finishArm } from "../control/lowerJoin.js";
import { eachNode } from "../../syntax/scan.js";
import {
  isOptional,
  nothingOf,
  parameterTy,
  tyInside,
  resultTy,
} from "./lowerSignature.js";
import { constant, newSite, type Site } from "../lowerSite.js";
import { lowerList } from "../control/lowerStatements.js";
import {
  foundResult,
  isProbe,
  needsInference,
  noteResult,
  probe,
} from "../lowerResult.js";
import { checkOutside, seenAs } from "../classes/lowerOutside.js";
import { resultClasses } from "../classes/resultClasses.js";
import { declareThis } from "../classes/lowerThis.js";
import type { ParameterCase } from "../../entries/unionCases.js";
import { holdsInstances, type Special } from "../../special.js";
import { entryLabel, parameterLabel } from "../../types/parameterLabel.js";

/**
 * From the syntax of one function to the structured SSA IR, in one walk. Local variables are a map from variables to
 * SSA values that is copied into branches and brought together after them; loops carry the variables that they assign.
 */
export function lowerFunction(
  decl: ts.FunctionLikeDeclaration,
  name: string,
  ctx: LowerContext,
  special?: Special,
  asProbe = false,
): Func {
  if (ts.isClassLike(decl) && special !== undefined)
    return lowerConstruct(special, name, ctx);
  refuseKind(decl, ctx, special);
  let shrinks: boolean | undefined;
  const facts = newFacts({
    checker: ctx.checker,
    decl,
    constantOf: (symbol) => ctx.constantOf(symbol),
    neverShrinks: () =>
      !(shrinks ??=
        effectsOf(ctx.checker, [decl, ...ctx.kept.bodies()]).shrunk.length > 0),
  });
  const site = newSite(ctx, decl, facts);
  const result = asProbe
    ? probe.ty
    : special && !special.isAsDeclared && needsInference(ctx, decl)
      ? (foundResult(() => lowerFunction(decl, name, ctx, special, true)) ??
        resultTy(ctx, decl))
      : resultTy(ctx, decl);
  const params = [
    ...receiverOf(site, special),
    ...valueParameters(decl).map((one, k) =>
      lowerParameter(site, one, k, special?.args[k], special?.cases?.[k]),
    ),
  ];
  if (result !== undefined) {
    site.returnVariable = asProbe ? probe : { name: "result", ty: result };
    // Where control falls off the end, the function gives undefined.
    if (result.kind === "maybe")
      site.env.values.set(
        site.returnVariable,
        constant(site, decl, nothingOf(result), result),
      );
  }
  if (ctx.isEntry(decl)) {
    for (const { value } of params) site.facts.handedIn.add(value);
    valueParameters(decl).forEach((one, k) => {
      const own = params[params.length - valueParameters(decl).length + k];
      if (own !== undefined) checkOutside(ctx, own.value.ty, one);
    });
    if (special?.self) checkOutside(ctx, special.self.ty, decl.name ?? decl);
  }
  const classes =
    result !== undefined && ctx.isEntry(decl)
      ? resultClasses(ctx, result, decl.type ?? decl)
      : undefined;
  lowerBody(site, decl);
  const threw = site.env.dead && site.env.exits.size === 0;
  const value =
    result && site.returnVariable && site.env.values.get(site.returnVariable);
  const region = finishArm(
    { b: site.root, env: site.env, values: [] },
    result === undefined ? [] : [threw ? result : (value ?? result)],
  );
  return {
    name,
    params,
    body: { ...region, params: params.map((param) => param.value) },
    results: result === undefined ? [] : [result],
    ...(classes === undefined ? {} : { classes }),
    span: ctx.spanOf(decl),
  };
}

/** The object that a method is called on is its first parameter. */
function receiverOf(site: Site, special: Special | undefined): Param[] {
  if (special?.self === undefined) return [];
  const { ty, instance } = special.self;
  const value = site.ids.fresh(ty, "self");
  declareThis(site, ty, instance, value);
  const span = site.ctx.spanOf(site.decl.name ?? site.decl);
  const tsType = site.ctx.isEntry(site.decl)
    ? {
        ...seenAs(site.ctx, ty),
        tsType: site.ctx.typeTextOf(instance.type, site.decl),
      }
    : {};
  return [{ name: "self", value, optional: false, ...tsType, span }];
}

/** Refuses what no function of the source may be or hold. */
export function refuseKind(
  decl: ts.FunctionLikeDeclaration,
  ctx: LowerContext,
  special?: Special,
  /** In a call of which it is known how many arguments it passes. */
  isCounted = false,
): void {
  const modifiers = ts.canHaveModifiers(decl)
    ? ts.getModifiers(decl)
    : undefined;
  const isAsync =
    modifiers?.some((one) => one.kind === ts.SyntaxKind.AsyncKeyword) === true;
  if (isAsync || decl.asteriskToken !== undefined)
    ctx.refuse(
      decl.name ?? decl,
      "DC2007",
      "async functions and generators are not carried",
      "differentiate a plain function that is called from here",
    );
  if (decl.typeParameters !== undefined && special === undefined)
    ctx.refuse(
      decl.name ?? decl,
      "DC2008",
      "generic functions are not carried yet",
      "write the types out",
    );
  // functions inside have their own
  const isOwn = (node: ts.Node): boolean =>
    node === decl || !ts.isFunctionLike(node) || ts.isArrowFunction(node);
  const see = (node: ts.Node): void => {
    if (
      ts.isIdentifier(node) &&
      node.text === "arguments" &&
      isArgumentsObject(node) &&
      !(isCounted && node.parent.getText() === "arguments.length")
    )
      ctx.refuse(
        node,
        "DC2102",
        "the arguments object is not carried",
        "use a rest parameter: ...args",
      );
  };
  eachNode(decl, see, isOwn);
}

const isArgumentsObject = (node: ts.Identifier): boolean =>
  !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) &&
  !ts.isPropertyAssignment(node.parent) &&
  !ts.isParameter(node.parent) &&
  !ts.isVariableDeclaration(node.parent);

function lowerParameter(
  site: Site,
  parameter: ts.ParameterDeclaration,
  index: number,
  given: Ty | undefined,
  kind: ParameterCase | undefined,
): Param {
  const { ctx } = site;
  const { name, initializer } = parameter;
  const ty = given ?? parameterTy(ctx, parameter);
  // what is passed inside of generated code is no instance of the class
  const isShown =
    ctx.isEntry(site.decl) ||
    (given === undefined && !holdsInstances(ty, ctx.classes));
  const label = ctx.isEntry(site.decl)
    ? entryLabel(name, index)
    : parameterLabel(name, index, ty);
  const value = site.ids.fresh(ty, label);
  if (kind?.test?.kind === "nested") site.facts.startsWithList.add(value);
  // of several kinds of values one stands for nothing, too
  const isAlwaysThere = kind !== undefined && ty.kind !== "maybe";
  const inside: Value =
    initializer === undefined || isAlwaysThere
      ? value
      : withDefault(
          site,
          parameter,
          value,
          initializer,
          tyInside(ctx, parameter, ty),
        );
  bindName(site, name, inside);
  return {
    name: label,
    value,
    optional: isOptional(parameter) && !isAlwaysThere,
    ...(initializer === undefined || isAlwaysThere
      ? {}
      : { effective: inside }),
    ...(isShown
      ? {
          ...seenAs(ctx, ty),
          tsType:
            kind?.text ??
            ctx.typeTextOf(
              parameter.type ?? ctx.checker.getTypeAtLocation(parameter),
              parameter,
            ),
        }
      : {}),
    ...(ctx.isEntry(site.decl) && parameter.dotDotDotToken !== undefined
      ? { rest: true as const }
      : {}),
    span: ctx.spanOf(parameter),
  };
}

function lowerBody(site: Site, decl: ts.FunctionLikeDeclaration): void {
  const { body } = decl;
  if (body === undefined)
    site.ctx.refuse(
      decl,
      "DC2103",
      "this function has no body",
      "write the function in TypeScript in this project",
    );
  if (!ts.isBlock(body as ts.Node)) {
    const expression = body as ts.Expression;
    const result = site.returnVariable;
    if (result === undefined) lowerExpression(site, expression);
    else if (isProbe(result)) noteResult(lowerExpression(site, expression));
    else {
      const value = lowerExpression(site, expression, result.ty);
      refuseReturn(site, expression, value);
      site.env.values.set(result, value);
    }
    return;
  }
  declareHoisted(site, body as ts.Block);
  lowerList(site, (body as ts.Block).statements, new Set([site.returnTo]));
}
