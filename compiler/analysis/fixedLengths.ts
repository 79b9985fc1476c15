import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { carriedBy, eachInstr } from "../ir/visit.js";
import type { Memory } from "./memory.js";
import { find, lengthCell, type MemoryNode } from "./memoryGraph.js";
import type { PushInstr } from "../ir/memoryInstrs.js";

/** A length that is a number; "many": none, or more than one. Left out: nothing is known yet. */
type Length = number | "many";

/**
 * How long arrays are that a function makes, where that is a number, also where a loop hands them on: what `map` makes of
 * an array of two is one of two. Starts by believing so of all, until nothing has to be taken back.
 */
export function fixedLengths(
  fn: Func,
  memory: Memory,
): (array: Value) => number | undefined {
  const constants = new Map<Value, number>();
  const asked = new Map<Value, Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
    if (instr.kind === "length") asked.set(instr.results[0]!, instr.args[0]!);
  });
  const pushed = pushedLists(fn, constants);
  const grown = growing(fn, memory, pushed);
  const lengths = new Map<Value, Length>();
  const rows = new Map<MemoryNode, Length>();
  let isStable = false;
  const mayChange = (array: Value): boolean => {
    const node = find(memory.nodeOf(array));
    return memory.outside.has(node) || grown.has(node);
  };
  const meet = (
    a: Length | undefined,
    b: Length | undefined,
  ): Length | undefined => {
    if (a === undefined) return b;
    return b === undefined || a === b ? a : "many";
  };
  const give = (value: Value | undefined, length: Length | undefined): void => {
    if (value?.ty.kind !== "array") return;
    const now = meet(lengths.get(value), length);
    if (now === undefined || now === lengths.get(value)) return;
    lengths.set(value, now);
    isStable = false;
  };
  const put = (table: Value, row: Value): void => {
    if (row.ty.kind !== "array") return;
    const node = find(memory.nodeOf(table));
    const now = meet(rows.get(node), lengths.get(row));
    if (now === undefined || now === rows.get(node)) return;
    rows.set(node, now);
    isStable = false;
  };
  const sizeOf = (size: Value): Length | undefined => {
    const array = asked.get(size);
    // what grows later was as long as that only when it was made
    if (array !== undefined)
      return mayChange(array) ? "many" : lengths.get(array);
    const length = constants.get(size);
    return length !== undefined && Number.isInteger(length) ? length : "many";
  };
  const see = (instr: Instr): void => {
    const [a, b, c] = instr.args;
    const [result] = instr.results;
    switch (instr.kind) {
      case "newArray":
        if (b !== undefined) put(result!, b);
        return give(result, sizeOf(a!));
      case "arrayLit":
        for (const row of instr.args) put(result!, row);
        return give(
          result,
          pushed.has(result!)
            ? sizeOf(pushed.get(result!)!)
            : instr.args.length,
        );
      case "slice":
        return give(result, constants.get(b!) === 0 ? sizeOf(c!) : "many");
      case "load":
        return give(result, rows.get(find(memory.nodeOf(a!))));
      case "store":
        return put(a!, c!);
      case "push":
        return put(a!, b!);
      case "if":
        instr.results.forEach((one, k) => {
          for (const { yields } of instr.regions)
            give(one, lengths.get(yields[k]!));
        });
        return;
      case "for":
      case "while": {
        const { inits, params, nexts } = carriedBy(instr);
        params.forEach((param, k) => {
          const next = lengths.get(nexts[k]!);
          give(param, lengths.get(inits[k]!));
          give(param, next);
          give(instr.results[k], lengths.get(param));
          give(instr.results[k], next);
        });
        return;
      }
      default:
        for (const one of instr.results) give(one, "many");
    }
  };
  for (const param of fn.body.params) give(param, "many");
  while (!isStable) {
    isStable = true;
    eachInstr(fn.body, see);
  }
  return (array) => {
    const length = lengths.get(array);
    if (typeof length !== "number") return undefined;
    return mayChange(array) ? undefined : length;
  };
}

/**
 * Lists that begin empty and get one element in each trip of one loop, which looks at nothing else of them: `map` to
 * rows. Given with the number of trips.
 */
export function pushedLists(
  fn: Func,
  constants: ReadonlyMap<Value, number>,
): Map<Value, Value> {
  const pushes = new Map<Value, PushInstr[]>();
  const found = new Map<Value, Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind !== "push") return;
    const [list] = instr.args as [Value];
    pushes.set(list, [...(pushes.get(list) ?? []), instr]);
  });
  const look = (region: Region): void => {
    for (const [at, made] of region.body.entries()) {
      for (const inner of made.regions) look(inner);
      const [list] = made.results;
      if (made.kind !== "arrayLit" || made.args.length > 0) continue;
      const push = pushes.get(list!);
      const loop = region.body
        .slice(at + 1)
        .find((instr) => mentions(instr, list!));
      if (push?.length !== 1 || !isFilledIn(loop, push[0]!, constants))
        continue;
      found.set(list!, loop!.args[1]!);
    }
  };
  look(fn.body);
  return found;
}

function isFilledIn(
  loop: Instr | undefined,
  push: PushInstr,
  constants: ReadonlyMap<Value, number>,
): boolean {
  if (loop?.kind !== "for" || loop.breaks || loop.step !== 1) return false;
  if (loop.test !== "<" || constants.get(loop.args[0]!) !== 0) return false;
  const [list] = push.args as [Value];
  const [body] = loop.regions as [Region];
  return (
    push.args.length === 2 &&
    body.body.includes(push) &&
    !loop.args.includes(list) &&
    !body.yields.includes(list) &&
    push.args[1] !== list &&
    body.body.every((instr) => instr === push || !mentions(instr, list))
  );
}

/** Where arrays get longer or shorter otherwise. */
function growing(
  fn: Func,
  memory: Memory,
  pushed: ReadonlyMap<Value, Value>,
): ReadonlySet<MemoryNode> {
  const grown = new Set<MemoryNode>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "push" && pushed.has(instr.args[0]!)) return;
    for (const { node, key } of memory.writes(instr))
      if (key === lengthCell) grown.add(find(node));
  });
  return grown;
}

/** Does the instruction use the value, or one in its regions? */
export function mentions(instr: Instr, value: Value): boolean {
  return (
    instr.args.includes(value) ||
    instr.regions.some(
      ({ body, yields }) =>
        yields.includes(value) || body.some((one) => mentions(one, value)),
    )
  );
}
