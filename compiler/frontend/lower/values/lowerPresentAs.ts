import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import type { MaybeTy } from "../../../ir/types.js";
import { coerce, nothingOf } from "../lowerCoerce.js";
import { choose } from "../control/lowerJoin.js";
import { op, type Site } from "../lowerSite.js";

/** A value that may be nothing. */
export const isMaybe = (
  value: Value,
): value is Value & { readonly ty: MaybeTy } => value.ty.kind === "maybe";

/** Nothing stays the nothing that it is; what is there becomes something else. */
export function presentAs(
  site: Site,
  node: ts.Node,
  value: Value & { readonly ty: MaybeTy },
  want: MaybeTy,
  as: (own: Value) => Value,
): Value {
  const { of, nil } = value.ty;
  const nothing = (which: undefined | null): Value =>
    nothingOf(site, node, which, want);
  const missing = (): Value =>
    nil === "both" && want.nil === "both"
      ? choose(
          site,
          node,
          op(site, node, "isUndefined", [value]),
          want,
          () => nothing(undefined),
          () => nothing(null),
        )
      : nothing(nil === "null" && want.nil !== "undefined" ? null : undefined);
  return choose(
    site,
    node,
    op(site, node, "isNil", [value]),
    want,
    missing,
    () => coerce(site, node, as(op(site, node, "unwrap", [value], of)), want),
  );
}
