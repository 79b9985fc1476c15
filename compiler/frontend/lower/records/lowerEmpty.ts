import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { RecordTy, Ty } from "../../../ir/types.js";
import { at, constant, emit, type Site } from "../lowerSite.js";

/** An object whose fields have no values yet. */
export function emptyObject(site: Site, node: ts.Node, ty: RecordTy): Value {
  const args = ty.fields.map((field) => emptyValue(site, node, field.ty));
  return emit(site, node, "newRecord", args, ty, {});
}

/** Before there is a value, a number is what JavaScript computes with: NaN. */
export function emptyValue(site: Site, node: ts.Node, ty: Ty): Value {
  switch (ty.kind) {
    case "num":
      return constant(site, node, NaN);
    case "bool":
      return constant(site, node, false);
    case "record":
      // there is no such object yet, and none of it inside itself
      return ty.recursive
        ? at(site, node).poison(ty)
        : emptyObject(site, node, ty);
    case "array": {
      const none = constant(site, node, 0);
      return ty.store === "js"
        ? emit(site, node, "arrayLit", [], ty, {})
        : emit(site, node, "newArray", [none], ty, {});
    }
    case "opaque":
      if (/\b(undefined|any|unknown)\b/.test(ty.text))
        return constant(site, node, undefined, ty);
      return ty.text === "string"
        ? constant(site, node, "", ty)
        : at(site, node).poison(ty);
    default:
      return constant(site, node, undefined, ty);
  }
}
