import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import {
  bare,
  bool,
  isRef,
  maybe,
  num,
  type ArrayTy,
  type Ty,
} from "../ir/types.js";
import { copyOf, pushPart } from "./lowerArrayLiteral.js";
import { coerce, standsFor, tyOfNode } from "./lowerCoerce.js";
import { effectsOf } from "./lowerEffects.js";
import { lowerExpression } from "./lowerExpressions.js";
import { noteLength } from "./lowerFacts.js";
import { callPredicate, callValue } from "./lowerFunctionValues.js";
import { branch } from "./lowerJoin.js";
import { emitCounted, loopState } from "./lowerLoopParts.js";
import type { LoopExits } from "./lowerLoops.js";
import { throwError } from "./lowerOpaque.js";
import {
  arityOf,
  firstOf,
  forEachOf,
  isFiltered,
  pipelineOf,
  type Pipeline,
} from "./lowerPipeline.js";
import { assignedIn, bareExpression } from "./lowerScan.js";
import {
  constant,
  emit,
  op,
  perform,
  type Site,
  type Variable,
} from "./lowerSite.js";
import { leave } from "./lowerStatements.js";

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

function callbackOf(site: Site, node: ts.CallExpression): ts.Expression {
  const [callback] = node.arguments;
  if (callback === undefined || ts.isSpreadElement(callback))
    return site.ctx.refuse(
      node,
      "DC2106",
      "this call has no function",
      "give it one",
    );
  if (
    !site.facts.neverShrinks() &&
    effectsOf(site.ctx.checker, [callback]).shrinks
  )
    return site.ctx.refuse(
      callback,
      "DC2106",
      "this function makes an array shorter, maybe the one that is gone through",
      "collect what is to be removed, and remove it afterwards",
    );
  return callback;
}

/** Does the callback look at its third (for reduce, fourth) parameter, the array? */
const seesArray = (site: Site, callback: ts.Expression, own: number): boolean =>
  arityOf(site.ctx.checker, callback) > own;

interface Ready {
  readonly callback: ts.Expression;
  readonly pipeline: Pipeline;
  readonly fn: Value;
  /** The array, where the callback asks for it. */
  readonly array: Value | undefined;
}

function ready(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  { own = 2, leavesEarly = false, needsArray = false } = {},
): Ready {
  const callback = callbackOf(site, node);
  const sees = seesArray(site, callback, own);
  const ending = {
    callback,
    others: node.arguments.slice(1),
    leavesEarly,
    needsArray: needsArray || sees,
  };
  const pipeline = pipelineOf(site, source, ending);
  const fn = lowerExpression(site, callback);
  return { callback, pipeline, fn, array: sees ? pipeline.array : undefined };
}

