import { type Site, type Exit, constant, type Env, op } from "../lowerSite.js";
import { type Arm, type Output, threw, join, runArm } from "./lowerJoin.js";
import type { Value } from "../../../ir/ir.js";
import { bool } from "../../../ir/types.js";
import { thisOf } from "../classes/lowerThis.js";
import type { ts } from "ts-morph";

/** What leaves both arms of a branch early: flags that say whether it did, beside the values. */
export function joinExits(
  site: Site,
  thenArm: Arm,
  elseArm: Arm,
  outputs: Output[],
): Map<Exit, Value | true> {
  const joined = new Map<Exit, Value | true>();
  const flag = (arm: Arm, exit: Exit): Value | undefined => {
    const state = arm.env.exits.get(exit);
    if (state === undefined)
      return threw(arm.env) ? undefined : arm.b.constant(false);
    return state === true ? arm.b.constant(true) : state;
  };
  const all = new Set([
    ...thenArm.env.exits.keys(),
    ...elseArm.env.exits.keys(),
  ]);
  const dead = thenArm.env.dead && elseArm.env.dead;
  for (const exit of all) {
    const a = thenArm.env.exits.get(exit);
    const c = elseArm.env.exits.get(exit);
    const certain =
      (dead && all.size === 1) ||
      (a === true && (c === true || threw(elseArm.env))) ||
      (c === true && threw(thenArm.env));
    // A guard: `a` is false where it goes on, and `c` says so already.
    const guarded = a === undefined && c === site.env.exits.get(exit);
    if (certain) joined.set(exit, true);
    else if (c !== undefined && (a === c || guarded)) joined.set(exit, c);
    else {
      outputs.push({
        ty: bool,
        hint: exit.hint,
        values: [flag(thenArm, exit), flag(elseArm, exit)],
        receive: (value) => site.env.exits.set(exit, value),
      });
    }
  }
  return joined;
}

/** Is nothing looked at after the function's end but its result? Not so where it is written out in another one. */
export function onlyReturns(site: Site, env: Env): boolean {
  const isInlined = site.inside.length > 1;
  const isConstructor = thisOf(site)?.fields !== undefined;
  if (isInlined || isConstructor || site.boxes.size > 0) return false;
  return [...env.exits.keys()].every((exit) => exit === site.returnTo);
}

/** A point that is never reached because of one exit: that exit was taken, no flag is needed. */
export function certainExit(env: Env): void {
  if (!env.dead || env.exits.size !== 1) return;
  for (const exit of env.exits.keys()) env.exits.set(exit, true);
}

/** The value that says whether any exit was taken; undefined where none was. */
export function exitedFlag(site: Site, node: ts.Node): Value | undefined {
  let flag: Value | undefined;
  for (const state of site.env.exits.values()) {
    if (state === true) return constant(site, node, true);
    flag = flag === undefined ? state : op(site, node, "or", [flag, state]);
  }
  return flag;
}

/** Runs `body` where no exit was taken. */
export function unlessExited(
  site: Site,
  node: ts.Node,
  body: () => void,
): void {
  if (site.env.dead) return;
  const exited = exitedFlag(site, node);
  if (exited === undefined) return body();
  const proceed = op(site, node, "not", [exited]);
  const { goes, stays } = guardArms(site, body);
  join(site, node, proceed, [], goes, stays);
}

/** The two arms of a guard: the rest, and the path that has left already. */
export function guardArms(
  site: Site,
  body: () => void,
): { goes: Arm; stays: Arm } {
  const goes = runArm(site, () => {
    site.env.exits.clear();
    body();
  });
  const stays = runArm(site, () => {
    site.env.dead = true;
  });
  return { goes, stays };
}
