import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";

/**
 * Numbers and booleans that are what their type says, whatever the arguments are: a load outside of an array gives
 * undefined under the same type. What arithmetic gives is definite; what only hands a value on is so if all that it may
 * hand on is. Starts by believing so of all of these, until nothing more has to be taken back.
 */
export function definiteValues(
  fn: Func,
  given: Iterable<Value> = [],
): Set<Value> {
  const sources = new Map<Value, readonly Value[]>();
  const definite = new Set<Value>(given);
  const depends = (value: Value, on: readonly Value[]): void => {
    sources.set(value, on);
    definite.add(value);
  };
  eachInstr(fn.body, (instr) => {
    for (const [value, on] of handedOn(instr)) depends(value, on);
    if (isDefinite(instr))
      for (const result of instr.results) definite.add(result);
  });
  for (let size = -1; size !== definite.size;) {
    size = definite.size;
    for (const [value, on] of sources)
      if (on.some((one) => !definite.has(one))) definite.delete(value);
  }
  return definite;
}

function isDefinite(instr: Instr): boolean {
  switch (instr.kind) {
    case "const":
      return (
        typeof instr.value === "number" || typeof instr.value === "boolean"
      );
    case "op":
      return !["select", "wrap", "unwrap"].includes(instr.op);
    case "length":
    case "tapePop":
      return true;
    case "load": {
      const { ty } = instr.args[0]!;
      return instr.inBounds && ty.kind === "array" && ty.store !== "js";
    }
    default:
      return false;
  }
}

/** Values that are one of others. */
function handedOn(instr: Instr): [Value, readonly Value[]][] {
  const yields = (region: Region, n: number): Value => region.yields[n]!;
  switch (instr.kind) {
    case "op":
      return instr.op === "select"
        ? [[instr.results[0]!, instr.args.slice(1)]]
        : [];
    case "if":
      return instr.results.map((result, n) => [
        result,
        instr.regions.map((region) => yields(region, n)),
      ]);
    case "for":
    case "while": {
      const [body] = instr.regions as [Region];
      const isFor = instr.kind === "for";
      const first = isFor && !instr.breaks ? 0 : 1;
      const inits = instr.args.slice(isFor ? 2 : 0);
      const carried = body.params.slice(isFor ? 1 : 0);
      const loop = carried.flatMap((param, n): [Value, readonly Value[]][] => {
        const on = [inits[n]!, yields(body, n + first)];
        return [
          [param, on],
          [instr.results[n]!, on],
        ];
      });
      return isFor ? [[body.params[0]!, []], ...loop] : loop;
    }
    default:
      return [];
  }
}
