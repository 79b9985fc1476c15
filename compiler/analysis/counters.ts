import type { ForInstr, Func, Instr, Value } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { eachInstr } from "../ir/visit.js";

/** A carried integer that starts as a constant and gains 0 or 1 in each trip of a loop that counts up. */
export interface Counter {
  readonly loop: ForInstr;
  readonly start: number;
}

/** The counters of a function: what they are in a trip, and behind the loop. */
export interface Counters {
  readonly within: ReadonlyMap<Value, Counter>;
  readonly behind: ReadonlyMap<Value, Counter>;
}

export const countersOf = perFunc((fn: Func): Counters => {
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
  });
  const within = new Map<Value, Counter>();
  const behind = new Map<Value, Counter>();
  eachInstr(fn.body, (loop) => {
    if (loop.kind !== "for" || loop.step < 1) return;
    const body = loop.regions[0]!;
    const yields = body.yields.slice(loop.breaks ? 1 : 0);
    body.params.slice(1).forEach((param, i) => {
      const start = integerOf(loop.args[i + 2]!, makers);
      const gains = gainsOf(yields[i]!, param, makers, 6);
      if (start === undefined || gains === undefined) return;
      if (![...gains].every((gain) => gain === 0 || gain === 1)) return;
      within.set(param, { loop, start });
      behind.set(loop.results[i]!, { loop, start });
    });
  });
  return { within, behind };
});

function integerOf(
  value: Value,
  makers: ReadonlyMap<Value, Instr>,
): number | undefined {
  const maker = makers.get(value);
  const isInteger = maker?.kind === "const" && Number.isInteger(maker.value);
  return isInteger ? (maker.value as number) : undefined;
}

/** What may have been added to a counter: integers. */
function gainsOf(
  value: Value,
  counter: Value,
  makers: ReadonlyMap<Value, Instr>,
  depth: number,
): ReadonlySet<number> | undefined {
  if (value === counter) return new Set([0]);
  const maker = makers.get(value);
  if (maker === undefined || depth === 0) return undefined;
  const inner = (one: Value): ReadonlySet<number> | undefined =>
    gainsOf(one, counter, makers, depth - 1);
  if (maker.kind === "if") {
    const at = maker.results.indexOf(value);
    const [yes, no] = maker.regions.map(({ yields }) => inner(yields[at]!));
    return yes && no && new Set([...yes, ...no]);
  }
  if (maker.kind !== "op" || (maker.op !== "add" && maker.op !== "sub"))
    return undefined;
  const [a, b] = maker.args as [Value, Value];
  const before = inner(a);
  const more = amountsOf(b, makers);
  if (before === undefined || more === undefined) return undefined;
  const sign = maker.op === "add" ? 1 : -1;
  return new Set([...before].flatMap((x) => more.map((y) => x + sign * y)));
}

/** A constant, or one of two. */
function amountsOf(
  value: Value,
  makers: ReadonlyMap<Value, Instr>,
): readonly number[] | undefined {
  const maker = makers.get(value);
  const choice = maker?.kind === "op" && maker.op === "select";
  const amounts = (choice ? maker.args.slice(1) : [value]).map((one) =>
    integerOf(one, makers),
  );
  return amounts.every((one) => one !== undefined) ? amounts : undefined;
}
