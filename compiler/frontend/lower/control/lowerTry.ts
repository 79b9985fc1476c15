import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { lowerExpression } from "../lowerExpressions.js";
import { branch } from "./lowerJoin.js";
import { carryThrow } from "../values/lowerOpaque.js";
import { eachNode, isFunctionNode } from "../../syntax/scan.js";
import { constant, type Exit, type Site, type Variable } from "../lowerSite.js";
import { leave } from "./lowerStatements.js";
import { refuseThrowers, refuseThrown } from "./refuseThrowers.js";

/** What stands around the code at hand, and sees to it that something happens when that throws. */
export interface Guard {
  /** Where a throw goes that is caught; absent for `finally`. */
  readonly caught?: Exit;
  /** What the catch clause calls the error. */
  readonly error?: Variable;
  /** The block behind `finally`, where what it does can be seen from outside. */
  readonly run?: () => void;
}

type LowerIn = (block: ts.Block) => void;

/**
 * `try { ... } finally { ... }`: the second block comes after the first one on every way out of it. With `catch` a
 * throw in the block itself is a jump to the clause; so is one in a function that is called there, which is written
 * out (`lowerThrowers.ts`). Others that may throw are refused, for where control leaves them is not seen here.
 */
export function lowerTry(
  site: Site,
  node: ts.TryStatement,
  lowerIn: LowerIn,
): void {
  const { tryBlock, catchClause, finallyBlock } = node;
  if (finallyBlock === undefined) return lowerCatch(site, node, lowerIn);
  refuseJumps(site, finallyBlock);
  const acts = callsSomething(finallyBlock);
  if (acts) refuseThrowers(site, node, acts);
  const saved = site.guards;
  const outside = placeOf(site);
  const guard: Guard = {
    ...(acts
      ? { run: () => inPlace(site, outside, () => lowerIn(finallyBlock)) }
      : {}),
  };
  site.guards = [...saved, guard];
  if (catchClause === undefined) lowerIn(tryBlock);
  else lowerCatch(site, node, lowerIn);
  site.guards = saved;
  const { env } = site;
  const threw = env.dead && env.exits.size === 0;
  if (threw) return;
  const { dead } = env;
  const exits = new Map(env.exits);
  env.exits.clear();
  env.dead = false;
  lowerIn(finallyBlock);
  const { env: after } = site;
  for (const [exit, flag] of exits) after.exits.set(exit, flag);
  after.dead ||= dead;
}

/** The settings of a site that a function which is written out in it changes. */
type Place = Pick<
  Site,
  | "ctx"
  | "variables"
  | "decl"
  | "facts"
  | "inside"
  | "targets"
  | "returnTo"
  | "returnVariable"
  | "guards"
>;

const placeOf = ({
  ctx,
  variables,
  decl,
  facts,
  inside,
  targets,
  returnTo,
  returnVariable,
  guards,
}: Site): Place => ({
  ctx,
  variables,
  decl,
  facts,
  inside,
  targets,
  returnTo,
  returnVariable,
  guards,
});

function inPlace(site: Site, place: Place, run: () => void): void {
  const saved = placeOf(site);
  Object.assign(site, place);
  try {
    run();
  } finally {
    Object.assign(site, saved);
  }
}

function lowerCatch(site: Site, node: ts.TryStatement, lowerIn: LowerIn): void {
  const { tryBlock, catchClause } = node;
  if (catchClause === undefined) return lowerIn(tryBlock);
  refuseThrowers(site, node);
  const error = errorVariable(site, catchClause);
  const caught: Exit = { kind: "break", hint: "caught" };
  const saved = site.guards;
  const before = site.env;
  if (error !== undefined)
    before.values.set(error, constant(site, catchClause, undefined, error.ty));
  site.guards = [...saved, { caught, ...(error ? { error } : {}) }];
  lowerIn(tryBlock);
  site.guards = saved;
  const { env } = site;
  const flag = env.exits.get(caught);
  env.exits.delete(caught);
  if (flag === undefined) return;
  env.dead = false;
  // whatever happens, it is caught
  if (flag === true) return lowerIn(catchClause.block);
  branch(
    site,
    catchClause,
    flag,
    [],
    () => lowerIn(catchClause.block),
    () => undefined,
  );
}

function errorVariable(
  site: Site,
  { variableDeclaration }: ts.CatchClause,
): Variable | undefined {
  if (variableDeclaration === undefined) return undefined;
  const { name } = variableDeclaration;
  const symbol = site.ctx.checker.getSymbolAtLocation(name);
  if (!ts.isIdentifier(name) || symbol === undefined)
    return site.ctx.refuse(
      name,
      "DC2112",
      "what is caught is taken apart here",
      "give it a name, and read its message",
    );
  const variable: Variable = {
    name: name.text,
    ty: { kind: "opaque", text: "unknown" },
  };
  site.variables.set(symbol, variable);
  return variable;
}

/** `throw e`. One that is caught leaves the blocks around it as a jump does, and their `finally` comes on that way. */
export function lowerThrow(site: Site, node: ts.ThrowStatement): void {
  const guards = site.guards.toReversed();
  for (const { caught, error } of guards) {
    if (caught === undefined) continue;
    if (error !== undefined)
      site.env.values.set(error, thrown(site, node.expression));
    return leave(site, caught);
  }
  carryThrow(site, node, () => {
    for (const { run } of guards) run?.();
  });
}

function thrown(site: Site, node: ts.Expression): Value {
  refuseThrown(site, node);
  return lowerExpression(site, node, { kind: "opaque", text: "unknown" });
}

/** The first call in a block, which may be one whose effect is seen from outside. */
function callsSomething(block: ts.Block): ts.Node | undefined {
  let found: ts.Node | undefined;
  eachNode(block, (one) => {
    if (ts.isCallExpression(one) || ts.isNewExpression(one)) found ??= one;
  });
  return found;
}

function refuseJumps(site: Site, block: ts.Block): void {
  eachNode(
    block,
    (one) => {
      if (
        ts.isReturnStatement(one) ||
        ts.isThrowStatement(one) ||
        (ts.isBreakOrContinueStatement(one) && !staysIn(one, block))
      )
        site.ctx.refuse(
          one,
          "DC2112",
          "control leaves a finally block here, whatever was to happen after it",
          "keep the result in a variable, and return it behind the try statement",
        );
    },
    (one) => !isFunctionNode(one),
  );
}

function staysIn(jump: ts.BreakOrContinueStatement, block: ts.Block): boolean {
  for (let up: ts.Node = jump; up !== block; up = up.parent) {
    const takes =
      ts.isIterationStatement(up, false) ||
      (ts.isSwitchStatement(up) && ts.isBreakStatement(jump));
    if (takes && jump.label === undefined) return true;
  }
  return false;
}
