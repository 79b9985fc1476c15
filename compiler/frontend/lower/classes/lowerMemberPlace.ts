import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { Instance } from "../../classes.js";
import { coerce } from "../lowerCoerce.js";
import { describeTy } from "../../types/describeTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import { nameValue, type Site } from "../lowerSite.js";
import { isThis, thisOf } from "./lowerThis.js";
import type { Place } from "../lowerAssign.js";
import {
  type Access,
  nameOf,
  isInstance,
  presentOf,
} from "./lowerInstanceKinds.js";
import { fieldPlace, setterPlace } from "./lowerSetters.js";
import { staticPlace } from "./lowerStatics.js";
import { superPlace } from "./lowerSuperAccess.js";
import { definedSymbol } from "../../syntax/scan.js";
import { heldTy } from "../functions/lowerKeptPlain.js";
import {
  codeIn,
  literalSetter,
  runSetter,
  setterField,
} from "../functions/lowerWritten.js";

/** `owner.name = value` for an accessor, and for a field of an object that is being made. */
export function memberPlace(site: Site, node: Access): Place | undefined {
  const { checker } = site.ctx;
  const self = isThis(node.expression) ? thisOf(site) : undefined;
  if (self?.fields !== undefined) {
    const name = nameOf(node);
    const known = self.fields.get(name);
    const declared = heldTy(site.ctx, checker.getTypeAtLocation(node));
    const ty = known?.ty ?? (declared.kind === "problem" ? self.ty : declared);
    return {
      ty,
      read: () => lowerExpression(site, node),
      write: (value) => setBuilding(site, node, name, value),
    };
  }
  const above = superPlace(site, node);
  if (above !== undefined) return above;
  const ofClass = staticPlace(site, node);
  if (ofClass !== undefined) return ofClass;
  const literal = literalPlace(site, node);
  if (literal !== undefined) return literal;
  if (!isInstance(site, node.expression)) return undefined;
  const owner = presentOf(site, node, lowerExpression(site, node.expression));
  return (
    setterPlace(site, node, owner) ??
    fieldPlace(site, node, owner) ??
    site.ctx.refuse(
      node,
      "DC2107",
      `the field ${nameOf(node)} is not one of ${describeTy(owner.ty)}`,
      "assign to a field of the class",
    )
  );
}

export function setBuilding(
  site: Site,
  node: ts.Node,
  name: string,
  value: Value,
): void {
  const fields = thisOf(site)?.fields;
  if (fields === undefined) throw new TypeError("nothing is being made");
  const known = fields.get(name);
  nameValue(value, name.replace(/^\$/, ""));
  const variable = known ?? { name, ty: value.ty };
  fields.set(name, variable);
  site.env.values.set(variable, coerce(site, node, value, variable.ty));
}

/** `object.name = value`, which runs a setter of an object literal. */
function literalPlace(site: Site, node: Access): Place | undefined {
  const { checker, env } = site.ctx;
  const setter = literalSetter(definedSymbol(checker, node.name));
  if (setter === undefined) return undefined;
  const owner = presentOf(site, node, lowerExpression(site, node.expression));
  const fn = codeIn(site, owner, setterField(nameOf(node)));
  if (fn === undefined)
    return site.ctx.refuse(
      node,
      "DC2104",
      `diffc cannot see which setter of ${nameOf(node)} this is`,
      "make the object in the function that uses it, or write a class",
    );
  const [parameter] = setter.parameters;
  const ty = site.ctx.tyOf(checker.getTypeAtLocation(parameter ?? node), node);
  const type = checker.getTypeAtLocation(setter.parent);
  const instance: Instance = { type, env, symbol: undefined, hidden: [] };
  return {
    ty,
    read: () => lowerExpression(site, node),
    write: (value) => {
      const given = coerce(site, node, value, ty);
      runSetter(site, node, fn, owner, instance, given);
    },
  };
}
