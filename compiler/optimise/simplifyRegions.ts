import type { ForInstr, IfInstr, Value, WhileInstr } from "../ir/ir.js";
import { replaceInRegion } from "../ir/visit.js";
import type { Rewriting } from "./rewrite.js";
import { constantOf, type Definitions } from "./simplifyOps.js";

/** A decided branch is spliced in; results that both arms agree on need no branch. */
export function simplifyIf(
  instr: IfInstr,
  definitions: Definitions,
): Rewriting | undefined {
  const condition = constantOf(instr.args[0], definitions);
  if (typeof condition === "boolean") {
    const arm = instr.regions[condition ? 0 : 1]!;
    return { instrs: arm.body, values: arm.yields };
  }
  const [yes, no] = instr.regions as [
    IfInstr["regions"][number],
    IfInstr["regions"][number],
  ];
  const agreed = instr.results.map((_, i) =>
    agreement(yes.yields[i]!, no.yields[i]!, definitions),
  );
  if (agreed.every((value) => value === undefined)) return undefined;
  const keep = agreed.map((value) => value === undefined);
  const regions = instr.regions.map((region) => ({
    ...region,
    yields: region.yields.filter((_, i) => keep[i]),
  }));
  const results = instr.results.filter((_, i) => keep[i]);
  return {
    instrs: [{ ...instr, results, regions }],
    values: instr.results.map((result, i) => agreed[i] ?? result),
  };
}

/** The one value that two arms yield; it must be visible outside, so constants of an arm do not count. */
function agreement(
  a: Value,
  b: Value,
  _definitions: Definitions,
): Value | undefined {
  return a === b ? a : undefined;
}

/** A carried value that every iteration yields unchanged is its initial value. */
export function dropUnchanged(
  instr: ForInstr | WhileInstr,
  args: number,
  params: number,
  yields: number,
): Rewriting | undefined {
  const body = instr.regions[0]!;
  const isSame = instr.results.map(
    (_, i) => body.yields[i + yields] === body.params[i + params],
  );
  if (!isSame.includes(true)) return undefined;
  const keep =
    (skip: number) =>
    (_: Value, i: number): boolean =>
      i < skip || !isSame[i - skip];
  const inits = new Map<Value, Value>();
  isSame.forEach((same, i) => {
    if (same) inits.set(body.params[i + params]!, instr.args[i + args]!);
  });
  const inner = replaceInRegion(body, (value) => inits.get(value) ?? value);
  const region = {
    params: body.params.filter(keep(params)),
    body: inner.body,
    yields: inner.yields.filter(keep(yields)),
  };
  const loop = {
    ...instr,
    args: instr.args.filter(keep(args)),
    results: instr.results.filter((_, i) => !isSame[i]),
    regions: [region],
  };
  return {
    instrs: [loop],
    values: instr.results.map((result, i) =>
      isSame[i] ? instr.args[i + args]! : result,
    ),
  };
}
