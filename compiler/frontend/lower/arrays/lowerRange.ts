import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { num } from "../../../ir/types.js";
import { lowerExpression } from "../lowerExpressions.js";
import { choose } from "../control/lowerJoin.js";
import { constant, op, type Site } from "../lowerSite.js";
import { lengthOf } from "./lowerElements.js";

/** Start and end as JavaScript takes them: negative ones count from the end, and both stay inside. */
export function resolvedRange(
  site: Site,
  node: ts.Node,
  array: Value,
  from: ts.Expression | undefined,
  to: ts.Expression | undefined,
): readonly [Value, Value] {
  const zero = constant(site, node, 0);
  const givenStart = from && lowerExpression(site, from, num);
  const givenEnd = to && lowerExpression(site, to, num);
  const length = lengthOf(site, node, array);
  const start =
    from && givenStart ? resolved(site, from, givenStart, length) : zero;
  if (to === undefined || givenEnd === undefined) return [start, length];
  const end = resolved(site, to, givenEnd, length);
  if (site.facts.constants.get(start) === 0) return [start, end];
  return [start, op(site, node, "max", [start, end])];
}

export function resolved(
  site: Site,
  node: ts.Expression,
  index: Value,
  length: Value,
): Value {
  if (
    index === length ||
    site.facts.lengthOf.get(index) === site.facts.lengthOf.get(length)
  )
    return length;
  const literal = site.facts.constants.get(index);
  if (literal === 0) return constant(site, node, 0);
  const fromEnd = (whole: Value): Value =>
    op(site, node, "max", [
      op(site, node, "add", [length, whole]),
      constant(site, node, 0),
    ]);
  const fromStart = (whole: Value): Value =>
    op(site, node, "min", [whole, length]);
  if (literal !== undefined && Number.isInteger(literal))
    return literal > 0 ? fromStart(index) : fromEnd(index);
  const isInteger = site.facts.isInteger(node);
  const whole = isInteger ? index : op(site, node, "trunc", [index]);
  if (isNonNegative(site, index)) return fromStart(whole);
  const zero = constant(site, node, 0);
  const isForward = op(site, node, "ge", [whole, zero]);
  return choose(
    site,
    node,
    isForward,
    num,
    () => fromStart(whole),
    () => {
      if (isInteger) return fromEnd(whole);
      const isBackward = op(site, node, "lt", [whole, zero]);
      // NaN counts as 0
      return choose(
        site,
        node,
        isBackward,
        num,
        () => fromEnd(whole),
        () => zero,
      );
    },
  );
}

export const isNonNegative = (site: Site, value: Value): boolean =>
  site.facts.lengthOf.has(value) || site.facts.below.has(value);
