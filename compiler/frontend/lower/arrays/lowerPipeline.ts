import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, num, type Ty } from "../../../ir/types.js";
import { givenAhead } from "../lowerAhead.js";
import { calleeOf } from "../../syntax/callee.js";
import { coerce, tyOfNode } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { callPredicate, callValue } from "../functions/lowerFunctionValues.js";
import { branch } from "../control/lowerJoin.js";
import { codeOf, knownOf } from "../functions/lowerKnown.js";
import { loopState, repeat } from "../control/lowerLoopParts.js";
import type { LoopExits } from "../control/lowerLoops.js";
import {
  conductOf,
  isPure,
  mentionsAny,
  type Conduct,
} from "../facts/lowerPurity.js";
import { assignedIn, bareExpression } from "../../syntax/scan.js";
import { constant, op, type Site, type Variable } from "../lowerSite.js";
import { lowerOwner, ownerTy } from "../lowerVariables.js";
import {
  mayHaveHoles,
  throwAtHole,
  wherePresent,
} from "../facts/lowerPresent.js";
import { placesOf } from "./lowerEmptyArrays.js";
import { lengthOf, load } from "./lowerElements.js";
import { isStatic } from "./arrayConstructors.js";
import { lengthProperty, wholeNumber } from "./lowerFilled.js";

/**
 * What a method with a callback goes over: the elements of an array, through the `map`s and `filter`s in front of it
 * where nobody else sees what they make. `xs.map(f).filter(g).reduce(h, 0)` is one loop, without an array in between.
 */
export interface Pipeline {
  readonly length: Value;
  readonly array: Value | undefined;
  at(index: Value): Value;
  readonly stages: readonly Stage[];
  /** Callbacks, whose assignments a loop over them carries. */
  readonly callbacks: readonly ts.Node[];
}

interface Stage {
  readonly node: ts.CallExpression;
  readonly what: "map" | "filter";
  readonly fn: Value;
  readonly elem: Ty;
}

/** The callback of a call, and what else its loop does. */
export interface Ending {
  readonly callback: ts.Expression | undefined;
  /** The arguments behind the callback, which are evaluated before it is called. */
  readonly others: readonly ts.Expression[];
  readonly leavesEarly: boolean;
  /** It looks at the array itself, or goes through it in another order. */
  readonly needsArray: boolean;
}

/** The pipeline in front of a call `source.method(callback)`; the callback has not been evaluated. */
export function pipelineOf(
  site: Site,
  source: ts.Expression,
  ending: Ending,
): Pipeline {
  const calls = ending.needsArray ? [] : fusible(site, source, ending);
  const first = calls.at(-1);
  const base = first === undefined ? source : sourceOfCall(first);
  const made = generatedBase(site, base, calls, ending);
  const start = made ?? arrayBase(site, base);
  const stages = calls.toReversed().map((node): Stage => {
    const [callback] = node.arguments;
    const ty = bare(tyOfNode(site, node));
    return {
      node,
      what: methodOf(node) === "map" ? "map" : "filter",
      fn: lowerExpression(site, callback ?? node),
      elem: ty.kind === "array" ? ty.elem : num,
    };
  });
  const callbacks = [
    ...start.callbacks,
    ...calls.flatMap((call) => [...call.arguments]),
    ...(ending.callback === undefined ? [] : [ending.callback]),
  ];
  return { ...start, stages, callbacks };
}

function arrayBase(site: Site, node: ts.Expression): Omit<Pipeline, "stages"> {
  const array = lowerOwner(site, node);
  if (array.ty.kind !== "array") throw new TypeError("a pipeline of no array");
  return overArray(site, node, array);
}

export const overArray = (
  site: Site,
  node: ts.Node,
  array: Value,
): Pipeline => ({
  length: lengthOf(site, node, array),
  array,
  at: (index) => load(site, node, array, index, true),
  stages: [],
  callbacks: [],
});

