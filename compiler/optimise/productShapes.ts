import type { ForInstr, Value } from "../ir/ir.js";
import { type Affine, affineOf, minus, type Term } from "./affine.js";
import type { Facts } from "./productFacts.js";
import type { LoadInstr } from "../ir/memoryInstrs.js";

/** A loop that goes through 0 .. trips - 1, upwards or downwards. */
export interface Range {
  readonly index: Value;
  readonly trips: Term;
  readonly isDown: boolean;
}

export function rangeOf(loop: ForInstr, facts: Facts): Range | undefined {
  if (loop.breaks) return undefined;
  const [lo, hi] = loop.args as [Value, Value];
  const [index] = loop.regions[0]!.params as [Value];
  const isZero = (value: Value, wanted: number): boolean =>
    constantOf(value, facts) === wanted;
  if (loop.step === 1 && loop.test === "<" && isZero(lo, 0)) {
    const trips = lengthOf(hi, facts);
    return trips === undefined ? undefined : { index, trips, isDown: false };
  }
  const isToZero =
    (loop.test === ">=" && isZero(hi, 0)) ||
    (loop.test === ">" && isZero(hi, -1));
  if (loop.step !== -1 || !isToZero) return undefined;
  const trips = oneMore(lo, facts);
  return trips === undefined ? undefined : { index, trips, isDown: true };
}

/** The number as a count of trips: an integer, or one that has to be. */
function lengthOf(value: Value, facts: Facts): Term | undefined {
  const known = constantOf(value, facts);
  if (known !== undefined)
    return Number.isInteger(known) && known >= 0 ? known : undefined;
  const instr = facts.definition(value);
  if (instr?.kind === "op" && instr.op === "ceil")
    return lengthOf(instr.args[0]!, facts);
  return isWhole(value, facts) ? value : undefined;
}

/** `n` for `n - 1` */
function oneMore(value: Value, facts: Facts): Term | undefined {
  const known = constantOf(value, facts);
  if (known !== undefined)
    return Number.isInteger(known) && known >= -1 ? known + 1 : undefined;
  const instr = facts.definition(value);
  if (instr?.kind !== "op" || instr.op !== "sub") return undefined;
  return constantOf(instr.args[1]!, facts) === 1
    ? lengthOf(instr.args[0]!, facts)
    : undefined;
}

export function constantOf(value: Value, facts: Facts): number | undefined {
  const instr = facts.definition(value);
  return instr?.kind === "const" && typeof instr.value === "number"
    ? instr.value
    : undefined;
}

const closed: ReadonlySet<string> = new Set(["add", "sub", "mul", "neg"]);

/** Is the value an integer, or would it be if numbers that are known in front of the loops were? Those are assumed then. */
export function isWhole(value: Value, facts: Facts): boolean {
  if (facts.integers.has(value)) return true;
  if (value.ty.kind !== "num") return false;
  if (facts.front.values.has(value)) {
    facts.assumed.add(value);
    return true;
  }
  const instr = facts.definition(value);
  return (
    instr?.kind === "op" &&
    closed.has(instr.op) &&
    instr.args.every((arg) => isWhole(arg, facts))
  );
}

/** A cell of a Float64Array at an integer index that is linear in the indices of the loops around. */
export interface Place {
  readonly array: Value;
  readonly at: Affine;
}

export function placeOf(
  array: Value,
  index: Value,
  variables: readonly Value[],
  outer: ForInstr,
  facts: Facts,
): Place | undefined {
  const inside = facts.inside(outer);
  const { ty } = array;
  if (ty.kind !== "array" || ty.store !== "f64" || inside.has(array))
    return undefined;
  if (!isWhole(index, facts)) return undefined;
  const at = affineOf(
    index,
    new Set(variables),
    (value) => !inside.has(value),
    facts.definition,
  );
  return at === undefined ? undefined : { array, at };
}

export const strideOf = ({ at }: Place, variable: Value): Term =>
  at.coefs.get(variable) ?? 0;

/** The index of a loop's first round for a place: descending loops start at the last one. */
export const startOf = (
  place: Place,
  { index, trips, isDown }: Range,
): { start: Term; stride: Term } => {
  const coef = strideOf(place, index);
  if (!isDown) return { start: 0, stride: coef };
  return {
    start: timesLast(coef, trips),
    stride: typeof coef === "number" ? -coef : minus(0, coef),
  };
};

const timesLast = (coef: Term, trips: Term): Term => {
  if (typeof coef === "number" && typeof trips === "number")
    return coef * (trips - 1);
  return { op: "mul", a: coef, b: minus(trips, 1) };
};

/** The load behind a value, if one stands there. */
export function loadOf(value: Value, facts: Facts): LoadInstr | undefined {
  const instr = facts.definition(value);
  if (instr?.kind === "op" && instr.op === "unwrap")
    return loadOf(instr.args[0]!, facts);
  return instr?.kind === "load" ? instr : undefined;
}

/** Two factors, and whether their product is subtracted. */
export interface Factors {
  readonly x: Value;
  readonly y: Value;
  readonly isNegative: boolean;
}

export function factorsOf(value: Value, facts: Facts): Factors | undefined {
  const instr = facts.definition(value);
  if (instr?.kind !== "op") return undefined;
  if (instr.op === "neg") {
    const inner = factorsOf(instr.args[0]!, facts);
    return inner && { ...inner, isNegative: !inner.isNegative };
  }
  if (instr.op !== "mul") return undefined;
  const [x, y] = instr.args as [Value, Value];
  return { x, y, isNegative: false };
}

/** Too small to be worth a call. */
export function isSmall(a: Term, b: Term): boolean {
  const [n, m] = [a, b].map((term) =>
    typeof term === "number" ? term : 64,
  ) as [number, number];
  return n < 4 || m < 4 || n * m < 48;
}
