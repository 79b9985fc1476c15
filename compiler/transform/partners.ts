import type { Func, Instr, Value } from "../ir/ir.js";
import type { OpName } from "../ir/ops.js";
import { eachInstr } from "../ir/visit.js";

/**
 * What an operation of the function itself gives for an operand, where the slope of another one asks for it: the slope of
 * `sin(x)` is the `cos(x)` beside it, which is saved with it or shared. `beside`: both stand in one region, so that both
 * have run.
 */
export type Partners = (
  op: OpName,
  operand: Value,
  beside: Instr,
) => Value | undefined;

/** Operations that are the slopes of others, and cost more than to be saved. */
const costly: ReadonlySet<OpName> = new Set<OpName>([
  "sin",
  "cos",
  "sinh",
  "cosh",
]);

export function partnersIn(fn: Func): Partners {
  const found = new Map<string, { value: Value; region: unknown }[]>();
  const regions = new Map<Instr, unknown>();
  eachInstr(fn.body, (instr, region) => {
    if (instr.kind !== "op" || !costly.has(instr.op)) return;
    regions.set(instr, region);
    const key = `${instr.op} ${instr.args[0]!.id}`;
    const others = found.get(key) ?? [];
    found.set(key, [...others, { value: instr.results[0]!, region }]);
  });
  return (op, operand, beside) =>
    found
      .get(`${op} ${operand.id}`)
      ?.find(({ region }) => region === regions.get(beside))?.value;
}
