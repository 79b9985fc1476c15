import { ts } from "ts-morph";
import { isJavaScript } from "../../syntax/jsFunctions.js";
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
  /** Fields that are given undefined, and those of which it is asked whether they are there: the IR knows one of the two. */
  readonly undefinedIn: Set<string>;
  readonly asked: Set<string>;
}

export const newKeyOrder = (): KeyOrder => ({
  open: new Set(),
  listed: new Set(),
  undefinedIn: new Set(),
  asked: new Set(),
});

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
  for (const field of ty.fields)
    if (field.ty.kind === "maybe") noteAsked(site, node, field.name);
}

/** It is asked whether an object has a field of that name, which may be missing. */
export function noteAsked(site: Site, node: ts.Node, name: string): void {
  const { asked, undefinedIn } = site.ctx.keyOrder;
  asked.add(name);
  if (undefinedIn.has(name)) refuseUndefined(site, node, name);
}

/** `{ y: maybe }`: the field is there, whatever its value is. */
export function noteGiven(
  site: Site,
  node: ts.ObjectLiteralElementLike,
  name: string,
): void {
  const given = ts.isPropertyAssignment(node) ? node.initializer : node.name;
  if (given === undefined || isJavaScript(node)) return;
  const type = site.ctx.checker.getTypeAtLocation(given);
  const parts = type.isUnion() ? type.types : [type];
  if (!parts.some(({ flags }) => flags & ts.TypeFlags.Undefined)) return;
  const { asked, undefinedIn } = site.ctx.keyOrder;
  undefinedIn.add(name);
  if (asked.has(name)) refuseUndefined(site, node, name);
}

export function refuseUndefined(
  site: Site,
  node: ts.Node,
  name: string,
): never {
  return site.ctx.refuse(
    node,
    "DC2107",
    `it is asked here whether ${name} is there, and somewhere it is given undefined, which diffc does not tell from none`,
    `ask for its value: p.${name} !== undefined`,
  );
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
