import type { Func, Instr, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import type { Rewriting } from "./rewrite.js";
import { constant, type Definitions } from "./simplifyOps.js";

/** `out === a` of which the function itself tells whether the two are one. */
export function decidedByMemory(
  instr: Instr,
  definitions: Definitions,
  fn: Func,
): Rewriting | undefined {
  if (instr.kind !== "op" || (instr.op !== "eq" && instr.op !== "ne"))
    return undefined;
  const [a, b] = instr.args as [Value, Value];
  if (!isRef(a.ty) || !isRef(b.ty)) return undefined;
  const same = areOne(originOf(a, definitions), originOf(b, definitions));
  return same === undefined
    ? undefined
    : constant(instr, same === (instr.op === "eq"));

  function areOne(one: Value, other: Value): boolean | undefined {
    if (one === other) return true;
    const isApart =
      (isMade(one) && (isMade(other) || isGiven(other))) ||
      (isMade(other) && isGiven(one));
    return isApart ? false : undefined;
  }

  /** Memory that was not there before. */
  function isMade(value: Value): boolean {
    const kind = definitions.get(value)?.kind;
    return kind !== undefined && makes.has(kind);
  }

  /** There when the function began. */
  function isGiven(value: Value): boolean {
    return fn.body.params.includes(value);
  }
}

/** The same reference, before it was said to be there. */
function originOf(value: Value, definitions: Definitions): Value {
  const made = definitions.get(value);
  const isCast =
    made?.kind === "op" && (made.op === "wrap" || made.op === "unwrap");
  return isCast ? originOf(made.args[0]!, definitions) : value;
}

const makes: ReadonlySet<string> = new Set<Instr["kind"]>([
  "arrayLit",
  "newArray",
  "newRecord",
  "newTable",
  "slice",
  "subarray",
]);
