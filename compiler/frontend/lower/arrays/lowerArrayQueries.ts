import { ts } from "ts-morph";
import { elementText } from "../values/ownTexts.js";
import type { Value } from "../../../ir/ir.js";
import { isRef, num, str, type ArrayTy, type Ty } from "../../../ir/types.js";
import { copyOf } from "./lowerArrayLiteral.js";
import { lowerCollectionListed } from "../records/lowerCollectionLists.js";
import { emptyLength } from "./lowerEmptyArrays.js";
import { lowerExpression } from "../lowerExpressions.js";
import { throwAtHoles } from "../facts/lowerPresent.js";
import { lowerIdentity } from "../records/lowerIdentity.js";
import { noteLength } from "../facts/lowerFacts.js";
import { branch } from "../control/lowerJoin.js";
import { emitCounted, loopState, repeat } from "../control/lowerLoopParts.js";
import type { LoopExits } from "../control/lowerLoops.js";
import { bareExpression } from "../../syntax/scan.js";
import {
  constant,
  emit,
  op,
  perform,
  type Site,
  type Variable,
} from "../lowerSite.js";
import { leave } from "../control/lowerStatements.js";
import { ownerTy } from "../lowerVariables.js";
import { lengthOf, load } from "./lowerElements.js";

/** Array methods that look for a value or make a changed copy. */

export function lowerIndexOf(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  return search(site, node, array, ty, "first");
}

export function lowerLastIndexOf(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  return search(site, node, array, ty, "last");
}

export function lowerIncludes(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const index = search(site, node, array, ty, "any");
  return op(site, node, "ge", [index, constant(site, node, 0)]);
}

/** The place of a value, or -1. */
function search(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
  what: "first" | "last" | "any",
): Value {
  const [wanted, from] = node.arguments;
  const isFound = isRef(ty.elem) || ty.elem.kind === "num";
  if (wanted === undefined || from !== undefined || !isFound)
    return site.ctx.refuse(
      node,
      "DC2106",
      "only a number, an array or an object is looked for among its like, from the start",
      "use findIndex with the condition that you mean",
    );
  // a hole is undefined for includes, and for the others not there
  if (what === "any" || isRef(ty.elem)) throwAtHoles(site, node, array);
  const value = lowerExpression(site, wanted, isRef(ty.elem) ? undefined : num);
  const found: Variable = { name: "found", ty: num };
  site.env.values.set(found, constant(site, node, -1));
  const isIt = (element: Value): Value => {
    const one = lowerIdentity(site, node, element, value, false);
    if (one !== undefined) return one;
    const same = op(site, node, "eq", [element, value]);
    if (what !== "any") return same;
    const areNaN = op(site, node, "and", [
      op(site, node, "isNaN", [element]),
      op(site, node, "isNaN", [value]),
    ]);
    return op(site, node, "or", [same, areNaN]);
  };
  const each = (index: Value, exits: LoopExits): void => {
    branch(
      site,
      node,
      isIt(load(site, node, array, index, true)),
      [],
      () => {
        site.env.values.set(found, index);
        leave(site, exits.breakTo);
      },
      () => undefined,
    );
  };
  const state = loopState(site, [], new Set(), [found]);
  const length = lengthOf(site, node, array);
  const zero = constant(site, node, 0);
  if (what === "last") {
    const lo = op(site, node, "sub", [length, constant(site, node, 1)]);
    const range = { lo, hi: zero, test: ">=", step: -1, name: "i" } as const;
    emitCounted(site, node, range, state, each);
  } else repeat(site, node, zero, length, each, state);
  const result = site.env.values.get(found);
  site.env.values.delete(found);
  return result ?? zero;
}

/** `xs.with(i, v)` */
export function lowerWith(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const [at, given] = node.arguments;
  if (at === undefined || given === undefined || !site.facts.isInteger(at))
    return site.ctx.refuse(
      node,
      "DC2106",
      "with takes an integer place and a value here",
      "copy the array with slice, and assign to the element",
    );
  const index = lowerExpression(site, at, num);
  const value = lowerExpression(site, given, ty.elem);
  const { fixed: _, ...open } = ty;
  const copy = copyOf(site, node, array, open);
  const known = site.facts.constants.get(index);
  const length = lengthOf(site, node, copy);
  const fromEnd = (): Value => op(site, node, "add", [length, index]);
  if (known === undefined)
    return site.ctx.refuse(
      at,
      "DC2106",
      "with takes a place that is written out here",
      "copy the array with slice, and assign to the element",
    );
  const place = known < 0 ? fromEnd() : index;
  perform(site, node, "store", [copy, place, value], { inBounds: true });
  return copy;
}

