import type { Span } from "../../diagnostics/span.js";
import type { Instr } from "../../ir/ir.js";
import {
  addWritten,
  afterLoop,
  covers,
  type Path,
  textOfPath,
  type Trips,
  type Written,
} from "./stateFacts.js";
import {
  atomIndex,
  constantIndex,
  type Index,
  isConstantIndex,
  number,
  sum,
} from "./stateIndex.js";
import { get, joined, walkRegion } from "./stateInstructions.js";
import { complain, escape } from "./statePlaces.js";

import {
  type Frame,
  fresh,
  type Known,
  rounded,
  unknown,
  type Walker,
} from "./stateWalker.js";

export function walkFor(
  walk: Walker,
  instr: Extract<Instr, { kind: "for" }>,
  args: readonly Known[],
  frame: Frame,
): readonly Known[] {
  const [lo, hi, ...inits] = args;
  const [body] = instr.regions;
  if (lo === undefined || hi === undefined || body === undefined) return [];
  for (const one of [lo, hi])
    if (one.stale !== undefined) complain(walk, one.stale);
  const [induction, ...params] = body.params;
  const atom = `#${walk.atoms++}`;
  walk.integers.add(atom);
  const trips = tripsOf(instr, atom, lo.index, hi.index, (how, index) =>
    rounded(walk, how, index),
  );
  if (trips !== undefined)
    walk.bounds.set(atom, { lo: trips.lo, hi: trips.hi });
  const before = walk.written;
  const isInner = (one: string): boolean => number(one) > number(atom);
  const run = (start: readonly Known[]): readonly Known[] => {
    if (induction !== undefined)
      frame.set(induction, { index: atomIndex(atom) });
    params.forEach((param, k) => frame.set(param, inside(walk, start[k])));
    walkRegion(walk, body, frame);
    const yields = body.yields.map((one) => get(walk, frame, one));
    if (instr.breaks) {
      if (yields[0]?.stale !== undefined) complain(walk, yields[0].stale);
      return yields.slice(1);
    }
    return yields;
  };
  // what earlier iterations wrote: all before this one
  const earlier =
    trips === undefined || trips.step !== 1
      ? undefined
      : { ...trips, hi: atomIndex(atom) };
  const { carried, end } = settle(walk, instr.span, inits, run, (ended) =>
    earlier === undefined ? [] : afterLoop(ended, earlier, isInner),
  );
  const runs =
    trips !== undefined &&
    isConstantIndex(trips.lo) &&
    isConstantIndex(trips.hi) &&
    trips.lo.constant < trips.hi.constant;
  walk.written = new Map(before);
  for (const [key, fact] of before)
    if (!end.has(key) && !covers(end, fact, walk.boundsOf))
      walk.written.delete(key);
  if (!instr.breaks) {
    if (trips !== undefined)
      for (const path of afterLoop(end, trips, isInner))
        addWritten(walk.written, path);
    if (runs) keepOuter(walk, end, (one) => one === atom || isInner(one));
  }
  return instr.results.map((_, k) =>
    joined(
      walk,
      [inits[k] ?? unknown(walk), carried[k] ?? unknown(walk)],
      instr.span,
    ),
  );
}

/** Facts of a body that has run, where they are not about what each iteration has anew. */
function keepOuter(
  walk: Walker,
  end: Written,
  isInner: (atom: string) => boolean,
): void {
  for (const [key, fact] of end) {
    const inner = fact.steps.some((step) =>
      step.kind === "field"
        ? false
        : step.kind === "at"
          ? [...step.index.terms.keys()].some(isInner)
          : [...step.lo.terms.keys(), ...step.hi.terms.keys()].some(isInner),
    );
    if (!inner) walk.written.set(key, fact);
  }
}

/** In an iteration a carried value is another one each time; its place may be the same. */
function inside(walk: Walker, known: Known | undefined): Known {
  return {
    index: fresh(walk),
    ...(known?.at ? { at: known.at } : {}),
    ...(known?.stale ? { stale: known.stale } : {}),
  };
}

