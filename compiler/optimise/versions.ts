import { analyseMemory, entriesOf } from "../analysis/memory.js";
import { startStates, type StartStates } from "../analysis/startStates.js";
import { idsAfter, RegionBuilder } from "../ir/builder.js";
import type { Func, Instr, Region, Value } from "../ir/ir.js";
import type { Program } from "../ir/program.js";
import { writable, type ArrayTy } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { copied } from "./copied.js";

const mostInstrs = 400;

/**
 * A state that starts as the caller's array has a length that only the caller knows, and stays an array in each step.
 * Where the function reads its few cells by name, its body is written twice: once for an array of that many, whose cells can
 * become numbers (`unroll`, `scalarReplace`), and once for all others.
 */
export function withVersions(program: Program): Program {
  const entries = entriesOf(program);
  const memories = analyseMemory(program.funcs, entries);
  const funcs = new Map<string, Func>();
  let isChanged = false;
  for (const [name, fn] of program.funcs) {
    const states = entries.has(name)
      ? startStates(fn, memories.get(name)!)
      : undefined;
    const hasDefaults = fn.params.some((param) => param.effective);
    const made =
      states === undefined || hasDefaults || sizeOf(fn) > mostInstrs
        ? fn
        : inTwo(fn, states);
    isChanged ||= made !== fn;
    funcs.set(name, made);
  }
  return isChanged ? { ...program, funcs } : program;
}

/** The versions where they make far fewer arrays, else what there was. */
export function whereWorthIt(plain: Program, written: Program): Program {
  const funcs = new Map<string, Func>();
  for (const [name, fn] of plain.funcs) {
    const other = written.funcs.get(name)!;
    const before = arraysIn(fn);
    const isWorthIt = 2 * (arraysIn(other) - before) <= before;
    funcs.set(name, before > 0 && isWorthIt ? other : fn);
  }
  return { ...plain, funcs };
}

function arraysIn(fn: Func): number {
  let count = 0;
  eachInstr(fn.body, ({ kind }) => {
    if (kind === "newArray" || kind === "arrayLit" || kind === "slice") count++;
  });
  return count;
}

function sizeOf(fn: Func): number {
  let count = 0;
  eachInstr(fn.body, () => count++);
  return count;
}

/** `if (y0.length === 2) { the body, with [y0[0], y0[1]] in place of y0 } else { the body }` */
function inTwo(fn: Func, { params, length, copies }: StartStates): Func {
  const ids = idsAfter(fn);
  const out = new RegionBuilder(ids, fn.span);
  const few = out.child();
  const cells = new Map<Value, readonly Value[]>();
  const now = new Map<Value, Value>();
  const count = out.constant(length);
  const tests = params.map((param) => {
    const asked = ids.fresh(count.ty);
    out.emit({ kind: "length", ...out.plain([param], [asked]) });
    cells.set(param, cellsOf(param, length, few));
    now.set(param, literal(param.ty as ArrayTy, cells.get(param)!, few));
    return out.op("eq", [asked, count]);
  });
  const test = tests.reduce((all, one) => out.op("and", [all, one]));
  const copyOf = (instr: Instr): readonly Value[] | undefined =>
    instr.kind === "slice" && copies.has(instr.results[0]!)
      ? cells.get(instr.args[0]!)
      : undefined;
  for (const instr of fn.body.body)
    few.body.push(copied(instr, now, copyOf, ids));
  const yields = fn.body.yields.map((value) => now.get(value) ?? value);
  const results = yields.map(({ ty, hint }) => ids.fresh(ty, hint));
  const other: Region = { ...fn.body, params: [] };
  out.emit({
    kind: "if",
    ...out.plain([test], results),
    regions: [few.finish([], yields), other],
  });
  return { ...fn, body: out.finish(fn.body.params, results) };
}

const cellsOf = (
  array: Value,
  length: number,
  out: RegionBuilder,
): readonly Value[] =>
  Array.from({ length }, (_, at) => {
    const cell = out.ids.fresh((array.ty as ArrayTy).elem, array.hint);
    out.emit({
      kind: "load",
      inBounds: true,
      ...out.plain([array, out.constant(at)], [cell]),
    });
    return cell;
  });

function literal(
  ty: ArrayTy,
  cells: readonly Value[],
  out: RegionBuilder,
): Value {
  const result = out.ids.fresh(writable(ty));
  out.emit({ kind: "arrayLit", ...out.plain(cells, [result]) });
  return result;
}
