import { readBeyond } from "../analysis/belowSize.js";
import { lengthsOf } from "../analysis/sizes.js";
import type { Func, Instr, NewTapeInstr, Region, Value } from "../ir/ir.js";
import { eachInstr, withParts } from "../ir/visit.js";
import { num } from "../ir/types.js";
import { RegionBuilder } from "../ir/builder.js";
import { reachOf } from "./reach.js";
import { rewrite } from "./rewrite.js";
import { tapeDepth } from "./tapeDepth.js";
import type { NewArrayInstr, SliceInstr } from "../ir/memoryInstrs.js";

/**
 * Marks arrays that an exported derivative function makes for itself alone: they can live at module level, where V8
 * reaches them one and a half to three times faster, and where nothing is allocated in a call: Float64Arrays that are read
 * and written cell by cell, of which one is alive at a time, and that nobody reads beyond the end, where such an array has
 * what others left. Others are handed out by the module, the same ones in each call: arrays that loops make and keep, and
 * plain ones. Only where nothing that the function runs could call it again
 * while it is running.
 */
export function markWorkspaces(given: Func): Func {
  const fn = withFlatShadows(given);
  const kept = new Set<Value>();
  let mayReenter = false;
  const keep = (values: readonly Value[]): void =>
    values.forEach((value) => kept.add(value));
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "opaque" && instr.effect === "effect") mayReenter = true;
    keep(escaping(instr));
    for (const region of instr.regions) keep(region.yields);
  });
  keep(fn.body.yields);
  if (mayReenter) return fn;
  const lengths = lengthsOf(fn);
  const reach = reachOf(fn);
  const beyond = readBeyond(fn);
  const empty = constantsOf(fn, 0);
  const holes = constantsOf(fn, undefined);
  /** May the module hand it out? Its arrays have numbers in them, and what begins empty grows. */
  const isRow = ({ kind, args: [length, fill], results: [result] }: Instr) =>
    kind === "newArray" &&
    isOfNumbers(result!) &&
    !(fill !== undefined && holes.has(fill)) &&
    !empty.has(length!) &&
    !reach.escapes(result!);
  let hasPlainRows = false;
  eachInstr(fn.body, (instr) => {
    hasPlainRows ||= isRow(instr) && isPlain(instr.results[0]!);
  });
  /** V8 is quicker where a copy of the caller's array is of one kind with the module's. */
  const isCopyInRow = ({ near, results: [result] }: SliceInstr): boolean =>
    near === undefined &&
    isOfNumbers(result!) &&
    (hasPlainRows || !isPlain(result!)) &&
    !reach.escapes(result!);
  const marked = (instr: Instr, loop: Region | undefined): Instr => {
    if (instr.kind === "newTape") return withRoom(instr, fn);
    if (instr.regions.length > 0) {
      const isLoop = instr.kind === "for" || instr.kind === "while";
      const regions = instr.regions.map((region) => ({
        ...region,
        body: region.body.map((one) => marked(one, isLoop ? region : loop)),
      }));
      return withParts(instr, { regions });
    }
    if (instr.kind === "slice")
      return isCopyInRow(instr)
        ? ({ ...instr, workspace: "row" } as const)
        : instr;
    if (instr.kind !== "newArray" || !isOfNumbers(instr.results[0]!))
      return instr;
    const [result] = instr.results as [Value];
    const isGone = loop === undefined || reach.isWithin(result, loop);
    const reads = beyond.get(result);
    if (isGone && reads !== "anywhere" && isScratch(instr, kept)) {
      const isSized = lengths.has(instr.args[0]!);
      const workspace = isSized ? "sized" : "unsure";
      return reads === undefined
        ? { ...instr, workspace }
        : { ...instr, workspace, notBelow: reads.below };
    }
    if (!isRow(instr)) return instr;
    const workspace = loop !== undefined && isGone ? "again" : "row";
    return { ...instr, workspace } as const;
  };
  const body = fn.body.body.map((instr) => marked(instr, undefined));
  return { ...fn, body: { ...fn.body, body } };
}

/** The shadow of an array of numbers is an array of its length; a copy for the function alone goes from end to end. */
function withFlatShadows(fn: Func): Func {
  const reach = reachOf(fn);
  return rewrite(fn, {
    instr: (instr, ids) => {
      const [result] = instr.results;
      if (instr.kind !== "struct" || result === undefined) return undefined;
      const isCopy = instr.what === "copy" && !reach.escapes(result);
      if (!(isCopy || instr.what === "zeros") || !isOfNumbers(result))
        return undefined;
      const [array] = instr.args as [Value];
      const out = new RegionBuilder(ids, instr.span);
      const length = ids.fresh(num);
      out.emit({ kind: "length", ...out.plain([array], [length]) });
      if (isCopy) {
        const args = [array, out.constant(0), length];
        out.emit({ kind: "slice", ...out.plain(args, [result]) });
      } else out.emit({ kind: "newArray", ...out.plain([length], [result]) });
      return { instrs: out.body };
    },
  });
}

const isPlain = ({ ty }: Value): boolean =>
  ty.kind === "array" && ty.store === "js";

function isOfNumbers({ ty }: Value): boolean {
  return (
    ty.kind === "array" &&
    ty.elem.kind === "num" &&
    ty.fixed === undefined &&
    (ty.store === "f64" || ty.store === "js")
  );
}

function constantsOf(fn: Func, wanted: number | undefined): ReadonlySet<Value> {
  const found = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && instr.value === wanted)
      found.add(instr.results[0]!);
  });
  return found;
}

/** Tapes with more room than this are borrowed. */
const mostRoom = 16384;

function withRoom(instr: NewTapeInstr, fn: Func): Instr {
  const room = tapeDepth(fn, instr.results[0]!);
  return room === undefined || room > mostRoom || room === 0
    ? instr
    : { ...instr, room };
}

function isScratch(
  instr: Instr,
  kept: ReadonlySet<Value>,
): instr is NewArrayInstr {
  if (instr.kind !== "newArray") return false;
  const [result] = instr.results;
  const { ty } = result!;
  return ty.kind === "array" && ty.store === "f64" && !kept.has(result!);
}

/** Operands that are used for more than their cells and their length. */
function escaping(instr: Instr): readonly Value[] {
  switch (instr.kind) {
    case "load":
    case "length":
    case "store":
    case "accum":
      return instr.args.slice(1);
    case "product":
      return [];
    default:
      return instr.args;
  }
}
