import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { maybe, num, type ArrayTy } from "../../../ir/types.js";
import type { Place } from "../lowerAssign.js";
import { copyOf, spreadArray } from "./lowerArrayLiteral.js";
import { coerce } from "../lowerCoerce.js";
import { lengthOf, load } from "./lowerElements.js";
import { lowerStored } from "../functions/lowerEscapes.js";
import { lowerExpression } from "../lowerExpressions.js";
import { branch, choose } from "../control/lowerJoin.js";
import { repeat } from "../control/lowerLoopParts.js";
import { throwError } from "../values/lowerOpaque.js";
import { isNonNegative, resolved, resolvedRange } from "./lowerRange.js";
import { constant, emit, op, perform, type Site } from "../lowerSite.js";

/**
 * Array methods that put elements in or take them out at any place. All of them are pushes and pops at an index, which
 * undo each other in the backward sweep.
 */

/** `a.shift()` */
export function lowerShift(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  return take(site, node, array, ty, constant(site, node, 0));
}

const take = (
  site: Site,
  node: ts.Node,
  array: Value,
  ty: ArrayTy,
  at: Value | undefined,
): Value =>
  emit(
    site,
    node,
    "pop",
    at === undefined ? [array] : [array, at],
    maybe(ty.elem),
    {},
  );

/** `a.unshift(v, w)` */
export function lowerUnshift(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const parts = partsOf(site, node.arguments, ty);
  putIn(site, node, array, ty, constant(site, node, 0), parts);
  return emit(site, node, "length", [array], num, {});
}

/** `a.splice(start, count, v, w)`: gives what it takes out. */
export function lowerSplice(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const [from, count, ...items] = node.arguments;
  const { fixed: _, ...open } = ty;
  if (from === undefined) return emit(site, node, "arrayLit", [], open, {});
  if ([from, count].some((one) => one && ts.isSpreadElement(one)))
    return site.ctx.refuse(
      node,
      "DC2106",
      "where to splice comes out of a spread here",
      "write the place and the count as arguments of their own",
    );
  const givenStart = lowerExpression(site, from, num);
  const givenCount = count && lowerExpression(site, count, num);
  const parts = partsOf(site, items, ty);
  const length = lengthOf(site, node, array);
  const start = resolved(site, from, givenStart, length);
  const rest = op(site, node, "sub", [length, start]);
  const taken =
    count === undefined || givenCount === undefined
      ? rest
      : clamped(site, count, givenCount, rest);
  const end = op(site, node, "add", [start, taken]);
  const out = emit(site, node, "slice", [array, start, end], open, {
    keepsHoles: true,
  });
  // what goes up to the end is taken from the end
  const at = taken === rest ? undefined : start;
  takeOut(site, node, taken, () => take(site, node, array, ty, at));
  putIn(site, node, array, ty, start, parts);
  return out;
}

/** A count as splice takes it: whole, not below 0 (NaN counts as 0), not more than there is. */
function clamped(
  site: Site,
  node: ts.Expression,
  count: Value,
  rest: Value,
): Value {
  const zero = constant(site, node, 0);
  const known = site.facts.constants.get(count);
  if (known !== undefined && known <= 0) return zero;
  const isInteger =
    site.facts.isInteger(node) || (known !== undefined && known % 1 === 0);
  const most = (): Value =>
    op(site, node, "min", [
      isInteger ? count : op(site, node, "trunc", [count]),
      rest,
    ]);
  if (isInteger && (known !== undefined || isNonNegative(site, count)))
    return most();
  const isSome = op(site, node, "gt", [count, zero]);
  return choose(site, node, isSome, num, most, () => zero);
}

/** As often as there is something to take. */
function takeOut(
  site: Site,
  node: ts.Node,
  count: Value,
  one: () => void,
): void {
  if (site.facts.constants.get(count) === 0) return;
  repeat(site, node, constant(site, node, 0), count, one);
}

/** What is put in: values, or the elements of arrays, from the first to the last. */
interface Part {
  readonly value: Value;
  readonly isSpread: boolean;
}

