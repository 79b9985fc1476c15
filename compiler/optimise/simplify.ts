import { integersOf } from "../analysis/integers.js";
import { type Signs, signsOf } from "../analysis/signs.js";
import type { Ids } from "../ir/builder.js";
import type { Func, Instr, Value } from "../ir/ir.js";
import { newDecided } from "./decided.js";
import { rewrite, type Rewriting } from "./rewrite.js";
import {
  constant,
  constantOf,
  type Definitions,
  simplifyOp,
} from "./simplifyOps.js";
import { decidedByMemory } from "./sameObject.js";
import { simplifyFor, simplifyIf, simplifyWhile } from "./simplifyRegions.js";

/**
 * Local simplifications that change no bit of any value: products with 1, signs moved into sums, decided branches,
 * carried values that never change, arithmetic on small integer constants. Nothing that is only true of real numbers.
 */
export function simplify(fn: Func): Func {
  const definitions = new Map<Value, Instr>();
  let integers: ReadonlySet<Value> | undefined;
  const isInteger = (value: Value): boolean =>
    (integers ??= integersOf(fn)).has(value);
  let signs: Signs | undefined;
  const known = (): Signs => (signs ??= signsOf(fn));
  const decided = newDecided(definitions);
  const see = (instr: Instr): void => {
    for (const result of instr.results) definitions.set(result, instr);
  };
  return rewrite(fn, {
    instr: (instr, ids) => {
      const outcome =
        instr.kind === "length"
          ? knownLength(instr.args[0]!, definitions, isInteger)
          : (simplifyInstr(instr, ids, definitions) ??
            decidedBySign(instr, definitions, known) ??
            decidedByMemory(instr, definitions, fn) ??
            decided.simplify(instr));
      if (outcome === undefined) {
        see(instr);
        decided.passed(instr);
      } else for (const made of outcome.instrs ?? []) see(made);
      return outcome;
    },
    enter: decided.enter,
    leave: decided.leave,
  });
}

function simplifyInstr(
  instr: Instr,
  ids: Ids,
  definitions: Definitions,
): Rewriting | undefined {
  switch (instr.kind) {
    case "op":
      return simplifyOp(instr, ids, definitions);
    case "if":
      return simplifyIf(instr, ids, definitions);
    case "for":
      return simplifyFor(instr, definitions);
    case "while":
      return simplifyWhile(instr, definitions);
    default:
      return undefined;
  }
}

/** A typed array has the length that it was made with, if that is an integer: 2.5 makes one of 2 cells. */
function knownLength(
  array: Value,
  definitions: Definitions,
  isInteger: (value: Value) => boolean,
): Rewriting | undefined {
  const made = definitions.get(array);
  const isTyped = array.ty.kind === "array" && array.ty.store !== "js";
  if (made?.kind !== "newArray" || !isTyped) return undefined;
  const [length] = made.args as [Value];
  return isInteger(length) ? { values: [length] } : undefined;
}

/** `1 + exp(x) < 0` never holds; a slope that is never 0 needs no guard. */
function decidedBySign(
  instr: Instr,
  definitions: Definitions,
  signs: () => Signs,
): Rewriting | undefined {
  if (instr.kind !== "op") return undefined;
  const [a, b] = instr.args as [Value, Value];
  switch (instr.op) {
    case "lt":
      return constantOf(b, definitions) === 0 && signs().isNeverBelowZero(a)
        ? constant(instr, false)
        : undefined;
    case "guardMul":
    case "guardDiv": {
      const op = instr.op === "guardMul" ? "mul" : "div";
      return signs().isNeverZero(a)
        ? { instrs: [{ ...instr, op }] }
        : undefined;
    }
    default:
      return undefined;
  }
}
