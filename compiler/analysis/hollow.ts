import type { CallInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import type { Program } from "../ir/program.js";
import { isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { isFilledAtOnce, type FillFacts } from "./filledAtOnce.js";
import { analyseMemory, entriesOf, type Memory } from "./memory.js";
import { find, lengthCell, type MemoryNode, reachable } from "./memoryGraph.js";
import type { NewArrayInstr } from "../ir/memoryInstrs.js";

/** May the array that a value of a function is have places where nothing is yet? */
export type IsHollow = (fn: Func, array: Value) => boolean;

/**
 * Which arrays may have holes when a method goes through them: those of `new Array(n)` that are not filled at once, what
 * is made from them place by place, and whatever shares a name with one of them, in callers and callees too.
 * Undefined where there are none.
 */
export function hollowArrays(program: Program): IsHollow | undefined {
  const { funcs } = program;
  if (![...funcs.values()].some(hasHollow)) return undefined;
  const memories = analyseMemory(funcs, entriesOf(program));
  const hollow = new Set<MemoryNode>();
  const memoryOf = (fn: Func): Memory => memories.get(fn.name)!;
  const isHollow: IsHollow = (fn, array) =>
    hollow.has(memoryOf(fn).nodeOf(array));
  const all = [...funcs.values()].map((fn) => linksOf(fn, memoryOf(fn)));
  for (const { fn, made } of all)
    for (const array of made) hollow.add(memoryOf(fn).nodeOf(array));
  for (let before = -1; before !== hollow.size;) {
    before = hollow.size;
    for (const { fn, copies, calls } of all) {
      for (const [copy, from] of copies)
        if (isHollow(fn, from)) hollow.add(memoryOf(fn).nodeOf(copy));
      for (const call of calls)
        passOn(call, memoryOf(fn), funcs.get(call.callee), memoryOf, hollow);
    }
  }
  return isHollow;
}

function hasHollow(fn: Func): boolean {
  let found = false;
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "newArray" && instr.hollow === "made") found = true;
  });
  return found;
}

/** What is hollow for the caller is so for the callee, and the other way round. */
function passOn(
  call: CallInstr,
  outer: Memory,
  callee: Func | undefined,
  memoryOf: (fn: Func) => Memory,
  hollow: Set<MemoryNode>,
): void {
  if (callee === undefined) return;
  const inner = memoryOf(callee);
  const here = outer.callMap(call);
  const shared = [...callee.body.params, ...callee.body.yields].filter(
    ({ ty }) => isRef(ty),
  );
  const nodes = reachable(...shared.map((value) => inner.nodeOf(value)));
  for (const node of nodes) {
    const outside = find(here(node));
    if (hollow.has(node)) hollow.add(outside);
    if (hollow.has(outside)) hollow.add(node);
  }
}

interface Links {
  readonly fn: Func;
  /** Arrays that are made and not filled at once. */
  readonly made: readonly Value[];
  /** An array that has holes where the other one has them. */
  readonly copies: readonly (readonly [copy: Value, from: Value])[];
  readonly calls: readonly CallInstr[];
}

function linksOf(fn: Func, memory: Memory): Links {
  const made: Value[] = [];
  const copies: [Value, Value][] = [];
  const calls: CallInstr[] = [];
  const facts = factsOf(fn, memory);
  const tested = arraysOfTests(fn);
  const mapped = new Set<Value>();
  const walk = (region: Region, tests: readonly Value[]): void =>
    region.body.forEach((instr, k) => {
      const [first] = instr.args;
      const [result] = instr.results;
      if (isHollowMade(instr)) {
        if (!isFilledAtOnce(instr, region.body.slice(k + 1), facts))
          made.push(result!);
      } else if (isMapped(instr)) mapped.add(result!);
      else if (instr.kind === "slice" && instr.keepsHoles)
        copies.push([result!, first!]);
      else if (instr.kind === "call") calls.push(instr);
      else if (instr.kind === "store" && mapped.has(first!))
        for (const from of tests) copies.push([first!, from]);
      const test = instr.kind === "if" ? tested.get(first!) : undefined;
      for (const inner of instr.regions)
        walk(inner, test === undefined ? tests : [...tests, test]);
    });
  walk(fn.body, []);
  return { fn, made, copies, calls };
}

const isMapped = (instr: Instr): boolean =>
  instr.kind === "newArray" && instr.hollow === "mapped";

const isHollowMade = (instr: Instr): instr is NewArrayInstr =>
  instr.kind === "newArray" && instr.hollow === "made";

/** Conditions that ask whether there is something at a place, and the arrays of the places. */
function arraysOfTests(fn: Func): ReadonlyMap<Value, Value> {
  const loaded = new Map<Value, Value>();
  const tests = new Map<Value, Value>();
  eachInstr(fn.body, (instr) => {
    const [result] = instr.results;
    if (instr.kind === "load" && instr.atHole === "skip")
      loaded.set(result!, instr.args[0]!);
    const array = instr.kind === "op" ? loaded.get(instr.args[0]!) : undefined;
    if (instr.kind === "op" && instr.op === "isUndefined" && array)
      tests.set(result!, array);
  });
  return tests;
}

function factsOf(fn: Func, memory: Memory): FillFacts {
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
  });
  const makerOf = (value: Value): Instr | undefined => makers.get(value);
  const constantOf = (value: Value): unknown => {
    const maker = makerOf(value);
    return maker?.kind === "const" ? maker.value : undefined;
  };
  const isSameLength = (a: Value, b: Value): boolean => {
    const [one, other] = [makerOf(a), makerOf(b)];
    if (one?.kind !== "length" || other?.kind !== "length") return false;
    const array = one.args[0]!;
    return (
      array === other.args[0] && !memory.nodeOf(array).written.has(lengthCell)
    );
  };
  const isSame = (a: Value, b: Value): boolean => {
    if (a === b || isSameLength(a, b)) return true;
    const known = constantOf(a);
    return typeof known === "number" && known === constantOf(b);
  };
  return { makerOf, constantOf, isSame };
}
