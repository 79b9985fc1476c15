import type { Value } from "../ir/ir.js";
import type { Linear } from "./assumptions.js";
import type { Facts } from "./sizeFacts.js";

/** A number as a base and a constant, the length of an array as that of the one it was made like. */
export function linear(value: Value, facts: Facts): Linear {
  const instr = facts.positions.definition(value);
  const own: Linear = { base: `value ${value.id}`, offset: 0, value };
  if (instr === undefined) return own;
  if (
    (instr.kind === "const" || instr.kind === "global") &&
    typeof instr.value === "number"
  )
    return { base: undefined, offset: instr.value };
  if (instr.kind === "length" && facts.isFixed(instr.args[0]!))
    return sizeOf(instr.args[0]!, facts);
  if (instr.kind !== "op" || (instr.op !== "add" && instr.op !== "sub"))
    return own;
  const [a, b] = instr.args.map((arg) => linear(arg, facts));
  if (b!.base === undefined)
    return shift(a!, instr.op === "add" ? b!.offset : -b!.offset);
  if (a!.base === undefined && instr.op === "add") return shift(b!, a!.offset);
  if (instr.op === "sub" && a!.base === b!.base)
    return { base: undefined, offset: a!.offset - b!.offset };
  return own;
}

export function shift(at: Linear, by: number): Linear {
  return { ...at, offset: at.offset + by };
}

export function sizeOf(array: Value, facts: Facts): Linear {
  const instr = facts.positions.definition(array);
  const unknown: Linear = { base: `length ${array.id}`, offset: 0, array };
  if (!facts.isFixed(array)) return { base: `changing ${array.id}`, offset: 0 };
  const atEntry = facts.assumed?.sizeOf(array);
  if (atEntry !== undefined) return atEntry;
  if (instr === undefined) return uniformSize(array, facts) ?? unknown;
  switch (instr.kind) {
    case "newArray":
      return linear(instr.args[0]!, facts);
    case "arrayLit": {
      const trips = facts.pushed.get(array);
      return trips === undefined
        ? { base: undefined, offset: instr.args.length }
        : linear(trips, facts);
    }
    case "slice":
    case "subarray": {
      const start = linear(instr.args[1]!, facts);
      const end = linear(instr.args[2]!, facts);
      if (start.base === undefined) return shift(end, -start.offset);
      return start.base === end.base
        ? { base: undefined, offset: end.offset - start.offset }
        : unknown;
    }
    default:
      return uniformSize(array, facts) ?? unknown;
  }
}

/** One size that all arrays have which this one may be, and that is one and the same throughout the call. */
function uniformSize(array: Value, facts: Facts): Linear | undefined {
  const made = facts.madeAt(array);
  if (made === undefined || made.includes(array)) return undefined;
  const [first] = made as [Value];
  const same = `same ${first.id}`;
  // rows as long as those before them
  if (facts.asking.has(first)) return { base: same, offset: 0 };
  facts.asking.add(first);
  const [size, ...others] = made
    .map((one) => sizeOf(one, facts))
    .filter(({ base, offset }) => base !== same || offset !== 0);
  facts.asking.delete(first);
  if (size === undefined) return undefined;
  const isSame = others.every(
    ({ base, offset }) => base === size.base && offset === size.offset,
  );
  return isSame && isOnce(size, facts) ? size : undefined;
}

function isOnce(size: Linear, { positions }: Facts): boolean {
  if (size.base === undefined || size.base.startsWith("same")) return true;
  const behind = size.value ?? size.array;
  return behind !== undefined && positions.valueDepth(behind) === 0;
}
