import { type Ids, idsAfter } from "../ir/builder.js";
import type { Func, IfInstr, Instr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  endsInThrow,
  freeValues,
  replaceInRegion,
  substitute,
  withParts,
} from "../ir/visit.js";
import { isArithmetic, isRead } from "./effects.js";

/**
 * `if (c) { A } ...; if (c) { B }` becomes `if (c) { A; B } ...` where nothing between the two is in the way: a question is
 * asked once, and what A and B share can be shared. A loop whose forward and backward sweep run in one has many of these.
 */
export const mergeIfs = (fn: Func): Func => merged(fn, 0);

/**
 * In a finished derivative: where B needs something that comes of A by a few steps of arithmetic, both arms do these steps.
 */
export const mergeIfsAcross = (fn: Func): Func => merged(fn, 6);

function merged(fn: Func, mostBetween: number): Func {
  const body = mergedRegion(fn.body, { ids: idsAfter(fn), mostBetween });
  return body === fn.body ? fn : { ...fn, body };
}

interface Settings {
  readonly ids: Ids;
  /** As many steps between two branches may be done in each arm. */
  readonly mostBetween: number;
}

function mergedRegion(region: Region, settings: Settings): Region {
  let isChanged = false;
  const out: Instr[] = [];
  for (const original of region.body) {
    const instr = withMergedRegions(original, settings);
    if (instr !== original) isChanged = true;
    const at = instr.kind === "if" ? partnerOf(instr, out) : -1;
    const moved =
      at < 0 ? undefined : moveTogether(out, at, instr as IfInstr, settings);
    if (moved === undefined) {
      out.push(instr);
      continue;
    }
    isChanged = true;
    out.splice(at, out.length - at, ...moved);
  }
  return isChanged ? { ...region, body: out } : region;
}

function withMergedRegions(instr: Instr, settings: Settings): Instr {
  if (instr.regions.length === 0) return instr;
  const regions = instr.regions.map((region) => mergedRegion(region, settings));
  const isSame = regions.every((region, k) => region === instr.regions[k]);
  return isSame ? instr : withParts(instr, { regions });
}

/** The place of an earlier `if` that asks the same, with nothing but reading and arithmetic in between. */
function partnerOf(instr: IfInstr, before: readonly Instr[]): number {
  for (let k = before.length - 1; k >= 0; k--) {
    const other = before[k] as Instr;
    if (other.kind === "if" && other.args[0] === instr.args[0])
      return isWorthIt(other, instr) ? k : -1;
    if (!isPlain(other) && !isRead(other)) return -1;
  }
  return -1;
}

/** Two choices of a value read better side by side, each in its own line, unless one is made for the other. */
function isWorthIt(a: IfInstr, b: IfInstr): boolean {
  const arms = [...a.regions, ...b.regions];
  if (arms.some(endsInThrow)) return false;
  const needed = freeValues(b);
  if (b.regions.some(writes) && a.results.some((one) => needed.has(one)))
    return true;
  return [a, b].every(
    ({ regions }) =>
      regions.some(writes) ||
      regions.reduce((sum, { body }) => sum + body.length, 0) >= fewest,
  );
}

/** An `if` with fewer instructions becomes an expression. */
const fewest = 4;

const isPlain = (instr: Instr): boolean =>
  isArithmetic(instr) ||
  instr.kind === "newRecord" ||
  instr.kind === "arrayLit";

function writes(region: Region): boolean {
  let found = false;
  eachInstr(region, (instr) => {
    const isHarmless = isPlain(instr) || isRead(instr) || instr.kind === "if";
    if (!isHarmless) found = true;
  });
  return found;
}

/**
 * What stands from the first `if` on, in its new order: what the second needs, both, the rest. Undefined where the second
 * needs much that comes of the first.
 */
function moveTogether(
  out: readonly Instr[],
  at: number,
  second: IfInstr,
  settings: Settings,
): Instr[] | undefined {
  const { ids, mostBetween } = settings;
  const first = out[at] as IfInstr;
  const between = out.slice(at + 1);
  const firstWrites = first.regions.some(writes);
  const secondWrites = second.regions.some(writes);
  const needed = new Set(freeValues(second));
  const early = new Set<Instr>();
  for (const instr of between.toReversed()) {
    const isNeeded = instr.results.some((result) => needed.has(result));
    // what is read between the two must not see what the second writes, nor miss what the first wrote
    const isPinned = isRead(instr) && secondWrites;
    if (!isNeeded && !isPinned) continue;
    if (isRead(instr) && firstWrites) return undefined;
    early.add(instr);
    for (const arg of instr.args) needed.add(arg);
  }
  const ofFirst = new Set(first.results);
  const inArms: Instr[] = [];
  for (const instr of between) {
    if (!early.has(instr) || !instr.args.some((arg) => ofFirst.has(arg)))
      continue;
    if (instr.kind !== "op" || inArms.length === mostBetween) return undefined;
    early.delete(instr);
    inArms.push(instr);
    ofFirst.add(instr.results[0]!);
  }
  const isMoved = (instr: Instr): boolean =>
    early.has(instr) || inArms.includes(instr);
  return [
    ...between.filter((instr) => early.has(instr)),
    // now the arms may have branches that ask the same: in a chain of them each is met by the one before
    withMergedRegions(joined(first, inArms, second, ids), settings),
    ...between.filter((instr) => !isMoved(instr)),
  ];
}

function joined(
  first: IfInstr,
  between: readonly Instr[],
  second: IfInstr,
  ids: Ids,
): Instr {
  const regions = first.regions.map((own, k): Region => {
    const inArm = new Map<Value, Value>(
      first.results.map((result, n) => [result, own.yields[n] as Value]),
    );
    const steps = between.map((instr) => {
      const args = instr.args.map(substitute(inArm));
      const [result] = instr.results as [Value];
      const made = ids.fresh(result.ty, result.hint);
      inArm.set(result, made);
      return withParts(instr, { args, results: [made] });
    });
    const other = replaceInRegion(
      second.regions[k] as Region,
      substitute(inArm),
    );
    const made = steps.map(({ results: [result] }) => result!);
    return {
      params: own.params,
      body: [...own.body, ...steps, ...other.body],
      yields: [...own.yields, ...made, ...other.yields],
    };
  });
  const made = between.map(({ results: [result] }) => result!);
  return withParts(first, {
    results: [...first.results, ...made, ...second.results],
    regions,
  });
}
