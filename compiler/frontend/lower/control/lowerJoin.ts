import type { ts } from "ts-morph";
import type { RegionBuilder } from "../../../ir/builder.js";
import type { Region, Value } from "../../../ir/ir.js";
import { bare, maybe, type Ty } from "../../../ir/types.js";
import { endsInThrow } from "../../../ir/visit.js";
import { sameTy } from "../../../ir/types.js";
import { coerce } from "../lowerCoerce.js";
import { escapingVariables } from "../functions/lowerCaptured.js";
import { knownOf, tagOf, united, holdsTag } from "../functions/lowerKnown.js";
import {
  at,
  constant,
  copyEnv,
  type Env,
  type Exit,
  type Site,
  type Variable,
} from "../lowerSite.js";
import { standFor, turnBack, tearTurned } from "../lowerTurned.js";
import { joinExits, onlyReturns, certainExit } from "./lowerExits.js";

/**
 * Branches and what comes together after them. Both arms start from a copy of what is known; where they end up with
 * different values for a variable, the `if` gets a result. Jumps are no control flow in the IR: an arm that jumps is
 * `dead` and says which exit it took; where the other arm goes on, the exit becomes a flag.
 */
export interface Arm {
  readonly b: RegionBuilder;
  env: Env;
  /** The values of the branch as an expression; undefined in an arm that ended early. */
  values: readonly (Value | undefined)[];
  /** Names that stand for a variable of another type at its end: lowerAdopt.ts. */
  readonly turned?: ReadonlyMap<ts.Symbol, Variable>;
}

/** Runs `body` in a fresh region that starts from what is known here. */
export function runArm(
  site: Site,
  body: () => readonly (Value | undefined)[] | void,
): Arm {
  return lend(site, site.b.child(), copyEnv(site.env), body);
}

/** Goes on in an arm that was left before. */
export function resumeArm(site: Site, arm: Arm, body: () => void): Arm {
  const again = lend(site, arm.b, arm.env, () => {
    for (const [symbol, variable] of arm.turned ?? [])
      standFor(site, symbol, variable);
    body();
  });
  return { ...again, values: arm.values };
}

export function lend(
  site: Site,
  b: RegionBuilder,
  env: Env,
  body: () => readonly (Value | undefined)[] | void,
): Arm {
  const saved = { b: site.b, env: site.env, turned: site.turned };
  site.b = b;
  site.env = env;
  site.turned = new Map();
  try {
    const values = body() ?? [];
    return { b: site.b, env: site.env, values, turned: turnBack(site) };
  } finally {
    Object.assign(site, saved);
  }
}

/** `condition ? then : otherwise` with any statements in the arms. */
export function branch(
  site: Site,
  node: ts.Node,
  condition: Value,
  tys: readonly Ty[],
  thenBody: () => readonly (Value | undefined)[] | void,
  elseBody: () => readonly (Value | undefined)[] | void,
): readonly Value[] {
  const decided = site.facts.decided.get(condition);
  if (decided !== undefined) {
    const values = (decided ? thenBody() : elseBody()) ?? [];
    return tys.map((ty, k) => values[k] ?? at(site, node).poison(ty));
  }
  const thenArm = runArm(site, thenBody);
  const elseArm = runArm(site, elseBody);
  return join(site, node, condition, tys, thenArm, elseArm);
}

/** The value of `condition ? then : otherwise`. */
export function choose(
  site: Site,
  node: ts.Node,
  condition: Value,
  ty: Ty,
  thenBody: () => Value,
  elseBody: () => Value,
): Value {
  const [value] = branch(
    site,
    node,
    condition,
    [ty],
    () => [thenBody()],
    () => [elseBody()],
  );
  if (value === undefined) throw new Error("a branch lost its value");
  return value;
}

export interface Output {
  readonly ty: Ty;
  readonly hint?: string;
  /** Undefined where the arm has no value for it: poison. */
  readonly values: readonly [Value | undefined, Value | undefined];
  readonly receive: (value: Value) => void;
}

/** Ends both arms, emits the `if`, and brings what is known here up to date. */
export function join(
  site: Site,
  node: ts.Node,
  condition: Value,
  tys: readonly Ty[],
  thenArm: Arm,
  elseArm: Arm,
): readonly Value[] {
  const values: Value[] = [];
  const outputs: Output[] = tys.map((ty, k) => ({
    ty,
    values: [thenArm.values[k], elseArm.values[k]],
    receive: (value) => (values[k] = value),
  }));
  const exits = joinExits(site, thenArm, elseArm, outputs);
  const dead = thenArm.env.dead && elseArm.env.dead;
  const onlyResult =
    dead && onlyReturns(site, thenArm.env) && onlyReturns(site, elseArm.env);
  joinVariables(site, thenArm, elseArm, outputs, onlyResult);
  outputs.forEach((output, k) => {
    const both = withMissing(site, node, output, [thenArm, elseArm]);
    outputs[k] = withKept(site, node, both, [thenArm, elseArm]);
  });
  const results = outputs.map((output) => joinedValue(site, output));
  // A guard around nothing.
  tearTurned(site, [thenArm, elseArm]);
  const isIdle = thenArm.b.body.length + elseArm.b.body.length === 0;
  if (isIdle && outputs.length === 0) {
    settleJoin(site, exits, dead);
    return values;
  }
  const region = (arm: Arm, side: 0 | 1): Region =>
    finishArm(
      arm,
      outputs.map((o, k) => o.values[side] ?? results[k]?.ty ?? o.ty),
    );
  const regions = [region(thenArm, 0), region(elseArm, 1)];
  const b = at(site, node);
  b.emit({ kind: "if", args: [condition], results, regions, span: b.span });
  settleJoin(site, exits, dead);
  outputs.forEach((output, k) => {
    const result = results[k];
    if (result !== undefined) output.receive(result);
  });
  certainExit(site.env);
  return values;
}

