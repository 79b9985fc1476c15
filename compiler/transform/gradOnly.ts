import type { Activity } from "../analysis/activity.js";
import { isRepeatable } from "../analysis/tapePlan.js";
import { idsAfter, RegionBuilder } from "../ir/builder.js";
import type { Func, Kind, Region, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import type { Environment } from "./environment.js";
import { reverseEntry } from "./reverse.js";
import type { Entry } from "../ir/program.js";

/**
 * `fGrad(...args)`: without what only the value needs, where that is worth a function of its own; else the gradient of
 * `fValueAndGrad(...args)`, which is less code. Throws and logs stay either way.
 */
export function gradOnly(
  environment: Environment,
  activity: Activity,
  entry: Entry,
  both: { readonly full: Func; readonly into: Func },
): Func {
  const name = `${entry.exportName}Grad`;
  const work = callsNothingBut(both.full, both.into.name)
    ? both.into
    : both.full;
  const whole = costOf(environment.clean(work).body);
  const bare = costOf(environment.clean(withoutValue(work)).body);
  const spared = whole - bare;
  return spared >= leastSpared && spared >= leastShare * whole
    ? reverseEntry(environment, activity, entry, name, "grad", "grad")
    : pickingGrad(name, both.full);
}

/** In operations and accesses, a loop taken to run eight times, a costly operation counted as eight. */
const leastSpared = 8;
const leastShare = 0.05;

const callsNothingBut = (fn: Func, callee: string): boolean =>
  fn.body.body.some((one) => one.kind === "call" && one.callee === callee);

/** The function as if nobody looked at the value that it returns. */
function withoutValue(work: Func): Func {
  const [yielded] = work.body.yields as [Value];
  const record = work.body.body.find(({ results }) => results[0] === yielded);
  if (record?.kind === "newRecord")
    return { ...work, body: { ...work.body, yields: [record.args[1]!] } };
  const out = new RegionBuilder(idsAfter(work), work.span);
  const zero = out.constant(0);
  const body = [...work.body.body, ...out.body];
  return { ...work, body: { ...work.body, body, yields: [zero] } };
}

const accesses: ReadonlySet<Kind> = new Set([
  "load",
  "store",
  "accum",
  "getField",
  "setField",
  "push",
] as const);

function costOf(region: Region): number {
  let cost = 0;
  for (const instr of region.body) {
    if (instr.kind === "op") cost += isCheap(instr) ? 1 : 8;
    else if (accesses.has(instr.kind)) cost += 1;
    const times = instr.kind === "for" || instr.kind === "while" ? 8 : 1;
    for (const inner of instr.regions) cost += times * costOf(inner);
  }
  return cost;
}

const isCheap = (instr: Region["body"][number]): boolean =>
  isRepeatable(instr, {
    isUndone: () => false,
    isFirst: () => false,
    canRepeat: () => true,
  });

function pickingGrad(name: string, full: Func): Func {
  const [record] = full.body.yields as [Value];
  const out = new RegionBuilder(idsAfter(full), full.span);
  const both = out.ids.fresh(record.ty);
  out.emit({
    kind: "call",
    callee: full.name,
    ...out.plain(full.body.params, [both]),
  });
  const gradTyOf = record.ty.kind === "record" ? record.ty.fields[1]!.ty : num;
  const grad = out.ids.fresh(gradTyOf);
  out.emit({ kind: "getField", field: "grad", ...out.plain([both], [grad]) });
  // Handed on as they are.
  const params = full.params.map(({ seenAs: _, ...param }) => param);
  return {
    ...full,
    name,
    params,
    body: out.finish(full.body.params, [grad]),
    results: [gradTyOf],
  };
}
