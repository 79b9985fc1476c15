import type { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { branch, choose } from "./lowerJoin.js";
import { repeat } from "./lowerLoopParts.js";
import { constant, op, type Site, type Variable } from "./lowerSite.js";
import { lengthOf, load } from "./lowerElements.js";

type Extremum = "max" | "min";

/**
 * `Math.max(...xs)`: its slope is shared evenly by all elements that have the largest value, which no chain of two at a
 * time gives. So the value is found first, only to be compared with, and the result is the mean of the elements that
 * are equal to it. Every step of that mean adds 0, so the value stays what it is, to the bit; of a zero the sign is put
 * back.
 */
export function lowerExtremum(
  site: Site,
  node: ts.Node,
  name: Extremum,
  array: Value,
): Value {
  const extreme = chained(site, node, name, array);
  // With a NaN among them all slopes are NaN: those of the chain are.
  return choose(
    site,
    node,
    op(site, node, "isNaN", [extreme]),
    num,
    () => chained(site, node, name, array),
    () => meanOfEqual(site, node, name, array, extreme),
  );
}

/** The value of none. */
const ofNone = (name: Extremum): number =>
  name === "max" ? -Infinity : Infinity;

function chained(
  site: Site,
  node: ts.Node,
  name: Extremum,
  array: Value,
): Value {
  const best: Variable = {
    name: name === "max" ? "largest" : "least",
    ty: num,
  };
  set(site, best, constant(site, node, ofNone(name)));
  overElements(site, node, array, [best], (x) =>
    set(site, best, op(site, node, name, [get(site, best), x])),
  );
  return take(site, best);
}

function meanOfEqual(
  site: Site,
  node: ts.Node,
  name: Extremum,
  array: Value,
  extreme: Value,
): Value {
  const mean: Variable = { name: "shared", ty: num };
  const count: Variable = { name: "ties", ty: num };
  set(site, mean, constant(site, node, ofNone(name)));
  set(site, count, constant(site, node, 0));
  const isFinite = op(site, node, "isFinite", [extreme]);
  const one = constant(site, node, 1);
  const addElement = (x: Value): void => {
    const ties = get(site, count);
    const now = op(site, node, "add", [ties, one]);
    const before = get(site, mean);
    const isFirst = op(site, node, "eq", [ties, constant(site, node, 0)]);
    const joined = (): Value => {
      const differs = op(site, node, "sub", [x, before]);
      const part = op(site, node, "div", [differs, now]);
      return op(site, node, "add", [before, part]);
    };
    const next = choose(
      site,
      node,
      isFirst,
      num,
      () => x,
      () =>
        // The difference of two infinities is no 0.
        choose(site, node, isFinite, num, joined, () =>
          op(site, node, name, [before, x]),
        ),
    );
    set(site, mean, next);
    set(site, count, now);
  };
  overElements(site, node, array, [mean, count], (x) => {
    const isEqual = op(site, node, "eq", [x, extreme]);
    branch(
      site,
      node,
      isEqual,
      [],
      () => addElement(x),
      () => undefined,
    );
  });
  take(site, count);
  return withSignOf(site, node, extreme, take(site, mean));
}

/** The mean of several -0 comes out as 0; `-0 - (0 - mean)` has the value -0 and the slope of the mean. */
function withSignOf(
  site: Site,
  node: ts.Node,
  extreme: Value,
  mean: Value,
): Value {
  const zero = constant(site, node, 0);
  const inverse = op(site, node, "div", [constant(site, node, 1), extreme]);
  const isNegativeZero = op(site, node, "eq", [
    inverse,
    constant(site, node, -Infinity),
  ]);
  return choose(
    site,
    node,
    isNegativeZero,
    num,
    () =>
      op(site, node, "sub", [
        constant(site, node, -0),
        op(site, node, "sub", [zero, mean]),
      ]),
    () => mean,
  );
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
