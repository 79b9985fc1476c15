import type { Func, Instr, Value } from "../ir/ir.js";
import { isPoison } from "../ir/ir.js";
import { rewrite } from "./rewrite.js";
import { type Cell, isPrivate, type MemoryView, memoryOf } from "./writes.js";

/**
 * Common subexpressions: an instruction that computes what one visible from here has computed is dropped. Loads count
 * as the same while nothing between them may have written such a cell; a loop's body starts with everything forgotten
 * that the loop itself may write.
 */
export function shareCommonSubexpressions(fn: Func): Func {
  let known = new Map<string, Value>();
  const constants = new Map<Value, string>();
  const stack: Map<string, Value>[] = [];
  const epochs = new Map<string, number>();
  let time = 0;

  const memory = memoryOf(fn);
  const forget = (cells: Iterable<Cell>): void => {
    time++;
    for (const cell of cells) epochs.set(cell, time);
  };
  const epoch = (cell: Cell): number =>
    Math.max(
      epochs.get(cell) ?? 0,
      isPrivate(cell) ? 0 : (epochs.get("all") ?? 0),
    );

  return rewrite(fn, {
    enter: (instr, region) => {
      stack.push(known);
      known = new Map(known);
      if (instr.kind !== "if") forget(memory.writtenIn(region));
    },
    leave: (_instr, region) => {
      known = stack.pop()!;
      forget(memory.writtenIn(region));
    },
    instr: (instr) => {
      if (instr.kind === "const" && !isPoison(instr.value)) {
        // Not shared itself: a literal reads better where it is used than a variable that two loops start from.
        constants.set(instr.results[0]!, `(${constantText(instr.value)})`);
        return undefined;
      }
      const key = keyOf(
        instr,
        memory,
        epoch,
        (value) => constants.get(value) ?? String(value.id),
      );
      const [result] = instr.results;
      if (key !== undefined && result !== undefined) {
        const same = known.get(key);
        if (same !== undefined) return { values: [same] };
        known.set(key, result);
      }
      if (instr.regions.length === 0) {
        const written = memory.written(instr);
        if (written.length > 0) forget(written);
      }
      return undefined;
    },
  });
}

const commutative: ReadonlySet<string> = new Set([
  "add",
  "mul",
  "and",
  "or",
  "eq",
  "ne",
]);

function keyOf(
  instr: Instr,
  memory: MemoryView,
  epoch: (cell: Cell) => number,
  nameOf: (value: Value) => string,
): string | undefined {
  const ids = instr.args.map(nameOf);
  switch (instr.kind) {
    case "global":
      return `global ${instr.binding.name} ${instr.member ?? ""}`;
    case "op":
      if (commutative.has(instr.op)) ids.sort();
      return `${instr.op} ${ids.join(" ")} ${typeText(instr)}`;
    case "load":
    case "length":
    case "has":
    case "getField": {
      const cell = memory.read(instr);
      if (cell === undefined) return undefined;
      return `${instr.kind} ${cell} ${ids.join(" ")} ${typeText(instr)} @${epoch(cell)}`;
    }
    default:
      return undefined;
  }
}

const typeText = (instr: Instr): string => instr.results[0]!.ty.kind;

const constantText = (value: unknown): string =>
  Object.is(value, -0) ? "-0" : `${typeof value} ${String(value)}`;
