import { type Site, emit } from "../lowerSite.js";
import { ts } from "ts-morph";
import { loopOver, type Items, type Loop } from "./lowerForOf.js";
import { ownerTy } from "../lowerVariables.js";
import { lowerExpression } from "../lowerExpressions.js";
import type { Value } from "../../../ir/ir.js";
import { str, arrayOf } from "../../../ir/types.js";
import { mayHaveHoles } from "../facts/lowerPresent.js";
import { load } from "../arrays/lowerElements.js";
import { keyedTy, keysOf, keyAt } from "../records/lowerTables.js";
import { keysOfCopy } from "../records/copiedKeys.js";
import { noteListed, refuseWider } from "../records/keyOrder.js";
import { tableAt } from "../records/lowerTableLists.js";
import { refuseAccessors } from "../functions/lowerWritten.js";

/** `for (const k in table)`: the keys that are there when the loop begins. */
export function lowerForIn(
  site: Site,
  node: ts.ForInStatement,
  labels: readonly string[],
): void {
  const keys =
    keyItems(site, node, node.expression) ??
    placeItems(site, node) ??
    nameItems(site, node);
  if (keys === undefined)
    return site.ctx.refuse(
      node.getFirstToken() ?? node,
      "DC2101",
      "for-in takes the keys as they are found at run time",
      "name the fields, or loop over an array: for (const x of xs)",
    );
  loopOver(site, node, keys, labels);
}

/** `for (const k in xs)`: the places of an array, as texts. */
function placeItems(site: Site, node: ts.ForInStatement): Items | undefined {
  const ty = ownerTy(site, node.expression);
  if (ty.kind !== "array" || !site.facts.neverShrinks()) return undefined;
  const array = lowerExpression(site, node.expression, ty);
  const at = (index: Value): Value => {
    const text = emit(site, node, "opaque", [index], str, {
      parts: ["String(", ")"],
      needs: [],
      effect: "none",
    });
    site.facts.placeOf.set(text, index);
    return text;
  };
  site.ctx.meetsHoles("asked");
  const holed = mayHaveHoles(site, array) ? { holed: array } : {};
  const items = { array, keepsItsLength: true, what: "elements" } as const;
  return { ...items, ...holed, key: at, element: at };
}

/** The names of the fields of an object of which every field is there. */
function nameItems(site: Site, node: ts.ForInStatement): Items | undefined {
  const ty = ownerTy(site, node.expression);
  const isPlain =
    ty.kind === "record" &&
    site.ctx.classes.familyOf(ty) === undefined &&
    !ty.fields.some((field) => field.optional);
  if (!isPlain) return undefined;
  const owner = lowerExpression(site, node.expression, ty);
  refuseAccessors(site, node.expression, owner);
  refuseWider(site, node.expression, owner);
  noteListed(site, node.expression, owner.ty);
  const array =
    keysOfCopy(site, node, owner) ??
    emit(site, node, "opaque", [owner], arrayOf(str), {
      parts: ["Object.keys(", ")"],
      needs: [],
      effect: "none",
    });
  const at = (index: Value): Value => load(site, node, array, index, true);
  const items = { array, keepsItsLength: true, what: "elements" } as const;
  return { ...items, key: at, element: at };
}

/** The keys of a table, or of an object with fields of one type. */
export function keyItems(
  site: Site,
  node: Loop,
  given: ts.Expression,
): Items | undefined {
  if (keyedTy(site, ownerTy(site, given)) === undefined) return undefined;
  const table = tableAt(site, given);
  const array = keysOf(site, node, table);
  const at = (index: Value): Value => keyAt(site, node, table, array, index);
  const items = { array, keepsItsLength: true, what: "elements" } as const;
  return { ...items, key: at, element: at };
}
