import { type Ids, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Instr, Value } from "../ir/ir.js";
import { affineOf } from "./affine.js";

export interface Facts {
  readonly integers: ReadonlySet<Value>;
  readonly constants: ReadonlyMap<Value, number>;
  /** Indices that are never negative. */
  readonly naturals: ReadonlySet<Value>;
  /** Integers that are never -0, as the function was at the start. */
  readonly unsigned: ReadonlySet<Value>;
  readonly uses: ReadonlyMap<Value, number>;
  readonly ids: Ids;
  readonly definitions: ReadonlyMap<Value, Instr>;
  /** Is the value defined outside of the loop, as the function was at the start? */
  isOutside(value: Value, loop: ForInstr): boolean;
}

export interface Counter {
  /** Position among the carried values. */
  readonly at: number;
  /** What the counter gains while the index gains 1. */
  readonly slope: number;
  /** What it gains beside that: `each` in every trip, and `growth` times the index, in a loop from 0 in steps of 1. */
  readonly each?: Value;
  readonly growth?: number;
  /** Are there so few trips that the square of the index is a 32-bit integer? */
  readonly isShort?: boolean;
}

/** slope * x + each * x + growth * (x * x - x) / 2 */
export function gainOf(
  { each, growth, isShort }: Counter,
  x: Value,
  slope: number,
  out: RegionBuilder,
  facts: Facts,
): Value | undefined {
  const straight = slope === 0 ? undefined : times(out, x, slope, facts);
  const steady = each === undefined ? undefined : out.op("mul", [each, x]);
  const both =
    straight === undefined || steady === undefined
      ? (straight ?? steady)
      : out.op("add", [straight, steady]);
  if (growth === undefined) return both;
  // In this form, since 0 * (0 - 1) is -0, which V8 would take for a sign that these are no integers.
  const twice = out.op("sub", [out.op("mul", [x, x]), x]);
  const triangle = isShort
    ? out.op("shr", [twice, out.constant(1)])
    : out.op("div", [twice, out.constant(2)]);
  const grown =
    growth === 1 ? triangle : out.op("mul", [triangle, out.constant(growth)]);
  return both === undefined ? grown : out.op("add", [both, grown]);
}

/** `p += i`, `p += n - i`: what is gained is itself a straight line of the index, from 0 on. */
export function growingCounter(
  loop: ForInstr,
  at: number,
  facts: Facts,
): Counter | undefined {
  const body = loop.regions[0]!;
  const [index, param] = [body.params[0]!, body.params[at + 1]!];
  const next = facts.definitions.get(body.yields[at]!);
  const isPlain =
    loop.step === 1 &&
    loop.test === "<" &&
    facts.constants.get(loop.args[0]!) === 0 &&
    facts.unsigned.has(loop.args[at + 2]!) &&
    facts.integers.has(body.yields[at]!);
  if (!isPlain || next?.kind !== "op" || next.op !== "add") return undefined;
  const [a, b] = next.args as [Value, Value];
  if ((a === param) === (b === param)) return undefined;
  const isResultUsed = (facts.uses.get(loop.results[at]!) ?? 0) > 0;
  if (isResultUsed && !canCountTrips(loop, facts)) return undefined;
  const gain = affineOf(
    a === param ? b : a,
    new Set([index]),
    (value) => facts.isOutside(value, loop),
    (value) => facts.definitions.get(value),
  );
  const growth = gain?.coefs.get(index);
  if (typeof growth !== "number" || growth === 0) return undefined;
  const { rest } = gain!;
  const isShort = (facts.constants.get(loop.args[1]!) ?? Infinity) <= 46_340;
  if (typeof rest === "number") return { at, slope: rest, growth, isShort };
  return "op" in rest
    ? undefined
    : { at, slope: 0, each: rest, growth, isShort };
}

