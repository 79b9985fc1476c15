import { integersOf } from "../analysis/integers.js";
import { type Ids, RegionBuilder } from "../ir/builder.js";
import type {
  ForInstr,
  Func,
  IfInstr,
  Instr,
  Region,
  Value,
  WhileInstr,
} from "../ir/ir.js";
import { eachInstr, replaceOperands, substitute } from "../ir/visit.js";
import { rewrite, type Rewriting } from "./rewrite.js";

/**
 * `while (i < n) { ...; i++ }` becomes a counted loop, which needs no count of its trips and no record of i. The loop's
 * test must compare the counter (or the counter and a constant) with something from outside the loop; the counter must be an
 * integer whatever the arguments, and gain the same constant in every trip that goes on.
 */
export function countLoops(fn: Func): Func {
  const facts: Facts = {
    integers: integersOf(fn),
    constants: new Map(),
    naturals: new Set(),
    makers: new Map(),
  };
  eachInstr(fn.body, (instr) => collect(instr, facts));
  return rewrite(fn, {
    instr: (instr, ids) =>
      instr.kind === "while" ? counted(instr, facts, ids) : undefined,
  });
}

interface Facts {
  readonly integers: ReadonlySet<Value>;
  readonly constants: Map<Value, number>;
  /** Lengths, which are never negative. */
  readonly naturals: Set<Value>;
  readonly makers: Map<Value, Instr>;
}

function collect(instr: Instr, facts: Facts): void {
  for (const result of instr.results) facts.makers.set(result, instr);
  if (instr.kind === "const" && typeof instr.value === "number")
    facts.constants.set(instr.results[0]!, instr.value);
  if (instr.kind === "length") facts.naturals.add(instr.results[0]!);
}

/** while inits (params) { ...pre; if (compare) { ... } else { } } */
interface Guarded {
  readonly loop: WhileInstr;
  /** The comparison that decides whether there is a trip. */
  readonly compare: Value;
  /** What is computed before it; scalars only. */
  readonly pre: readonly Instr[];
  /** What a trip does, `pre` included, and what it yields: "again", then the carried values. */
  readonly trip: readonly Instr[];
  readonly next: readonly Value[];
  /** What is computed, and yielded, where the comparison fails. */
  readonly otherwise: readonly Instr[];
  readonly last: readonly Value[];
}

function counted(
  loop: WhileInstr,
  facts: Facts,
  ids: Ids,
): Rewriting | undefined {
  const guarded = guardedShape(loop, facts);
  if (guarded === undefined) return undefined;
  const params = loop.regions[0]!.params;
  const [again, ...next] = guarded.next;
  for (const [at, counter] of params.entries()) {
    if (!facts.integers.has(counter)) continue;
    const step = gainOf(counter, next[at]!, { value: again!, is: true }, facts);
    if (typeof step !== "number" || step === 0) continue;
    const range = rangeOf(guarded, counter, loop.args[at]!, step, facts);
    if (range !== undefined)
      return asFor(guarded, { counter, step, ...range }, facts, ids);
  }
  return undefined;
}

function guardedShape(loop: WhileInstr, facts: Facts): Guarded | undefined {
  const body = loop.regions[0]!;
  const test = body.body.at(-1);
  if (test?.kind !== "if") return undefined;
  const [arm, otherArm] = test.regions as [Region, Region];
  const before = body.body.slice(0, -1);
  const through = (region: Region): Value[] =>
    body.yields.map((value) => {
      const at = test.results.indexOf(value);
      return at < 0 ? value : region.yields[at]!;
    });
  const last = through(otherArm);
  if (constantOf(last[0]!, facts) !== false) return undefined;
  const simple: Guarded = {
    loop,
    compare: test.args[0]!,
    pre: before,
    trip: [...before, ...arm.body],
    next: through(arm),
    otherwise: otherArm.body,
    last,
  };
  const shape = withMore(simple, test, facts) ?? simple;
  return [...shape.pre, ...shape.otherwise].every(isPure) ? shape : undefined;
}

const isPure = ({ kind }: Instr): boolean => kind === "const" || kind === "op";

/** `while (i < n && more)`: a counted loop that is left where `more` fails. */
function withMore(
  simple: Guarded,
  test: IfInstr,
  facts: Facts,
): Guarded | undefined {
  const { loop, pre } = simple;
  const both = pre.find((instr) => instr.results.includes(test.args[0]!));
  const parts = both && conjunctionOf(both, test.args[0]!, facts);
  if (both === undefined || parts === undefined) return undefined;
  const isFirst = substitute(parts.results);
  const others = pre.filter((instr) => instr !== both);
  const now = (instr: Instr): Instr => replaceOperands(instr, isFirst);
  const trip = pre.flatMap((instr) =>
    instr === both ? parts.body : [now(instr)],
  );
  return {
    ...simple,
    compare: parts.compare,
    pre: others,
    trip: [...trip, { ...now(test), args: [parts.more] } as Instr],
    next: loop.regions[0]!.yields.map(isFirst),
  };
}

