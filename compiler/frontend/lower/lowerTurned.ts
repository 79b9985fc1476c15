import type { ts } from "ts-morph";
import type { Ty } from "../../ir/types.js";
import type { Arm } from "./control/lowerJoin.js";
import type { Site, Variable } from "./lowerSite.js";

/**
 * A name of which the type is a union (`number | Vec`) stands for another variable once it is given a value of another of
 * these types. What it stands for then is known in the arm at hand only.
 */

/** From here on, in this arm, a name stands for another variable. */
export function standFor(
  site: Site,
  symbol: ts.Symbol,
  variable: Variable,
): void {
  const before = site.variables.get(symbol);
  if (before !== undefined && !site.turned.has(symbol))
    site.turned.set(symbol, before);
  site.variables.set(symbol, variable);
}

/** At the end of an arm: what the names stand for there, which the other arm knows nothing of. */
export function turnBack(site: Site): ReadonlyMap<ts.Symbol, Variable> {
  const now = new Map<ts.Symbol, Variable>();
  for (const [symbol, before] of site.turned) {
    const variable = site.variables.get(symbol);
    if (variable !== undefined) now.set(symbol, variable);
    site.variables.set(symbol, before);
  }
  return now;
}

/** After a branch that gave a name another type, nobody knows what it stands for; what has left the function does not count. */
export function tearTurned(site: Site, arms: readonly Arm[]): void {
  for (const { env, turned } of arms) {
    const exits = [...env.exits.keys()];
    if (env.dead && exits.every(({ kind }) => kind === "return")) continue;
    for (const [symbol, { name }] of turned ?? [])
      standFor(site, symbol, { name, ty: torn });
  }
}

const torn: Ty = { kind: "opaque", text: "unknown" };
