import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  freeValues,
  replaceInRegion,
  substitute,
  withParts,
} from "../ir/visit.js";
import { isArithmetic, isRead } from "./effects.js";
import { fixedArrays } from "./fixedArrays.js";
import { forwardStores } from "./forwardStores.js";

/**
 * `const squares = xs.map(f); return mean(squares)`: a loop that fills an array and a loop of the same trips that reads it
 * become one, and where nobody else reads the array there is none. Elements must go from an iteration to the same one
 * of the other loop, and neither loop may touch other memory that the other one writes.
 */
export function joinLoops(fn: Func): Func {
  const arrays = fixedArrays(fn);
  if (arrays.size === 0) return fn;
  const constants = new Map<Value, unknown>();
  const lengthOf = new Map<Value, Value>();
  eachInstr(fn.body, (instr) => {
    const [result] = instr.results;
    if (instr.kind === "const" && result) constants.set(result, instr.value);
    const length =
      instr.kind === "length" && arrays.get(instr.args[0]!)?.length;
    if (length && result) lengthOf.set(result, length);
  });
  const facts: Facts = {
    isFixed: (value) => arrays.has(value),
    hasLength: (value) => arrays.get(value)?.length !== undefined,
    isSame: (a, b) =>
      (lengthOf.get(a) ?? a) === (lengthOf.get(b) ?? b) ||
      (constants.has(a) && Object.is(constants.get(a), constants.get(b))),
  };
  const body = joinedRegion(fn.body, facts);
  return forwardStores({ ...fn, body }, arrays);
}

interface Facts {
  isFixed(value: Value): boolean;
  /** Is it an array that can be made, whatever happens? */
  hasLength(value: Value): boolean;
  /** Are the two numbers surely the same? */
  isSame(a: Value, b: Value): boolean;
}

function joinedRegion(region: Region, facts: Facts): Region {
  let isChanged = false;
  const out: Instr[] = [];
  for (const original of region.body) {
    const regions = original.regions.map((inner) => joinedRegion(inner, facts));
    const isSame = regions.every((one, k) => one === original.regions[k]);
    const instr = isSame ? original : withParts(original, { regions });
    if (!isSame) isChanged = true;
    const moved =
      instr.kind === "for" ? joinWithEarlier(instr, out, facts) : undefined;
    if (moved === undefined) {
      out.push(instr);
      continue;
    }
    isChanged = true;
    out.splice(moved.at, out.length - moved.at, ...moved.instrs);
  }
  return isChanged ? { ...region, body: out } : region;
}

/** The instructions from the place of the earlier loop on, with the two loops as one. */
function joinWithEarlier(
  second: ForInstr,
  before: readonly Instr[],
  facts: Facts,
): { at: number; instrs: Instr[] } | undefined {
  const needed = new Set(freeValues(second));
  const early: Instr[] = [];
  const late: Instr[] = [];
  for (let at = before.length - 1; at >= 0; at--) {
    const instr = before[at] as Instr;
    if (instr.kind === "for" && canJoin(instr, second, facts)) {
      if (instr.results.some((result) => needed.has(result))) return undefined;
      return { at, instrs: [...early, joined(instr, second), ...late] };
    }
    const isNeeded = instr.results.some((result) => needed.has(result));
    if (!mayMove(instr, facts)) return undefined;
    (isNeeded ? early : late).unshift(instr);
    if (isNeeded) for (const value of freeValues(instr)) needed.add(value);
  }
  return undefined;
}

/** May it change places with the loops, which write nothing but fixed arrays? */
const mayMove = (instr: Instr, facts: Facts): boolean =>
  isPlain(instr) ||
  (instr.kind === "newArray" && facts.hasLength(instr.results[0]!)) ||
  (isRead(instr) && !facts.isFixed(instr.args[0]!));

/** Neither loop changes the length of anything. */
const isPlain = (instr: Instr): boolean =>
  isArithmetic(instr) || instr.kind === "length";

function canJoin(first: ForInstr, second: ForInstr, facts: Facts): boolean {
  if (first.breaks || second.breaks) return false;
  if (first.test !== second.test || first.step !== second.step) return false;
  if (![0, 1].every((k) => facts.isSame(first.args[k]!, second.args[k]!)))
    return false;
  const a = accessesOf(first, facts);
  const b = accessesOf(second, facts);
  if (a === undefined || b === undefined || (a.throws && b.throws))
    return false;
  let passesOn = false;
  for (const [array, own] of b.arrays) {
    const other = a.arrays.get(array);
    if (other === undefined || !(own.writes || other.writes)) continue;
    if (!own.isAtIndex || !other.writesAtIndex) return false;
    if (own.writes && !other.isAtIndex) return false;
    passesOn ||= other.writes && own.reads;
  }
  return passesOn;
}

/** How a loop goes about one fixed array. */
interface Use {
  reads: boolean;
  writes: boolean;
  /** Is every access, or every write, at the index of the loop's own iteration? */
  isAtIndex: boolean;
  writesAtIndex: boolean;
}

interface Accesses {
  readonly arrays: Map<Value, Use>;
  readonly throws: boolean;
}

/** Undefined where the loop does something whose place among other things matters. */
function accessesOf(loop: ForInstr, facts: Facts): Accesses | undefined {
  const [body] = loop.regions as [Region];
  const index = body.params[0];
  const arrays = new Map<Value, Use>();
  let isTame = true;
  let throws = false;
  eachInstr(body, (instr) => {
    const [array, at] = instr.args;
    const isWrite = instr.kind === "store" || instr.kind === "accum";
    if (instr.kind === "opaque") {
      if (instr.effect === "effect") isTame = false;
      throws = true;
    } else if (isWrite || instr.kind === "load") {
      if (array === undefined || !facts.isFixed(array)) {
        isTame &&= !isWrite;
        return;
      }
      const use = arrays.get(array) ?? {
        reads: false,
        writes: false,
        isAtIndex: true,
        writesAtIndex: true,
      };
      arrays.set(array, use);
      if (instr.kind !== "store") use.reads = true;
      if (isWrite) use.writes = true;
      use.isAtIndex &&= at === index;
      if (isWrite) use.writesAtIndex &&= at === index;
    } else if (!isHarmless(instr)) isTame = false;
  });
  return isTame ? { arrays, throws } : undefined;
}

const isHarmless = (instr: Instr): boolean =>
  isPlain(instr) ||
  instr.kind === "getField" ||
  instr.kind === "newRecord" ||
  instr.kind === "arrayLit" ||
  instr.kind === "if" ||
  instr.kind === "for";

function joined(first: ForInstr, second: ForInstr): Instr {
  const [a] = first.regions as [Region];
  const [own] = second.regions as [Region];
  const index = new Map([[own.params[0]!, a.params[0]!]]);
  const b = replaceInRegion(own, substitute(index));
  return withParts(first, {
    args: [...first.args, ...second.args.slice(2)],
    results: [...first.results, ...second.results],
    regions: [
      {
        params: [...a.params, ...own.params.slice(1)],
        body: [...a.body, ...b.body],
        yields: [...a.yields, ...b.yields],
      },
    ],
  });
}
