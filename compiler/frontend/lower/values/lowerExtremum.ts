import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { num } from "../../../ir/types.js";
import { branch } from "../control/lowerJoin.js";
import { repeat } from "../control/lowerLoopParts.js";
import { constant, op, type Site, type Variable } from "../lowerSite.js";
import { lengthOf, load } from "../arrays/lowerElements.js";

type Extremum = "max" | "min";

/**
 * `Math.max(...xs)`: its slope is shared evenly by all elements that have the largest value, which no chain of two at a
 * time gives. The value is that of the chain, as a constant of the differentiation, and the slope is that of the mean
 * of the elements that are equal to it: to be found, it needs the largest value and the number of ties, nothing of each
 * element.
 */
export function lowerExtremum(
  site: Site,
  node: ts.Node,
  name: Extremum,
  array: Value,
): Value {
  const { extreme, ties } = chained(site, node, name, array);
  const mean = meanOfEqual(site, node, name, array, extreme, ties);
  return op(site, node, "withSlope", [extreme, mean]);
}

function chained(
  site: Site,
  node: ts.Node,
  name: Extremum,
  array: Value,
): { extreme: Value; ties: Value } {
  const best: Variable = {
    name: name === "max" ? "largest" : "least",
    ty: num,
  };
  const count: Variable = { name: "ties", ty: num };
  const ofNone = name === "max" ? -Infinity : Infinity;
  const one = constant(site, node, 1);
  set(site, best, constant(site, node, ofNone));
  set(site, count, constant(site, node, 0));
  overElements(site, node, array, [best, count], (element) => {
    const x = op(site, node, "detach", [element]);
    const before = get(site, best);
    const ties = get(site, count);
    const isBetter = op(site, node, name === "max" ? "gt" : "lt", [x, before]);
    const isEqual = op(site, node, "eq", [x, before]);
    const more = op(site, node, "add", [ties, one]);
    const same = op(site, node, "select", [isEqual, more, ties]);
    set(site, count, op(site, node, "select", [isBetter, one, same]));
    set(site, best, op(site, node, name, [before, x]));
  });
  return { extreme: take(site, best), ties: take(site, count) };
}

/** With a NaN among them nothing is beyond the extreme, and the mean is NaN: so are all slopes. */
function meanOfEqual(
  site: Site,
  node: ts.Node,
  name: Extremum,
  array: Value,
  extreme: Value,
  ties: Value,
): Value {
  const sum: Variable = { name: "equal", ty: num };
  set(site, sum, constant(site, node, 0));
  overElements(site, node, array, [sum], (x) => {
    const isBeyond = op(site, node, name === "max" ? "lt" : "gt", [x, extreme]);
    branch(
      site,
      node,
      op(site, node, "not", [isBeyond]),
      [],
      () => set(site, sum, op(site, node, "add", [get(site, sum), x])),
      () => undefined,
    );
  });
  const isNaN = op(site, node, "isNaN", [extreme]);
  const count = op(site, node, "select", [
    isNaN,
    constant(site, node, NaN),
    ties,
  ]);
  return op(site, node, "div", [take(site, sum), count]);
}

function overElements(
  site: Site,
  node: ts.Node,
  array: Value,
  carried: readonly Variable[],
  body: (element: Value) => void,
): void {
  const length = lengthOf(site, node, array);
  repeat(
    site,
    node,
    constant(site, node, 0),
    length,
    (i) => body(load(site, node, array, i, true)),
    { carried, outward: [] },
  );
}

function set(site: Site, variable: Variable, value: Value): void {
  site.env.values.set(variable, value);
}

function get(site: Site, variable: Variable): Value {
  const value = site.env.values.get(variable);
  if (value === undefined) throw new TypeError(`${variable.name} has no value`);
  return value;
}

/** The last value of a variable that is not needed any more. */
function take(site: Site, variable: Variable): Value {
  const value = get(site, variable);
  site.env.values.delete(variable);
  return value;
}
