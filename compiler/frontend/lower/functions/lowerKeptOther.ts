import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { maybe, type Ty } from "../../../ir/types.js";
import { tagName, type Kind, type Shape } from "../../kept/kept.js";
import { readField } from "../lowerAccess.js";
import { coerce } from "../lowerCoerce.js";
import { choose } from "../control/lowerJoin.js";
import { constant, emit, op, poison, type Site } from "../lowerSite.js";
import { isMaybe, presentAs } from "../values/lowerPresentAs.js";
import { kindOf } from "./lowerKept.js";

/**
 * A kept function where one of another type is asked for: `(x) => number` in a list of `(x, y) => number`. Each kind has
 * words of its own for its functions, so that the record is made anew, with the word that the function has there.
 */
export function keptAsOther(
  site: Site,
  node: ts.Node,
  value: Value,
  to: Kind,
  want: Ty,
): Value | undefined {
  const from = kindOf(site, value);
  if (from === undefined || from === to) return undefined;
  if (!isMaybe(value)) {
    const made = recordFor(site, node, value, from.shapes, to);
    return coerce(site, node, made, want);
  }
  if (want.kind !== "maybe") return undefined;
  return presentAs(site, node, value, want, (own) =>
    recordFor(site, node, own, from.shapes, to),
  );
}

function recordFor(
  site: Site,
  node: ts.Node,
  value: Value,
  [shape, ...others]: readonly Shape[],
  to: Kind,
): Value {
  if (shape === undefined) return poison(site, node, to.record);
  const make = (): Value => made(site, node, value, shape, to);
  if (others.length === 0) return make();
  const tag = readField(site, node, value, tagName);
  return choose(
    site,
    node,
    op(site, node, "eq", [tag, constant(site, node, shape.tag)]),
    to.record,
    make,
    () => recordFor(site, node, value, others, to),
  );
}

function made(
  site: Site,
  node: ts.Node,
  value: Value,
  { code, captures, fixed, tag, slots }: Shape,
  to: Kind,
): Value {
  if (code.kind === "plain" && to.plain === undefined)
    return poison(site, node, to.record);
  const own = site.ctx.kept.shapeOf(to, { code, captures, fixed }, tag);
  const args = to.record.fields.map((field) => {
    if (field.name === tagName) return constant(site, node, own.tag);
    const k = own.slots.indexOf(field.name);
    const slot = slots[k];
    const capture = captures[k];
    if (slot === undefined || capture === undefined)
      return constant(site, node, undefined, maybe(field.ty));
    const held = readField(site, node, value, slot);
    return coerce(site, node, coerce(site, node, held, capture.ty), field.ty);
  });
  return emit(site, node, "newRecord", args, to.record, {});
}
