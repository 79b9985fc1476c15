import type { Func, Region, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import { integersOf } from "./integers.js";
import type { Positions } from "./positions.js";

/** A counter that the backward sweep can run back: before an iteration it was what it is behind it, less what it gained. */
export type ReversibleCounter = Step | Choice;

/** The same in every iteration, or cheap to have again. */
export interface Step {
  readonly kind: "step";
  readonly isAdded: boolean;
  readonly amount: Value;
}

/** One constant or the other, where a condition holds that has nothing to do with the counter. */
export interface Choice {
  readonly kind: "choice";
  readonly condition: Value;
  readonly gains: readonly [Gain, Gain];
}

export type Gain = number | Choice;

/**
 * Carried integers of counted loops that gain, in every iteration, an integer that is cheap to have again: a constant, an
 * index, something from outside, or a constant where a condition holds. Sums of integers are exact, so the way back is
 * exact too.
 */
export function reversibleCounters(
  fn: Func,
  positions: Positions,
): Map<Value, ReversibleCounter> {
  const integers = integersOf(fn);
  const found = new Map<Value, ReversibleCounter>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind !== "for") return;
    const body = instr.regions[0]!;
    const yields = body.yields.slice(instr.breaks ? 1 : 0);
    body.params.slice(1).forEach((param, i) => {
      if (!integers.has(param) || positions.home(yields[i]!) !== body) return;
      const loop: Loop = { param, body, positions };
      const counter =
        stepOf(yields[i]!, loop) ?? choiceOf(yields[i]!, loop, integers);
      if (counter === undefined) return;
      if (counter.kind === "choice" || isExact(counter, loop, integers))
        found.set(param, counter);
    });
  });
  return found;
}

interface Loop {
  readonly param: Value;
  readonly body: Region;
  readonly positions: Positions;
}

const isExact = (
  { amount }: Step,
  { body, positions }: Loop,
  integers: ReadonlySet<Value>,
): boolean => integers.has(amount) && isCheap(amount, body, positions, 3);

function stepOf(next: Value, { param, positions }: Loop): Step | undefined {
  const instr = positions.definition(next);
  if (instr?.kind !== "op") return undefined;
  const [a, b] = instr.args;
  const kind = "step";
  if (instr.op === "add" && a === param && b !== param)
    return { kind, isAdded: true, amount: b! };
  if (instr.op === "add" && b === param && a !== param)
    return { kind, isAdded: true, amount: a! };
  if (instr.op === "sub" && a === param && b !== param)
    return { kind, isAdded: false, amount: b! };
  return undefined;
}

/** `if (c) n++;`, or `n += c ? 1 : 0`. */
function choiceOf(
  next: Value,
  loop: Loop,
  integers: ReadonlySet<Value>,
): Choice | undefined {
  const gain = integers.has(next) ? gainOf(next, loop, 4) : undefined;
  return typeof gain === "object" ? gain : undefined;
}

/** What has been added to the counter. */
function gainOf(value: Value, loop: Loop, depth: number): Gain | undefined {
  const { param, positions } = loop;
  if (value === param) return 0;
  const instr = positions.definition(value);
  if (instr?.kind === "if") {
    const at = instr.results.indexOf(value);
    const [yes, no] = instr.regions.map(({ yields }) => yields[at]!);
    return chosen(instr.args[0]!, [yes!, no!], loop, depth, (one) =>
      gainOf(one, loop, depth - 1),
    );
  }
  const step = stepOf(value, loop);
  if (step === undefined) return undefined;
  const gain = constantOf(step.amount, loop, depth);
  return step.isAdded ? gain : negated(gain);
}

function constantOf(value: Value, loop: Loop, depth: number): Gain | undefined {
  const instr = loop.positions.definition(value);
  if (instr?.kind === "const" && typeof instr.value === "number")
    return instr.value;
  if (instr?.kind !== "op" || instr.op !== "select") return undefined;
  const [condition, yes, no] = instr.args as [Value, Value, Value];
  return chosen(condition, [yes, no], loop, depth, (one) =>
    constantOf(one, loop, depth - 1),
  );
}

function negated(gain: Gain | undefined): Gain | undefined {
  if (gain === undefined) return undefined;
  if (typeof gain === "number") return -gain;
  const [yes, no] = gain.gains.map(negated);
  return { ...gain, gains: [yes!, no!] };
}

function chosen(
  condition: Value,
  arms: readonly [Value, Value],
  loop: Loop,
  depth: number,
  of: (arm: Value) => Gain | undefined,
): Choice | undefined {
  const isAtHand = loop.positions.home(condition) === loop.body;
  if (depth === 0 || !isAtHand || dependsOnCounter(condition, loop))
    return undefined;
  const [yes, no] = arms.map(of);
  if (yes === undefined || no === undefined) return undefined;
  return { kind: "choice", condition, gains: [yes, no] };
}

/** Then it could not be had without the counter, nor the counter without it. */
function dependsOnCounter(
  condition: Value,
  { param, body, positions }: Loop,
): boolean {
  const seen = new Set<Value>([condition]);
  for (const value of seen) {
    if (value === param) return true;
    const instr = positions.definition(value);
    if (positions.home(value) !== body || instr === undefined) continue;
    if (instr.regions.length > 0) return true;
    for (const arg of instr.args) seen.add(arg);
  }
  return false;
}

/** Made in the loop's body by a few operations from indices, constants and values from outside. */
function isCheap(
  value: Value,
  body: Region,
  positions: Positions,
  depth: number,
): boolean {
  if (positions.isMirroredIndex(value)) return true;
  const instr = positions.definition(value);
  if (positions.home(value) !== body)
    return instr !== undefined || positions.home(value) !== undefined;
  if (instr?.kind === "const") return true;
  return (
    instr?.kind === "op" &&
    depth > 0 &&
    instr.args.every((arg) => isCheap(arg, body, positions, depth - 1))
  );
}
