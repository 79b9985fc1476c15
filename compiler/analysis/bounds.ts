import type { Func, Instr, Value } from "../ir/ir.js";
import { bare } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Memory } from "./memory.js";
import { accessesInside } from "./belowSize.js";
import {
  atom,
  constantPolynomial,
  type Polynomial,
  sum,
} from "./polynomial.js";
import { find, lengthCell, type MemoryNode } from "./memoryGraph.js";
import { pushedLists } from "./fixedLengths.js";
import { type Assumed, assuming } from "./assumptions.js";
import { isInside } from "./inside.js";
import { linear, sizeOf } from "./linearSizes.js";
import { type Facts, factsOf } from "./sizeFacts.js";
import { makesArray, makingsOf } from "./uniformSizes.js";
import type { LoadInstr, StoreInstr } from "../ir/memoryInstrs.js";

type Access = LoadInstr | StoreInstr;

/**
 * Loads and stores whose index is proven to lie inside the array: constants, induction variables and sums of these with
 * constants, against lengths as the function itself shows them. Lengths are taken to be fixed as long as every store
 * that could grow an array is itself proven to lie inside.
 */
export const provenAccesses = (fn: Func, memory: Memory): Set<Instr> =>
  proofsOf(fn, memory).proven;

/** What would be proven if what the stores need of the sizes at entry were so. */
export function provenIf(
  fn: Func,
  memory: Memory,
): { readonly proven: Set<Instr>; readonly assumed: Assumed } {
  const makings = makingsOf(fn, memory);
  const { proven, assumed } = proofsOf(fn, memory, () =>
    assuming(fn, memory, makings),
  );
  return { proven, assumed: assumed! };
}

function proofsOf(
  fn: Func,
  memory: Memory,
  newAssumptions?: () => Assumed,
): { proven: Set<Instr>; assumed: Assumed | undefined } {
  const accesses: Access[] = [];
  const growing = new Set<MemoryNode>();
  const { placesOf } = makingsOf(fn, memory);
  const pushed = pushedLists(fn, constantsOf(fn));
  let hasSizes = false;
  eachInstr(fn.body, (instr) => {
    hasSizes ||= makesArray(instr);
    if (instr.kind === "load" || instr.kind === "store") accesses.push(instr);
    if (instr.kind === "store") return;
    if (instr.kind === "push" && pushed.has(instr.args[0]!)) return;
    for (const { node, key } of memory.writes(instr))
      if (key === lengthCell) growing.add(find(node));
  });
  const known = factsOf(fn);
  for (;;) {
    const assumed = newAssumptions?.();
    const facts: Facts = {
      ...known,
      pushed,
      assumed,
      madeAt: placesOf,
      asking: new Set(),
      compared: new Map(),
      isFixed: (array) => !growing.has(find(memory.nodeOf(array))),
    };
    const isBelowSize = accessesInside(fn, {
      isFixed: facts.isFixed,
      sizeOf: (array) => polynomialSize(array, facts),
      assumed,
    });
    const holds = (access: Access): boolean =>
      isInside(access, facts) || (hasSizes && isBelowSize(access));
    const before = growing.size;
    for (const access of accesses) {
      const [array] = access.args;
      if (!mayGrow(access) || access.inBounds || holds(access)) continue;
      const isAssumed =
        assumed !== undefined &&
        (assumed.during(() => isInside(access, facts)) ||
          assumed.during(() => isBelowSize(access)));
      if (!isAssumed) growing.add(find(memory.nodeOf(array!)));
    }
    if (growing.size === before)
      return { proven: new Set(accesses.filter(holds)), assumed };
  }
}

/** A constant, or a size at entry. */
function polynomialSize(array: Value, facts: Facts): Polynomial | undefined {
  const { assumed } = facts;
  const inNames = assumed && { ...assumed, sizeOf: assumed.namedSize };
  const { base, offset } = sizeOf(array, { ...facts, assumed: inNames });
  if (base === undefined) return constantPolynomial(offset);
  return assumed?.isKnown(base) === true
    ? sum(atom(base), constantPolynomial(offset))
    : undefined;
}

/** A store that may make its array longer. */
export function mayGrow(instr: Instr): boolean {
  if (instr.kind !== "store") return false;
  const ty = bare(instr.args[0]!.ty);
  return ty.kind === "array" && ty.store === "js";
}

/** What is known of constants and of the lengths of arrays that keep theirs. */
export interface ArraySizes {
  constant(value: Value): number | undefined;
  /** Is the number the length of the array? */
  isWhole(bound: Value, array: Value): boolean;
}

export function arraySizes(fn: Func, memory: Memory): ArraySizes {
  const growing = new Set<MemoryNode>();
  eachInstr(fn.body, (instr) => {
    for (const { node, key } of memory.writes(instr))
      if (key === lengthCell) growing.add(find(node));
  });
  const facts: Facts = {
    ...factsOf(fn),
    pushed: new Map(),
    assumed: undefined,
    madeAt: () => undefined,
    asking: new Set(),
    compared: new Map(),
    isFixed: (array) => !growing.has(find(memory.nodeOf(array))),
  };
  return {
    constant: (value) => {
      const at = linear(value, facts);
      return at.base === undefined ? at.offset : undefined;
    },
    isWhole: (bound, array) => {
      const [at, size] = [linear(bound, facts), sizeOf(array, facts)];
      return (
        facts.isFixed(array) &&
        at.base === size.base &&
        at.offset === size.offset
      );
    },
  };
}

function constantsOf(fn: Func): Map<Value, number> {
  const constants = new Map<Value, number>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
  });
  return constants;
}
