import type { StoredValue } from "../analysis/storedValues.js";
import { isRepeatable } from "../analysis/tapePlan.js";
import { invariant } from "../diagnostics/invariant.js";
import type { Instr, Value } from "../ir/ir.js";
import { shadowTy } from "../ir/shapes.js";
import { eachInstr } from "../ir/visit.js";
import { homeOf, type Sweep } from "./backward.js";
import type { Scope } from "./scope.js";

/**
 * A primal value (or twin) in the backward sweep. Where it is not at hand it is recomputed, if that is cheap and its
 * memory is as it was, else saved by the forward sweep. The result is emitted in the scope of the region that defines
 * the value, so that every later use shares it.
 */
export function need(sweep: Sweep, at: Scope, value: Value): Value {
  const scope = scopeOf(sweep, at, value);
  const known = scope.available.get(value);
  if (known !== undefined) return known;
  if (scope.frame.kind === "direct") return value;
  const told = scope.onDemand.get(value)?.();
  if (told !== undefined) {
    scope.available.set(value, told);
    return told;
  }
  sweep.demanded.add(value);
  const found = repeat(sweep, scope, value) ?? save(sweep, scope, value);
  scope.available.set(value, found);
  return found;
}

function scopeOf(sweep: Sweep, at: Scope, value: Value): Scope {
  const home = homeOf(sweep, value);
  let scope: Scope | undefined = at;
  while (scope !== undefined && scope.region !== home) scope = scope.parent;
  invariant(
    scope !== undefined,
    `the backward sweep asks for a value out of its scope: ${value.hint ?? value.id}`,
  );
  return scope;
}

/** Has the forward sweep keep the value; gives what the backward sweep finds it under. */
function save(sweep: Sweep, scope: Scope, value: Value): Value {
  const { frame, parent } = scope;
  invariant(frame.kind !== "direct", "nothing is saved in a direct frame");
  const kept = sweep.ids.fresh(value.ty, value.hint);
  frame.saved.set(value, kept);
  const reader = sweep.log.asker;
  if (reader !== undefined) sweep.log.readers.set(value, reader);
  if (frame.kind === "tape") return kept;
  // A result of the arm's `if`, which may itself stand in an arm.
  invariant(parent !== undefined, "an arm stands in a region");
  sweep.homes.set(kept, parent.region);
  return need(sweep, parent, kept);
}

/** The shadow of a reference in the backward sweep. */
export function needTwin(sweep: Sweep, at: Scope, value: Value): Value {
  const twin = sweep.twins.of(value);
  const home = sweep.positions.home(value);
  if (home !== undefined && !sweep.homes.has(twin)) sweep.homes.set(twin, home);
  const scope = scopeOf(sweep, at, twin);
  const known = scope.available.get(twin);
  if (known !== undefined) return known;
  if (sweep.lateShadows.has(value)) return makeShadow(sweep, scope, value);
  if (scope.frame.kind === "direct") return twin;
  let found = repeatTwin(sweep, scope, value);
  if (found === undefined) {
    sweep.log.savedTwins.set(twin, value);
    found = save(sweep, scope, twin);
  }
  scope.available.set(twin, found);
  return found;
}

/**
 * Is the shadow there already, or would asking for it make one that nobody has added to? In a loop the next round of the
 * backward sweep meets what this round adds further down: `x = c[1]; c[1] = t;`.
 */
export function hasTwin(sweep: Sweep, at: Scope, value: Value): boolean {
  if (!sweep.lateShadows.has(value)) return true;
  const home = scopeOf(sweep, at, value);
  return (
    home.available.has(sweep.twins.of(value)) || isReadInLoop(at, home, value)
  );
}

/** Does the outermost loop between two scopes read cells of the value? */
function isReadInLoop(at: Scope, home: Scope, value: Value): boolean {
  let loop: Scope | undefined;
  for (let scope: Scope | undefined = at; scope !== home;) {
    if (scope === undefined) break;
    if (scope.kind === "loop" || scope.kind === "fused") loop = scope;
    scope = scope.parent;
  }
  if (loop === undefined) return false;
  let isRead = false;
  eachInstr(loop.region, ({ kind, args }) => {
    if (kind !== "store" && kind !== "setField" && kind !== "length")
      isRead ||= args.includes(value);
  });
  return isRead;
}

