import type { Func, Instr, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { Memory } from "./memory.js";
import { find, lengthCell, type MemoryNode } from "./memoryGraph.js";
import {
  isLoopInstr,
  mayRunAfter,
  type Positions,
  type Step,
} from "./positions.js";
import type { Reload } from "./reload.js";
import { lengthsOf } from "./sizes.js";
import type { StoreInstr } from "../ir/memoryInstrs.js";

/** Where a number can be loaded that was stored in an array and stays there: `h[i] = Math.tanh(s)` keeps its own value. */
export interface StoredValue {
  readonly array: Value;
  readonly index: Value;
}

/**
 * Numbers that the backward sweep finds in an array: stored in the region that makes them, in a cell that nothing writes
 * later. Each run of the store has a cell of its own, since the index is that of the one loop in which the array is
 * filled. Not a Float32Array, which keeps something else, nor one that a caller could change between two sweeps.
 */
export function storedValues(
  fn: Func,
  memory: Memory,
  positions: Positions,
  reload: Reload,
): ReadonlyMap<Value, StoredValue> {
  const lengths = lengthsOf(fn);
  const writers = new Map<MemoryNode, Instr[]>();
  eachInstr(fn.body, (instr) => {
    for (const { node } of memory.writes(instr)) {
      const known = writers.get(find(node));
      if (known === undefined) writers.set(find(node), [instr]);
      else known.push(instr);
    }
  });
  const isKept = (store: StoreInstr, all: readonly Instr[]): boolean =>
    store.inBounds &&
    store.args[2]!.ty.kind === "num" &&
    positions.home(store.args[2]!) === positions.path(store).at(-1)!.region &&
    keepsNumbers(store.args[0]!, positions, lengths) &&
    hasOwnCells(store, positions) &&
    all.every(
      (other) =>
        other === store ||
        (other.kind === "store" && !mayOverwrite(other, store, positions)),
    );
  const found = new Map<Value, StoredValue>();
  for (const [node, all] of writers) {
    if (memory.outside.has(node) || reload.isUndone(node)) continue;
    if (node.written.has(lengthCell) || all.length > mostWriters) continue;
    for (const store of all) {
      if (store.kind !== "store" || !isKept(store, all)) continue;
      const [array, index, value] = store.args as [Value, Value, Value];
      for (const one of [value, ...choicesOf(value, positions)])
        if (positions.definition(one) !== undefined)
          found.set(one, { array, index });
    }
  }
  return found;
}

/** What the arms of a branch have made, where the value is what comes out of it. */
function choicesOf(value: Value, positions: Positions): readonly Value[] {
  const branch = positions.definition(value);
  if (branch?.kind !== "if") return [];
  const place = branch.results.indexOf(value);
  return branch.regions.flatMap((arm) => {
    const made = arm.yields[place]!;
    return positions.home(made) === arm
      ? [made, ...choicesOf(made, positions)]
      : [];
  });
}

/** An array with more of them is not looked at: each is compared with each. */
const mostWriters = 40;

/** Does a cell give back what was stored? What a Float64Array of length 4.5 is given for its fifth cell is lost. */
function keepsNumbers(
  array: Value,
  positions: Positions,
  lengths: ReadonlySet<Value>,
): boolean {
  const { ty } = array;
  const maker = positions.definition(array);
  if (ty.kind !== "array" || maker === undefined) return false;
  if (ty.store === "js") return true;
  const isWhole =
    maker.kind !== "newArray" || lengths.has(maker.args[0] as Value);
  return ty.store === "f64" && isWhole;
}

/** May the other store run after the one, while its array is the same? */
function mayOverwrite(
  other: StoreInstr,
  store: StoreInstr,
  positions: Positions,
): boolean {
  const [array] = store.args as [Value];
  if (other.args[0] !== array) return mayRunAfter(positions, other, store);
  const isInside = ({ region }: Step): boolean =>
    region === positions.home(array);
  const [a, b] = [other, store].map((instr) => {
    const path = positions.path(instr);
    return path.slice(path.findIndex(isInside));
  }) as [Step[], Step[]];
  if (a[0]!.index !== b[0]!.index) return a[0]!.index > b[0]!.index;
  return mayRunAfter(positions, other, store);
}

/** Does no run of the store meet a cell of an earlier one, as long as the array is the same? */
function hasOwnCells(store: StoreInstr, positions: Positions): boolean {
  const [array, index] = store.args as [Value, Value];
  const maker = positions.definition(array);
  if (maker === undefined || !isAllocation(maker)) return false;
  const path = positions.path(store);
  const at = path.findIndex(({ region }) => region === positions.home(array));
  if (at < 0) return false;
  // those that stand between the array and the store
  const loops = path
    .slice(at, -1)
    .map(({ region, index: step }) => region.body[step]!)
    .filter(isLoopInstr);
  const [loop] = loops;
  if (loop === undefined) return true;
  return (
    loops.length === 1 &&
    loop.kind === "for" &&
    movesWith(index, loop.regions[0]!.params[0]!, positions)
  );
}

/** Is it the index of the loop, and a constant? */
function movesWith(value: Value, index: Value, positions: Positions): boolean {
  if (value === index) return true;
  const maker = positions.definition(value);
  if (maker?.kind !== "op" || (maker.op !== "add" && maker.op !== "sub"))
    return false;
  const [a, b] = maker.args as [Value, Value];
  return a === index && positions.definition(b)?.kind === "const";
}

const isAllocation = ({ kind }: Instr): boolean =>
  kind === "newArray" || kind === "arrayLit" || kind === "slice";