interface Conjunction {
  readonly compare: Value;
  readonly more: Value;
  /** What is computed, and what the results are, where the comparison holds. */
  readonly body: readonly Instr[];
  readonly results: ReadonlyMap<Value, Value>;
}

function conjunctionOf(
  both: Instr,
  value: Value,
  facts: Facts,
): Conjunction | undefined {
  if (both.kind === "op" && both.op === "and") {
    const [compare, more] = both.args as [Value, Value];
    return { compare, more, body: [], results: new Map([[value, more]]) };
  }
  if (both.kind !== "if") return undefined;
  const [arm, otherArm] = both.regions as [Region, Region];
  const at = both.results.indexOf(value);
  if (constantOf(otherArm.yields[at]!, facts) !== false) return undefined;
  const results = new Map(both.results.map((one, i) => [one, arm.yields[i]!]));
  return {
    compare: both.args[0]!,
    more: arm.yields[at]!,
    body: arm.body,
    results,
  };
}

function constantOf(value: Value, facts: Facts): unknown {
  const maker = facts.makers.get(value);
  return maker?.kind === "const" ? maker.value : undefined;
}

interface Condition {
  readonly value: Value;
  readonly is: boolean;
}

/** What the counter gains wherever the condition holds: a constant. "never": it holds nowhere. */
function gainOf(
  counter: Value,
  next: Value,
  condition: Condition,
  facts: Facts,
): number | "never" | undefined {
  const { value, is } = condition;
  const known = constantOf(value, facts);
  if (typeof known === "boolean" && known !== is) return "never";
  const maker = facts.makers.get(value);
  if (maker?.kind === "op" && maker.op === "not")
    return gainOf(counter, next, { value: maker.args[0]!, is: !is }, facts);
  const joined = facts.makers.get(next);
  const branch = joined?.kind === "if" ? joined : maker;
  if (branch?.kind !== "if") return shiftFrom(counter, next, facts);
  const inArm = (one: Value, arm: Region): Value => {
    const at = branch.results.indexOf(one);
    return at < 0 ? one : arm.yields[at]!;
  };
  const [a, b] = branch.regions.map((arm) =>
    gainOf(counter, inArm(next, arm), { value: inArm(value, arm), is }, facts),
  );
  if (a === "never" || a === b) return b;
  return b === "never" ? a : undefined;
}

/** `counter + shift`, for a value that is made of the counter by adding integer constants. */
function shiftFrom(
  counter: Value,
  value: Value,
  facts: Facts,
): number | undefined {
  if (value === counter) return 0;
  const maker = facts.makers.get(value);
  if (maker?.kind !== "op") return undefined;
  const [a, b] = maker.args;
  const sum = (of: Value, by: Value, sign: 1 | -1): number | undefined => {
    const shift = shiftFrom(counter, of, facts);
    const constant = facts.constants.get(by);
    return shift === undefined || !Number.isSafeInteger(constant)
      ? undefined
      : shift + sign * constant!;
  };
  if (maker.op === "add") return sum(a!, b!, 1) ?? sum(b!, a!, 1);
  return maker.op === "sub" ? sum(a!, b!, -1) : undefined;
}

type Test = ForInstr["test"];

interface Range {
  readonly test: Test;
  readonly bound: Value;
  /** The test compares `counter + shift` with the bound. */
  readonly shift: number;
}

const tests: ReadonlyMap<string, Test> = new Map([
  ["lt", "<"],
  ["le", "<="],
  ["gt", ">"],
  ["ge", ">="],
]);
const flipped = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function rangeOf(
  { loop, compare }: Guarded,
  counter: Value,
  start: Value,
  step: number,
  facts: Facts,
): Range | undefined {
  const inside = definedIn(loop);
  const isFixed = (value: Value): boolean =>
    !inside.has(value) || facts.constants.has(value);
  const compared = (x: Value, bound: Value, test: Test): Range | undefined => {
    const shift = shiftFrom(counter, x, facts);
    return shift !== undefined &&
      isFixed(bound) &&
      step > 0 === test.startsWith("<")
      ? { test, bound, shift }
      : undefined;
  };
  const maker = facts.makers.get(compare);
  if (maker?.kind !== "op") return undefined;
  const [a, b] = maker.args as [Value, Value];
  const plain = tests.get(maker.op);
  if (plain !== undefined)
    return compared(a, b, plain) ?? compared(b, a, flipped[plain]);
  // `i !== n` and `i--`: the counter steps by one and meets its bound, so it may as well stop beyond it
  const differs = differenceOf(maker, facts);
  if (differs === undefined || Math.abs(step) !== 1) return undefined;
  const [x, bound] = differs;
  const range = compared(x, bound, step > 0 ? "<" : ">");
  const [low, high] = step > 0 ? [start, bound] : [bound, start];
  return range?.shift === 0 &&
    facts.constants.get(low) === 0 &&
    facts.naturals.has(high)
    ? range
    : undefined;
}

