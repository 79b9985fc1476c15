import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { isRef, maybe, type ArrayTy } from "../../../ir/types.js";
import { lengthOf, noteElement, notFilled } from "../arrays/lowerElements.js";
import { branch } from "../control/lowerJoin.js";
import { repeat } from "../control/lowerLoopParts.js";
import { throwError } from "../values/lowerOpaque.js";
import { constant, emit, op, type Site } from "../lowerSite.js";

/**
 * Methods and places where nothing is: most pass over them, what others make of them is not carried and throws. Asked only
 * in a file that makes arrays with holes and goes through arrays; `settleHoles` drops the questions about arrays that have
 * none.
 */

/** Runs `body` for the element at an index that is inside, where there is one. */
export function wherePresent(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
  body: (value: Value) => void,
): void {
  const { elem } = array.ty as ArrayTy;
  const { value, isHole } = askedAt(site, node, array, index);
  branch(
    site,
    node,
    isHole,
    [],
    () => undefined,
    () => {
      const isBare = isRef(elem) && elem.kind !== "maybe";
      const there = isBare ? op(site, node, "unwrap", [value], elem) : value;
      noteElement(site, array, index, there);
      body(there);
    },
  );
}

function askedAt(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
): { value: Value; isHole: Value } {
  const { elem } = array.ty as ArrayTy;
  const isOpen = elem.kind === "maybe";
  const ty = isRef(elem) && !isOpen ? maybe(elem) : elem;
  // where undefined may stand for itself, nothing tells the two apart
  const atHole = isOpen ? "refuse" : "skip";
  const extra = { inBounds: true, atHole } as const;
  const value = emit(site, node, "load", [array, index], ty, extra);
  const isHole = isOpen
    ? constant(site, node, false)
    : op(site, node, "isUndefined", [value]);
  return { value, isHole };
}

/** May the array have holes of which a method has to know? */
export const mayHaveHoles = (site: Site, { ty }: Value): boolean =>
  site.ctx.isHollow &&
  ty.kind === "array" &&
  ty.store === "js" &&
  (isRef(ty.elem) || ty.elem.kind === "num" || ty.elem.kind === "maybe");

/** What the method makes of holes is not carried: it throws. */
export function throwAtHoles(site: Site, node: ts.Node, array: Value): void {
  site.ctx.meetsHoles("asked");
  if (!mayHaveHoles(site, array)) return;
  const zero = constant(site, node, 0);
  repeat(site, node, zero, lengthOf(site, node, array), (index) =>
    throwAtHole(site, node, array, index),
  );
}

export function throwAtHole(
  site: Site,
  node: ts.Node,
  array: Value,
  index: Value,
): void {
  const { isHole } = askedAt(site, node, array, index);
  branch(
    site,
    node,
    isHole,
    [],
    () => throwError(site, node, notFilled),
    () => undefined,
  );
}
