import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { mayShrink } from "./distinctArrays.js";
import { effectsOf } from "../facts/lowerEffects.js";
import { lowerExpression } from "../lowerExpressions.js";
import { emitCounted, loopState } from "../control/lowerLoopParts.js";
import { functionsMade } from "../functions/lowerKnown.js";
import type { LoopExits } from "../control/lowerLoops.js";
import {
  arityOf,
  elementAt,
  pipelineOf,
  type AtHoles,
  type Pipeline,
} from "./lowerPipeline.js";
import { assignedIn, bareExpression } from "../../syntax/scan.js";
import { constant, op, type Site, type Variable } from "../lowerSite.js";

/** What the array methods with a function share: the function itself, and the loop it runs in. */

export function callbackOf(site: Site, node: ts.CallExpression): ts.Expression {
  const [callback] = node.arguments;
  if (callback === undefined || ts.isSpreadElement(callback))
    return site.ctx.refuse(
      node,
      "DC2106",
      "this call has no function",
      "give it one",
    );
  if (!site.facts.neverShrinks() && mayCutItsArray(site, node, callback))
    return site.ctx.refuse(
      callback,
      "DC2106",
      "this function makes an array shorter, maybe the one that is gone through",
      "collect what is to be removed, and remove it afterwards",
    );
  return callback;
}

/** May a callback shorten an array that it is called for, in `xs.map(...).forEach(callback)` that of `xs` too? */
function mayCutItsArray(
  site: Site,
  node: ts.CallExpression,
  callback: ts.Expression,
): boolean {
  const { checker } = site.ctx;
  const effects = effectsOf(checker, [callback], functionsMade(site));
  let up: ts.Expression = node;
  while (
    ts.isCallExpression(up) &&
    ts.isPropertyAccessExpression(up.expression)
  ) {
    up = bareExpression(up.expression.expression);
    if (mayShrink(up, effects, checker, site.decl)) return true;
  }
  return false;
}

/** Does the callback look at its third (for reduce, fourth) parameter, the array? */
const seesArray = (site: Site, callback: ts.Expression, own: number): boolean =>
  arityOf(site.ctx.checker, callback) > own;

export interface Ready {
  readonly callback: ts.Expression;
  readonly pipeline: Pipeline;
  readonly fn: Value;
  /** The array, where the callback asks for it. */
  readonly array: Value | undefined;
}

export function ready(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  { own = 2, leavesEarly = false, needsArray = false } = {},
): Ready {
  const callback = callbackOf(site, node);
  const sees = seesArray(site, callback, own);
  const ending = {
    callback,
    others: node.arguments.slice(1),
    leavesEarly,
    needsArray: needsArray || sees,
  };
  const pipeline = pipelineOf(site, source, ending);
  const fn = lowerExpression(site, callback);
  return { callback, pipeline, fn, array: sees ? pipeline.array : undefined };
}

export const argsOf = (
  value: Value,
  index: Value,
  array: Value | undefined,
): Value[] => (array === undefined ? [value, index] : [value, index, array]);

export function taken(site: Site, variable: Variable): Value {
  const value = site.env.values.get(variable);
  site.env.values.delete(variable);
  if (value === undefined) throw new TypeError("a loop lost its result");
  return value;
}

/** From the last element to the first. */
export function backwards(
  site: Site,
  node: ts.Node,
  { pipeline, callback }: Ready,
  carried: readonly Variable[],
  skipped: number,
  each: (value: Value, index: Value, exits: LoopExits) => void,
  atHoles: AtHoles = "skips",
): void {
  const assigned = assignedIn(site.ctx.checker, [callback]);
  const state = loopState(site, [], assigned, carried);
  const last = constant(site, node, 1 + skipped);
  const lo = op(site, node, "sub", [pipeline.length, last]);
  const hi = constant(site, node, 0);
  const range = { lo, hi, test: ">=", step: -1, name: "i" } as const;
  emitCounted(site, node, range, state, (index, exits) =>
    elementAt(site, node, pipeline, index, atHoles, (value) =>
      each(value, index, exits),
    ),
  );
}
