import { integersOf } from "../analysis/integers.js";
import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { bool } from "../ir/types.js";
import { eachInstr, replaceOperands, withParts } from "../ir/visit.js";
import { rewrite } from "./rewrite.js";

/** A body of more instructions than this gains little. */
const longest = 48;

/**
 * A short loop that hands cells on from one trip to the next (see stencils.ts) takes two trips at a time: what the first
 * hands on is a name in the second, not a move, and V8 looks up arrays, which it does once in each trip, half as often. The
 * trip that is left over where their number is odd stands behind the loop.
 */
export function pairTrips(fn: Func): Func {
  const integers = integersOf(fn);
  const ids = idsAfter(fn);
  const constants = new Map<Value, unknown>();
  const loads = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const") constants.set(instr.results[0]!, instr.value);
    if (instr.kind === "load") loads.add(instr.results[0]!);
  });
  const facts: Facts = { integers, constants, loads, ids };
  return rewrite(fn, {
    instr: (instr) =>
      instr.kind === "for" && handsOnCells(instr, facts)
        ? inPairs(instr, facts)
        : undefined,
  });
}

interface Facts {
  readonly integers: ReadonlySet<Value>;
  readonly constants: ReadonlyMap<Value, unknown>;
  readonly loads: ReadonlySet<Value>;
  readonly ids: Ids;
}

function handsOnCells(loop: ForInstr, facts: Facts): boolean {
  const { params, body, yields } = loop.regions[0]!;
  const [lo, hi] = loop.args as [Value, Value];
  if (loop.breaks || loop.step !== 1 || loop.test !== "<") return false;
  if (facts.constants.get(lo) !== 0 || !facts.integers.has(hi)) return false;
  if (facts.constants.has(hi) || body.length > longest) return false;
  if (!body.every((instr) => plain.has(instr.kind))) return false;
  const own = new Set(body.flatMap(({ results }) => results));
  return yields.some(
    (value) =>
      facts.loads.has(value) && own.has(value) && !params.includes(value),
  );
}

const plain: ReadonlySet<Instr["kind"]> = new Set<Instr["kind"]>([
  "const",
  "op",
  "load",
  "store",
  "accum",
]);

function inPairs(
  loop: ForInstr,
  facts: Facts,
): { instrs: readonly Instr[]; values: readonly Value[] } {
  const { ids } = facts;
  const body = loop.regions[0]!;
  const [lo, hi, ...inits] = loop.args as [Value, Value, ...Value[]];
  const out = new RegionBuilder(ids, loop.span);
  const index = ids.fresh(body.params[0]!.ty, body.params[0]!.hint);
  const fresh = (value: Value): Value => ids.fresh(value.ty, value.hint);
  const carried = body.params.slice(1).map(fresh);
  const inner = new RegionBuilder(ids, loop.span);
  const sums = new Map<number, Value>([[0, index]]);
  const first = emitTrip(inner, body, { sums, by: 0 }, carried, facts);
  const second = emitTrip(inner, body, { sums, by: 1 }, first, facts);
  const last = out.op("sub", [hi, out.constant(1)]);
  const pairs = loop.results.map(fresh);
  out.emit({
    ...loop,
    step: 2,
    args: [lo, last, ...inits],
    results: pairs,
    regions: [inner.finish([index, ...carried], second)],
  });
  const isOdd = out.op(
    "eq",
    [out.op("rem", [hi, out.constant(2)]), out.constant(1)],
    { ty: bool },
  );
  const more = out.child();
  const rest = emitTrip(
    more,
    body,
    {
      sums: new Map([
        [0, last],
        [1, hi],
      ]),
      by: 0,
    },
    pairs,
    facts,
  );
  const results = loop.results.map(fresh);
  out.emit({
    kind: "if",
    args: [isOdd],
    results,
    regions: [more.finish([], rest), out.child().finish([], pairs)],
    span: loop.span,
  });
  return { instrs: out.body, values: results };
}

/** Where a trip is: the index and `by`; sums of the index and a constant that are at hand already. */
interface At {
  readonly sums: Map<number, Value>;
  readonly by: number;
}

/** One trip with values of its own; gives what it hands on. */
function emitTrip(
  out: RegionBuilder,
  body: Region,
  { sums, by }: At,
  carried: readonly Value[],
  { constants, ids }: Facts,
): Value[] {
  const [index, ...params] = body.params as [Value, ...Value[]];
  const beyond = (offset: number): Value => {
    let sum = sums.get(offset);
    if (sum === undefined) {
      const from = sums.get(0)!;
      sum =
        offset > 0
          ? out.op("add", [from, out.constant(offset)])
          : out.op("sub", [from, out.constant(-offset)]);
      sums.set(offset, sum);
    }
    return sum;
  };
  const now = new Map<Value, Value>();
  params.forEach((param, i) => now.set(param, carried[i]!));
  const asNow = (value: Value): Value =>
    value === index ? beyond(by) : (now.get(value) ?? value);
  for (const instr of body.body) {
    const offset = offsetFrom(index, instr, constants);
    if (offset !== undefined) {
      now.set(instr.results[0]!, beyond(by + offset));
      continue;
    }
    const results = instr.results.map(({ ty, hint }) => ids.fresh(ty, hint));
    instr.results.forEach((result, i) => now.set(result, results[i]!));
    out.emit(withParts(replaceOperands(instr, asNow), { results }));
  }
  return body.yields.map(asNow);
}

/** `i + 1`, `i - 1` */
function offsetFrom(
  index: Value,
  instr: Instr,
  constants: ReadonlyMap<Value, unknown>,
): number | undefined {
  if (instr.kind !== "op") return undefined;
  const [a, b] = instr.args as [Value, Value];
  const by = constants.get(a === index ? b : a);
  if (typeof by !== "number" || !Number.isInteger(by)) return undefined;
  if (instr.op === "add" && (a === index || b === index)) return by;
  return instr.op === "sub" && a === index ? -by : undefined;
}
