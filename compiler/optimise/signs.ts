import type { Ids } from "../ir/builder.js";
import { idsAfter, RegionBuilder } from "../ir/builder.js";
import type { Func, Instr, OpInstr, Region, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  useCounts,
  withRegions,
} from "../ir/visit.js";

/**
 * A slope that begins with a sign is taken away instead: `bx[i] += -b - c` becomes `bx[i] -= b + c`, one operation less.
 * Only for what is added to memory in derivative code, where the sign of a zero does not matter.
 */
export function takeAway(fn: Func): Func {
  const facts: Facts = {
    ops: new Map(),
    uses: useCounts(fn),
    ids: idsAfter(fn),
  };
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "op") facts.ops.set(instr.results[0]!, instr);
  });
  return keptFunc(fn, walk(fn.body, facts));
}

interface Facts {
  readonly ops: Map<Value, OpInstr>;
  readonly uses: ReadonlyMap<Value, number>;
  readonly ids: Ids;
}

function walk(region: Region, facts: Facts): Region {
  const body = region.body.flatMap((instr): readonly Instr[] => {
    if (instr.regions.length > 0)
      return [withRegions(instr, (one) => walk(one, facts))];
    if (instr.kind !== "accum" && instr.kind !== "accumField") return [instr];
    const out = new RegionBuilder(facts.ids, instr.span);
    const amount = instr.args.at(-1)!;
    const opposite = negated(amount, facts)?.(out);
    if (opposite === undefined) return [instr];
    const less = out.op("neg", [opposite], { ty: num });
    return [
      ...out.body,
      { ...instr, args: [...instr.args.slice(0, -1), less] },
    ];
  });
  return keptBody(region, body);
}

type Write = (out: RegionBuilder) => Value;

/** How to write -value with one operation less; undefined where there is no sign to drop. */
function negated(value: Value, facts: Facts): Write | undefined {
  const op = facts.ops.get(value);
  if (op === undefined || (facts.uses.get(value) ?? 0) > 1) return undefined;
  const [a, b] = op.args as [Value, Value];
  if (op.op === "neg") return () => a;
  if (op.op !== "add" && op.op !== "sub") return undefined;
  const rest = negated(a, facts);
  // -(-a' + b) = a' - b, -(-a' - b) = a' + b
  const other = op.op === "add" ? "sub" : "add";
  return rest && ((out) => out.op(other, [rest(out), b], { span: op.span }));
}