function makeShadow(sweep: Sweep, scope: Scope, value: Value): Value {
  const twin = sweep.twins.of(value);
  const instr = sweep.positions.definition(value)!;
  const out = scope.builder;
  const shadow = out.ids.fresh(twin.ty, twin.hint);
  if (instr.kind === "newRecord" && twin.ty.kind === "record") {
    const zeros = twin.ty.fields.map(() => out.constant(0));
    out.emit({ kind: "newRecord", ...out.plain(zeros, [shadow]) });
  } else {
    const isTyped = twin.ty.kind === "array" && twin.ty.store !== "js";
    out.emit({
      kind: "newArray",
      ...(isTyped ? { roundsUp: true as const } : {}),
      ...out.plain([shadowLength(sweep, scope, instr)], [shadow]),
    });
  }
  scope.available.set(twin, shadow);
  return shadow;
}

function shadowLength(sweep: Sweep, scope: Scope, instr: Instr): Value {
  const args = (): Value[] => instr.args.map((arg) => need(sweep, scope, arg));
  if (instr.kind === "newArray") return need(sweep, scope, instr.args[0]!);
  if (instr.kind === "arrayLit")
    return scope.builder.constant(instr.args.length);
  const [, start, end] = args();
  return scope.builder.op("sub", [end!, start!]);
}

/** Without a plan yet, everything that is asked for is saved. */
function repeat(sweep: Sweep, scope: Scope, value: Value): Value | undefined {
  const instr = sweep.positions.definition(value);
  if (sweep.plan === undefined || instr === undefined) return undefined;
  if (sweep.plan.isSaved(value)) return undefined;
  const stored = sweep.stored.get(value);
  const again = isRepeatable(instr, sweep.reload)
    ? instr
    : stored && loadOf(stored, instr);
  if (again === undefined) return undefined;
  sweep.log.repeated.add(value);
  const args = again.args.map((arg) => need(sweep, scope, arg));
  const result = scope.builder.ids.fresh(value.ty, value.hint);
  scope.builder.emit({ ...again, args, results: [result] });
  return result;
}

const loadOf = ({ array, index }: StoredValue, { span }: Instr): Instr => ({
  kind: "load",
  inBounds: true,
  args: [array, index],
  results: [],
  regions: [],
  span,
});

/** The shadow of a loaded reference is loaded again from the shadow of what it was loaded from. */
function repeatTwin(
  sweep: Sweep,
  scope: Scope,
  value: Value,
): Value | undefined {
  const instr = sweep.positions.definition(value);
  if (instr === undefined) return undefined;
  const twin = sweep.twins.of(value);
  const result = (): Value => scope.builder.ids.fresh(twin.ty, twin.hint);
  if (instr.kind === "op" && (instr.op === "unwrap" || instr.op === "wrap")) {
    const source = needTwin(sweep, scope, instr.args[0]!);
    return scope.builder.emit({
      ...instr,
      args: [source],
      results: [result()],
    })[0];
  }
  if (instr.kind !== "load" && instr.kind !== "getField") return undefined;
  if (!sweep.reload.canRepeat(instr)) return undefined;
  const [owner, index] = instr.args;
  const source = needTwin(sweep, scope, owner!);
  const rest = index === undefined ? [] : [need(sweep, scope, index)];
  return scope.builder.emit({
    ...instr,
    args: [source, ...rest],
    results: [result()],
  })[0];
}

/** Can the shadow of this value be made in the backward sweep? Only scalars in it, and nothing holds or passes it on. */
export function lateShadowsOf(
  instrs: readonly Instr[],
  uses: ReadonlyMap<Value, readonly Instr[]>,
  yielded: ReadonlySet<Value>,
  grows: (value: Value) => boolean,
): Set<Value> {
  const late = new Set<Value>();
  for (const instr of instrs) {
    const [result] = instr.results;
    const isAllocation = [
      "newArray",
      "arrayLit",
      "newRecord",
      "slice",
    ].includes(instr.kind);
    if (
      !isAllocation ||
      result === undefined ||
      yielded.has(result) ||
      grows(result)
    )
      continue;
    const twinTy = shadowTy(result.ty);
    const isFlat =
      (twinTy?.kind === "array" && twinTy.elem.kind === "num") ||
      (twinTy?.kind === "record" &&
        twinTy.fields.every((field) => field.ty.kind === "num"));
    const isLocal = (uses.get(result) ?? []).every((use) =>
      isPlainAccess(use, result),
    );
    if (isFlat && isLocal) late.add(result);
  }
  return late;
}

function isPlainAccess(use: Instr, value: Value): boolean {
  switch (use.kind) {
    case "load":
    case "length":
    case "getField":
      return true;
    case "store":
      return use.args[0] === value && use.args[2] !== value;
    case "setField":
      return use.args[0] === value && use.args[1] !== value;
    case "slice":
      return use.args[0] === value;
    default:
      return false;
  }
}