/** `xs.join(", ")`: text, which has no derivative. */
export function lowerJoin(
  site: Site,
  node: ts.CallExpression,
  array: Value,
): Value {
  const [given] = node.arguments;
  throwAtHoles(site, node, array);
  const separator =
    given === undefined
      ? constant(site, node, ",", str)
      : lowerExpression(site, given, str);
  const joined: Variable = { name: "text", ty: str };
  site.env.values.set(joined, constant(site, node, "", str));
  const state = loopState(site, [], new Set(), [joined]);
  const text = (args: readonly Value[]): Value =>
    emit(site, node, "opaque", args, str, {
      parts: args.map((_, k) => (k === 0 ? "" : " + ")).concat(""),
      needs: [],
      effect: "none",
    });
  const zero = constant(site, node, 0);
  repeat(
    site,
    node,
    zero,
    lengthOf(site, node, array),
    (i) => {
      const before = site.env.values.get(joined) ?? separator;
      const element = load(site, node, array, i, true);
      const value = elementText(site, node, element);
      const isFirst = op(site, node, "eq", [i, zero]);
      branch(
        site,
        node,
        isFirst,
        [],
        () => {
          site.env.values.set(joined, text([before, value]));
        },
        () => {
          site.env.values.set(joined, text([before, separator, value]));
        },
      );
    },
    state,
  );
  const result = site.env.values.get(joined);
  site.env.values.delete(joined);
  return result ?? separator;
}

/** The elements of `xs.keys()`, `xs.entries()` and `xs.values()` as an array; undefined for anything else. */
export function lowerListed(
  site: Site,
  given: ts.Expression,
): Value | undefined {
  const ofCollection = lowerCollectionListed(site, given);
  if (ofCollection !== undefined) return ofCollection;
  const node = bareExpression(given);
  if (
    !ts.isCallExpression(node) ||
    !ts.isPropertyAccessExpression(node.expression) ||
    node.arguments.length > 0
  )
    return undefined;
  const { expression: source, name } = node.expression;
  const what = name.text;
  if (what !== "keys" && what !== "entries" && what !== "values")
    return undefined;
  const ty = ownerTy(site, source);
  if (ty.kind !== "array") return undefined;
  const zero = constant(site, node, 0);
  if (what === "keys") {
    const length =
      emptyLength(site, source) ??
      lengthOf(site, node, lowerExpression(site, source, ty));
    const keys = emit(
      site,
      node,
      "newArray",
      [length],
      { ...plain, elem: num },
      {},
    );
    noteLength(site.facts, length, keys);
    repeat(site, node, zero, length, (i) =>
      perform(site, node, "store", [keys, i, i], { inBounds: true }),
    );
    return keys;
  }
  const array = lowerExpression(site, source, ty);
  if (what === "values") return array;
  const length = lengthOf(site, node, array);
  const elem: Ty =
    ty.elem.kind === "num"
      ? { ...plain, elem: num, fixed: 2 }
      : {
          kind: "record",
          tuple: true,
          fields: [
            { name: "0", ty: num },
            { name: "1", ty: ty.elem },
          ],
        };
  const entries = emit(site, node, "arrayLit", [], { ...plain, elem }, {});
  repeat(site, node, zero, length, (i) => {
    const parts = [i, load(site, node, array, i, true)];
    const pair =
      elem.kind === "array"
        ? emit(site, node, "arrayLit", parts, elem, {})
        : emit(site, node, "newRecord", parts, elem, {});
    perform(site, node, "push", [entries, pair], {});
  });
  return entries;
}

/** Is the list an array of its own, where `lowerListed` gives one? */
export function isListFresh(given: ts.Expression): boolean {
  const node = bareExpression(given);
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    /^(keys|entries)$/.test(node.expression.name.text)
  );
}

const plain = { kind: "array", store: "js" } as const;
