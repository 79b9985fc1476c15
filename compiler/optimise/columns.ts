import { provenAccesses } from "../analysis/bounds.js";
import { calleesOf } from "../analysis/callGraph.js";
import { columnsOf } from "../analysis/columns.js";
import { analyseMemory, entriesOf } from "../analysis/memory.js";
import type { Func, Instr } from "../ir/ir.js";
import type { Program } from "../ir/program.js";
import { inColumns } from "./columnCode.js";

/**
 * Arrays of small records that a function works on become arrays of numbers, one for each field: no objects are made and
 * none for their slopes, and what is known of arrays of numbers (filled by index, joined loops, memory of the module's)
 * serves them too. Before differentiation.
 */
export function toColumns(program: Program): Program {
  const entries = entriesOf(program);
  const memories = analyseMemory(program.funcs, entries);
  const called = new Set(
    [...program.funcs.values()].flatMap((fn) => [...calleesOf(fn)]),
  );
  const funcs = new Map<string, Func>();
  let isChanged = false;
  for (const [name, fn] of program.funcs) {
    // what a caller hands over may be read at the start only where nobody else can see that
    const takes = entries.has(name) && !called.has(name);
    const memory = memories.get(name)!;
    const columns = columnsOf(fn, memory, takes);
    const isFound = columns.arrays.size > 0;
    isChanged ||= isFound;
    const proven = (): Set<Instr> => provenAccesses(fn, memory);
    funcs.set(name, isFound ? inColumns(fn, columns, proven()) : fn);
  }
  return isChanged ? { ...program, funcs } : program;
}