const argsOf = (
  value: Value,
  index: Value,
  array: Value | undefined,
): Value[] => (array === undefined ? [value, index] : [value, index, array]);

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
  const one = (value: Value, index: Value): Value => {
    const made = callValue(
      site,
      node,
      fn,
      argsOf(value, index, array),
      ty.elem,
    );
    const given = made ?? constant(site, node, undefined, ty.elem);
    return coerce(site, node, given, ty.elem);
  };
  if (isFiltered(pipeline) || grows(ty))
    return collected(site, node, ty, (push) =>
      forEachOf(site, node, pipeline, [], (value, index) =>
        push(one(value, index)),
      ),
    );
  const result = emit(site, node, "newArray", [pipeline.length], ty, {});
  noteLength(site.facts, pipeline.length, result);
  forEachOf(site, node, pipeline, [], (value, index) =>
    perform(site, node, "store", [result, index, one(value, index)], {
      inBounds: true,
    }),
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

function lowerReduce(
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
    lo,
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
    ts.isArrowFunction(fn) || ts.isFunctionExpression(fn) ? fn.parameters : [];
  const isNamed = first !== undefined && ts.isIdentifier(first.name);
  return { name: isNamed ? first.name.getText() : "total", ty };
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
  if (made !== undefined)
    site.env.values.set(total, coerce(site, node, made, total.ty));
}

function taken(site: Site, variable: Variable): Value {
  const value = site.env.values.get(variable);
  site.env.values.delete(variable);
  if (value === undefined) throw new TypeError("a loop lost its result");
  return value;
}

function refuseEmpty(site: Site, node: ts.Node, { length }: Pipeline): void {
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

/** From the last element to the first. */
function backwards(
  site: Site,
  node: ts.Node,
  { pipeline, callback }: Ready,
  carried: readonly Variable[],
  skipped: number,
  each: (value: Value, index: Value, exits: LoopExits) => void,
): void {
  const assigned = assignedIn(site.ctx.checker, [callback]);
  const state = loopState(site, [], assigned, carried);
  const last = constant(site, node, 1 + skipped);
  const lo = op(site, node, "sub", [pipeline.length, last]);
  const hi = constant(site, node, 0);
  const range = { lo, hi, test: ">=", step: -1, name: "i" } as const;
  emitCounted(site, node, range, state, (index, exits) =>
    each(pipeline.at(index), index, exits),
  );
}

function lowerReduceRight(
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

function lowerQuantifier(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  looksFor: boolean,
): Value {
  const { pipeline, fn, array } = ready(site, node, source, {
    leavesEarly: true,
  });
  const found: Variable = { name: looksFor ? "some" : "every", ty: bool };
  site.env.values.set(found, constant(site, node, !looksFor));
  forEachOf(site, node, pipeline, [found], (value, index, exits) => {
    const truth = callPredicate(site, node, fn, argsOf(value, index, array));
    const stop = looksFor ? truth : op(site, node, "not", [truth]);
    stopWhere(site, node, stop, exits, () =>
      site.env.values.set(found, constant(site, node, looksFor)),
    );
  });
  return taken(site, found);
}

function stopWhere(
  site: Site,
  node: ts.Node,
  condition: Value,
  exits: LoopExits,
  first: () => void,
): void {
  branch(
    site,
    node,
    condition,
    [],
    () => {
      first();
      leave(site, exits.breakTo);
    },
    () => undefined,
  );
}

/** Notes the element or index where the predicate holds, and leaves the loop. */
function finder(
  site: Site,
  node: ts.CallExpression,
  { pipeline, fn, array }: Ready,
  what: "element" | "index",
): {
  found: Variable;
  each: (value: Value, index: Value, exits: LoopExits) => void;
} {
  const last = pipeline.stages.findLast((stage) => stage.what === "map");
  const array0 = pipeline.array?.ty;
  const elem =
    last?.elem ?? (array0?.kind === "array" ? array0.elem : undefined);
  const ty = what === "index" ? num : maybe(elem ?? bare(tyOfNode(site, node)));
  const found: Variable = { name: "found", ty };
  site.env.values.set(
    found,
    what === "index"
      ? constant(site, node, -1)
      : constant(site, node, undefined, ty),
  );
  const each = (value: Value, index: Value, exits: LoopExits): void => {
    const truth = callPredicate(site, node, fn, argsOf(value, index, array));
    stopWhere(site, node, truth, exits, () =>
      site.env.values.set(
        found,
        what === "index" ? index : coerce(site, node, value, ty),
      ),
    );
  };
  return { found, each };
}

function lowerFind(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  what: "element" | "index",
): Value {
  const one = ready(site, node, source, { leavesEarly: true });
  const { found, each } = finder(site, node, one, what);
  forEachOf(site, node, one.pipeline, [found], each);
  return taken(site, found);
}

function lowerFindLast(
  site: Site,
  node: ts.CallExpression,
  source: ts.Expression,
  what: "element" | "index",
): Value {
  const one = ready(site, node, source, { needsArray: true });
  const { found, each } = finder(site, node, one, what);
  backwards(site, node, one, [found], 0, each);
  return taken(site, found);
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
