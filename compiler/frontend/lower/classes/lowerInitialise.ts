import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { isRef, type Ty } from "../../../ir/types.js";
import { fieldNameOf, tagField, isStatic } from "../../classes.js";
import type { LowerContext } from "../../context.js";
import { readField } from "../lowerAccess.js";
import { coerce } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { heldTy } from "../functions/lowerKeptPlain.js";
import { setBuilding } from "./lowerMemberPlace.js";
import { perform, type Site } from "../lowerSite.js";
import { thisOf } from "./lowerThis.js";
import { isProblem } from "../../special.js";
import type { TypeProblem } from "../../types/typeProblem.js";
import { isFunction } from "../control/usesWhole.js";
import { emptyValue } from "../records/lowerEmpty.js";

/** The fields of an object that is being made, each given its first value. */

/** Parameter properties, then the initialisers of fields. */
export function initialise(
  site: Site,
  decl: ts.ClassLikeDeclaration,
  maker: ts.ConstructorDeclaration | ts.MethodDeclaration | undefined,
): void {
  for (const parameter of maker?.parameters ?? []) {
    if (!ts.isParameterPropertyDeclaration(parameter, parameter.parent))
      continue;
    const variable = valueOf(site, parameter);
    if (variable === undefined) continue;
    const name = (parameter.name as ts.Identifier).text;
    setOwn(site, parameter, name, variable);
  }
  for (const member of decl.members) {
    if (!ts.isPropertyDeclaration(member) || isStatic(member)) continue;
    if (member.initializer !== undefined && isFunction(member.initializer))
      continue;
    const symbol = site.ctx.checker.getSymbolAtLocation(member.name);
    if (symbol === undefined) continue;
    const name = fieldNameOf(symbol);
    // told for its type only: that of every object is on its prototype
    if (name === tagField) continue;
    const declared = heldTy(site.ctx, site.ctx.checker.getTypeOfSymbol(symbol));
    if (member.initializer === undefined) {
      const isFunction =
        site.ctx.checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
      if (
        !isProblem(declared) &&
        !isFunction &&
        thisOf(site)?.fields !== undefined
      )
        declareField(site, member, name, declared);
      continue;
    }
    const want =
      isProblem(declared) || isInstanceTy(site.ctx, declared)
        ? undefined
        : declared;
    const value = lowerExpression(site, member.initializer, want);
    refuseProblem(site, member, declared, value);
    setOwn(site, member, name, value);
  }
}

/** Of a field whose declared type says too little, only an instance says more. */
function refuseProblem(
  site: Site,
  node: ts.Node,
  declared: Ty | TypeProblem,
  value: Value,
): void {
  if (!isProblem(declared) || isRef(value.ty)) return;
  site.ctx.refuse(node, declared.code, declared.message, declared.help);
}

export const isInstanceTy = (ctx: LowerContext, ty: Ty): boolean =>
  ctx.classes.instanceOf(ty) !== undefined ||
  ctx.classes.familyOf(ty) !== undefined;

function valueOf(
  site: Site,
  parameter: ts.ParameterDeclaration,
): Value | undefined {
  for (const [symbol, one] of site.variables)
    if (symbol.valueDeclaration === parameter) return site.env.values.get(one);
  return undefined;
}

/** A field without a value: undefined where its type allows that, else nothing that is looked at. */
function declareField(site: Site, node: ts.Node, name: string, ty: Ty): void {
  const empty = emptyValue(site, node, ty);
  const variable = { name, ty };
  thisOf(site)?.fields?.set(name, variable);
  site.env.values.set(variable, empty);
}

function setOwn(site: Site, node: ts.Node, name: string, value: Value): void {
  const self = thisOf(site);
  if (self?.fields !== undefined) return setBuilding(site, node, name, value);
  const object = self && site.env.values.get(self);
  const field =
    object?.ty.kind === "record"
      ? object.ty.fields.find((one) => one.name === name)
      : undefined;
  if (object === undefined || field === undefined)
    return site.ctx.refuse(
      node,
      "DC2105",
      `the field ${name} is given a value while the constructor uses \`this\` as a whole`,
      "give the fields their values first, of types that say where the numbers are",
    );
  perform(
    site,
    node,
    "setField",
    [object, coerce(site, node, value, field.ty)],
    {
      field: name,
    },
  );
}

export function takeFields(site: Site, node: ts.Node, value: Value): void {
  if (value.ty.kind !== "record") return;
  for (const field of value.ty.fields)
    setOwn(site, node, field.name, readField(site, node, value, field.name));
}
