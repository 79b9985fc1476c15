import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { recordOf, type RecordTy } from "../../../ir/types.js";
import {
  emit,
  perform,
  poison,
  type Site,
  type Variable,
} from "../lowerSite.js";

/**
 * A variable that is assigned by a function which calls itself: where control goes into such a call it is put into an
 * object with one field, and taken out again where control comes back. In between it is a variable like others.
 */

export const boxTy = ({ ty }: Variable): RecordTy =>
  recordOf([{ name: "value", ty }]);

const held = { field: "value" };

/** The box of a variable with what the variable holds now: the one that came in, or a new one. */
export function filledBox(
  site: Site,
  node: ts.Node,
  variable: Variable,
): Value {
  const value =
    site.env.values.get(variable) ?? poison(site, node, variable.ty);
  const known = site.boxes.get(variable);
  if (known === undefined)
    return emit(site, node, "newRecord", [value], boxTy(variable), {});
  perform(site, node, "setField", [known, value], held);
  return known;
}

export function takeFromBox(
  site: Site,
  node: ts.Node,
  box: Value,
  variable: Variable,
): void {
  const value = emit(site, node, "getField", [box], variable.ty, held);
  site.env.values.set(variable, value);
}