/** `Array.from({ length: n }, f)` or places without anything, in front of a chain: nobody sees the array. */
function generatedBase(
  site: Site,
  given: ts.Expression,
  calls: readonly ts.CallExpression[],
  ending: Ending,
): Omit<Pipeline, "stages"> | undefined {
  const node = bareExpression(given);
  if (ending.needsArray) return undefined;
  const places = placesOf(site, node);
  if (places !== undefined)
    return { ...places, array: undefined, callbacks: [] };
  if (!ts.isCallExpression(node)) return undefined;
  if (!isStatic(site, node, "from")) return undefined;
  const [from, callback] = node.arguments;
  const size = from && lengthProperty(from);
  if (size === undefined || callback === undefined) return undefined;
  const ty = bare(tyOfNode(site, node));
  if (ty.kind !== "array" || (ty.store !== "js" && ty.store !== "f64"))
    return undefined;
  const others = [
    ...calls.flatMap((call) => [...call.arguments]),
    ...(ending.callback === undefined ? [] : [ending.callback]),
  ];
  if (!mayFuse(site, [callback], others, ending)) return undefined;
  const length = wholeNumber(site, size, true);
  const fn = lowerExpression(site, callback);
  return {
    length,
    array: undefined,
    at: (index) => {
      const value = callValue(site, callback, fn, [undefined, index], ty.elem);
      return value === undefined
        ? constant(site, node, undefined, ty.elem)
        : coerce(site, callback, value, ty.elem);
    },
    callbacks: [callback],
  };
}

/** The calls of `map` and `filter` before `source`'s end, the last one first, that may run in one loop. */
function fusible(
  site: Site,
  source: ts.Expression,
  ending: Ending,
): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  for (
    let node = bareExpression(source);
    isStage(site, node) && givenAhead(site, node) === undefined;
  ) {
    calls.push(node);
    node = bareExpression(sourceOfCall(node));
  }
  // the longest run in front of the end that may be fused
  for (let count = calls.length; count > 0; count--) {
    const run = calls.slice(0, count);
    const callbacks = run.flatMap((call) => [...call.arguments]);
    const end = ending.callback === undefined ? [] : [ending.callback];
    if (mayFuse(site, callbacks, end, ending)) return run;
  }
  return [];
}

function isStage(site: Site, node: ts.Expression): node is ts.CallExpression {
  if (!ts.isCallExpression(node) || node.arguments.length !== 1) return false;
  const method = methodOf(node);
  if (method !== "map" && method !== "filter") return false;
  if (ts.isOptionalChain(node)) return false;
  if (calleeOf(site.ctx.checker, node).kind !== "ambient") return false;
  const ty = ownerTy(site, sourceOfCall(node));
  return ty.kind === "array" && (ty.store === "js" || ty.store === "f64");
}

const methodOf = (node: ts.CallExpression): string | undefined =>
  ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name.text
    : undefined;

function sourceOfCall(node: ts.CallExpression): ts.Expression {
  if (ts.isPropertyAccessExpression(node.expression))
    return node.expression.expression;
  throw new TypeError("a call of no method");
}

/**
 * May the callbacks take turns, element by element, instead of each going over all elements before the next one? Yes
 * where nobody can tell: those in front only compute, from what the last one does not change, and at most one throws.
 */
function mayFuse(
  site: Site,
  front: readonly ts.Expression[],
  end: readonly ts.Expression[],
  { leavesEarly, others }: Ending,
): boolean {
  const { checker } = site.ctx;
  const resolve = (symbol: ts.Symbol): readonly ts.Node[] | undefined => {
    const variable = site.variables.get(symbol);
    const value = variable && site.env.values.get(variable);
    const fns = value && knownOf(site, value)?.fns;
    return (
      fns &&
      [...fns].flatMap((tag) => {
        const fn = codeOf(site.shared.functions[tag]);
        return fn === undefined ? [] : [fn.decl];
      })
    );
  };
  const describe = (one: ts.Expression): Conduct =>
    conductOf(checker, one, resolve);
  const fronts = front.map(describe);
  const ends = [...end, ...others].map(describe);
  if (!fronts.every(isPure)) return false;
  if (ends.some((one) => one.acts)) return false;
  const throwing = [...fronts, ...ends].filter((one) => one.throws).length;
  if (throwing > 1 || (leavesEarly && fronts.some((one) => one.throws)))
    return false;
  if (
    [...front, ...end].some(
      (one) => arityOf(checker, one) > 2 + (end.includes(one) ? 1 : 0),
    )
  )
    return false;
  return !ends.some((one) =>
    front.some((callback) => mentionsAny(checker, callback, one.assigns)),
  );
}

