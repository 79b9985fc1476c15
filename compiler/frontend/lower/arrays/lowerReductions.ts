import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import type { Ty } from "../../../ir/types.js";
import { coerce, tyOfNode } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { callValue } from "../functions/lowerFunctionValues.js";
import { branch } from "../control/lowerJoin.js";
import { throwError } from "../values/lowerOpaque.js";
import { firstOf, forEachOf, type Pipeline } from "./lowerPipeline.js";
import { throwAtHoles } from "../facts/lowerPresent.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, op, type Site, type Variable } from "../lowerSite.js";
import {
  argsOf,
  backwards,
  callbackOf,
  ready,
  taken,
  type Ready,
} from "./lowerCallbackParts.js";
import { unlessExited } from "../control/lowerExits.js";

/** `reduce` and `reduceRight`. */

export function lowerReduce(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  want: Ty | undefined,
): Value {
  const [, initial] = node.arguments;
  const callback = callbackOf(site, node);
  const { pipeline, fn, array } =
    initial !== undefined
      ? ready(site, node, source, { own: 3 })
      : withoutFilter(site, node, source);
  const total = accumulator(site, node, callback, want);
  if (initial !== undefined)
    site.env.values.set(total, lowerExpression(site, initial, total.ty));
  else {
    refuseEmpty(site, node, pipeline);
    site.env.values.set(
      total,
      coerce(site, node, firstOf(site, node, pipeline), total.ty),
    );
  }
  const lo = constant(site, node, initial === undefined ? 1 : 0);
  forEachOf(
    site,
    node,
    pipeline,
    [total],
    (value, index) => fold(site, node, fn, total, argsOf(value, index, array)),
    { lo },
  );
  return taken(site, total);
}

/** Without a value to start with, the first element is looked at before the loop. */
function withoutFilter(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
): Ready {
  let up = bareExpression(source);
  while (
    ts.isCallExpression(up) &&
    ts.isPropertyAccessExpression(up.expression) &&
    up.expression.name.text === "map"
  )
    up = bareExpression(up.expression.expression);
  const filters =
    ts.isCallExpression(up) &&
    ts.isPropertyAccessExpression(up.expression) &&
    up.expression.name.text === "filter";
  return ready(site, node, source, { own: 3, needsArray: filters });
}

function accumulator(
  site: Site,
  node: ts.CallExpression,
  callback: ts.Expression,
  want: Ty | undefined,
): Variable {
  const own = tyOfNode(site, node);
  const ty = own.kind === "opaque" && want !== undefined ? want : own;
  const fn = bareExpression(callback);
  const [first] =
    ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)
      ? valueParameters(fn)
      : [];
  const isNamed = first !== undefined && ts.isIdentifier(first.name);
  const type = site.ctx.checker.getTypeAtLocation(node);
  return { name: isNamed ? first.name.getText() : "total", ty, type };
}

function fold(
  site: Site,
  node: ts.Node,
  fn: Value,
  total: Variable,
  args: readonly Value[],
): void {
  const before = site.env.values.get(total);
  const made = callValue(site, node, fn, [before, ...args], total.ty);
  if (made === undefined) return;
  unlessExited(site, node, () => {
    site.env.values.set(total, coerce(site, node, made, total.ty));
  });
}

function refuseEmpty(
  site: Site,
  node: ts.Node,
  { length, array }: Pipeline,
): void {
  // the first element is not looked for
  if (array !== undefined) throwAtHoles(site, node, array);
  const isEmpty = op(site, node, "le", [length, constant(site, node, 0)]);
  branch(
    site,
    node,
    isEmpty,
    [],
    () =>
      throwError(
        site,
        node,
        'TypeError("Reduce of empty array with no initial value")',
      ),
    () => undefined,
  );
}

export function lowerReduceRight(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  want: Ty | undefined,
): Value {
  const [, initial] = node.arguments;
  const one = ready(site, node, source, { own: 3, needsArray: true });
  const { pipeline, fn, array, callback } = one;
  const total = accumulator(site, node, callback, want);
  if (initial !== undefined)
    site.env.values.set(total, lowerExpression(site, initial, total.ty));
  else {
    refuseEmpty(site, node, pipeline);
    const last = op(site, node, "sub", [
      pipeline.length,
      constant(site, node, 1),
    ]);
    const value = coerce(site, node, pipeline.at(last), total.ty);
    site.env.values.set(total, value);
  }
  const skipped = initial === undefined ? 1 : 0;
  backwards(site, node, one, [total], skipped, (value, index) =>
    fold(site, node, fn, total, argsOf(value, index, array)),
  );
  return taken(site, total);
}
