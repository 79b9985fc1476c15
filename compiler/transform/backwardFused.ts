import { find } from "../analysis/memoryGraph.js";
import { RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import {
  homeOf,
  give,
  type Sweep,
  sweepBack,
  takeCotangent,
} from "./backward.js";
import { contribute, newScope, type Scope, sumSoFar } from "./scope.js";

/**
 * What the forward sweep adds to a loop so that each iteration is differentiated as soon as it has run: code before the
 * loop, code at the end of its body, and carried values that collect the cotangents of numbers from outside.
 */
export interface FusedLoop {
  readonly before: readonly Instr[];
  readonly body: readonly Instr[];
  readonly inits: readonly Value[];
  readonly params: readonly Value[];
  readonly yields: readonly Value[];
  readonly results: readonly Value[];
}

/**
 * Forward and backward of one iteration together: nothing is saved from one iteration to another. It takes that each
 * active carried value is a plain sum, whose cotangent is the same in every iteration, and that this cotangent is known
 * before the loop. Where that fails the loop is noted, and the sweep built again without fusing it.
 */
export function backwardFused(
  sweep: Sweep,
  scope: Scope,
  instr: ForInstr,
): void {
  const body = instr.regions[0]!;
  const carried = body.params.slice(1);
  const yields = body.yields.slice(instr.breaks ? 1 : 0);
  const active = carried
    .map((_, i) => i)
    .filter((i) => sweep.activity.isActive(carried[i]!));
  const incoming = active.map((i) =>
    takeCotangent(sweep, scope, instr.results[i]!),
  );
  const before = new RegionBuilder(sweep.ids, instr.span);
  const early = incoming.map(
    (value) => value && copyEarly(sweep, scope, instr, value, before),
  );
  // A loop in this one finds them as they are, and only there: a loop before this one may stand before their definition.
  const given = early.filter(
    (value): value is Value => value !== undefined && !sweep.given.has(value),
  );
  for (const value of given) sweep.given.add(value);
  const loop = newScope("fused", body, scope, scope.builder.child(), {
    kind: "direct",
  });
  sweep.frames.set(body, loop.frame);
  active.forEach((i, n) => give(sweep, loop, yields[i]!, early[n]));
  sweepBack(sweep, loop);
  for (const value of given) sweep.given.delete(value);
  const isSum = active.every(
    (i, n) => sumSoFar(loop, carried[i]!, body) === early[n],
  );
  const isKnown = incoming.every(
    (value, n) => value === undefined || early[n] !== undefined,
  );
  if (!isSum || !isKnown) sweep.notFused.add(instr);
  const outside = [...loop.carried.keys()];
  const params = outside.map((value) => loop.carried.get(value)!.param);
  const results = params.map((param) => sweep.ids.fresh(param.ty, param.hint));
  sweep.fusedLoops.set(instr, {
    before: before.body,
    inits: params.map(() => before.constant(0)),
    params,
    yields: outside.map((value) =>
      sumSoFar(loop, value, homeOf(sweep, value))!,
    ),
    body: loop.builder.body,
    results,
  });
  outside.forEach((value, n) =>
    contribute(scope, value, homeOf(sweep, value), results[n]!),
  );
  active.forEach((i, n) => {
    const init = instr.args[i + 2]!;
    give(sweep, scope, init, incoming[n]);
  });
}

/**
 * The cotangent again, computed before the loop; undefined where it depends on something that is only known behind it.
 */
function copyEarly(
  sweep: Sweep,
  scope: Scope,
  loop: ForInstr,
  value: Value,
  before: RegionBuilder,
): Value | undefined {
  const made = new Map<Value, Instr>();
  for (const instr of scope.builder.body)
    for (const result of instr.results) made.set(result, instr);
  const copies = new Map<Value, Value>();
  const copy = (one: Value): Value | undefined => {
    const known = copies.get(one);
    if (known !== undefined) return known;
    const isAtHand = !made.has(one) && isBefore(sweep, loop, one);
    if (isAtHand) return one;
    const instr = made.get(one) ?? sweep.positions.definition(one);
    if (instr === undefined || !mayRunEarlier(sweep, loop, instr))
      return undefined;
    const args = instr.args.map(copy);
    if (args.some((arg) => arg === undefined)) return undefined;
    const result = before.ids.fresh(one.ty, one.hint);
    before.emit({ ...instr, args: args as Value[], results: [result] });
    const seed = sweep.seeds.get(one);
    if (seed !== undefined) sweep.seeds.set(result, seed);
    copies.set(one, result);
    return result;
  };
  return copy(value);
}

/**
 * Would the instruction give the same in front of the loop? `loss / n`, and `loss * w[0]` behind a loop that leaves w as it
 * is: what stands there is shared then.
 */
function mayRunEarlier(sweep: Sweep, loop: ForInstr, instr: Instr): boolean {
  switch (instr.kind) {
    case "const":
    case "op":
    case "global":
      return true;
    case "load":
    case "getField":
    case "length":
      return isUnchanged(sweep, loop, instr);
    default:
      return false;
  }
}

/** Does nothing write what the instruction reads from the loop on up to it, both in one region? */
function isUnchanged(sweep: Sweep, loop: ForInstr, read: Instr): boolean {
  const { positions, activity } = sweep;
  if (positions.definition(read.results[0]!) !== read) return false;
  const from = positions.path(loop).at(-1)!;
  const to = positions.path(read).at(-1)!;
  if (from.region !== to.region || to.index < from.index) return false;
  const seen = activity.memory.reads(read);
  const writesThat = (instr: Instr): boolean =>
    activity.memory
      .writes(instr)
      .some((write) =>
        seen.some(
          ({ node, key }) =>
            find(node) === find(write.node) && key === write.key,
        ),
      );
  let isWritten = false;
  for (const instr of from.region.body.slice(from.index, to.index)) {
    isWritten ||= writesThat(instr);
    for (const region of instr.regions)
      eachInstr(region, (inner) => {
        isWritten ||= writesThat(inner);
      });
  }
  return !isWritten;
}

/** Is the value defined where the loop, or one around it, begins? */
function isBefore(sweep: Sweep, loop: ForInstr, value: Value): boolean {
  const { given, positions } = sweep;
  if (given.has(value)) return true;
  const path = positions.path(loop);
  const definition = positions.definition(value);
  if (definition === undefined)
    return path.some(({ region }) => region === positions.home(value)); // a parameter
  const at = positions.path(definition).at(-1);
  const own = path.find(({ region }) => region === at?.region);
  return at !== undefined && own !== undefined && at.index < own.index;
}
