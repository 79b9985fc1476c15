import type { RegionBuilder } from "../ir/builder.js";
import type { Region, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";

/**
 * The backward sweep of one region while it is being built: the function's own body, the arm of an `if`, the body of a
 * loop.
 */
export interface Scope {
  /** `fused`: the body of a loop whose backward sweep runs in the forward one, an iteration at a time. */
  readonly kind: "body" | "arm" | "loop" | "fused";
  readonly region: Region;
  readonly parent: Scope | undefined;
  readonly builder: RegionBuilder;
  readonly frame: Frame;
  /** Primal values and twins that are at hand here: saved, recomputed, or known to the mirrored loop. */
  readonly available: Map<Value, Value>;
  /** What the mirrored loop can tell when it is asked: indices, and the condition of a `while`. */
  readonly onDemand: Map<Value, () => Value>;
  /** Cotangents so far: contributions that are summed at first use. */
  readonly sums: Map<Value, Value[]>;
  /** Loops: cotangents of values from outside that this loop adds to, as carried values. */
  readonly carried: Map<Value, Carried>;
}

interface Carried {
  readonly param: Value;
  readonly init: Value;
}

/**
 * How the backward sweep of a region gets at values of its forward sweep.
 * - `direct`: they are in scope, since both sweeps stand in one body
 * - `results`: the arm hands them out as results of its `if`, which is direct itself
 * - `tape`: they are pushed when the region ends and popped where its backward sweep begins
 */
export type Frame =
  | { readonly kind: "direct" }
  | { readonly kind: "results" | "tape"; readonly saved: Map<Value, Value> };

export function newScope(
  kind: Scope["kind"],
  region: Region,
  parent: Scope | undefined,
  builder: RegionBuilder,
  frame: Frame,
): Scope {
  return {
    kind,
    region,
    parent,
    builder,
    frame,
    available: new Map(),
    onDemand: new Map(),
    sums: new Map(),
    carried: new Map(),
  };
}

/** Adds to the cotangent of a value; `home` is the region that defines it. */
export function contribute(
  scope: Scope,
  value: Value,
  home: Region | undefined,
  amount: Value,
): void {
  contributions(scope, value, home).push(amount);
}

/** The list that collects contributions in this scope; it starts with what the scopes around it have so far. */
function contributions(
  scope: Scope,
  value: Value,
  home: Region | undefined,
): Value[] {
  let list = scope.sums.get(value);
  if (list === undefined)
    scope.sums.set(value, (list = initial(scope, value, home)));
  return list;
}

function initial(
  scope: Scope,
  value: Value,
  home: Region | undefined,
): Value[] {
  if (scope.region === home || scope.parent === undefined) return [];
  if (scope.kind === "arm") {
    const before = sumSoFar(scope.parent, value, home);
    return before === undefined ? [] : [before];
  }
  const hint = value.hint === undefined ? undefined : `b${value.hint}`;
  const param = scope.builder.ids.fresh(num, hint);
  // A fused loop runs before what the scope around it has summed up so far: it starts from 0, and is added to that.
  const init =
    scope.kind === "fused"
      ? param
      : (sumSoFar(scope.parent, value, home) ??
        scope.parent.builder.constant(0));
  scope.carried.set(value, { param, init });
  return [param];
}

/** The sum of the contributions so far, as one value; undefined where there is none. */
export function sumSoFar(
  scope: Scope,
  value: Value,
  home: Region | undefined,
): Value | undefined {
  const list = contributions(scope, value, home);
  const [first, ...rest] = list;
  if (first === undefined) return undefined;
  const hint = value.hint === undefined ? {} : { hint: `b${value.hint}` };
  const sum = rest.reduce(
    (total, one) => scope.builder.op("add", [total, one], hint),
    first,
  );
  list.splice(0, list.length, sum);
  return sum;
}

/** The whole cotangent of a value at its definition; afterwards the value has none. */
export function takeSum(scope: Scope, value: Value): Value | undefined {
  const sum = sumSoFar(scope, value, scope.region);
  scope.sums.delete(value);
  return sum;
}

/** Puts a new total in place of what the scope has collected for a value. */
export function setSum(scope: Scope, value: Value, sum: Value): void {
  scope.sums.set(value, [sum]);
}

/** Does the forward sweep keep anything for the scope's region? */
export const hasSaved = (scope: Scope): boolean =>
  scope.frame.kind !== "direct" && scope.frame.saved.size > 0;
