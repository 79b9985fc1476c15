import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import type { Ty } from "../ir/types.js";
import { bindName } from "./lowerDestructuring.js";
import { lowerExpression } from "./lowerExpressions.js";
import { bareExpression } from "./lowerScan.js";
import { poison, type Exit, type Site, type Variable } from "./lowerSite.js";
import { lowerList } from "./lowerStatements.js";

/** The body of a function that is written where it is called from: `(_, i) => i * h`. Its result, as a `ty`. */
export function inlineCallback(
  site: Site,
  given: ts.Expression,
  args: readonly (Value | undefined)[],
  ty: Ty,
): Value {
  const fn = bareExpression(given);
  if (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn))
    return site.ctx.refuse(
      given,
      "DC2104",
      "a function is handed over by its name",
      "write it out here: (_, i) => f(i)",
    );
  fn.parameters.forEach((parameter, k) => {
    const value = args[k];
    const isPlain =
      parameter.initializer === undefined &&
      parameter.dotDotDotToken === undefined;
    if (!isPlain)
      site.ctx.refuse(
        parameter,
        "DC2110",
        "this parameter has a default or takes the rest",
        "use plain parameters",
      );
    if (value !== undefined) bindName(site, parameter.name, value);
  });
  if (!ts.isBlock(fn.body)) return lowerExpression(site, fn.body, ty);
  return lowerBody(site, fn.body, ty);
}

function lowerBody(site: Site, body: ts.Block, ty: Ty): Value {
  const saved = {
    returnTo: site.returnTo,
    returnVariable: site.returnVariable,
    targets: site.targets,
  };
  const returnTo: Exit = { kind: "return", hint: "returned" };
  const result: Variable = { name: "result", ty };
  Object.assign(site, { returnTo, returnVariable: result, targets: [] });
  lowerList(site, body.statements, new Set([returnTo]));
  Object.assign(site, saved);
  const value = site.env.values.get(result) ?? poison(site, body, ty);
  site.env.values.delete(result);
  if (site.env.exits.delete(returnTo)) site.env.dead = false;
  return value;
}