/** The counter's gain for each step of the index, where it is one: `p + c` in every iteration, from an integer. */
export function slopeOf(
  loop: ForInstr,
  at: number,
  facts: Facts,
): number | undefined {
  const body = loop.regions[0]!;
  const param = body.params[at + 1]!;
  const next = body.body.find((instr) => instr.results[0] === body.yields[at]);
  if (next?.kind !== "op" || (next.op !== "add" && next.op !== "sub"))
    return undefined;
  const [a, b] = next.args;
  const isForward = a === param;
  if (!isForward && !(b === param && next.op === "add")) return undefined;
  const step = facts.constants.get(isForward ? b! : a!);
  if (
    step === undefined ||
    !facts.unsigned.has(loop.args[at + 2]!) ||
    !facts.integers.has(loop.args[0]!)
  )
    return undefined;
  const slope = (next.op === "add" ? step : -step) / loop.step;
  if (!Number.isInteger(slope) || slope === 0) return undefined;
  const isResultUsed = (facts.uses.get(loop.results[at]!) ?? 0) > 0;
  return isResultUsed && !canCountTrips(loop, facts) ? undefined : slope;
}

/** Only for steps of 1 up to a finite integer. */
const canCountTrips = (loop: ForInstr, facts: Facts): boolean =>
  loop.step === 1 && loop.test === "<" && facts.integers.has(loop.args[1]!);

export function tripsOf(
  loop: ForInstr,
  out: RegionBuilder,
  facts: Facts,
): Value | undefined {
  const [lo, hi] = loop.args;
  const distance = plus(out, hi!, times(out, lo!, -1, facts), facts);
  return distance === hi && facts.naturals.has(hi)
    ? hi
    : out.op("max", [out.constant(0), distance]);
}

/** Undefined stands for 0. */
export function times(
  out: RegionBuilder,
  value: Value,
  factor: number,
  facts: Facts,
): Value | undefined {
  const known = facts.constants.get(value);
  if (known !== undefined)
    return known * factor === 0 ? undefined : out.constant(known * factor);
  if (factor === 1) return value;
  return factor === -1
    ? out.op("neg", [value])
    : out.op("mul", [value, out.constant(factor)]);
}

export function plus(
  out: RegionBuilder,
  value: Value,
  other: Value | undefined,
  facts: Facts,
  hint?: string,
): Value {
  if (other === undefined) return value;
  const made = out.body.find(({ results }) => results[0] === other);
  const isSpare =
    facts.constants.get(value) === 0 &&
    (facts.unsigned.has(other) || isUnsigned(other, out, facts));
  if (isSpare) return other;
  const named = hint === undefined ? {} : { hint };
  return made?.kind === "op" && made.op === "neg"
    ? out.op("sub", [value, made.args[0]!], named)
    : out.op("add", [value, other], named);
}

/** Of what is made here: 0 * -2 is -0, and 0 + -0 is 0, so that what may be -0 has to be added to 0. */
function isUnsigned(value: Value, out: RegionBuilder, facts: Facts): boolean {
  const made = out.body.find(({ results }) => results[0] === value);
  if (made?.kind === "op" && made.op === "add")
    return made.args.some(
      (one) => facts.unsigned.has(one) || isUnsigned(one, out, facts),
    );
  return isNatural(value, out, facts);
}

/** Neither negative nor -0. */
function isNatural(value: Value, out: RegionBuilder, facts: Facts): boolean {
  const made = out.body.find(({ results }) => results[0] === value);
  const known =
    made?.kind === "const" ? made.value : facts.constants.get(value);
  if (typeof known === "number") return known >= 0 && !Object.is(known, -0);
  if (facts.naturals.has(value)) return true;
  if (made?.kind !== "op") return false;
  const holds = (one: Value): boolean => isNatural(one, out, facts);
  switch (made.op) {
    case "mul":
      return made.args.every(holds);
    case "max":
      return made.args.some(holds);
    // (x * x - x) / 2
    case "sub":
    case "div":
    case "shr":
      return holds(made.args[0]!);
    default:
      return false;
  }
}
