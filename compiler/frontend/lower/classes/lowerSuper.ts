import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { Instance } from "../../classes.js";
import type { Site } from "../lowerSite.js";
import { callSpecial, type Callable } from "../functions/lowerSpecial.js";
import { thisOf } from "./lowerThis.js";
import {
  baseOf,
  constructorOf,
  declaredTy,
  instanceOf,
} from "./lowerHeritage.js";
import { takeFields, initialise } from "./lowerInitialise.js";
import { construct } from "./lowerClasses.js";
import { usesWhole } from "../control/usesWhole.js";

/** The constructor of the class above. */

/** `super(...)`: the instance of the class above gives its fields. */
export function lowerSuperCall(site: Site, node: ts.CallExpression): void {
  const decl = site.decl as unknown as ts.ClassLikeDeclaration;
  const base = ts.isClassLike(decl) ? baseOf(site.ctx, decl) : undefined;
  if (base === undefined)
    return site.ctx.refuse(
      node,
      "DC2105",
      "super is called outside of a constructor",
      "call it in the constructor of a class that extends another one",
    );
  const self = thisOf(site);
  refuseWholeBase(site, node, base.decl);
  const instance = instanceAbove(site, base.type, base.symbol, self?.instance);
  takeFields(site, node, construct(site, node, instance, base.decl));
  const maker = constructorOf(site.ctx, decl);
  initialise(site, decl, maker?.parent === decl ? maker : undefined);
}

/** A class without a constructor hands its arguments on. */
export function takeBase(
  site: Site,
  decl: ts.ClassLikeDeclaration,
  base: { decl: ts.ClassLikeDeclaration; type: ts.Type; symbol: ts.Symbol },
  args: readonly Value[],
  maker?: Callable["maker"],
): void {
  refuseWholeBase(site, decl.name ?? decl, base.decl);
  const instance = instanceAbove(
    site,
    base.type,
    base.symbol,
    thisOf(site)?.instance,
  );
  const value = callSpecial(site, decl, {
    decl: base.decl,
    ...(maker === undefined ? {} : { maker }),
    name: `new${base.symbol.name}`,
    env: instance.env,
    self: { ty: declaredTy(site.ctx, instance), instance },
    args,
  });
  if (value !== undefined) takeFields(site, decl, value);
}

export function instanceAbove(
  site: Site,
  type: ts.Type,
  symbol: ts.Symbol,
  self: Instance | undefined,
): Instance {
  const own = instanceOf(site.ctx, type, symbol);
  return self === undefined
    ? own
    : {
        ...own,
        env: new Map([...own.env, ...self.env]),
        made: self.made ?? self.symbol,
      };
}

/** In the constructor above `this` is this object already, with methods of this class. */
function refuseWholeBase(
  site: Site,
  node: ts.Node,
  base: ts.ClassLikeDeclaration,
): void {
  const whole = usesWhole(base);
  if (whole?.isVirtual !== true) return;
  site.ctx.refuse(
    node,
    "DC2105",
    `the constructor of ${base.name?.text ?? "the class above"} uses \`this\` as a whole, before this class has its fields`,
    "compute there from the arguments, and call methods once the object is made",
  );
}
