import type { Activity } from "../analysis/activity.js";
import { invariant } from "../diagnostics/invariant.js";
import type { Ids } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { shadowTy } from "../ir/shapes.js";

/**
 * The twin of a value: the shadow of a reference, in both modes, and the tangent of a number, in forward mode.
 * Twins are made on demand and are the same for every asker.
 */
export interface Twins {
  /** Has the value a twin? A reference with active memory below it; in forward mode an active number. */
  has(value: Value): boolean;
  of(value: Value): Value;
}

export function newTwins(
  activity: Activity,
  ids: Ids,
  mode: "tangent" | "shadow",
): Twins {
  const twins = new Map<Value, Value>();
  const prefix = mode === "tangent" ? "d" : "b";
  const has = (value: Value): boolean =>
    activity.needsShadow(value) ||
    (mode === "tangent" && activity.isActive(value));
  const of = (value: Value): Value => {
    let twin = twins.get(value);
    if (twin === undefined) {
      const ty = shadowTy(value.ty);
      invariant(ty !== undefined, "a value without floats has no shadow");
      const hint = value.hint === undefined ? undefined : prefix + value.hint;
      twins.set(value, (twin = ids.fresh(ty, hint)));
    }
    return twin;
  };
  return { has, of };
}
