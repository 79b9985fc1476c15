import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bool, fieldOf, type Ty } from "../../../ir/types.js";
import { tagField, type Instance } from "../../classes.js";
import { constant, emit, op, type Site } from "../lowerSite.js";

/** What says of an object which class it has, where that is known only at run time. */

/** Is the owner of this kind? Undefined where it is without a question. */
export function testOf(
  site: Site,
  node: ts.Node,
  owner: Value,
  instance: Instance | undefined,
  isLast: boolean,
): Value | undefined {
  const symbol = instance?.symbol;
  if (instance?.isLiteral)
    return isLast
      ? undefined
      : op(site, node, "eq", [
          tagIn(site, node, owner),
          literalTag(site, node),
        ]);
  if (symbol === undefined || (isLast && !isExported(site, symbol)))
    return undefined;
  return isOfClass(site, node, owner, symbol);
}

/** What stands for the class of an object literal. */
export const literalTag = (site: Site, node: ts.Node): Value =>
  constant(site, node, "Object", { kind: "opaque", text: "unknown" });

/** Is the class of the instance this very one? */
export function isOfClass(
  site: Site,
  node: ts.Node,
  owner: Value,
  symbol: ts.Symbol,
): Value {
  const tag = tagIn(site, node, owner);
  return op(site, node, "eq", [tag, tagOf(site, node, symbol)], bool);
}

function tagIn(site: Site, node: ts.Node, owner: Value): Value {
  const field = owner.ty.kind === "record" && fieldOf(owner.ty, tagField);
  if (!field) throw new TypeError("an instance without a tag");
  return emit(site, node, "getField", [owner], field.ty, { field: tagField });
}

/** What stands for a class in generated code: itself where it can be imported, else its name. */
export function tagOf(site: Site, node: ts.Node, symbol: ts.Symbol): Value {
  const ty: Ty = { kind: "opaque", text: "unknown" };
  if (!isExported(site, symbol))
    return constant(site, node, site.ctx.nameApart(symbol), ty);
  return emit(site, node, "global", [], ty, {
    binding: site.ctx.bindingOf(symbol, node),
  });
}

const isExported = (site: Site, symbol: ts.Symbol): boolean =>
  site.ctx.isExported(symbol);
