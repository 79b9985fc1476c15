import { ts } from "ts-morph";
import type { Func, Param, Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import type { LowerContext } from "../../context.js";
import { bindName, withDefault } from "../lowerDestructuring.js";
import { newFacts } from "../facts/lowerFacts.js";
import { effectsOf } from "../facts/lowerEffects.js";
import { finishArm } from "../control/lowerJoin.js";
import {
  isOptional,
  parameterTy,
  tyInside,
} from "../functions/lowerSignature.js";
import { newSite, type Site } from "../lowerSite.js";
import { declareThis } from "./lowerThis.js";
import type { Special } from "../../special.js";
import { constructorOf, baseOf, refuseUntold } from "./lowerHeritage.js";
import { usesWhole } from "../control/usesWhole.js";
import { emptyObject } from "../records/lowerEmpty.js";
import { initialise } from "./lowerInitialise.js";
import { takeBase } from "./lowerSuper.js";
import { runBody, finished } from "./lowerConstructorBody.js";
import { parameterLabel } from "../../types/parameterLabel.js";

/**
 * A class as a function that makes an instance. While the constructor only gives values to fields, the fields are
 * variables, and the object is made of them at the end; where it uses `this` as a whole there is an object from the
 * start.
 */
export function lowerConstruct(
  special: Special,
  name: string,
  ctx: LowerContext,
): Func {
  const decl = special.decl as ts.ClassLikeDeclaration;
  const { self } = special;
  if (self === undefined) throw new TypeError("a class without an instance");
  const asFunction = decl as unknown as ts.FunctionLikeDeclaration;
  const facts = newFacts({
    checker: ctx.checker,
    decl: asFunction,
    constantOf: (symbol) => ctx.constantOf(symbol),
    neverShrinks: () =>
      effectsOf(ctx.checker, [decl, ...ctx.kept.bodies()]).shrunk.length === 0,
  });
  const site = newSite(ctx, asFunction, facts);
  const maker = special.maker ?? constructorOf(ctx, decl);
  const isOwn = maker?.parent === decl;
  const whole = usesWhole(decl, special.maker);
  if (whole !== undefined)
    refuseUntold(ctx, self.ty, self.instance, decl.name ?? decl);
  if (whole !== undefined && self.ty.kind === "record")
    declareThis(site, self.ty, self.instance, emptyObject(site, decl, self.ty));
  else declareThis(site, self.ty, self.instance, undefined);
  const params = (maker?.parameters ?? []).map((one, k) =>
    constructorParameter(site, one, k, special.args[k], isOwn),
  );
  const base = baseOf(ctx, decl);
  if (base === undefined) initialise(site, decl, isOwn ? maker : undefined);
  else if (!isOwn) {
    takeBase(
      site,
      decl,
      base,
      params.map((one) => one.value),
      special.maker,
    );
    initialise(site, decl, undefined);
  }
  if (isOwn && maker?.body !== undefined) runBody(site, maker.body);
  const made = finished(site, decl, self.instance);
  const region = finishArm({ b: site.root, env: site.env, values: [] }, [made]);
  return {
    name,
    params,
    body: { ...region, params: params.map((one) => one.value) },
    results: [made.ty],
    span: ctx.spanOf(decl.name ?? decl),
  };
}

function constructorParameter(
  site: Site,
  parameter: ts.ParameterDeclaration,
  index: number,
  given: Ty | undefined,
  isOwn: boolean,
): Param {
  const { ctx } = site;
  const ty = given ?? parameterTy(ctx, parameter);
  const label = parameterLabel(parameter.name, index, ty);
  const value = site.ids.fresh(ty, label);
  if (isOwn) {
    const { initializer } = parameter;
    const inside =
      initializer === undefined
        ? value
        : withDefault(
            site,
            parameter,
            value,
            initializer,
            tyInside(ctx, parameter, ty),
          );
    bindParameter(site, parameter, inside);
  }
  return {
    name: label,
    value,
    optional: isOptional(parameter),
    span: ctx.spanOf(parameter),
  };
}

/** A parameter that is a field, too, goes by two symbols. */
export function bindParameter(
  site: Site,
  parameter: ts.ParameterDeclaration,
  value: Value,
): void {
  bindName(site, parameter.name, value);
  const { name } = parameter;
  if (
    !ts.isIdentifier(name) ||
    !ts.isParameterPropertyDeclaration(parameter, parameter.parent)
  )
    return;
  const { checker } = site.ctx;
  const bound = checker.getSymbolAtLocation(name);
  const variable = bound && site.variables.get(bound);
  const symbols = checker.getSymbolsOfParameterPropertyDeclaration(
    parameter,
    name.text,
  );
  if (variable !== undefined)
    for (const one of symbols) site.variables.set(one, variable);
}
