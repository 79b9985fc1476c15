import type { ts } from "ts-morph";
import type { Ty } from "../../../ir/types.js";
import type { Site } from "../lowerSite.js";

/**
 * Objects to which a field is given under a condition, and another one behind it, have that one ahead of it in the
 * generated code. Nobody sees it as long as the keys of such objects are not listed.
 */
export interface KeyOrder {
  /** Pairs of fields, as texts: of the objects that are made so, and of those whose keys are listed. */
  readonly open: Set<string>;
  readonly listed: Set<string>;
}

type Pair = readonly [string, string];

export function noteOpenOrder(
  site: Site,
  node: ts.Node,
  pairs: readonly Pair[],
): void {
  const { open, listed } = site.ctx.keyOrder;
  for (const pair of pairs) open.add(textOf(pair));
  if (pairs.some((pair) => listed.has(textOf(pair)))) refuse(site, node);
}

/** The keys of an object of this type are listed. */
export function noteListed(site: Site, node: ts.Node, ty: Ty): void {
  if (ty.kind !== "record") return;
  const { open, listed } = site.ctx.keyOrder;
  const names = ty.fields.map((field) => field.name);
  const pairs = names.flatMap((one) =>
    names.map((other) => textOf([one, other])),
  );
  for (const pair of pairs) listed.add(pair);
  if (pairs.some((pair) => open.has(pair))) refuse(site, node);
}

const textOf = (pair: Pair): string => JSON.stringify(pair);

function refuse(site: Site, node: ts.Node): never {
  return site.ctx.refuse(
    node,
    "DC2107",
    "in which order an object has its keys here, is known only at run time: one is given under a condition ahead of others",
    "give what is given under conditions last, or write all fields in the literal",
  );
}
