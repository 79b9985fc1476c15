import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { maybe, num } from "../../../ir/types.js";
import type { Instance } from "../../classes.js";
import { lowerExpression } from "../lowerExpressions.js";
import { tyInside } from "../functions/lowerSignature.js";
import { withDefault } from "../lowerDestructuring.js";
import { factsInside } from "../facts/lowerFacts.js";
import { constant, type Site } from "../lowerSite.js";
import { declareThis } from "./lowerThis.js";
import { usesWhole } from "../control/usesWhole.js";
import { declaredTy, constructorOf, baseOf } from "./lowerHeritage.js";
import { bindParameter } from "./lowerConstruct.js";
import { initialise, takeFields } from "./lowerInitialise.js";
import { instanceAbove } from "./lowerSuper.js";
import { runBody, finished } from "./lowerConstructorBody.js";

/** Makes an instance where it is asked for: functions are known only there. */
export function constructHere(
  site: Site,
  node: ts.Node,
  instance: Instance,
  decl: ts.ClassLikeDeclaration,
  args: readonly Value[],
  copied?: ts.ConstructorDeclaration | ts.MethodDeclaration,
): Value {
  const whole = usesWhole(decl, copied);
  if (whole !== undefined)
    return site.ctx.refuse(
      whole.node,
      "DC2105",
      "this constructor takes functions, and uses `this` as a whole, gives a field a value in a loop, or returns early",
      "compute in a local, and give each field its value once",
    );
  const { ctx, variables, decl: around, facts, targets, inside } = site;
  const { returnTo, returnVariable } = site;
  const asFunction = decl as unknown as ts.FunctionLikeDeclaration;
  Object.assign(site, {
    ctx: ctx.withTypes(instance.env),
    variables: new Map(),
    decl: asFunction,
    facts: factsInside(facts, {
      checker: ctx.checker,
      decl: asFunction,
      constantOf: (symbol) => ctx.constantOf(symbol),
      neverShrinks: facts.neverShrinks,
    }),
    inside: [...inside, decl],
    targets: [],
    returnTo: { kind: "return", hint: "returned" },
    returnVariable: undefined,
  });
  try {
    const ty = declaredTy(ctx, instance);
    declareThis(site, ty, instance, undefined);
    const maker = copied ?? constructorOf(site.ctx, decl);
    const isOwn = maker?.parent === decl;
    if (isOwn)
      maker.parameters.forEach((one, k) => {
        const { initializer } = one;
        const given = args[k];
        const ty = initializer && tyInside(site.ctx, one);
        const inner =
          initializer === undefined
            ? (given ?? constant(site, node, undefined, maybe(num)))
            : given === undefined
              ? lowerExpression(site, initializer, ty)
              : withDefault(site, one, given, initializer, ty);
        bindParameter(site, one, inner);
      });
    const base = baseOf(site.ctx, decl);
    if (base === undefined) initialise(site, decl, isOwn ? maker : undefined);
    else if (!isOwn) {
      const above = instanceAbove(site, base.type, base.symbol, instance);
      takeFields(site, node, constructHere(site, node, above, base.decl, args));
      initialise(site, decl, undefined);
    }
    if (isOwn && maker.body !== undefined) runBody(site, maker.body);
    return finished(site, node, instance);
  } finally {
    Object.assign(site, {
      ctx,
      variables,
      decl: around,
      facts,
      targets,
      inside,
      returnTo,
      returnVariable,
    });
  }
}
