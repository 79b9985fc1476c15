import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import {
  arrayOf,
  bool,
  num,
  type ArrayTy,
  type Ty,
} from "../../../ir/types.js";
import { copyOf } from "./lowerArrayLiteral.js";
import { lowerExpression } from "../lowerExpressions.js";
import { noteLength } from "../facts/lowerFacts.js";
import { throwAtHoles } from "../facts/lowerPresent.js";
import { callValue } from "../functions/lowerFunctionValues.js";
import { branch, choose } from "../control/lowerJoin.js";
import { emitWhile, loopState, repeat } from "../control/lowerLoopParts.js";
import { assignedIn } from "../../syntax/scan.js";
import {
  constant,
  emit,
  op,
  perform,
  type Site,
  type Variable,
} from "../lowerSite.js";
import { lengthOf, load } from "./lowerElements.js";

/**
 * `xs.sort(compare)`. Which element goes where is found first, by a stable merge sort of the places: numbers that have
 * no derivative. Then the elements go there, which is all that a derivative sees.
 */
export function lowerSort(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const sorted = inOrder(site, node, array, ty);
  const inside = { inBounds: true };
  repeat(
    site,
    node,
    constant(site, node, 0),
    lengthOf(site, node, sorted),
    (i) => {
      const value = load(site, node, sorted, i, true);
      perform(site, node, "store", [array, i, value], inside);
    },
  );
  return array;
}

export function lowerToSorted(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  return inOrder(site, node, array, ty);
}

/** A fresh array with the elements in order. */
function inOrder(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  throwAtHoles(site, node, array);
  const isAfter = comparison(site, node, ty);
  const length = lengthOf(site, node, array);
  const places = sortedPlaces(site, node, array, length, isAfter);
  const { fixed: _, ...open } = ty;
  const isNumeric = ty.elem.kind === "num";
  const sorted = isNumeric
    ? emit(site, node, "newArray", [length], open, {})
    : copyOf(site, node, array, open);
  noteLength(site.facts, length, sorted);
  repeat(site, node, constant(site, node, 0), length, (i) => {
    const from = load(site, node, places, i, true);
    const value = load(site, node, array, from, true);
    perform(site, node, "store", [sorted, i, value], { inBounds: true });
  });
  return sorted;
}

/** Does the first value belong behind the second? */
type IsAfter = (a: Value, b: Value) => Value;

const isWords = (ty: Ty): boolean =>
  ty.kind === "opaque" && /^(string|"[^"]*"( \| "[^"]*")*)$/.test(ty.text);

function comparison(site: Site, node: ts.CallExpression, ty: ArrayTy): IsAfter {
  const [callback] = node.arguments;
  if (callback !== undefined && !isNothing(callback)) {
    const fn = lowerExpression(site, callback);
    return (a, b) => {
      const order = callValue(site, callback, fn, [a, b], num);
      const zero = constant(site, node, 0);
      return op(site, node, "gt", [order ?? zero, zero]);
    };
  }
  // words, in the order of their code units
  if (isWords(ty.elem))
    return (a, b) =>
      emit(site, node, "opaque", [a, b], bool, {
        parts: ["", " > ", ""],
        needs: [],
        effect: "none",
      });
  if (ty.store === "js")
    return site.ctx.refuse(
      node,
      "DC2106",
      "sort without a comparison puts numbers in the order of their texts",
      "compare them: sort((a, b) => a - b)",
    );
  // NaN goes to the end
  return (a, b) =>
    op(site, node, "or", [
      op(site, node, "gt", [a, b]),
      op(site, node, "and", [
        op(site, node, "isNaN", [a]),
        op(site, node, "not", [op(site, node, "isNaN", [b])]),
      ]),
    ]);
}

const isNothing = (node: ts.Expression): boolean =>
  ts.isIdentifier(node) && node.text === "undefined";

/** The places of the elements in order: runs of 1, 2, 4, ... places are merged until there is one. */
function sortedPlaces(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  length: Value,
  isAfter: IsAfter,
): Value {
  const ty = arrayOf(num, "i32");
  const number = (value: number): Value => constant(site, node, value);
  const places = emit(site, node, "newArray", [length], ty, {});
  const merged = emit(site, node, "newArray", [length], ty, {});
  noteLength(site.facts, length, places);
  const inside = { inBounds: true };
  const at = (index: Value): Value => load(site, node, places, index, true);
  repeat(site, node, number(0), length, (i) =>
    perform(site, node, "store", [places, i, i], inside),
  );
  const assigned = assignedIn(site.ctx.checker, [...node.arguments]);
  const sum = (a: Value, b: Value): Value => op(site, node, "add", [a, b]);
  const least = (a: Value, b: Value): Value => op(site, node, "min", [a, b]);
  const lessThan = (a: Value, b: Value): Value => op(site, node, "lt", [a, b]);

  function merge(start: Value, middle: Value, end: Value): void {
    const left: Variable = { name: "left", ty: num };
    const right: Variable = { name: "right", ty: num };
    site.env.values.set(left, start);
    site.env.values.set(right, middle);
    const state = loopState(site, [], assigned, [left, right]);
    repeat(
      site,
      node,
      start,
      end,
      (k) => {
        const i = current(site, left);
        const j = current(site, right);
        const takesRight = choose(
          site,
          node,
          lessThan(i, middle),
          bool,
          () =>
            choose(
              site,
              node,
              lessThan(j, end),
              bool,
              () =>
                isAfter(
                  load(site, node, array, at(i), true),
                  load(site, node, array, at(j), true),
                ),
              () => constant(site, node, false),
            ),
          () => constant(site, node, true),
        );
        const take = (from: Value, variable: Variable): void => {
          perform(site, node, "store", [merged, k, at(from)], inside);
          site.env.values.set(variable, sum(from, number(1)));
        };
        branch(
          site,
          node,
          takesRight,
          [],
          () => take(j, right),
          () => take(i, left),
        );
      },
      state,
    );
    site.env.values.delete(left);
    site.env.values.delete(right);
  }

  const width: Variable = { name: "width", ty: num };
  whileBelow(site, node, width, number(1), length, assigned, (size) => {
    const double = sum(size, size);
    const start: Variable = { name: "start", ty: num };
    whileBelow(site, node, start, number(0), length, assigned, (from) => {
      const middle = least(sum(from, size), length);
      const end = least(sum(from, double), length);
      merge(from, middle, end);
      return sum(from, double);
    });
    repeat(site, node, number(0), length, (i) => {
      const value = load(site, node, merged, i, true);
      perform(site, node, "store", [places, i, value], inside);
    });
    return double;
  });
  return places;
}

function current(site: Site, variable: Variable): Value {
  const value = site.env.values.get(variable);
  if (value === undefined) throw new TypeError("a loop lost its variable");
  return value;
}

/** `for (let v = first; v < limit; v = next(v))` */
function whileBelow(
  site: Site,
  node: ts.Node,
  variable: Variable,
  first: Value,
  limit: Value,
  assigned: ReadonlySet<ts.Symbol>,
  next: (value: Value) => Value,
): void {
  site.env.values.set(variable, first);
  const state = loopState(site, [], assigned, [variable]);
  emitWhile(site, node, state, () => {
    const value = current(site, variable);
    return choose(
      site,
      node,
      op(site, node, "lt", [value, limit]),
      bool,
      () => {
        site.env.values.set(variable, next(value));
        return constant(site, node, true);
      },
      () => constant(site, node, false),
    );
  });
  site.env.values.delete(variable);
}
