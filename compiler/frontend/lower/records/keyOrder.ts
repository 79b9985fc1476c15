import { ts } from "ts-morph";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import type { Value } from "../../../ir/ir.js";
import { bare, fieldOf, type RecordTy, type Ty } from "../../../ir/types.js";
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
  /** Names of fields, as texts: of types under which objects go that have more, and of those whose keys are listed. */
  readonly narrowed: Set<string>;
  readonly listedWhole: Set<string>;
}

export const newKeyOrder = (): KeyOrder => ({
  open: new Set(),
  listed: new Set(),
  undefinedIn: new Set(),
  asked: new Set(),
  narrowed: new Set(),
  listedWhole: new Set(),
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
  const { narrowed, listedWhole } = site.ctx.keyOrder;
  listedWhole.add(namesOf(ty));
  if (narrowed.has(namesOf(ty))) refuseMore(site, node);
  for (const field of ty.fields)
    if (field.ty.kind === "maybe") noteAsked(site, node, field.name);
}

/** An object stands where its type, or that of a part, says less than it has. */
export function noteNarrowed(
  site: Site,
  node: ts.Node,
  have: Ty,
  want: Ty,
  above: readonly Ty[] = [],
): void {
  if (have === want || above.includes(have)) return;
  const inner = (a: Ty, b: Ty): void =>
    noteNarrowed(site, node, a, b, [...above, have]);
  if (have.kind === "maybe" && want.kind === "maybe") inner(have.of, want.of);
  if (have.kind === "array" && want.kind === "array")
    inner(have.elem, want.elem);
  if (have.kind === "table" && want.kind === "table")
    inner(have.elem, want.elem);
  if (have.kind !== "record" || want.kind !== "record") return;
  for (const field of want.fields) {
    const own = fieldOf(have, field.name);
    if (own !== undefined) inner(own.ty, field.ty);
  }
  if (!hasMore(site, have, want)) return;
  const { narrowed, listedWhole } = site.ctx.keyOrder;
  narrowed.add(namesOf(want));
  if (listedWhole.has(namesOf(want))) refuseMore(site, node);
}

/** The keys of an object are listed that has more of them than its type says there. */
export function refuseWider(
  site: Site,
  node: ts.Expression,
  { ty }: Value,
): void {
  if (ty.kind !== "record") return;
  const declared = site.ctx.tryTyOf(site.ctx.checker.getTypeAtLocation(node));
  const want = declared.kind === "problem" ? undefined : bare(declared);
  if (want?.kind === "record" && hasMore(site, ty, want))
    refuseMore(site, node);
}

function hasMore({ ctx }: Site, have: RecordTy, want: RecordTy): boolean {
  const { classes } = ctx;
  if (want.tuple || classes.instanceOf(have) || classes.familyOf(want))
    return false;
  return have.fields.some((one) => fieldOf(want, one.name) === undefined);
}

const namesOf = ({ fields }: RecordTy): string =>
  JSON.stringify(fields.map((field) => field.name).toSorted());

function refuseMore(site: Site, node: ts.Node): never {
  return site.ctx.refuse(
    node,
    "DC2107",
    "the keys of an object are listed whose type says less than it has: with more fields it stands for a type with fewer",
    "list them under the type that has all of its fields, or make an object with these fields only",
  );
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
