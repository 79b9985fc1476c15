import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, bool, maybe, num } from "../../../ir/types.js";
import { coerce, tyOfNode } from "../lowerCoerce.js";
import { callPredicate } from "../functions/lowerFunctionValues.js";
import { branch } from "../control/lowerJoin.js";
import type { LoopExits } from "../control/lowerLoops.js";
import { forEachOf } from "./lowerPipeline.js";
import { constant, op, type Site, type Variable } from "../lowerSite.js";
import { leave } from "../control/lowerStatements.js";
import {
  argsOf,
  backwards,
  ready,
  taken,
  type Ready,
} from "./lowerCallbackParts.js";

/** Array methods that look for something: `some`, `every`, `find` and kin. */

export function lowerQuantifier(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  looksFor: boolean,
): Value {
  const { pipeline, fn, array } = ready(site, node, source, {
    leavesEarly: true,
  });
  const found: Variable = { name: looksFor ? "some" : "every", ty: bool };
  site.env.values.set(found, constant(site, node, !looksFor));
  forEachOf(site, node, pipeline, [found], (value, index, exits) => {
    const truth = callPredicate(site, node, fn, argsOf(value, index, array));
    const stop = looksFor ? truth : op(site, node, "not", [truth]);
    stopWhere(site, node, stop, exits, () =>
      site.env.values.set(found, constant(site, node, looksFor)),
    );
  });
  return taken(site, found);
}

function stopWhere(
  site: Site,
  node: ts.Node,
  condition: Value,
  exits: LoopExits,
  first: () => void,
): void {
  branch(
    site,
    node,
    condition,
    [],
    () => {
      first();
      leave(site, exits.breakTo);
    },
    () => undefined,
  );
}

/** Notes the element or index where the predicate holds, and leaves the loop. */
function finder(
  site: Site,
  node: ts.CallExpression,
  { pipeline, fn, array }: Ready,
  what: "element" | "index",
): {
  found: Variable;
  each: (value: Value, index: Value, exits: LoopExits) => void;
} {
  const last = pipeline.stages.findLast((stage) => stage.what === "map");
  const array0 = pipeline.array?.ty;
  const elem =
    last?.elem ?? (array0?.kind === "array" ? array0.elem : undefined);
  const ty = what === "index" ? num : maybe(elem ?? bare(tyOfNode(site, node)));
  const found: Variable = { name: "found", ty };
  site.env.values.set(
    found,
    what === "index"
      ? constant(site, node, -1)
      : constant(site, node, undefined, ty),
  );
  const each = (value: Value, index: Value, exits: LoopExits): void => {
    const truth = callPredicate(site, node, fn, argsOf(value, index, array));
    stopWhere(site, node, truth, exits, () =>
      site.env.values.set(
        found,
        what === "index" ? index : coerce(site, node, value, ty),
      ),
    );
  };
  return { found, each };
}

export function lowerFind(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  what: "element" | "index",
): Value {
  const one = ready(site, node, source, { leavesEarly: true });
  const { found, each } = finder(site, node, one, what);
  forEachOf(site, node, one.pipeline, [found], each, { atHoles: "visits" });
  return taken(site, found);
}

export function lowerFindLast(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  what: "element" | "index",
): Value {
  const one = ready(site, node, source, { needsArray: true });
  const { found, each } = finder(site, node, one, what);
  backwards(site, node, one, [found], 0, each, "visits");
  return taken(site, found);
}
