import { ts } from "ts-morph";
import { thisKey } from "../classes/lowerThis.js";
import {
  knownOf,
  tagsIn,
  type CodeFunction,
  type FunctionValue,
} from "./lowerKnown.js";
import { eachNode, symbolOf } from "../../syntax/scan.js";
import type { Env, Site, Variable } from "../lowerSite.js";

/** The variables of its surroundings that a function mentions. */
export function capturedBy(
  site: Site,
  { decl, scope }: CodeFunction,
): Set<Variable> {
  const captured = new Set<Variable>();
  if (scope.size === 0) return captured;
  eachNode(decl, (node) => {
    const symbol =
      node.kind === ts.SyntaxKind.ThisKeyword ||
      node.kind === ts.SyntaxKind.SuperKeyword
        ? thisKey
        : ts.isIdentifier(node) && symbolOf(site.ctx.checker, node);
    const variable = symbol && scope.get(symbol);
    if (variable) captured.add(variable);
  });
  return captured;
}

/**
 * Variables that are only known in an arm, but live on because a function does that sees them: a function that is
 * assigned there to a variable of `known`, or that one of those sees.
 */
export function escapingVariables(
  site: Site,
  known: ReadonlySet<Variable>,
  env: Env,
): Set<Variable> {
  const found = new Set<Variable>();
  const visit = (variable: Variable): void => {
    const value = env.values.get(variable);
    if (value === undefined) return;
    for (const tag of tagsIn(knownOf(site, value))) {
      const fn = site.shared.functions[tag];
      for (const one of heldBy(site, fn)) {
        if (found.has(one) || known.has(one)) continue;
        found.add(one);
        visit(one);
      }
    }
  };
  for (const variable of known) visit(variable);
  return found;
}

/** What a function has of variables: those that it sees, and what it was bound to. */
function heldBy(site: Site, fn: FunctionValue | undefined): Iterable<Variable> {
  if (fn?.kind === "bound") return [...fn.bound, ...heldBy(site, fn.of)];
  return fn?.kind === "code" ? capturedBy(site, fn) : [];
}
