import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { sameTy } from "../../../ir/types.js";
import { lowerExpression } from "../lowerExpressions.js";
import { madeFunction } from "./lowerFunctionValues.js";
import { knownOf } from "./lowerKnown.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { nameValue, type Site, type Variable } from "../lowerSite.js";
import { localVariable } from "../lowerVariables.js";

/**
 * Functions with properties: `function ease(t) { ... } ease.power = (k) => ...; return ease;`. A function that is made
 * in the call at hand is known by its code and its variables; each of its properties is one more variable.
 */

/** `ease.power = value`, of a function that is made here; undefined for everything else. */
export function keepOnFunction(
  site: Site,
  target: ts.Expression,
  right: ts.Expression,
): Value | undefined {
  const place = fieldPlace(site, target, madeHere);
  if (place === undefined) return undefined;
  const { fields } = site.shared;
  const value = lowerExpression(site, right);
  const known = fields.get(place.key);
  if (known !== undefined && !sameTy(known.ty, value.ty))
    return site.ctx.refuse(
      target,
      "DC2005",
      `${place.name} of this function holds values of several types`,
      "use another property for the other type",
    );
  const variable: Variable = known ?? { name: place.name, ty: value.ty };
  fields.set(place.key, variable);
  nameValue(value, place.name);
  site.env.values.set(variable, value);
  return value;
}

/**
 * What a property of such a function holds, or of one that the module has made; undefined where it is no such function, or
 * has none of that name.
 */
export function keptOnFunction(
  site: Site,
  node: ts.Expression,
): Value | undefined {
  const place = fieldPlace(
    site,
    node,
    (_, owner) => madeHere(site, owner) ?? madeByModule(site, owner),
  );
  const variable = place && site.shared.fields.get(place.key);
  return variable && site.env.values.get(variable);
}

function fieldPlace(
  site: Site,
  node: ts.Expression,
  ownerOf: typeof madeHere,
): { readonly key: string; readonly name: string } | undefined {
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const owner = ownerOf(site, bareExpression(node.expression));
  const [tag, ...others] = (owner && knownOf(site, owner)?.fns) ?? [];
  const fn = tag === undefined ? undefined : site.shared.functions[tag];
  if (fn?.kind !== "code" || others.length > 0) return undefined;
  // those of a module live on from call to call
  if (fn.scope === site.shared.outermost) return undefined;
  return { key: `${tag} ${node.name.text}`, name: node.name.text };
}

/** A variable, or a call that gives a function: `scale().domain` */
function madeHere(site: Site, owner: ts.Expression): Value | undefined {
  if (owner.kind === ts.SyntaxKind.ThisKeyword) return undefined;
  const variable = localVariable(site, owner);
  if (variable !== undefined) return site.env.values.get(variable);
  if (!ts.isCallExpression(owner)) return undefined;
  const type = site.ctx.checker.getTypeAtLocation(owner);
  return type.getCallSignatures().length > 0
    ? lowerExpression(site, owner)
    : undefined;
}

/** A function of the module, where no other name for it could have given it another property. */
function madeByModule(site: Site, owner: ts.Expression): Value | undefined {
  const isMember = ts.isPropertyAccessExpression(owner);
  if (!isMember && !ts.isIdentifier(owner)) return undefined;
  const { checker, tables } = site.ctx;
  const type = checker.getTypeAtLocation(owner);
  if (type.getCallSignatures().length === 0) return undefined;
  const symbols = [
    definedSymbol(checker, isMember ? owner.name : owner),
    site.ctx.linkedVariable(owner),
  ];
  const isElsewhere = symbols.some((one) => one && tables.handedOn(one));
  return isElsewhere ? undefined : madeFunction(site, owner);
}

/** A function that is made anew has none of the properties that the one of the trip before had. */
export function forgetFields(site: Site, tag: number): void {
  for (const [key, variable] of site.shared.fields)
    if (key.startsWith(`${tag} `)) site.env.values.delete(variable);
}