/** What is spread is copied first: it may be the array itself. */
function partsOf(
  site: Site,
  nodes: readonly ts.Expression[],
  ty: ArrayTy,
): Part[] {
  return nodes.map((one) => {
    if (!ts.isSpreadElement(one))
      return { value: lowerStored(site, one, ty.elem), isSpread: false };
    const value = spreadArray(site, one);
    if (value.ty.kind !== "array") throw new TypeError("a spread of no array");
    const { fixed: _, ...open } = value.ty;
    return { value: copyOf(site, one, value, open), isSpread: true };
  });
}

function putIn(
  site: Site,
  node: ts.Node,
  array: Value,
  ty: ArrayTy,
  start: Value,
  parts: readonly Part[],
): void {
  let at = start;
  const put = (value: Value, place: Value): void =>
    perform(
      site,
      node,
      "push",
      [array, coerce(site, node, value, ty.elem), place],
      {},
    );
  parts.forEach(({ value, isSpread }, k) => {
    const here = at;
    const size = isSpread
      ? lengthOf(site, node, value)
      : constant(site, node, 1);
    if (isSpread)
      repeat(site, node, constant(site, node, 0), size, (i) =>
        put(load(site, node, value, i, true), op(site, node, "add", [here, i])),
      );
    else put(value, here);
    if (k < parts.length - 1) at = op(site, node, "add", [here, size]);
  });
}

/** `a.toSpliced(...)` */
export function lowerToSpliced(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const { fixed: _, ...open } = ty;
  const copy = copyOf(site, node, array, open);
  lowerSplice(site, node, copy, open);
  return copy;
}

/** `a.copyWithin(target, start, end)`, over a copy: the two stretches may overlap. */
export function lowerCopyWithin(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const [to, from, until] = node.arguments;
  if (to === undefined) return array;
  const given = lowerExpression(site, to, num);
  const [start, end] = resolvedRange(site, node, array, from, until);
  const length = lengthOf(site, node, array);
  const target = resolved(site, to, given, length);
  const count = op(site, node, "min", [
    op(site, node, "sub", [end, start]),
    op(site, node, "sub", [length, target]),
  ]);
  const last = op(site, node, "add", [start, count]);
  const { fixed: _, ...open } = ty;
  const copy = emit(site, node, "slice", [array, start, last], open, {});
  repeat(site, node, constant(site, node, 0), count, (i) => {
    const place = op(site, node, "add", [target, i]);
    const value = load(site, node, copy, i, true);
    perform(site, node, "store", [array, place, value], { inBounds: true });
  });
  return array;
}

/** `a.length`, of which `a.length = n` drops what is behind n. */
export function lengthPlace(
  site: Site,
  node: ts.PropertyAccessExpression,
  array: Value,
  ty: ArrayTy,
): Place {
  return {
    ty: num,
    read: () => lengthOf(site, node, array),
    write(given) {
      const size = coerce(site, node, given, num);
      const length = lengthOf(site, node, array);
      if (site.facts.constants.get(size) !== 0)
        branch(
          site,
          node,
          op(site, node, "not", [isShorter(site, node, size, length)]),
          [],
          () => throwError(site, node, lengthens),
          () => undefined,
        );
      const surplus = op(site, node, "sub", [length, size]);
      takeOut(site, node, surplus, () =>
        take(site, node, array, ty, undefined),
      );
    },
  };
}

const lengthens =
  'RangeError("a differentiated function may only shorten an array by its length")';

/** Is it a length that the array can be cut to? */
function isShorter(
  site: Site,
  node: ts.Node,
  size: Value,
  length: Value,
): Value {
  const fits = op(site, node, "le", [size, length]);
  const known = site.facts.constants.get(size);
  if (known !== undefined && known >= 0 && Number.isInteger(known)) return fits;
  return op(site, node, "and", [
    op(site, node, "ge", [size, constant(site, node, 0)]),
    op(site, node, "and", [fits, op(site, node, "isInteger", [size])]),
  ]);
}
