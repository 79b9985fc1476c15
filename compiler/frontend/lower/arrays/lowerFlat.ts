import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, num, type ArrayTy, type Ty } from "../../../ir/types.js";
import { repeat } from "../control/lowerLoopParts.js";
import { throwAtHoles } from "../facts/lowerPresent.js";
import { coerce } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { constant, emit, perform, type Site } from "../lowerSite.js";
import { lengthOf, load } from "./lowerElements.js";

/** `rows.flat()`, `blocks.flat(2)`, `blocks.flat(Infinity)`, also of rows that are tuples. */
export function lowerFlat(
  site: Site,
  node: ts.CallExpression,
  array: Value,
  ty: ArrayTy,
): Value {
  const [given] = node.arguments;
  const depth = given === undefined ? 1 : depthOf(site, given);
  if (depth === undefined || Number.isNaN(depth))
    return site.ctx.refuse(
      given ?? node,
      "DC2106",
      "flat takes a depth here that is known only at run time",
      "write the depth out: rows.flat(2)",
    );
  const elem = elementAt(ty, depth);
  if (elem === undefined)
    return site.ctx.refuse(
      node,
      "DC2106",
      "only arrays whose elements are all of one type are flattened",
      "flatten one level after the other",
    );
  const result = emit(
    site,
    node,
    "arrayLit",
    [],
    { kind: "array", store: "js", elem },
    {},
  );
  pushAll(site, node, result, array, depth);
  return result;
}

function depthOf(site: Site, given: ts.Expression): number | undefined {
  if (ts.isIdentifier(given) && given.text === "Infinity") return Infinity;
  const value = site.facts.constants.get(lowerExpression(site, given, num));
  return value === undefined ? undefined : Math.trunc(value);
}

/** The type of what is in a list when so many levels have been taken away; a typed array is no level. */
function elementAt(ty: Ty, depth: number): Ty | undefined {
  const of = bare(ty);
  if (of.kind === "array" && of.store === "js" && isLevel(of.elem, depth))
    return elementAt(of.elem, depth - 1);
  if (of.kind === "array") return of.elem;
  if (of.kind !== "record") return undefined;
  const [first, ...others] = of.fields.map((field) => field.ty);
  const isPlain = [first, ...others].every((one) => one?.kind === "num");
  return first !== undefined && isPlain ? num : undefined;
}

/** Is there another list to be taken apart? */
function isLevel(elem: Ty, depth: number): boolean {
  const of = bare(elem);
  const isList =
    (of.kind === "array" && of.store === "js") ||
    (of.kind === "record" && of.tuple);
  return depth > 0 && isList;
}

function pushAll(
  site: Site,
  node: ts.Node,
  result: Value,
  list: Value,
  depth: number,
): void {
  const { ty } = list;
  if (ty.kind === "record") {
    for (const field of ty.fields)
      push(
        site,
        node,
        result,
        emit(site, node, "getField", [list], field.ty, { field: field.name }),
      );
    return;
  }
  if (ty.kind !== "array") throw new TypeError("no list to flatten");
  throwAtHoles(site, node, list);
  const start = constant(site, node, 0);
  repeat(site, node, start, lengthOf(site, node, list), (i) => {
    const value = load(site, node, list, i, true);
    if (!isLevel(ty.elem, depth)) return push(site, node, result, value);
    const inner = coerce(site, node, value, bare(ty.elem));
    pushAll(site, node, result, inner, depth - 1);
  });
}

function push(site: Site, node: ts.Node, result: Value, value: Value): void {
  if (result.ty.kind !== "array") throw new TypeError("push to no array");
  const given = coerce(site, node, value, result.ty.elem);
  perform(site, node, "push", [result, given], {});
}
