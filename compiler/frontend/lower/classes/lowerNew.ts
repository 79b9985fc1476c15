import type { Site } from "../lowerSite.js";
import { ts } from "ts-morph";
import { type Ty, bare } from "../../../ir/types.js";
import type { Value } from "../../../ir/ir.js";
import { refuseLibrary } from "../values/lowerRefused.js";
import { arrayConstructor } from "../arrays/arrayConstructors.js";
import { lowerNewArray } from "../arrays/lowerNewArray.js";
import { lowerNewInstance } from "./lowerClasses.js";
import { coerce, tyOfNode } from "../lowerCoerce.js";
import { lowerNewCollection } from "../records/lowerNewCollection.js";
import { isErrorClass } from "../../syntax/errorClasses.js";
import { definedSymbol } from "../../syntax/scan.js";
import { isGlobalName } from "../../syntax/callee.js";
import { isUnionOf } from "../values/lowerConvert.js";
import { carryExpression } from "../values/lowerOpaque.js";

/** An object whose type is kept with others of several kinds is one of them from the start. */
function keptTogether(
  site: Site,
  node: ts.NewExpression,
  instance: Value,
): Value {
  if (!site.ctx.wide.isUsed) return instance;
  const ty = site.ctx.tryTyOf(site.ctx.checker.getTypeAtLocation(node));
  const isOther = ty.kind === "record" && isUnionOf(site, ty);
  return isOther ? coerce(site, node, instance, ty) : instance;
}

/** `new Float64Array(n)`, `new Vec(x, y)`, `new Map()` */
export function lowerNew(
  site: Site,
  node: ts.NewExpression,
  want: Ty | undefined,
): Value {
  refuseLibrary(site, node);
  const name = arrayConstructor(site, node.expression);
  if (name !== undefined) return lowerNewArray(site, node, name, want);
  const instance = lowerNewInstance(site, node);
  if (instance !== undefined) return keptTogether(site, node, instance);
  const ty = bare(tyOfNode(site, node));
  const asked = want === undefined ? undefined : bare(want);
  const made = asked?.kind === "table" && asked.form !== "object" ? asked : ty;
  if (made.kind === "table" && made.form !== "object")
    return lowerNewCollection(site, node, made);
  if (ty.kind === "opaque" && ts.isIdentifier(node.expression)) {
    const isUserClass = !isGlobalName(
      site.ctx.checker,
      node.expression,
      node.expression.text,
    );
    const isThrown = isErrorClass(
      site.ctx.checker,
      definedSymbol(site.ctx.checker, node.expression),
    );
    if (!isUserClass || isThrown) return carryExpression(site, node, want);
  }
  return site.ctx.refuse(
    node,
    "DC2105",
    "diffc cannot see the class that is made here",
    "make instances of classes that are declared in this project",
  );
}