/** `x !== bound`, or what `while (x)` comes to for a number: x < 0 or x > 0. */
function differenceOf(
  maker: Instr & { kind: "op" },
  facts: Facts,
): readonly [Value, Value] | undefined {
  const [a, b] = maker.args as [Value, Value];
  if (maker.op === "ne") return facts.constants.has(a) ? [b, a] : [a, b];
  if (maker.op !== "or") return undefined;
  const [less, more] = [facts.makers.get(a), facts.makers.get(b)];
  return less?.kind === "op" &&
    more?.kind === "op" &&
    less.op === "lt" &&
    more.op === "gt" &&
    less.args.every((arg, i) => arg === more.args[i])
    ? [less.args[0]!, less.args[1]!]
    : undefined;
}

function definedIn(loop: WhileInstr): Set<Value> {
  const body = loop.regions[0]!;
  const inside = new Set(body.params);
  eachInstr(body, (instr) => {
    for (const result of instr.results) inside.add(result);
    for (const region of instr.regions)
      for (const param of region.params) inside.add(param);
  });
  return inside;
}

interface Counter extends Range {
  readonly counter: Value;
  readonly step: number;
}

function asFor(
  guarded: Guarded,
  range: Counter,
  facts: Facts,
  ids: Ids,
): Rewriting | undefined {
  const { loop, pre, trip, next, last, otherwise } = guarded;
  const { params } = loop.regions[0]!;
  const again = next[0]!;
  const breaks = constantOf(again, facts) !== true;
  const staysSame = params.every((param, i) => last[i + 1] === param);
  // After a break, what the last test would have computed was never computed.
  if (breaks && !staysSame) return undefined;

  const before = new RegionBuilder(ids, loop.span);
  const bound = boundBefore(before, range, facts);
  const inside = new RegionBuilder(ids, loop.span);
  const index = ids.fresh(range.counter.ty, range.counter.hint);
  const isIndex = substitute(new Map([[range.counter, index]]));
  for (const instr of trip) inside.emit(replaceOperands(instr, isIndex));
  const carried = next.slice(1).map(isIndex);
  const yields = breaks
    ? [inside.op("not", [isIndex(again)]), ...carried]
    : carried;
  const results = params.map(({ ty, hint }) => ids.fresh(ty, hint));
  const counted: ForInstr = {
    kind: "for",
    test: range.test,
    step: range.step,
    breaks,
    args: [loop.args[params.indexOf(range.counter)]!, bound, ...loop.args],
    results,
    regions: [inside.finish([index, ...params], yields)],
    span: loop.span,
  };
  const instrs = [...before.body, counted];
  if (staysSame) return { instrs, values: results };
  const after = new Map(params.map((param, i) => [param, results[i]!]));
  for (const instr of [...pre, ...otherwise]) {
    const copy = replaceOperands(instr, substitute(after));
    const made = instr.results.map(({ ty, hint }) => ids.fresh(ty, hint));
    instrs.push({ ...copy, results: made });
    instr.results.forEach((result, i) => after.set(result, made[i]!));
  }
  return { instrs, values: last.slice(1).map(substitute(after)) };
}

/**
 * i + 1 < n is i < n - 1 for integers; a bound that may not be one is first rounded to the integer that decides alike, since
 * n - 1 may round across it.
 */
function boundBefore(
  out: RegionBuilder,
  { test, bound, shift }: Range,
  facts: Facts,
): Value {
  const known = facts.constants.get(bound);
  if (known !== undefined && (shift === 0 || Number.isSafeInteger(known)))
    return out.constant(known - shift);
  if (shift === 0) return bound;
  const rounding = test === "<" || test === ">=" ? "ceil" : "floor";
  const whole = facts.integers.has(bound) ? bound : out.op(rounding, [bound]);
  return out.op("sub", [whole, out.constant(shift)]);
}
