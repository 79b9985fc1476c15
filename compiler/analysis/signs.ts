import type { Func, Instr, Value } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { eachInstr } from "../ir/visit.js";
import { inductiveValues, type Source } from "./inductiveValues.js";
import { integersOf } from "./integers.js";

/** What is known of the signs of numbers, whatever the arguments are. NaN is never ruled out. */
export interface Signs {
  /** x < 0 is false. */
  isNeverBelowZero(value: Value): boolean;
  /** x === 0 is false. */
  isNeverZero(value: Value): boolean;
}

export const signsOf = perFunc((fn: Func): Signs => {
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
  });
  const integers = integersOf(fn);
  const naturals = inductiveValues(fn, (instr) => neverBelowZero(instr));
  return {
    isNeverBelowZero: (value) => naturals.has(value),
    isNeverZero: (value) => isNeverZero(value, { makers, integers, naturals }),
  };
});

/** Integers that are not negative, whatever the arguments are. */
export function naturalsOf(fn: Func): (value: Value) => boolean {
  const integers = integersOf(fn);
  const naturals = inductiveValues(fn, (instr) => neverBelowZero(instr));
  return (value) => integers.has(value) && naturals.has(value);
}

/** Finite integers that are never -0 either, as a product with a negative number may be. */
export function unsignedIntegers(fn: Func): ReadonlySet<Value> {
  const integers = integersOf(fn);
  const naturals = inductiveValues(fn, (instr) => neverBelowZero(instr));
  const plain = inductiveValues(fn, (instr) => neverMinusZero(instr, naturals));
  return new Set([...integers].filter((value) => plain.has(value)));
}

/** For integers. */
function neverMinusZero(instr: Instr, naturals: ReadonlySet<Value>): Source {
  if (instr.kind === "for") return [instr.args[0]!];
  if (instr.kind !== "op") return "always"; // as constants, -0 is no integer
  switch (instr.op) {
    case "add":
    case "max":
    case "min":
    case "abs":
      return instr.args;
    case "sub":
    case "div": // (x * x - x) / 2
      return [instr.args[0]!];
    case "mul":
      return instr.args.every((one) => naturals.has(one))
        ? instr.args
        : "never";
    case "neg":
      return "never";
    default:
      return "always"; // bits
  }
}

function neverBelowZero(instr: Instr): Source {
  switch (instr.kind) {
    case "const":
    case "global":
      return typeof instr.value === "number" && !(instr.value < 0)
        ? "always"
        : "never";
    case "length":
      return "always";
    case "for": {
      const [lo, hi] = instr.args as [Value, Value];
      if (instr.step > 0) return [lo];
      return [hi]; // i > hi and i >= hi
    }
    case "op":
      return ofOp(instr.op, instr.args);
    default:
      return "never";
  }
}

function ofOp(op: string, args: readonly Value[]): Source {
  switch (op) {
    case "abs":
    case "exp":
    case "cosh":
    case "hypot":
    case "norm":
    case "sqrt":
      return "always";
    case "mul":
      return args[0] === args[1] ? "always" : args;
    case "add":
    case "min":
    case "log1p":
    case "expm1":
    case "tanh":
    case "atan":
    case "sinh":
    case "floor":
    case "ceil":
    case "round":
    case "trunc":
    case "fround":
      return args;
    case "select":
      return args.slice(1);
    default:
      return "never";
  }
}

interface Facts {
  readonly makers: ReadonlyMap<Value, Instr>;
  readonly integers: ReadonlySet<Value>;
  readonly naturals: ReadonlySet<Value>;
}

/** Not through products or `exp`, which can become too small to be told from 0. */
function isNeverZero(value: Value, facts: Facts, depth = 6): boolean {
  const maker = facts.makers.get(value);
  if (maker?.kind === "const" || maker?.kind === "global")
    return typeof maker.value === "number" && maker.value !== 0;
  if (maker?.kind !== "op" || depth === 0) return false;
  const [a, b] = maker.args as [Value, Value];
  const holds = (one: Value): boolean => isNeverZero(one, facts, depth - 1);
  const isPositive = (one: Value): boolean =>
    facts.naturals.has(one) && holds(one);
  switch (maker.op) {
    case "cosh":
      return true;
    case "neg":
    case "abs":
    case "sqrt":
    case "cbrt":
      return holds(a);
    // by a number that can't be infinite, nor large enough to matter
    case "div":
      return isOrdinary(a, facts) && facts.integers.has(b);
    case "add":
      return [a, b].every((one) => facts.naturals.has(one))
        ? isPositive(a) || isPositive(b)
        : false;
    case "hypot":
      return maker.args.some(holds);
    case "max":
      return maker.args.some(isPositive);
    case "select":
      return maker.args.slice(1).every(holds);
    default:
      return false;
  }
}

/** A constant that stays a normal number when an integer divides it. */
function isOrdinary(value: Value, { makers }: Facts): boolean {
  const maker = makers.get(value);
  return maker?.kind === "const" && typeof maker.value === "number"
    ? Math.abs(maker.value) > 1e-200
    : false;
}
