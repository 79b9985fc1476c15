import type { ForInstr, Instr, Region, Value, WhileInstr } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { constantOf, type Facts, type Guarded } from "./countedShape.js";

interface Condition {
  readonly value: Value;
  readonly is: boolean;
}

/** What the counter gains wherever the condition holds: a constant. "never": it holds nowhere. */
export function gainOf(
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

export interface Range {
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

export function rangeOf(
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
