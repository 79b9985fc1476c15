import type { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import { bare, type MaybeTy, type Ty } from "../../ir/types.js";
import { coerce, nothingOf } from "./lowerCoerce.js";
import type { Arm } from "./control/lowerJoin.js";
import { holdsTag } from "./functions/lowerKnown.js";
import type { Site } from "./lowerSite.js";

/**
 * What an expression is of which each arm is another function's result: where one of them may give nothing, so may the
 * whole. Undefined where none gives anything.
 */
export function tyOfArms(site: Site, arms: readonly Arm[]): Ty | undefined {
  const live = arms.filter(({ env }) => !env.dead);
  const given = (live.length > 0 ? live : arms).map(({ values }) => values[0]);
  const values = given.filter((one) => one !== undefined);
  const some = values.find((one) => !isNull(one.ty)) ?? values[0];
  if (some === undefined) return undefined;
  const inner = bare(some.ty);
  const nils = new Set(given.flatMap(nilOf));
  const [nil, ...others] = nils;
  if (nil === undefined || holdsTag(site, some) || inner.kind === "opaque")
    return some.ty;
  return { kind: "maybe", of: inner, nil: others.length > 0 ? "both" : nil };
}

const isNull = (ty: Ty): boolean => ty.kind === "opaque" && ty.text === "null";

function nilOf(value: Value | undefined): readonly MaybeTy["nil"][] {
  if (value === undefined) return ["undefined"];
  if (isNull(value.ty)) return ["null"];
  return value.ty.kind === "maybe" ? [value.ty.nil] : [];
}

/** What an arm gives, as what all of them may give. */
export function fitArm(
  site: Site,
  node: ts.Node,
  value: Value | undefined,
  ty: Ty,
): Value | undefined {
  const isNothing = value === undefined || isNull(value.ty);
  if (isNothing && ty.kind === "maybe" && !site.env.dead)
    return nothingOf(site, node, value === undefined ? undefined : null, ty);
  return value && coerce(site, node, value, ty);
}
