import { fixedLengths, mentions } from "../analysis/fixedLengths.js";
import { analyseMemory, entriesOf, type Memory } from "../analysis/memory.js";
import { type Ids, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import type { Program } from "../ir/program.js";
import {
  eachInstr,
  keptBody,
  keptFunc,
  mapKept,
  withParts,
  withRegions,
} from "../ir/visit.js";
import { rewrite } from "./rewrite.js";
import type { PushInstr } from "../ir/memoryInstrs.js";

/**
 * Loops over the few elements of small arrays that the function makes are written out, so that these arrays can become
 * numbers (`scalarReplace`): the states of an equation, `state.map((s, i) => s + dt * k1[i])` of two. Their lengths are
 * numbers too then.
 */
export function writeOut(program: Program, clean: (fn: Func) => Func): Program {
  let current = program;
  // Again, while there is more: a loop over rows of two may stand around one over two cells.
  for (let round = 0; round < 3; round++) {
    const memories = analyseMemory(current.funcs, entriesOf(current));
    const funcs = new Map<string, Func>();
    let isChanged = false;
    for (const [name, fn] of current.funcs) {
      const made = unrollSmall(fn, memories.get(name)!);
      isChanged ||= made !== fn;
      funcs.set(name, made === fn ? fn : clean(made));
    }
    if (!isChanged) break;
    current = { ...current, funcs };
  }
  return current;
}

/** Of each function, what is written out where that spares arrays and objects, and otherwise what is not. */
export function withFewerObjects(plain: Program, written: Program): Program {
  const funcs = new Map<string, Func>();
  for (const [name, fn] of plain.funcs) {
    const other = written.funcs.get(name)!;
    funcs.set(name, objectsIn(other) < objectsIn(fn) ? other : fn);
  }
  return { ...plain, funcs };
}

function objectsIn(fn: Func): number {
  let count = 0;
  eachInstr(fn.body, ({ kind }) => {
    if (kind === "newArray" || kind === "arrayLit" || kind === "newRecord")
      count++;
  });
  return count;
}

function unrollSmall(fn: Func, memory: Memory): Func {
  const lengthOf = fixedLengths(fn, memory);
  const constants = new Map<Value, number>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
  });
  const isSmall = (array: Value): boolean => {
    const length = lengthOf(array);
    return length !== undefined && length <= mostTrips;
  };
  const unrolled = rewrite(fn, {
    instr: (instr, ids) => {
      if (instr.kind === "length") {
        const length = lengthOf(instr.args[0]!);
        if (length === undefined) return undefined;
        constants.set(instr.results[0]!, length);
        return { instrs: [constant(instr, length)] };
      }
      if (instr.kind !== "for" || instr.breaks) return undefined;
      const indices = indicesOf(instr, constants);
      if (indices === undefined || !isWorthIt(instr, indices.length, isSmall))
        return undefined;
      return trips(instr, indices, ids);
    },
  });
  return withLiterals(unrolled);
}

const mostTrips = 4;
const mostInstrs = 160;

const constant = ({ results, span }: Instr, value: number): Instr => ({
  kind: "const",
  value,
  args: [],
  results,
  regions: [],
  span,
});

/** What the index of a loop is in each of its trips, if these are few. */
function indicesOf(
  { args: [lo, hi], step, test }: ForInstr,
  constants: ReadonlyMap<Value, number>,
): number[] | undefined {
  const [first, last] = [constants.get(lo!), constants.get(hi!)];
  if (first === undefined || last === undefined) return undefined;
  const goesOn = (i: number): boolean => {
    if (test === "<") return i < last;
    if (test === "<=") return i <= last;
    return test === ">" ? i > last : i >= last;
  };
  const indices: number[] = [];
  for (let i = first; goesOn(i); i += step) {
    if (indices.length === mostTrips) return undefined;
    indices.push(i);
  }
  return indices;
}

/** Does the loop go through small arrays, and is it short? */
function isWorthIt(
  loop: ForInstr,
  count: number,
  isSmall: (array: Value) => boolean,
): boolean {
  const [body] = loop.regions as [Region];
  const [index] = body.params;
  let size = 0;
  let isOver = false;
  eachInstr(body, ({ kind, args }) => {
    const isTable = args[0]?.ty.kind === "table";
    size += heavy.has(kind) || isTable ? mostInstrs : 1;
    isOver ||=
      ((kind === "load" || kind === "store") &&
        args[1] === index &&
        isSmall(args[0]!)) ||
      (kind === "push" && isSmall(args[0]!));
  });
  return isOver && size * count <= mostInstrs;
}