/** Runs a body until what it starts with is what holds in each iteration. The last run counts. */
function settle(
  walk: Walker,
  span: Span,
  inits: readonly Known[],
  run: (start: readonly Known[]) => readonly Known[],
  earlier: (ended: Written) => readonly Path[],
): { carried: readonly Known[]; end: Written } {
  const before = walk.written;
  let start = inits;
  let held = new Map(before);
  let more: readonly Path[] = [];
  for (let round = 0; ; round++) {
    const isLast = round === 8;
    walk.silent++;
    // at first every read is taken to be good: what an iteration relies on, those before it may have written
    if (round === 0) walk.hopeful++;
    walk.written = withPaths(held, more);
    const yields = run(start);
    if (round === 0) walk.hopeful--;
    walk.silent--;
    const next: Written = new Map(
      [...held].filter(
        ([key, fact]) =>
          walk.written.has(key) || covers(walk.written, fact, walk.boundsOf),
      ),
    );
    const found = earlier(walk.written);
    const texts = new Set(found.map(textOfPath));
    const kept =
      round === 0 ? found : more.filter((one) => texts.has(textOfPath(one)));
    const joint = start.map((one, k) => agree(one, yields[k], isLast));
    const same =
      round > 0 &&
      next.size === held.size &&
      kept.length === more.length &&
      joint.every((one, k) => sameKnown(one, start[k]));
    held = isLast ? new Map() : next;
    more = isLast ? [] : kept;
    start = joint;
    if (same || isLast) break;
  }
  walk.written = withPaths(held, more);
  start.forEach((one, k) => {
    const init = inits[k]?.at;
    if (one.at === undefined && init !== undefined) escape(walk, init, span);
  });
  const carried = run(start);
  carried.forEach(({ at }, k) => {
    if (at !== undefined && start[k]?.at === undefined) escape(walk, at, span);
  });
  return { carried, end: walk.written };
}

/** What holds of a carried value in every iteration. */
function agree(a: Known, b: Known | undefined, isLast: boolean): Known {
  const stale = a.stale ?? b?.stale;
  const rest = stale === undefined ? {} : { stale };
  const isSame =
    a.at !== undefined &&
    b?.at !== undefined &&
    textOfPath(a.at) === textOfPath(b.at);
  if (isSame && !isLast) return { index: a.index, at: a.at, ...rest };
  return { index: a.index, ...rest };
}

export function walkWhile(
  walk: Walker,
  instr: Instr,
  inits: readonly Known[],
  frame: Frame,
): readonly Known[] {
  const [body] = instr.regions;
  if (body === undefined) return [];
  const before = walk.written;
  const run = (start: readonly Known[]): readonly Known[] => {
    body.params.forEach((param, k) => frame.set(param, inside(walk, start[k])));
    walkRegion(walk, body, frame);
    const [again, ...yields] = body.yields.map((one) => get(walk, frame, one));
    if (again?.stale !== undefined) complain(walk, again.stale);
    return yields;
  };
  const first = walk.atoms;
  const { carried, end } = settle(walk, instr.span, inits, run, () => []);
  walk.written = new Map();
  for (const [key, fact] of before)
    if (end.has(key) || covers(end, fact, walk.boundsOf))
      walk.written.set(key, fact);
  keepOuter(walk, end, (one) => number(one) >= first);
  return instr.results.map((_, k) => {
    const one = carried[k] ?? unknown(walk);
    return { ...one, index: fresh(walk) };
  });
}

function withPaths(held: Written, more: readonly Path[]): Written {
  const all: Written = new Map(held);
  for (const path of more) addWritten(all, path);
  return all;
}

const sameKnown = (a: Known, b: Known | undefined): boolean =>
  (a.at && textOfPath(a.at)) === (b?.at && textOfPath(b.at)) &&
  (a.stale === undefined) === (b?.stale === undefined);

/** The values of a loop's variable as lo ... hi - 1. */
function tripsOf(
  instr: Extract<Instr, { kind: "for" }>,
  atom: string,
  lo: Index,
  hi: Index,
  round: (how: "floor" | "ceil", index: Index) => Index,
): Trips | undefined {
  const one = constantIndex(1);
  const { test, step } = instr;
  switch (test) {
    case "<":
      return step > 0 ? { atom, lo, hi, step } : undefined;
    case "<=":
      return { atom, lo, hi: sum(round("floor", hi), one), step };
    case ">=":
      return { atom, lo: round("ceil", hi), hi: sum(lo, one), step };
    case ">":
      return {
        atom,
        lo: sum(round("floor", hi), one),
        hi: sum(lo, one),
        step,
      };
  }
}
