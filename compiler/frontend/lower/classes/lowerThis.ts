import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import type { Instance } from "../../classes.js";
import { bareExpression } from "../../syntax/scan.js";
import type { Site, Variable } from "../lowerSite.js";

/** What `this` stands for in a method or constructor. */
export interface ThisVariable extends Variable {
  /** Where its methods are looked up. */
  readonly instance: Instance;
  /** In a constructor, while there is no object yet: its fields, each a variable. */
  readonly fields: Map<string, Variable> | undefined;
}

/** Stands for `this` among the variables of a site. */
export const thisKey = { name: "this" } as ts.Symbol;

export function declareThis(
  site: Site,
  ty: Ty,
  instance: Instance,
  value: Value | undefined,
): ThisVariable {
  const fields = value === undefined ? new Map<string, Variable>() : undefined;
  const variable: ThisVariable = { name: "self", ty, instance, fields };
  site.variables.set(thisKey, variable);
  if (value !== undefined) site.env.values.set(variable, value);
  return variable;
}

export const thisOf = (site: Site): ThisVariable | undefined =>
  site.variables.get(thisKey) as ThisVariable | undefined;

export const isThis = (node: ts.Expression): boolean =>
  bareExpression(node).kind === ts.SyntaxKind.ThisKeyword;

export function lowerThis(site: Site, node: ts.Expression): Value {
  const variable = thisOf(site);
  const value = variable && site.env.values.get(variable);
  if (value !== undefined) return value;
  return site.ctx.refuse(
    node,
    "DC2105",
    variable === undefined
      ? "`this` belongs to no object that diffc can see"
      : "`this` is used before its fields have values",
    variable === undefined
      ? "pass the object as an ordinary parameter"
      : "give every field a value first, then use `this` as a whole",
  );
}