/** A function in one arm, nothing in the other: nothing gets a tag, too. */
function withMissing(
  site: Site,
  node: ts.Node,
  output: Output,
  arms: readonly [Arm, Arm],
): Output {
  const [a, c] = output.values.map((one) => one && knownOf(site, one));
  const side = a?.fns && c?.absent ? 1 : c?.fns && a?.absent ? 0 : undefined;
  if (side === undefined) return output;
  const { b, env } = arms[side];
  const [missing] = lend(site, b, env, () => {
    const tag = tagOf(site, { kind: "missing" });
    const value = constant(site, node, tag);
    site.facts.known.set(value, { fns: new Set([tag]) });
    return [value];
  }).values;
  const [x, y] = output.values;
  return { ...output, values: side === 1 ? [x, missing] : [missing, y] };
}

/** A function that is kept in memory in one arm, and one that is known in the other: both are kept. */
function withKept(
  site: Site,
  node: ts.Node,
  output: Output,
  arms: readonly [Arm, Arm],
): Output {
  const { kept } = site.ctx;
  if (!kept.isUsed) return output;
  const given = output.values.filter((one) => one !== undefined);
  const held = given.find((one) => kept.kindOf(one.ty) !== undefined);
  if (held === undefined) return output;
  const isMaybe = given.some(
    (one) => one.ty.kind === "maybe" || knownOf(site, one)?.absent,
  );
  const ty = isMaybe ? maybe(bare(held.ty)) : held.ty;
  const [x, y] = output.values.map((value, side) => {
    const arm = arms[side];
    return value && arm
      ? lend(site, arm.b, arm.env, () => [coerce(site, node, value, ty)])
          .values[0]
      : undefined;
  });
  return { ...output, ty, values: [x, y] };
}

/** The value that stands for either; where it is a function, or holds some, what is known of both. */
function joinedValue(site: Site, { ty, hint, values }: Output): Value {
  const [a, c] = values;
  const functions = [a, c].filter(
    (one) => one !== undefined && holdsTag(site, one),
  );
  const [first] = functions;
  if (first === undefined) {
    const result = site.ids.fresh(ty, hint);
    if ([a, c].some((one) => one && site.facts.unsure.has(one)))
      site.facts.unsure.add(result);
    return result;
  }
  const others = [a, c].filter((one) => one !== undefined);
  const isSame = others.every((one) => sameTy(one.ty, first.ty));
  const result = site.ids.fresh(isSame ? first.ty : ty, hint);
  const known = others
    .map((one) => knownOf(site, one))
    .reduce((sum, one) => united(sum, one));
  if (isSame && known !== undefined) site.facts.known.set(result, known);
  return result;
}

function settleJoin(
  site: Site,
  exits: ReadonlyMap<Exit, Value | true>,
  dead: boolean,
): void {
  site.env.exits.clear();
  for (const [exit, flag] of exits) site.env.exits.set(exit, flag);
  site.env.dead = dead;
}

/** The region of an arm; a type stands for a poison of that type, which goes before a throw. */
export function finishArm(arm: Arm, yields: readonly (Value | Ty)[]): Region {
  const throws = endsInThrow({ params: [], body: arm.b.body, yields: [] });
  const last = throws ? arm.b.body.pop() : undefined;
  const made = new Map<string, Value>();
  const all = yields.map((one) => {
    if ("id" in one) return one;
    const known = made.get(one.kind);
    if (known !== undefined && one.kind === "num") return known;
    const value = arm.b.poison(one);
    made.set(one.kind, value);
    return value;
  });
  if (last !== undefined) arm.b.body.push(last);
  return arm.b.finish([], all);
}

/** Nothing is known of an arm that ended in a throw: the other arm's word holds. */
export const threw = (env: Env): boolean => env.dead && env.exits.size === 0;

function joinVariables(
  site: Site,
  thenArm: Arm,
  elseArm: Arm,
  outputs: Output[],
  onlyResult: boolean,
): void {
  const known = new Set<Variable>(onlyResult ? [] : site.env.values.keys());
  const result = site.returnVariable;
  if (result !== undefined) known.add(result);
  for (const arm of [thenArm, elseArm])
    for (const variable of escapingVariables(site, known, arm.env))
      known.add(variable);
  for (const variable of known) {
    const before = site.env.values.get(variable);
    const a = thenArm.env.values.get(variable);
    const c = elseArm.env.values.get(variable);
    const wantsA = !threw(thenArm.env);
    const wantsC = !threw(elseArm.env);
    const same = !wantsA ? c : !wantsC ? a : a === c ? a : undefined;
    if (same !== undefined && (same === before || a === c)) {
      site.env.values.set(variable, same);
    } else if ((wantsA && a !== undefined) || (wantsC && c !== undefined)) {
      outputs.push({
        ty: variable.ty,
        hint: variable.name,
        values: [wantsA ? a : undefined, wantsC ? c : undefined],
        receive: (value) => site.env.values.set(variable, value),
      });
    }
  }
}
