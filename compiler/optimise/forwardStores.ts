import type { Func, Instr, Region, Value } from "../ir/ir.js";
import type { FixedArray } from "./fixedArrays.js";
import {
  type UndefinedNumbers,
  undefinedNumbers,
} from "../analysis/undefinedNumbers.js";
import { eachInstr, substitute, withParts } from "../ir/visit.js";

/**
 * What is read back from a cell right after it was stored is the stored value; an array that nobody reads is not written.
 * `arrays`: those in question, which nobody else sees.
 */
export function forwardStores(
  fn: Func,
  arrays: ReadonlyMap<Value, FixedArray>,
): Func {
  const replaced = new Map<Value, Value>();
  const numbers = undefinedNumbers(fn);
  const body = forwardRegion(fn.body, new Map(), { arrays, replaced, numbers });
  return withoutUnread({ ...fn, body }, arrays);
}

interface Cell {
  readonly index: Value;
  readonly value: Value;
}

interface State {
  readonly arrays: ReadonlyMap<Value, FixedArray>;
  readonly replaced: Map<Value, Value>;
  readonly numbers: UndefinedNumbers;
}

/** `known`: for an array, the cell that was stored last and is as it was left. */
function forwardRegion(
  region: Region,
  known: Map<Value, Cell>,
  state: State,
): Region {
  const now = substitute(state.replaced);
  const body = region.body.flatMap((original): Instr[] => {
    const instr = withParts(original, { args: original.args.map(now) });
    const [array, index, value] = instr.args as [Value, Value, Value];
    const [result] = instr.results;
    const cell = known.get(array);
    if (
      instr.kind === "load" &&
      result &&
      cell?.index === index &&
      state.numbers.mayBypass(array, cell.value, result)
    ) {
      state.replaced.set(result, cell.value);
      return [];
    }
    const length =
      instr.kind === "length" ? state.arrays.get(array)?.length : undefined;
    if (result && length !== undefined) {
      state.replaced.set(result, now(length));
      return [];
    }
    if (instr.kind === "store" && state.arrays.has(array))
      known.set(array, { index, value });
    if (instr.kind === "accum") known.delete(array);
    if (instr.regions.length === 0) return [instr];
    const isLoop = instr.kind !== "if";
    // a loop may have written the cell in an earlier trip
    if (isLoop) forget(known, instr);
    const regions = instr.regions.map((inner) =>
      forwardRegion(inner, new Map(known), state),
    );
    if (!isLoop) forget(known, instr);
    return [withParts(instr, { regions })];
  });
  return { ...region, body, yields: region.yields.map(now) };
}

function forget(known: Map<Value, Cell>, owner: Instr): void {
  for (const region of owner.regions)
    eachInstr(region, ({ kind, args }) => {
      if (kind === "store" || kind === "accum") known.delete(args[0]!);
    });
}

function withoutUnread(fn: Func, arrays: ReadonlyMap<Value, FixedArray>): Func {
  const read = new Set<Value>();
  eachInstr(fn.body, ({ kind, args }) => {
    if (kind === "load") read.add(args[0]!);
  });
  const isGone = ({ kind, args: [array] }: Instr): boolean =>
    (kind === "store" || kind === "accum") &&
    array !== undefined &&
    arrays.has(array) &&
    !read.has(array);
  const visit = (region: Region): Region => ({
    ...region,
    body: region.body.flatMap((instr) =>
      isGone(instr)
        ? []
        : instr.regions.length === 0
          ? [instr]
          : [withParts(instr, { regions: instr.regions.map(visit) })],
    ),
  });
  return { ...fn, body: visit(fn.body) };
}
