import type { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import { constant, type Ahead, type Site } from "./lowerSite.js";

/** Expressions that are lowered ahead of what they stand in: when their turn comes, they have their values. */

/** `value` is undefined for a call that gives nothing. */
export function keepAhead(
  site: Site,
  node: ts.Expression,
  value: Value | undefined,
): void {
  const isVoid = value === undefined;
  const kept = value ?? constant(site, node, false);
  const variable: Ahead = { name: "value", ty: kept.ty, isVoid };
  site.ahead.set(node, variable);
  site.env.values.set(variable, kept);
}

/** What an expression has given that was lowered ahead. */
export function givenAhead(
  site: Site,
  node: ts.Expression,
): { readonly value: Value | undefined } | undefined {
  if (site.ahead.size === 0) return undefined;
  const variable = site.ahead.get(node);
  const value = variable && site.env.values.get(variable);
  if (value === undefined) return undefined;
  return { value: variable?.isVoid ? undefined : value };
}

/** A statement is done: where it is met again, what it holds is evaluated again. */
export function forgetAhead(site: Site, statement: ts.Node): void {
  for (const [node, variable] of site.ahead)
    if (node.pos >= statement.pos && node.end <= statement.end)
      site.env.values.delete(variable);
}

/** Runs what lowers `node`, which is known already, as a part of something else. */
export function withAhead<T>(
  site: Site,
  node: ts.Expression,
  value: Value,
  run: () => T,
): T {
  keepAhead(site, node, value);
  const result = run();
  forgetAhead(site, node);
  return result;
}
