import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, fieldOf } from "../../../ir/types.js";
import { setterOf } from "../../classes.js";
import { readField } from "../lowerAccess.js";
import { isGlobalName } from "../../syntax/callee.js";
import { coerce, refuseModuleWrite } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { mergedLiteral } from "./lowerRecords.js";
import { spreadInto } from "./lowerSpread.js";
import { bareExpression } from "../../syntax/scan.js";
import { perform, type Site } from "../lowerSite.js";
import type { Ty } from "../../../ir/types.js";

/**
 * `Object.assign({}, a, b)` is `{ ...a, ...b }`; `Object.assign(p, a)` writes the fields of `a` into `p`, where it has
 * them by its type. Undefined for any other call.
 */
export function lowerObjectAssign(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value | undefined {
  const callee = bareExpression(node.expression);
  const [target, ...sources] = node.arguments;
  if (
    !ts.isPropertyAccessExpression(callee) ||
    callee.name.text !== "assign" ||
    !isGlobalName(site.ctx.checker, callee.expression, "Object") ||
    target === undefined ||
    node.arguments.some(ts.isSpreadElement)
  )
    return undefined;
  const made = bareExpression(target);
  if (ts.isObjectLiteralExpression(made)) {
    const isRecord =
      bare(
        want ?? site.ctx.tyOf(site.ctx.checker.getTypeAtLocation(node), node),
      ).kind === "record";
    return isRecord
      ? mergedLiteral(site, node, made, sources, want)
      : undefined;
  }
  const owner = lowerExpression(site, target);
  if (owner.ty.kind !== "record" || owner.ty.tuple) return undefined;
  refuseModuleWrite(site, node, owner);
  const before = new Map(
    owner.ty.fields.map((field) => [
      field.name,
      readField(site, node, owner, field.name),
    ]),
  );
  const values = new Map(before);
  for (const one of sources) spreadInto(site, one, one, values);
  for (const [name, value] of values)
    if (before.get(name) !== value) write(site, node, owner, name, value);
  return owner;
}

function write(
  site: Site,
  node: ts.CallExpression,
  owner: Value,
  name: string,
  value: Value,
): void {
  const { checker, classes } = site.ctx;
  const field = owner.ty.kind === "record" && fieldOf(owner.ty, name);
  const own = classes.instanceOf(owner.ty);
  if (!field || (own && setterOf(checker, own, name)))
    return site.ctx.refuse(
      node,
      "DC2122",
      `Object.assign writes ${name}, which is no plain field of the object`,
      "assign the fields one by one",
    );
  const stored = coerce(site, node, value, field.ty);
  perform(site, node, "setField", [owner, stored], { field: name });
}
