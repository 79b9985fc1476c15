import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { definedSymbol } from "../../syntax/scan.js";
import type { Place } from "../lowerAssign.js";
import { callSpecial } from "../functions/lowerSpecial.js";
import { coerce } from "../lowerCoerce.js";
import type { Site } from "../lowerSite.js";
import { methodName, refuseEffects } from "./lowerDispatch.js";
import { nameOf, type Access } from "./lowerInstanceKinds.js";
import { givenBy } from "./lowerMembers.js";
import { thisOf } from "./lowerThis.js";

/** `super.x` and `super.x = value`: accessors of the class above, on this object. */

const isSuper = ({ expression }: Access): boolean =>
  expression.kind === ts.SyntaxKind.SuperKeyword;

/** Undefined where it is no getter of the class above. */
export function lowerSuperRead(site: Site, node: Access): Value | undefined {
  const decl = isSuper(node)
    ? accessorOf(site, node, ts.isGetAccessor)
    : undefined;
  if (decl === undefined) return undefined;
  refuseEffects(site, node, decl, "getter", nameOf(node));
  return givenBy(site, node, callAccessor(site, node, decl, "Of", []));
}

/** Undefined where it is no accessor of the class above. */
export function superPlace(site: Site, node: Access): Place | undefined {
  const decl = isSuper(node)
    ? accessorOf(site, node, ts.isSetAccessor)
    : undefined;
  const self = thisOf(site);
  if (decl === undefined || self === undefined) return undefined;
  const { checker } = site.ctx;
  const [parameter] = decl.parameters;
  const types = site.ctx.withTypes(self.instance.env);
  const ty = types.tyOf(checker.getTypeAtLocation(parameter ?? node), node);
  return {
    ty,
    read: () =>
      lowerSuperRead(site, node) ??
      site.ctx.refuse(
        node,
        "DC2105",
        `${nameOf(node)} of the class above can be assigned, and not read`,
        "give it a getter as well",
      ),
    write: (value) =>
      void callAccessor(site, node, decl, "Set", [
        coerce(site, node, value, ty),
      ]),
  };
}

function accessorOf<T extends ts.AccessorDeclaration>(
  { ctx }: Site,
  node: Access,
  isKind: (one: ts.Node) => one is T,
): T | undefined {
  const symbol = definedSymbol(ctx.checker, node.name);
  const decl = symbol?.declarations?.find(isKind);
  return decl?.body === undefined ? undefined : decl;
}

function callAccessor(
  site: Site,
  node: Access,
  decl: ts.AccessorDeclaration,
  what: string,
  args: readonly Value[],
): Value | undefined {
  const self = thisOf(site);
  const receiver = self && site.env.values.get(self);
  if (self === undefined || receiver === undefined)
    return site.ctx.refuse(
      node,
      "DC2105",
      "an accessor of the class above is used before there is an object",
      "give the fields their values first, or write it in a method",
    );
  site.ctx.refuseReplaced(decl, node);
  const owner = ts.isClassLike(decl.parent) ? decl.parent.name?.text : "";
  return callSpecial(site, node, {
    decl,
    name: `${methodName(self.instance, nameOf(node))}${what}${owner ?? "Base"}`,
    env: self.instance.env,
    self: { ty: receiver.ty, instance: self.instance },
    receiver,
    args,
  });
}
