import type { Func, Instr, Value } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { carriedBy, eachInstr } from "../ir/visit.js";
import type { Assumed } from "./assumptions.js";
import { type Counters, countersOf } from "./counters.js";
import { integersOf } from "./integers.js";
import { type Positions, positionsOf } from "./positions.js";

export interface Loop {
  readonly lo: Value;
  readonly hi: Value;
  readonly test: "<" | "<=" | ">" | ">=";
}

/** What a value is one of: what comes out of a branch, or what a loop hands on. */
interface Sources {
  readonly all: readonly Value[];
  readonly loop?: Instr;
}

interface Known {
  readonly positions: Positions;
  readonly loops: ReadonlyMap<Value, Loop>;
  readonly counters: Counters;
  readonly integers: ReadonlySet<Value>;
  readonly sources: ReadonlyMap<Value, Sources>;
}

/** What is asked when sizes are compared. */
export interface Facts extends Known {
  /** Lists that a loop fills, with what it counts to. */
  readonly pushed: ReadonlyMap<Value, Value>;
  readonly assumed: Assumed | undefined;
  /** Does the array keep its length? */
  isFixed(array: Value): boolean;
  /** Where all arrays are made that it may be, if that is known. */
  madeAt(array: Value): readonly Value[] | undefined;
  /** Places of making whose sizes are being made out. */
  readonly asking: Set<Value>;
  /** Values that are being compared, with what is added to them. */
  readonly compared: ReadonlyMap<Value, number>;
}

export const factsOf = perFunc((fn: Func): Known => ({
  positions: positionsOf(fn),
  loops: loopsOf(fn),
  counters: countersOf(fn),
  integers: integersOf(fn),
  sources: sourcesOf(fn),
}));

function sourcesOf(fn: Func): Map<Value, Sources> {
  const sources = new Map<Value, Sources>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "if")
      instr.results.forEach((result, k) => {
        const all = instr.regions.map(({ yields }) => yields[k]!);
        sources.set(result, { all });
      });
    if (instr.kind !== "for" && instr.kind !== "while") return;
    const { inits, params, nexts } = carriedBy(instr);
    params.forEach((param, k) => {
      const both = { all: [inits[k]!, nexts[k]!], loop: instr };
      sources.set(param, both);
      sources.set(instr.results[k]!, both);
    });
  });
  return sources;
}

function loopsOf(fn: Func): Map<Value, Loop> {
  const loops = new Map<Value, Loop>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "for")
      loops.set(instr.regions[0]!.params[0]!, {
        lo: instr.args[0]!,
        hi: instr.args[1]!,
        test: instr.test,
      });
  });
  return loops;
}
