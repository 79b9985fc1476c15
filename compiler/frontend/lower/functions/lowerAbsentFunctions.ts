import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { num } from "../../../ir/types.js";
import { branch, choose } from "../control/lowerJoin.js";
import { knownOf, tagOf } from "./lowerKnown.js";
import { throwError } from "../values/lowerOpaque.js";
import { constant, missingTag, op, type Site } from "../lowerSite.js";

/** Functions that may be missing: what tells is the tag, as it tells which function it is. */

/** The function at a place of a list, of one of these kinds; or none, where the place is outside of it. */
export function functionOrMissing(
  site: Site,
  node: ts.Node,
  value: Value,
  fns: ReadonlySet<number>,
): Value {
  const missing = tagOf(site, { kind: "missing" });
  const outside = op(site, node, "isUndefined", [value]);
  const found = choose(
    site,
    node,
    outside,
    num,
    () => constant(site, node, missing),
    () => value,
  );
  site.facts.known.set(found, { fns: new Set([...fns, missing]) });
  return found;
}

/** Is it a function in some cases, and nothing in others? */
export function mayBeMissing(site: Site, value: Value): boolean {
  const fns = knownOf(site, value)?.fns;
  const tag = missingTag(site.shared);
  return tag !== undefined && fns?.has(tag) === true && fns.size > 1;
}

/** Is there none? Of a value that may be missing. */
export function isMissing(site: Site, node: ts.Node, value: Value): Value {
  const tag = missingTag(site.shared) ?? -1;
  return op(site, node, "eq", [value, constant(site, node, tag)]);
}

/** Runs `call` where it is known that a function is there. */
export function whereGiven<T>(site: Site, value: Value, call: () => T): T {
  const before = knownOf(site, value);
  const tag = missingTag(site.shared);
  if (before?.fns === undefined || tag === undefined || before.fns.size < 2)
    return call();
  const fns = new Set([...before.fns].filter((one) => one !== tag));
  site.facts.known.set(value, { ...before, fns });
  try {
    return call();
  } finally {
    site.facts.known.set(value, before);
  }
}

/** What JavaScript throws where it calls undefined. */
export function throwNoFunction(
  site: Site,
  node: ts.Node,
  isMissing: Value,
): void {
  const called = ts.isCallExpression(node) ? node.expression : node;
  const text = called.getText().replace(/\(.*?\)/gs, "(...)");
  const message = JSON.stringify(`${text} is not a function`);
  branch(
    site,
    node,
    isMissing,
    [],
    () => throwError(site, node, `TypeError(${message})`),
    () => undefined,
  );
}