/** What is no arithmetic is not written several times. */
const heavy: ReadonlySet<string> = new Set<Instr["kind"]>([
  "for",
  "while",
  "opaque",
  "call",
  "newTable",
  "keys",
  "has",
]);

/** The body once for each trip, with values of its own. */
function trips(
  loop: ForInstr,
  indices: readonly number[],
  ids: Ids,
): { instrs: readonly Instr[]; values: readonly Value[] } {
  const [body] = loop.regions as [Region];
  const out = new RegionBuilder(ids, loop.span);
  let carried = loop.args.slice(2);
  for (const at of indices) {
    const now = new Map<Value, Value>([[body.params[0]!, out.constant(at)]]);
    body.params.slice(1).forEach((param, k) => now.set(param, carried[k]!));
    for (const instr of body.body) out.body.push(copied(instr, now, ids));
    carried = body.yields.map((value) => now.get(value) ?? value);
  }
  return { instrs: out.body, values: carried };
}

function copied(instr: Instr, now: Map<Value, Value>, ids: Ids): Instr {
  const by = (value: Value): Value => now.get(value) ?? value;
  const define = (value: Value): Value => {
    const made = ids.fresh(value.ty, value.hint);
    now.set(value, made);
    return made;
  };
  const args = instr.args.map(by);
  const regions = instr.regions.map((region): Region => {
    const params = region.params.map(define);
    const body = region.body.map((one) => copied(one, now, ids));
    return { params, body, yields: region.yields.map(by) };
  });
  return withParts(instr, {
    args,
    regions,
    results: instr.results.map(define),
  });
}

/** `const z = new Array(2)`, filled at once cell by cell, is `[a, b]`. */
function withLiterals(fn: Func): Func {
  const constants = new Map<Value, unknown>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const") constants.set(instr.results[0]!, instr.value);
  });
  const walk = (region: Region): Region => {
    let body = mapKept(region.body, (instr) => withRegions(instr, walk));
    for (const instr of body)
      if (instr.kind === "newArray") body = filled(instr, body, constants);
      else if (instr.kind === "arrayLit" && instr.args.length === 0)
        body = pushed(instr, body);
    return keptBody(region, body);
  };
  return keptFunc(fn, walk(fn.body));
}

function filled(
  made: Instr,
  body: readonly Instr[],
  constants: ReadonlyMap<Value, unknown>,
): readonly Instr[] {
  const [array] = made.results as [Value];
  const count = constants.get(made.args[0]!);
  const isPlain =
    array.ty.kind === "array" &&
    (array.ty.store === "js" || array.ty.store === "f64");
  if (!isPlain || typeof count !== "number" || !isFew(count)) return body;
  const cells = new Map<number, Value>();
  const gone = new Set<Instr>([made]);
  for (const instr of body.slice(body.indexOf(made) + 1)) {
    if (!mentions(instr, array)) continue;
    const [to, index, value] = instr.args;
    const at = constants.get(index!);
    if (instr.kind !== "store" || to !== array || value === array) return body;
    if (typeof at !== "number" || at >= count || cells.has(at)) return body;
    cells.set(at, value!);
    gone.add(instr);
    if (cells.size < count) continue;
    const literal: Instr = {
      kind: "arrayLit",
      args: Array.from({ length: count }, (_, k) => cells.get(k)!),
      results: [array],
      regions: [],
      span: made.span,
    };
    if (literal.args.includes(undefined as never)) return body;
    return body.flatMap((one) => {
      if (one === instr) return [literal];
      return gone.has(one) ? [] : [one];
    });
  }
  return body;
}

/** `const z = []`, with a few elements pushed at once. */
function pushed(made: Instr, body: readonly Instr[]): readonly Instr[] {
  const [list] = made.results as [Value];
  const pushes: PushInstr[] = [];
  for (const instr of body.slice(body.indexOf(made) + 1)) {
    if (!mentions(instr, list)) continue;
    const isPlain =
      instr.kind === "push" &&
      instr.args.length === 2 &&
      instr.args[1] !== list;
    if (!isPlain || instr.args[0] !== list) break;
    pushes.push(instr);
  }
  const last = pushes.at(-1);
  if (last === undefined || pushes.length > mostTrips) return body;
  const args = pushes.map((push) => push.args[1]!);
  return body.flatMap((one) => {
    if (one === last) return [withParts(made, { args })];
    return one === made || pushes.includes(one as PushInstr) ? [] : [one];
  });
}

const isFew = (count: number): boolean =>
  Number.isInteger(count) && count > 0 && count <= mostTrips;
