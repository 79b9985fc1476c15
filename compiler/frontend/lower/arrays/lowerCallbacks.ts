import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, isRef, type ArrayTy, type Ty } from "../../../ir/types.js";
import { copyOf, pushPart } from "./lowerArrayLiteral.js";
import { coerce, standsFor, tyOfNode } from "../lowerCoerce.js";
import { noteLength } from "../facts/lowerFacts.js";
import { callPredicate, callValue } from "../functions/lowerFunctionValues.js";
import { branch } from "../control/lowerJoin.js";
import { forEachOf, isFiltered, type Pipeline } from "./lowerPipeline.js";
import { mayHaveHoles, throwAtHoles } from "../facts/lowerPresent.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, emit, perform, type Site } from "../lowerSite.js";
import { argsOf, ready } from "./lowerCallbackParts.js";
import { lowerReduce, lowerReduceRight } from "./lowerReductions.js";
import { lowerFind, lowerFindLast, lowerQuantifier } from "./lowerFinders.js";
import { unlessExited } from "../control/lowerExits.js";

/** Array methods that take a function: loops. */
type Lower = (
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  want: Ty | undefined,
) => Value | undefined;

const methods: Readonly<Record<string, Lower>> = {
  map: lowerMap,
  filter: lowerFilter,
  forEach: lowerForEach,
  reduce: lowerReduce,
  reduceRight: lowerReduceRight,
  some: (site, node, source) => lowerQuantifier(site, node, source, true),
  every: (site, node, source) => lowerQuantifier(site, node, source, false),
  find: (site, node, source) => lowerFind(site, node, source, "element"),
  findIndex: (site, node, source) => lowerFind(site, node, source, "index"),
  findLast: (site, node, source) =>
    lowerFindLast(site, node, source, "element"),
  findLastIndex: (site, node, source) =>
    lowerFindLast(site, node, source, "index"),
  flatMap: lowerFlatMap,
};

export const takesCallback = (name: string): boolean =>
  Object.hasOwn(methods, name);

/** `source.name(callback, ...)`, where `source` is an array that has not been evaluated. */
export function lowerCallbackMethod(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  name: string,
  want: Ty | undefined,
): Value | undefined {
  const method = methods[name];
  if (method === undefined) throw new TypeError(`no method ${name}`);
  const made = bareExpression(source);
  const isHollow =
    (ts.isNewExpression(made) || ts.isCallExpression(made)) &&
    ts.isIdentifier(made.expression) &&
    made.expression.text === "Array" &&
    made.arguments?.length === 1;
  if (isHollow)
    return site.ctx.refuse(
      made,
      "DC2106",
      `an array of holes: ${name} passes by every one of them`,
      "make it with Array.from({ length: n }, (_, i) => ...)",
    );
  return method(site, node, source, want);
}

export function openTy(ty: ArrayTy): ArrayTy {
  const { fixed: _, ...open } = ty;
  return open;
}

/** The type of the array that a method makes. */
export function madeArrayTy(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): ArrayTy {
  const asked = want === undefined ? undefined : bare(want);
  const own = bare(tyOfNode(site, node));
  if (own.kind === "array") {
    const better = asked?.kind === "array" && asked.store === own.store;
    return openTy(better ? asked : own);
  }
  return site.ctx.refuse(
    node,
    "DC2106",
    "what is made here is no array of numbers, arrays or objects",
    "say what it holds",
  );
}

const grows = (ty: ArrayTy): boolean =>
  isRef(ty.elem) || ty.elem.kind !== "num";

function lowerMap(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  want: Ty | undefined,
): Value {
  const { pipeline, fn, array } = ready(site, node, source);
  const ty = madeArrayTy(site, node, want);
  const one = (
    value: Value,
    index: Value,
    keep: (made: Value) => void,
  ): void => {
    const made = callValue(
      site,
      node,
      fn,
      argsOf(value, index, array),
      ty.elem,
    );
    unlessExited(site, node, () => {
      const given = made ?? constant(site, node, undefined, ty.elem);
      keep(coerce(site, node, given, ty.elem));
    });
  };
  const from = pipeline.array;
  const keepsHoles = from !== undefined && mayHaveHoles(site, from);
  if (keepsHoles && grows(ty)) throwAtHoles(site, node, from);
  if (isFiltered(pipeline) || grows(ty))
    return collected(site, node, ty, (push) =>
      forEachOf(site, node, pipeline, [], (value, index) =>
        one(value, index, push),
      ),
    );
  const result = keepsHoles
    ? emit(
        site,
        node,
        "newArray",
        [pipeline.length, constant(site, node, NaN)],
        ty,
        { hollow: "mapped" },
      )
    : emit(site, node, "newArray", [pipeline.length], ty, {});
  noteLength(site.facts, pipeline.length, result);
  forEachOf(site, node, pipeline, [], (value, index) =>
    one(value, index, (made) =>
      perform(site, node, "store", [result, index, made], { inBounds: true }),
    ),
  );
  return result;
}

/** An array that is pushed to; a typed one is made from it in the end. */
function collected(
  site: Site,
  node: ts.Node,
  ty: ArrayTy,
  fill: (push: (value: Value) => void) => void,
): Value {
  const list: ArrayTy = { ...ty, store: "js" };
  const result = emit(site, node, "arrayLit", [], list, {});
  fill((value) => perform(site, node, "push", [result, value], {}));
  return ty.store === "js" ? result : copyOf(site, node, result, ty);
}

function lowerFilter(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  want: Ty | undefined,
): Value {
  const { pipeline, fn, array } = ready(site, node, source);
  const asked = madeArrayTy(site, node, want);
  // TypeScript may know less of what came through: `xs.filter((x) => x.kind === "a")`
  const from = elementTy(pipeline);
  const isSame = from?.kind === "record" && standsFor(from, asked.elem);
  const ty = isSame ? { ...asked, elem: from } : asked;
  return collected(site, node, ty, (push) =>
    forEachOf(site, node, pipeline, [], (value, index) => {
      const keep = callPredicate(site, node, fn, argsOf(value, index, array));
      branch(
        site,
        node,
        keep,
        [],
        () => push(coerce(site, node, value, ty.elem)),
        () => undefined,
      );
    }),
  );
}

/** The type of what comes out of a pipeline, where that is the elements of an array or what a `map` makes. */
function elementTy({ stages, array }: Pipeline): Ty | undefined {
  const map = stages.findLast((stage) => stage.what === "map");
  if (map !== undefined) return map.elem;
  return array?.ty.kind === "array" ? array.ty.elem : undefined;
}

function lowerForEach(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
): undefined {
  const { pipeline, fn, array } = ready(site, node, source);
  forEachOf(site, node, pipeline, [], (value, index) => {
    callValue(site, node, fn, argsOf(value, index, array), "nothing");
  });
}

function lowerFlatMap(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  want: Ty | undefined,
): Value {
  const { pipeline, fn, array } = ready(site, node, source);
  const ty = madeArrayTy(site, node, want);
  const result = emit(site, node, "arrayLit", [], ty, {});
  forEachOf(site, node, pipeline, [], (value, index) => {
    const made = callValue(
      site,
      node,
      fn,
      argsOf(value, index, array),
      undefined,
    );
    if (made === undefined) return;
    const isSpread = made.ty.kind === "array";
    pushPart(site, node, result, { value: made, isSpread });
  });
  return result;
}
