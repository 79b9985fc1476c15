import { type Ids, idsAfter } from "../ir/builder.js";
import type { Func, Instr, Region, Value } from "../ir/ir.js";
import type { OpName } from "../ir/ops.js";
import { perFunc } from "../ir/perFunc.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  keptWith,
  mapKept,
  withParts,
  withRegions,
} from "../ir/visit.js";
import { sureReferences } from "./sureReferences.js";
import { type Cell, type MemoryView, memoryOf } from "./writes.js";

/**
 * Loop-invariant code: scalar operations, and loads of memory that the loop does not write, move in front of the loop
 * when all their operands come from outside. Inner loops first, so that code can move out of several. Out of a branch in the
 * loop only arithmetic moves, and fields and lengths: they cost next to nothing where the branch is never taken. What may
 * not have run where it comes from is marked `speculative`: differentiated later, it must not bring in a NaN.
 */
export function hoistInvariants(fn: Func): Func {
  const facts: Facts = {
    sure: sureReferences(fn),
    memory: memoryOf(fn),
    ids: idsAfter(fn),
    runs: (loop) => surelyRuns(loop, constantsOf(fn)),
  };
  return keptFunc(fn, hoistRegion(fn.body, facts));
}

interface Facts {
  /** References that are surely there: in a loop that does not run, a load through another one might throw. */
  readonly sure: ReadonlySet<Value>;
  readonly memory: MemoryView;
  readonly ids: Ids;
  /** Loops that surely run. */
  readonly runs: (loop: Instr) => boolean;
}

function hoistRegion(region: Region, facts: Facts): Region {
  const body: Instr[] = [];
  for (const instr of region.body) {
    const inner = withRegions(instr, (one) => hoistRegion(one, facts));
    if (inner.kind !== "for" && inner.kind !== "while") {
      body.push(inner);
      continue;
    }
    const { moved, rest } = split(inner, facts);
    body.push(
      ...moved,
      withRegions(inner, () => rest),
    );
  }
  return keptBody(region, body);
}

const constantsOf = perFunc((fn: Func): ReadonlyMap<Value, unknown> => {
  const constants = new Map<Value, unknown>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const") constants.set(instr.results[0]!, instr.value);
  });
  return constants;
});

/** The body of a `while` runs at least once: what depends on its condition is in a branch. */
function surelyRuns(
  loop: Instr,
  constants: ReadonlyMap<Value, unknown>,
): boolean {
  if (loop.kind !== "for") return true;
  const [lo, hi] = loop.args.slice(0, 2).map((arg) => constants.get(arg));
  if (typeof lo !== "number" || typeof hi !== "number") return false;
  return loop.test === "<" ? lo < hi : loop.test === ">=" && lo >= hi;
}

const speculative = (instr: Instr): Instr =>
  instr.kind === "op" && instr.speculative === undefined
    ? { ...instr, speculative: true }
    : instr;

function split(loop: Instr, facts: Facts): { moved: Instr[]; rest: Region } {
  const body = loop.regions[0]!;
  const runs = facts.runs(loop);
  const written = facts.memory.writesTo(body);
  const inside = new Set<Value>(body.params);
  const moved: Instr[] = [];
  const rest: Instr[] = [];
  for (const instr of body.body) {
    const isInvariant =
      isMovable(instr, written, facts) &&
      !instr.args.some((arg) => inside.has(arg));
    if (isInvariant) moved.push(runs ? instr : speculative(instr));
    else {
      for (const result of instr.results) inside.add(result);
      rest.push(
        instr.kind === "if"
          ? withoutArithmetic(instr, { inside, moved, written }, facts)
          : instr,
      );
    }
  }
  return { moved, rest: keptBody(body, rest) };
}

/** May the loop write the cell of the owner? */
type Written = (cell: Cell, owner: Value) => boolean;

interface LoopState {
  /** What is defined in the loop. */
  readonly inside: Set<Value>;
  readonly moved: Instr[];
  readonly written: Written;
}

/** A branch in a loop without the arithmetic that is the same in each trip, which goes to `moved`. */
function withoutArithmetic(
  branch: Instr,
  loop: LoopState,
  facts: Facts,
): Instr {
  const { inside, moved, written } = loop;
  const isCheap = (instr: Instr): boolean =>
    instr.kind === "op"
      ? arithmetic.has(instr.op)
      : (instr.kind === "getField" || instr.kind === "length") &&
        isMovable(instr, written, facts);
  const regions = mapKept(branch.regions, (arm): Region => {
    const constants = new Map<Value, Instr>();
    const rest: Instr[] = [];
    for (const instr of arm.body) {
      const isInvariant =
        isCheap(instr) &&
        instr.args.every((arg) => constants.has(arg) || !inside.has(arg));
      if (isInvariant) {
        const own = withOwnConstants(instr, constants, facts);
        moved.push(...own.map(speculative));
        continue;
      }
      for (const result of instr.results) inside.add(result);
      if (instr.kind === "const") constants.set(instr.results[0]!, instr);
      if (instr.kind === "if") rest.push(withoutArithmetic(instr, loop, facts));
      else {
        for (const region of instr.regions) markInside(region, inside);
        rest.push(instr);
      }
    }
    return keptBody(arm, rest);
  });
  return keptWith(branch, branch.args, regions);
}

/** The operation behind copies of the constants that it is made of: they stay in their branch too. */
function withOwnConstants(
  instr: Instr,
  constants: ReadonlyMap<Value, Instr>,
  { ids }: Facts,
): Instr[] {
  const made: Instr[] = [];
  const args = instr.args.map((arg) => {
    const constant = constants.get(arg);
    if (constant === undefined) return arg;
    const own = ids.fresh(arg.ty, arg.hint);
    made.push(withParts(constant, { results: [own] }));
    return own;
  });
  return [...made, withParts(instr, { args })];
}

function markInside(region: Region, inside: Set<Value>): void {
  for (const param of region.params) inside.add(param);
  eachInstr(region, (instr) => {
    for (const result of instr.results) inside.add(result);
    for (const inner of instr.regions)
      for (const param of inner.params) inside.add(param);
  });
}

const arithmetic: ReadonlySet<OpName> = new Set<OpName>([
  "add",
  "sub",
  "mul",
  "div",
  "neg",
  "abs",
  "sqrt",
  "norm",
]);

function isMovable(
  instr: Instr,
  written: Written,
  { sure, memory }: Facts,
): boolean {
  switch (instr.kind) {
    case "const":
    case "op":
    case "global":
      return true;
    case "load":
    case "length":
    case "getField":
      return (
        sure.has(instr.args[0]!) &&
        !written(memory.read(instr)!, instr.args[0]!)
      );
    default:
      return false;
  }
}
