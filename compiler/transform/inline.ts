import { callComponents, isRecursive } from "../analysis/callGraph.js";
import { type Ids, idsAfter } from "../ir/builder.js";
import type { CallInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr, withParts } from "../ir/visit.js";
import type { Program } from "../ir/program.js";

/** A helper up to this many instructions is written into its callers. */
const smallSize = 60;
/** One up to this many, where it is called in one place only, and there in a loop. */
const loopSize = 300;
/** A caller stops growing here. */
const callerSize = 1500;

/**
 * Writes small helpers into their callers, so that nothing is left of the call in the derivative. Callees first: what a
 * helper calls is already in it. Recursive functions stay functions.
 */
export function inlineHelpers(program: Program): Program {
  const funcs = new Map(program.funcs);
  const recursive = new Set<string>();
  const inOneLoop = calledInOneLoop(program);
  for (const component of callComponents(program.funcs)) {
    if (isRecursive(program.funcs, component))
      for (const name of component) recursive.add(name);
    for (const name of component) {
      const helperFor = (callee: string): Func | undefined => {
        const fn = funcs.get(callee);
        return fn !== undefined &&
          !recursive.has(callee) &&
          sizeOf(fn) <= (inOneLoop.has(callee) ? loopSize : smallSize)
          ? fn
          : undefined;
      };
      funcs.set(name, inlineInto(funcs.get(name)!, helperFor));
    }
  }
  return { ...program, funcs };
}

/** Helpers with one call in the whole program, which is in a loop: there the iteration can be differentiated at once. */
function calledInOneLoop({ funcs }: Program): Set<string> {
  const calls = new Map<string, { count: number; isInLoop: boolean }>();
  const walk = (region: Region, isInLoop: boolean): void => {
    for (const instr of region.body) {
      if (instr.kind === "call") {
        const before = calls.get(instr.callee)?.count ?? 0;
        calls.set(instr.callee, { count: before + 1, isInLoop });
      }
      const isLoop = instr.kind === "for" || instr.kind === "while";
      for (const inner of instr.regions) walk(inner, isInLoop || isLoop);
    }
  };
  for (const fn of funcs.values()) walk(fn.body, false);
  const chosen = [...calls].filter(
    ([, one]) => one.count === 1 && one.isInLoop,
  );
  return new Set(chosen.map(([name]) => name));
}

function sizeOf(fn: Func): number {
  let count = 0;
  eachInstr(fn.body, (instr) => {
    if (instr.kind !== "const") count++;
  });
  return count;
}

function inlineInto(
  fn: Func,
  helperFor: (callee: string) => Func | undefined,
): Func {
  const ids = idsAfter(fn);
  const replaced = new Map<Value, Value>();
  const now = (value: Value): Value => replaced.get(value) ?? value;
  let room = callerSize - sizeOf(fn);
  const walk = (region: Region): Region => {
    const body: Instr[] = [];
    for (const instr of region.body) {
      const current = withParts(instr, {
        args: instr.args.map(now),
        regions: instr.regions.map(walk),
      });
      const callee =
        current.kind === "call" ? helperFor(current.callee) : undefined;
      if (callee === undefined || sizeOf(callee) > room) {
        body.push(current);
        continue;
      }
      room -= sizeOf(callee);
      const { body: copied, yields } = copyOf(
        callee,
        current as CallInstr,
        ids,
      );
      body.push(...copied);
      current.results.forEach((result, i) => replaced.set(result, yields[i]!));
    }
    return { params: region.params, body, yields: region.yields.map(now) };
  };
  const body = walk(fn.body);
  const params = fn.params.map((param) =>
    param.effective === undefined
      ? param
      : { ...param, effective: now(param.effective) },
  );
  return { ...fn, params, body };
}

/** The callee's code with values of its own, its parameters replaced by the arguments. */
function copyOf(
  callee: Func,
  call: CallInstr,
  ids: Ids,
): { body: Instr[]; yields: Value[] } {
  const copies = new Map<Value, Value>();
  callee.body.params.forEach((param, i) => copies.set(param, call.args[i]!));
  const copy = (value: Value): Value => {
    let own = copies.get(value);
    if (own === undefined)
      copies.set(value, (own = ids.fresh(value.ty, value.hint)));
    return own;
  };
  const copyRegion = (region: Region): Region => ({
    params: region.params.map(copy),
    body: region.body.map(copyInstr),
    yields: region.yields.map(copy),
  });
  const copyInstr = (instr: Instr): Instr =>
    withParts(instr, {
      args: instr.args.map(copy),
      results: instr.results.map(copy),
      regions: instr.regions.map(copyRegion),
    });
  const { body, yields } = copyRegion({ ...callee.body, params: [] });
  return { body: [...body], yields: [...yields] };
}
