import type { ConstInstr, Instr, Region, Value } from "../ir/ir.js";
import { endsInThrow } from "../ir/visit.js";
import type { Rewriter, Rewriting } from "./rewrite.js";

/**
 * Conditions that the branches around an instruction have decided: inside of `if (c)`, c is true; inside of
 * `if (kind === "a")`, `kind === "b"` is false; behind `if (c) throw ...`, c is false. What is asked again has its answer, and the other arm goes. (TypeScript sees
 * as much, and would object to the question.)
 */
export interface Decided extends Required<Pick<Rewriter, "enter" | "leave">> {
  simplify(instr: Instr): Rewriting | undefined;
  /** What follows the instruction in its region comes to pass only where no arm of it has thrown. */
  passed(instr: Instr): void;
}

/** One arm around the instruction. */
interface Decision {
  readonly condition: Value;
  readonly holds: boolean;
  readonly compared: Comparison | undefined;
}

/** `value === is`, or `value !== is`, with a constant. */
interface Comparison {
  readonly value: Value;
  readonly is: ConstInstr["value"];
  readonly isEqual: boolean;
}

export function newDecided(definitions: ReadonlyMap<Value, Instr>): Decided {
  const around: Decision[] = [];
  /** For each region that is open, how much was decided outside of it. */
  const outside: number[] = [];

  const answer = (condition: Value): boolean | undefined => {
    const asked = comparisonOf(condition, definitions);
    for (const { condition: known, holds, compared } of around.toReversed()) {
      if (known === condition) return holds;
      if (compared === undefined || compared.value !== asked?.value) continue;
      const isSame = compared.is === asked.is;
      const isKnownEqual = compared.isEqual === holds;
      if (isKnownEqual) return isSame === asked.isEqual;
      if (isSame) return !asked.isEqual;
    }
    return undefined;
  };

  const decide = (condition: Value, holds: boolean): void => {
    const compared = comparisonOf(condition, definitions);
    around.push({ condition, holds, compared });
    const instr = definitions.get(condition);
    if (instr?.kind === "op" && instr.op === "not")
      decide(instr.args[0]!, !holds);
  };
  return {
    enter: (instr, region) => {
      outside.push(around.length);
      if (instr.kind === "if")
        decide(instr.args[0]!, region === instr.regions[0]);
    },
    leave: () => {
      around.length = outside.pop() ?? 0;
    },
    passed: (instr) => {
      if (instr.kind !== "if") return;
      const [yes, no] = instr.regions.map(endsInThrow);
      if (yes !== no) decide(instr.args[0]!, no === true);
    },
    simplify: (instr) => {
      if (around.length === 0) return undefined;
      const isSelect = instr.kind === "op" && instr.op === "select";
      if (instr.kind !== "if" && !isSelect) return undefined;
      const holds = answer(instr.args[0]!);
      if (holds === undefined) return undefined;
      if (isSelect) return { values: [instr.args[holds ? 1 : 2]!] };
      const arm = instr.regions[holds ? 0 : 1] as Region;
      return { instrs: arm.body, values: arm.yields };
    },
  };
}

function comparisonOf(
  condition: Value,
  definitions: ReadonlyMap<Value, Instr>,
): Comparison | undefined {
  const instr = definitions.get(condition);
  if (instr?.kind !== "op" || (instr.op !== "eq" && instr.op !== "ne"))
    return undefined;
  const isEqual = instr.op === "eq";
  const [a, b] = instr.args as [Value, Value];
  for (const [value, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const made = definitions.get(other);
    const is = made?.kind === "const" ? made.value : undefined;
    if (typeof is === "string" || typeof is === "number")
      return { value, is, isEqual };
  }
  return undefined;
}
