import type { Ids } from "../ir/builder.js";
import type {
  ForInstr,
  IfInstr,
  Instr,
  Region,
  Value,
  WhileInstr,
} from "../ir/ir.js";
import { replaceInRegion } from "../ir/visit.js";
import type { Rewriting } from "./rewrite.js";
import { constantOf, type Definitions } from "./simplifyOps.js";

/** A decided branch is spliced in; results that both arms agree on need no branch. */
export function simplifyIf(
  instr: IfInstr,
  ids: Ids,
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
  const ahead: Instr[] = [];
  const agreed = instr.results.map((result, i) => {
    const [a, b] = [yes.yields[i]!, no.yields[i]!];
    if (a === b) return a;
    const made = sameConstant(result, a, b, ids, definitions);
    if (made !== undefined) ahead.push(made);
    return made?.results[0];
  });
  if (agreed.every((value) => value === undefined)) return undefined;
  const keep = agreed.map((value) => value === undefined);
  const regions = instr.regions.map((region) => ({
    ...region,
    yields: region.yields.filter((_, i) => keep[i]),
  }));
  const results = instr.results.filter((_, i) => keep[i]);
  return {
    instrs: [...ahead, { ...instr, results, regions }],
    values: instr.results.map((result, i) => agreed[i] ?? result),
  };
}

/** The constant, to stand in front, that both arms yield, each its own. */
function sameConstant(
  result: Value,
  a: Value,
  b: Value,
  ids: Ids,
  definitions: Definitions,
): Instr | undefined {
  const value = constantOf(a, definitions);
  const isOne =
    value !== undefined && Object.is(value, constantOf(b, definitions));
  if (!isOne) return undefined;
  return {
    ...definitions.get(a)!,
    results: [ids.fresh(result.ty, result.hint)],
  };
}

/** `do { ... } while (false)`, `while (true) { ...; break; }`: what runs exactly once is no loop. */
export function simplifyWhile(
  instr: WhileInstr,
  definitions: Definitions,
): Rewriting | undefined {
  const [body] = instr.regions as [Region];
  if (constantOf(body.yields[0]!, definitions) === false)
    return once(body, body.params, instr.args, 1);
  return dropUnchanged(instr, 0, 0, 1);
}

/** A loop between two constants that has one trip, or none. */
export function simplifyFor(
  instr: ForInstr,
  definitions: Definitions,
): Rewriting | undefined {
  const [lo, hi, ...inits] = instr.args as [Value, Value, ...Value[]];
  const first = constantOf(lo, definitions);
  const last = constantOf(hi, definitions);
  const yields = instr.breaks ? 1 : 0;
  if (typeof first === "number" && typeof last === "number") {
    if (!goesOn(instr.test, first, last)) return { values: inits };
    const [body] = instr.regions as [Region];
    if (!goesOn(instr.test, first + instr.step, last))
      return once(body, body.params, [lo, ...inits], yields);
  }
  return dropUnchanged(instr, 2, 1, yields);
}

function goesOn(test: ForInstr["test"], i: number, last: number): boolean {
  if (test === "<") return i < last;
  if (test === "<=") return i <= last;
  return test === ">" ? i > last : i >= last;
}

/** The body in place of its loop, with what it starts from. */
function once(
  body: Region,
  params: readonly Value[],
  args: readonly Value[],
  yields: number,
): Rewriting {
  const by = new Map(params.map((param, i) => [param, args[i]!]));
  const inner = replaceInRegion(body, (value) => by.get(value) ?? value);
  return { instrs: inner.body, values: inner.yields.slice(yields) };
}

/** A carried value that every iteration yields unchanged is its initial value. */
function dropUnchanged(
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
