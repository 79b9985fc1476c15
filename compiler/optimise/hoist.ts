import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr, withParts } from "../ir/visit.js";
import { privateArrays } from "./privateArrays.js";
import { type Cells, isAmong, type MemoryView, memoryView } from "./writes.js";

/**
 * Loop-invariant code: scalar operations, and loads of memory that the loop does not write, move in front of the loop
 * when all their operands come from outside. Inner loops first, so that code can move out of several.
 */
export function hoistInvariants(fn: Func): Func {
  const facts: Facts = { sure: sureReferences(fn), memory: memoryView(privateArrays(fn)) };
  return { ...fn, body: hoistRegion(fn.body, facts) };
}

interface Facts {
  /** References that are surely there: in a loop that does not run, a load through another one might throw. */
  readonly sure: ReadonlySet<Value>;
  readonly memory: MemoryView;
}

export function sureReferences(fn: Func): Set<Value> {
  const sure = new Set(fn.body.params.filter((param) => param.ty.kind !== "maybe"));
  eachInstr(fn.body, (instr) => {
    if (allocating.has(instr.kind)) for (const result of instr.results) sure.add(result);
  });
  return sure;
}

const allocating: ReadonlySet<Instr["kind"]> = new Set<Instr["kind"]>([
  "newArray",
  "arrayLit",
  "newTable",
  "newRecord",
  "slice",
  "subarray",
  "struct",
]);

function hoistRegion(region: Region, facts: Facts): Region {
  const body: Instr[] = [];
  for (const instr of region.body) {
    const inner = withParts(instr, { regions: instr.regions.map((one) => hoistRegion(one, facts)) });
    if (inner.kind !== "for" && inner.kind !== "while") {
      body.push(inner);
      continue;
    }
    const { moved, rest } = split(inner.regions[0]!, facts);
    body.push(...moved, withParts(inner, { regions: [rest] }));
  }
  return { ...region, body };
}

function split(body: Region, facts: Facts): { moved: Instr[]; rest: Region } {
  const written = facts.memory.writtenIn(body);
  const inside = new Set<Value>(body.params);
  const moved: Instr[] = [];
  const rest: Instr[] = [];
  for (const instr of body.body) {
    const isInvariant = isMovable(instr, written, facts) && !instr.args.some((arg) => inside.has(arg));
    if (isInvariant) moved.push(instr);
    else {
      rest.push(instr);
      for (const result of instr.results) inside.add(result);
    }
  }
  return { moved, rest: { ...body, body: rest } };
}

function isMovable(instr: Instr, written: Cells, { sure, memory }: Facts): boolean {
  switch (instr.kind) {
    case "const":
    case "op":
    case "global":
      return true;
    case "load":
    case "length":
    case "has":
    case "getField":
      return sure.has(instr.args[0]!) && !isAmong(written, memory.read(instr)!);
    default:
      return false;
  }
}
