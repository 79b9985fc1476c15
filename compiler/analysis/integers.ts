import type { Func, Instr, OpInstr, Value } from "../ir/ir.js";
import { integerOps } from "../ir/ops.js";
import { perFunc } from "../ir/perFunc.js";
import { eachInstr } from "../ir/visit.js";
import { inductiveValues, type Source } from "./inductiveValues.js";

/** Ops that make integers of integers, as long as they stay small enough to be exact. */
const closed: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "neg",
  "max",
  "min",
  "abs",
]);

const always: ReadonlySet<string> = new Set(integerOps);

/**
 * Numbers that are finite integers whatever the arguments are: constants, lengths, indices, bits, and what sums, products
 * and loops make of these.
 */
export function integersOf(
  fn: Func,
  /** Parameters that are taken to be integers. */
  counts?: ReadonlySet<Value>,
): ReadonlySet<Value> {
  return counts === undefined ? integersIn(fn) : findIntegers(fn, counts);
}

const integersIn = perFunc((fn: Func) => findIntegers(fn, new Set()));

function findIntegers(
  fn: Func,
  counts: ReadonlySet<Value>,
): ReadonlySet<Value> {
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
  });
  return inductiveValues(fn, (instr) => sourceOf(instr, makers), counts);
}

function sourceOf(instr: Instr, makers: ReadonlyMap<Value, Instr>): Source {
  switch (instr.kind) {
    case "const":
    case "global":
      return Number.isSafeInteger(instr.value) && !Object.is(instr.value, -0)
        ? "always"
        : "never";
    case "op":
      if (always.has(instr.op)) return "always";
      if (instr.op === "select") return instr.args.slice(1);
      return closed.has(instr.op) ? instr.args : halfOf(instr, makers);
    default:
      return "always"; // lengths, and the indices of counted loops
  }
}

/** (x * x - x) / 2, x * (x - 1) / 2: one of two neighbours is even. */
function halfOf(instr: OpInstr, makers: ReadonlyMap<Value, Instr>): Source {
  const [twice, two] = instr.args.map((arg) => makers.get(arg));
  const isHalf = instr.op === "div" && two?.kind === "const" && two.value === 2;
  if (!isHalf || twice?.kind !== "op") return "never";
  const [a, b] = twice.args as [Value, Value];
  if (twice.op === "sub" || twice.op === "add") {
    const maker = makers.get(a);
    const isSquare =
      maker?.kind === "op" &&
      maker.op === "mul" &&
      maker.args.every((arg) => arg === b);
    return isSquare ? [b] : "never";
  }
  if (twice.op !== "mul") return "never";
  if (isNextTo(a, b, makers)) return [b];
  return isNextTo(b, a, makers) ? [a] : "never";
}

/** Is `a` one more or one less than `b`? */
function isNextTo(
  a: Value,
  b: Value,
  makers: ReadonlyMap<Value, Instr>,
): boolean {
  const maker = makers.get(a);
  if (maker?.kind !== "op" || (maker.op !== "add" && maker.op !== "sub"))
    return false;
  const one = makers.get(maker.args[1]!);
  return maker.args[0] === b && one?.kind === "const" && one.value === 1;
}
