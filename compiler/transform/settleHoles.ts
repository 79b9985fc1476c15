import { hollowArrays, type IsHollow } from "../analysis/hollow.js";
import { analyseMemory, entriesOf } from "../analysis/memory.js";
import { type MemoryNode, reachable } from "../analysis/memoryGraph.js";
import type { Reporter } from "../diagnostics/reporter.js";
import { idsAfter, RegionBuilder, type Ids } from "../ir/builder.js";
import type { Func, Instr, Region } from "../ir/ir.js";
import type { Program } from "../ir/program.js";
import { isRef, num } from "../ir/types.js";
import { eachInstr, withRegions } from "../ir/visit.js";
import type { NewArrayInstr } from "../ir/memoryInstrs.js";

/**
 * What the frontend has said of places where nothing is yet (`hollow`, `atHole`, `keepsHoles`) is decided here, and gone
 * afterwards. Where no array with holes can come, a method that passes over holes no longer asks for them; where one may,
 * such an array has undefined in its holes, and what methods cannot do with them is refused.
 */
export function settleHoles(program: Program, reporter: Reporter): Program {
  const isHollow = hollowArrays(program);
  const isAsked = mapAny(program, (fn, instr) => {
    if (instr.kind !== "load" || instr.atHole === undefined) return false;
    const meets = isHollow?.(fn, instr.args[0]!) === true;
    if (meets && instr.atHole === "refuse") reportHole(instr, reporter);
    return meets;
  });
  const isSeen = isHollow && seenOutside(program);
  const funcs = [...program.funcs].map(([name, fn]): [string, Func] => {
    const ids = idsAfter(fn);
    const asks = (made: NewArrayInstr): boolean =>
      isHollow?.(fn, made.results[0]!) === true &&
      (isAsked || isSeen?.(fn, made.results[0]!) === true);
    const rewritten = settled(fn, ids, (array) => isHollow?.(fn, array), asks);
    return [name, rewritten];
  });
  return { ...program, funcs: new Map(funcs) };
}

function mapAny(
  program: Program,
  holds: (fn: Func, instr: Instr) => boolean,
): boolean {
  let found = false;
  for (const fn of program.funcs.values())
    eachInstr(fn.body, (instr) => {
      if (holds(fn, instr)) found = true;
    });
  return found;
}

function reportHole({ span }: Instr, reporter: Reporter): void {
  reporter.report({
    code: "DC2106",
    severity: "error",
    span,
    message:
      "places of this array may still be empty here, which cannot be told from an undefined that is in it",
    help: "fill it first: new Array(n).fill(undefined), or loop over its indices",
  });
}

/** What a function called from outside hands out: there undefined is not NaN. */
function seenOutside(program: Program): IsHollow {
  const memories = analyseMemory(program.funcs, entriesOf(program));
  const seen = new Set<MemoryNode>();
  for (const name of entriesOf(program)) {
    const memory = memories.get(name)!;
    const handed = program.funcs.get(name)!.body.yields;
    const refs = handed.filter(({ ty }) => isRef(ty));
    for (const node of reachable(...refs.map((one) => memory.nodeOf(one))))
      seen.add(node);
  }
  return (fn, array) => seen.has(memories.get(fn.name)!.nodeOf(array));
}

function settled(
  fn: Func,
  ids: Ids,
  isHollow: (array: Instr["args"][number]) => boolean | undefined,
  asks: (made: NewArrayInstr) => boolean,
): Func {
  // what is there, whatever its type says
  const present = new Set<unknown>();
  const one = (instr: Instr): Instr[] => {
    switch (instr.kind) {
      case "newArray": {
        const { hollow, ...plain } = instr;
        if (hollow === undefined) return [instr];
        if (asks(instr)) return withNothing(plain, ids);
        return hollow === "mapped"
          ? [{ ...plain, args: plain.args.slice(0, 1) }]
          : [plain];
      }
      case "load": {
        const { atHole, ...plain } = instr;
        if (atHole === "skip" && isHollow(instr.args[0]!) !== true)
          present.add(instr.results[0]);
        return [atHole === undefined ? instr : plain];
      }
      case "slice": {
        const { keepsHoles, ...plain } = instr;
        return [keepsHoles === undefined ? instr : plain];
      }
      case "op":
        return instr.op === "isUndefined" && present.has(instr.args[0])
          ? [{ ...instr, kind: "const", value: false, args: [] }]
          : [instr];
      default:
        return [withRegions(instr, inside)];
    }
  };
  const inside = (region: Region): Region => ({
    ...region,
    body: region.body.flatMap(one),
  });
  return { ...fn, body: inside(fn.body) };
}

function withNothing(made: NewArrayInstr, ids: Ids): Instr[] {
  const { ty } = made.results[0]!;
  if (ty.kind !== "array" || ty.elem.kind !== "num") return [made];
  const out = new RegionBuilder(ids, made.span);
  const nothing = out.constant(undefined, num);
  return [...out.body, { ...made, args: [made.args[0]!, nothing] }];
}
