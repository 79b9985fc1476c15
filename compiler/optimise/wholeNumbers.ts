import { integersOf } from "../analysis/integers.js";
import { idsAfter, RegionBuilder } from "../ir/builder.js";
import type { Func, Value } from "../ir/ir.js";
import type { Entry, Program } from "../ir/program.js";
import { printFunc } from "../ir/print.js";
import { eachInstr, replaceInRegion } from "../ir/visit.js";
import { copiedBody } from "./copied.js";

const mostInstrs = 400;

/** A program for callers that pass counts, where that is worth it. */
export interface WholeNumbers {
  readonly program: Program;
  /** Which parameters are counts, by the names of the exports. */
  readonly counts: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * A place that a loop counts on, `l[next++]`, need not be saved where it is an integer for sure. Where it starts from a
 * number of the caller's, `next = k * n`, the function is differentiated twice: for counts, `n = n | 0`, and for all other
 * numbers. Only for numbers that have no slope, and functions that call none that is differentiated by itself.
 */
export function wholeNumbers(
  program: Program,
  exportNames: (entry: Entry) => readonly string[],
): WholeNumbers | undefined {
  const funcs = new Map(program.funcs);
  const entries: Entry[] = [];
  const names = new Map<string, ReadonlySet<string>>();
  for (const entry of program.entries) {
    const fn = program.funcs.get(entry.func)!;
    const modes = entry.modes.filter((mode) => mode !== "jvp");
    if (modes.length === 0 || !isFit(fn)) continue;
    const counts = countsAmong(fn, candidates(fn, program.entries));
    if (counts.length === 0) continue;
    funcs.set(entry.func, withCounts(fn, counts));
    entries.push({ ...entry, modes });
    const chosen = fn.params.filter(({ value }) => counts.includes(value));
    for (const name of exportNames(entry))
      names.set(name, new Set(chosen.map(({ name }) => name)));
  }
  if (entries.length === 0) return undefined;
  return { program: { funcs, entries }, counts: names };
}

export function isFit(fn: Func): boolean {
  let size = 0;
  let calls = false;
  eachInstr(fn.body, ({ kind }) => {
    size++;
    calls ||= kind === "call";
  });
  return (
    size <= mostInstrs &&
    !calls &&
    fn.params.every(({ effective }) => !effective)
  );
}

function candidates(fn: Func, entries: readonly Entry[]): Value[] {
  const withSlope = new Set(
    entries
      .filter(({ func }) => func === fn.name)
      .flatMap(({ wrt }) => wrt.map(([name]) => name)),
  );
  return fn.params
    .filter(({ name, optional }) => !optional && !withSlope.has(name))
    .map(({ value }) => value)
    .filter(({ ty }) => ty.kind === "num");
}

/** Those without which fewer places would be known to be integers. */
function countsAmong(fn: Func, all: readonly Value[]): readonly Value[] {
  const places = placesIn(fn);
  if (places.size === 0 || all.length === 0) return [];
  const knownWith = (counts: readonly Value[]): number => {
    const integers = integersOf(fn, new Set(counts));
    return [...places].filter((place) => integers.has(place)).length;
  };
  const most = knownWith(all);
  if (most === knownWith([])) return [];
  return all.reduce((kept, one) => {
    const fewer = kept.filter((other) => other !== one);
    return knownWith(fewer) === most ? fewer : kept;
  }, all);
}

/** Numbers that a counted loop hands on and that are used as they are to reach into an array. */
function placesIn(fn: Func): Set<Value> {
  const carried = new Set<Value>();
  const indices = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "for")
      for (const param of instr.regions[0]!.params.slice(1)) carried.add(param);
    if (instr.kind === "load" || instr.kind === "store")
      indices.add(instr.args[1]!);
  });
  return new Set([...carried].filter((param) => indices.has(param)));
}

function wholeOf(count: Value, out: RegionBuilder): Value {
  const hint = count.hint === undefined ? {} : { hint: count.hint };
  return out.op("bitor", [count, out.constant(0)], hint);
}

export const isWhole = (value: Value, out: RegionBuilder): Value =>
  out.op("eq", [value, wholeOf(value, out)]);

function withCounts(fn: Func, counts: readonly Value[]): Func {
  const out = new RegionBuilder(idsAfter(fn), fn.span);
  const now = new Map(counts.map((count) => [count, wholeOf(count, out)]));
  const { params, body, yields } = replaceInRegion(
    fn.body,
    (value) => now.get(value) ?? value,
  );
  return { ...fn, body: { params, body: [...out.body, ...body], yields } };
}

/** `if (1 / n > 0 && n === (n | 0)) { as for counts } else { as for all numbers }`: -0 is no count, `-0 | 0` is another. */
export function eitherWay(
  plain: readonly Func[],
  whole: readonly Func[],
  { counts }: WholeNumbers,
): Func[] {
  const byName = new Map(whole.map((fn) => [fn.name, fn]));
  return plain.map((fn) => {
    const other = byName.get(fn.name);
    if (other === undefined || printFunc(other) === printFunc(fn)) return fn;
    return forCounts(fn, other, counts.get(fn.name)!);
  });
}

function forCounts(fn: Func, whole: Func, names: ReadonlySet<string>): Func {
  return inTwo(fn, whole, (out) =>
    fn.params
      .filter(({ name }) => names.has(name))
      .map(({ value }) => {
        const inverse = out.op("div", [out.constant(1), value]);
        const isAbove = out.op("gt", [inverse, out.constant(0)]);
        return out.op("and", [isAbove, isWhole(value, out)]);
      })
      .reduce((all, one) => out.op("and", [all, one])),
  );
}

/** `if (test) { chosen } else { fn }` */
export function inTwo(
  fn: Func,
  chosen: Func,
  testIn: (out: RegionBuilder) => Value,
): Func {
  const ids = idsAfter(fn);
  const out = new RegionBuilder(ids, fn.span);
  const test = testIn(out);
  const now = new Map(
    chosen.params.map(({ value }, at) => [value, fn.params[at]!.value]),
  );
  const arm = copiedBody(chosen.body, now, ids);
  const results = fn.body.yields.map(({ ty, hint }) => ids.fresh(ty, hint));
  out.emit({
    kind: "if",
    ...out.plain([test], results),
    regions: [arm, { ...fn.body, params: [] }],
  });
  return { ...fn, body: out.finish(fn.body.params, results) };
}
