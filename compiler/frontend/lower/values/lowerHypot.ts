import type { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { num, type Ty } from "../../../ir/types.js";
import { repeat } from "../control/lowerLoopParts.js";
import {
  at,
  constant,
  emit,
  op,
  type Site,
  type Variable,
} from "../lowerSite.js";
import { lengthOf, load } from "../arrays/lowerElements.js";

const list: Ty = { kind: "opaque", text: "number[]" };

/**
 * `Math.hypot(...xs)`: how it adds up is left to each JavaScript engine, so the value is asked of the engine itself, with
 * a list of the numbers that is only carried. The slopes are those of a chain of two at a time, which has none for
 * numbers that all are 0.
 */
export function lowerLongHypot(site: Site, node: ts.Node, array: Value): Value {
  const chain: Variable = { name: "norm", ty: num };
  site.env.values.set(chain, constant(site, node, 0));
  const numbers = emit(site, node, "opaque", [], list, {
    parts: ["[] as number[]"],
    needs: [],
    effect: "effect",
  });
  const length = lengthOf(site, node, array);
  const first = constant(site, node, 0);
  const element = (i: Value): void => {
    const x = load(site, node, array, i, true);
    const plain = op(site, node, "detach", [x]);
    const b = at(site, node);
    b.emit({
      kind: "opaque",
      parts: ["", ".push(", ")"],
      needs: [],
      effect: "effect",
      ...b.plain([numbers, plain], []),
    });
    const before = site.env.values.get(chain) as Value;
    site.env.values.set(chain, op(site, node, "hypot", [before, x]));
  };
  repeat(site, node, first, length, element, { carried: [chain], outward: [] });
  const value = emit(site, node, "opaque", [numbers], num, {
    parts: ["Math.hypot(...", ")"],
    needs: [],
    effect: "effect",
  });
  const slope = site.env.values.get(chain) as Value;
  site.env.values.delete(chain);
  return op(site, node, "withSlope", [value, slope]);
}