/** How many parameters a callback looks at. */
export function arityOf(checker: ts.TypeChecker, node: ts.Expression): number {
  const [signature] = checker.getTypeAtLocation(node).getCallSignatures();
  const rest = signature?.declaration?.parameters.some(
    (one) => ts.isParameter(one) && one.dotDotDotToken !== undefined,
  );
  return rest ? 3 : (signature?.parameters.length ?? 3);
}

/** How a loop goes over a pipeline. */
interface Going {
  readonly lo?: Value;
  readonly atHoles?: AtHoles;
}

/** Does a method pass over the holes of an array, or does it get undefined for them? */
export type AtHoles = "skips" | "visits";

/** Runs `body` for the element that a pipeline starts with, unless the method passes over it. */
export function elementAt(
  site: Site,
  node: ts.Node,
  { array, at, stages }: Pipeline,
  index: Value,
  atHoles: AtHoles,
  body: (value: Value) => void,
): void {
  site.ctx.meetsHoles("asked");
  if (array === undefined || !mayHaveHoles(site, array)) return body(at(index));
  if (atHoles === "skips") return wherePresent(site, node, array, index, body);
  // a `map` in front is not called for a hole
  if (stages.length > 0) throwAtHole(site, node, array, index);
  body(at(index));
}

/**
 * Runs `each` for every element that comes out of the pipeline. What stands behind a `filter` gets the element's place
 * among those that came through it: each filter counts them.
 */
export function forEachOf(
  site: Site,
  node: ts.Node,
  pipeline: Pipeline,
  carried: readonly Variable[],
  each: (value: Value, index: Value, exits: LoopExits) => void,
  { lo = constant(site, node, 0), atHoles = "skips" }: Going = {},
): void {
  const { stages } = pipeline;
  const counters = new Map(
    stages
      .filter((stage) => stage.what === "filter")
      .map((stage): [Stage, Variable] => [stage, { name: "k", ty: num }]),
  );
  for (const counter of counters.values())
    site.env.values.set(counter, constant(site, node, 0));
  const assigned = assignedIn(site.ctx.checker, pipeline.callbacks);
  const state = loopState(site, [], assigned, [
    ...carried,
    ...counters.values(),
  ]);
  const through = (
    value: Value,
    index: Value,
    rest: readonly Stage[],
    exits: LoopExits,
  ): void => {
    const [stage, ...more] = rest;
    if (stage === undefined) return each(value, index, exits);
    if (stage.what === "map") {
      const made = callValue(
        site,
        stage.node,
        stage.fn,
        [value, index],
        stage.elem,
      );
      const next = made ?? constant(site, node, undefined, stage.elem);
      return through(
        coerce(site, stage.node, next, stage.elem),
        index,
        more,
        exits,
      );
    }
    const keep = callPredicate(site, stage.node, stage.fn, [value, index]);
    branch(
      site,
      stage.node,
      keep,
      [],
      () => through(value, counted(counters.get(stage)!), more, exits),
      () => undefined,
    );
  };
  const counted = (counter: Variable): Value => {
    const place = site.env.values.get(counter)!;
    const next = op(site, node, "add", [place, constant(site, node, 1)]);
    site.env.values.set(counter, next);
    return place;
  };
  repeat(
    site,
    node,
    lo,
    pipeline.length,
    (index, exits) =>
      elementAt(site, node, pipeline, index, atHoles, (value) =>
        through(value, index, stages, exits),
      ),
    state,
  );
  for (const counter of counters.values()) site.env.values.delete(counter);
}

/** Element 0 of a pipeline of `map`s only. */
export function firstOf(site: Site, node: ts.Node, pipeline: Pipeline): Value {
  const zero = constant(site, node, 0);
  return pipeline.stages.reduce((value, stage) => {
    const made = callValue(
      site,
      stage.node,
      stage.fn,
      [value, zero],
      stage.elem,
    );
    const next = made ?? constant(site, node, undefined, stage.elem);
    return coerce(site, stage.node, next, stage.elem);
  }, pipeline.at(zero));
}

export const isFiltered = (pipeline: Pipeline): boolean =>
  pipeline.stages.some((stage) => stage.what === "filter");
