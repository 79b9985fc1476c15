import type { Func, Instr, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Memory } from "./memory.js";
import { find, type MemoryNode } from "./memoryGraph.js";

/** Parameters that are the state in which a loop begins, and how long they seem to be. */
export interface StartStates {
  readonly params: readonly Value[];
  readonly length: number;
  /** Copies of all of a parameter, which may be the state too. */
  readonly copies: ReadonlySet<Value>;
}

const longest = 4;

/**
 * Arrays of numbers that come in as the state of a loop, `let y = y0; for (...) y = step(y)`, or of which a copy is
 * changed, where the function reads a few cells of the state by name: it is made for that many, though the type does not say so. Nothing may write into them, and
 * they stay in the function, so that a copy serves as well.
 */
export function startStates(fn: Func, memory: Memory): StartStates | undefined {
  const nodeOf = (value: Value): MemoryNode => find(memory.nodeOf(value));
  const uses = usesOf(fn, nodeOf);
  const params = fn.params.flatMap(({ value, optional }) => {
    const { ty } = value;
    const isPlain =
      ty.kind === "array" &&
      ty.elem.kind === "num" &&
      (ty.store === "js" || ty.store === "f64") &&
      ty.fixed === undefined;
    if (!isPlain || optional || uses.lost.has(nodeOf(value))) return [];
    const copies = uses.copies.get(value) ?? [];
    const isState =
      [value, ...copies].some((one) => uses.carried.has(one)) ||
      copies.some((one) => uses.changed.has(one));
    return isState ? [value] : [];
  });
  const copies = new Set(
    params.flatMap((param) => uses.copies.get(param) ?? []),
  );
  const nodes = new Set([...params, ...copies].map(nodeOf));
  const named = Math.max(
    -1,
    ...uses.named.filter(({ node }) => nodes.has(node)).map(({ at }) => at),
  );
  if (named < 1 || named >= longest) return undefined;
  const made = uses.literals.filter((count) => count <= longest);
  return { params, copies, length: Math.max(named + 1, ...made) };
}

interface Uses {
  /** Arrays that are written through a name that may mean a parameter, or handed on. */
  readonly lost: ReadonlySet<MemoryNode>;
  /** What loops begin with. */
  readonly carried: ReadonlySet<Value>;
  /** Arrays that are stored into. */
  readonly changed: ReadonlySet<Value>;
  /** Copies of whole arrays, by the array. */
  readonly copies: ReadonlyMap<Value, readonly Value[]>;
  /** Loads at an index that is a number. */
  readonly named: readonly { readonly node: MemoryNode; readonly at: number }[];
  /** How many numbers array literals hold. */
  readonly literals: readonly number[];
}

function usesOf(fn: Func, nodeOf: (value: Value) => MemoryNode): Uses {
  const constants = new Map<Value, unknown>();
  const lost = new Set<MemoryNode>();
  const carried = new Set<Value>();
  const changed = new Set<Value>();
  const lengths = new Map<Value, Value>();
  const copies = new Map<Value, Value[]>();
  const named: { node: MemoryNode; at: number }[] = [];
  const literals: number[] = [];
  const own = new Set<Value>();
  const lose = (values: readonly Value[]): void => {
    for (const value of values) if (isRef(value.ty)) lost.add(nodeOf(value));
  };
  const see = (instr: Instr): void => {
    const [first, second, third] = instr.args;
    switch (instr.kind) {
      case "const":
        constants.set(instr.results[0]!, instr.value);
        return;
      case "newArray":
      case "arrayLit":
        own.add(instr.results[0]!);
        if (instr.kind === "arrayLit") literals.push(instr.args.length);
        return lose(instr.args);
      case "load": {
        const at = constants.get(second!);
        if (typeof at === "number") named.push({ node: nodeOf(first!), at });
        return lose(instr.results);
      }
      case "store":
      case "push":
        changed.add(first!);
        if (!own.has(first!)) lose([first!]);
        return lose(instr.args.slice(1));
      case "slice":
        if (constants.get(second!) === 0 && lengths.get(third!) === first)
          copies.set(first!, [
            ...(copies.get(first!) ?? []),
            instr.results[0]!,
          ]);
        own.add(instr.results[0]!);
        return;
      case "length":
        lengths.set(instr.results[0]!, first!);
        return;
      case "if":
        return;
      case "for":
      case "while":
        for (const arg of instr.args) if (isRef(arg.ty)) carried.add(arg);
        return;
      default:
        lose([...instr.args, ...instr.results]);
    }
  };
  eachInstr(fn.body, see);
  lose(fn.body.yields);
  return { lost, carried, changed, copies, named, literals };
}
