import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type { Func, IfInstr, Instr, OpInstr, Region, Value } from "../ir/ir.js";
import {
  eachInstr,
  freeValues,
  keptBody,
  keptFunc,
  replaceOperands,
  substitute,
  withParts,
  withRegions,
} from "../ir/visit.js";
import { commute } from "./effectsOf.js";
import { exactValues, type Slopes } from "./exactValues.js";
import { isAmong, type MemoryView, memoryOf } from "./writes.js";
import { isArithmetic, isRead } from "./effects.js";
import { note, whatBecomes } from "./sunkOutcomes.js";

/**
 * A slope that is 0 where a branch is not taken adds nothing there: the products that are made of it and the additions to
 * cells and sums move into the branch. `if (r2 < cut) br2 = ...; bx[i] += br2 * dx` becomes
 * `if (r2 < cut) bx[i] += ... * dx`, so that a pair beyond the cutoff costs nothing. Only where an addition to a cell moves,
 * and only slopes. Where whole loops add nothing, a branch is made for them: behind a choice with a 0, and behind the
 * slope of a `max` or `min`, which is 0 for all that lose.
 */
export function sinkSlopes(fn: Func, slopes: Slopes): Func {
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
  });
  const facts: Facts = {
    makers,
    exact: exactValues(fn, slopes),
    memory: memoryOf(fn),
    ids: idsAfter(fn),
  };
  return keptFunc(fn, sunkIn(fn.body, facts));
}

export interface Facts {
  readonly makers: ReadonlyMap<Value, Instr>;
  readonly exact: ReadonlySet<Value>;
  readonly memory: MemoryView;
  readonly ids: Ids;
}

function sunkIn(region: Region, facts: Facts): Region {
  const body: Instr[] = [];
  let rest: readonly Instr[] = region.body.map((instr) =>
    withRegions(instr, (inner) => sunkIn(inner, facts)),
  );
  let at = 0;
  let lastLoop = rest.findLastIndex(isLoop);
  for (let next = rest[at]; next !== undefined; next = rest[at]) {
    at++;
    const sinking = sinkingAt(next, { all: rest, at, lastLoop }, facts);
    if (sinking === undefined) {
      body.push(next);
      continue;
    }
    if (next !== sinking.branch) body.push(next, ...sinking.test);
    body.push(...sinking.ahead, branchWith(sinking, region, facts));
    rest = sinking.behind;
    at = 0;
    lastLoop = rest.findLastIndex(isLoop);
  }
  return keptBody(region, body);
}

const isLoop = ({ kind }: Instr): boolean => kind === "for";

/** The instructions of a list from a place on, and where the list has its last loop. */
interface Rest {
  readonly all: readonly Instr[];
  readonly at: number;
  readonly lastLoop: number;
}

function sinkingAt(
  instr: Instr,
  { all, at, lastLoop }: Rest,
  facts: Facts,
): Sinking | undefined {
  if (instr.kind === "if") {
    const idle = idleArm(instr, facts);
    return idle && whatSinks(instr, idle, all.slice(at), facts);
  }
  const made = instr.kind === "op" && lastLoop >= at && branchFor(instr, facts);
  if (!made) return undefined;
  const sinking = whatSinks(made.branch, made, all.slice(at), facts);
  const isWorthIt = sinking?.moved.some(({ kind }) => kind === "for");
  return isWorthIt ? { ...sinking!, test: made.test } : undefined;
}

/** Where nothing is done, and for which slopes. */
interface Idle {
  readonly idle: number;
  readonly zero: Set<Value>;
  /** A 0, in the idle arm. */
  readonly nothing: Value;
}

function idleArm(branch: IfInstr, facts: Facts): Idle | undefined {
  const constants = zerosIn(branch);
  const isIdle = (result: Value, i: number, arm: number): boolean =>
    constants.has(branch.regions[arm]!.yields[i]!) && !facts.exact.has(result);
  const idle = branch.regions.findIndex((_, arm) =>
    branch.results.some((result, i) => isIdle(result, i, arm)),
  );
  if (idle < 0) return undefined;
  const zero = new Set(
    branch.results.filter((result, i) => isIdle(result, i, idle)),
  );
  const at = branch.results.findIndex((result) => zero.has(result));
  return { idle, zero, nothing: branch.regions[idle]!.yields[at]! };
}

/** An empty branch that is taken where the slope that the operation gives is not 0, for one that often is. */
function branchFor(
  instr: OpInstr,
  { exact, makers, ids }: Facts,
): (Idle & { branch: IfInstr; test: readonly Instr[] }) | undefined {
  const [slope] = instr.results as [Value];
  if (exact.has(slope)) return undefined;
  const test = new RegionBuilder(ids, instr.span);
  const isZero = (value: Value): boolean => {
    const maker = makers.get(value);
    return maker?.kind === "const" && maker.value === 0;
  };
  // an element that is not there is seldom asked for
  const isMissing = (value: Value): boolean => {
    const maker = makers.get(value);
    return maker?.kind === "op" && maker.op === "isUndefined";
  };
  const condition = (): Value | undefined => {
    const [a, b, c] = instr.args as [Value, Value, Value];
    if (instr.op === "select" && isMissing(a)) return undefined;
    if (instr.op === "select" && isZero(c)) return a;
    if (instr.op === "select" && isZero(b)) return test.op("not", [a]);
    const by = instr.op === "guardMul" || instr.op === "mul" ? b : undefined;
    const maker = by && makers.get(by);
    const isShare =
      maker?.kind === "op" &&
      (maker.op === "maxSlope" || maker.op === "minSlope");
    return isShare ? test.op("ne", [slope, test.constant(0)]) : undefined;
  };
  const taken = condition();
  if (taken === undefined) return undefined;
  const none = new RegionBuilder(ids, instr.span);
  const nothing = none.constant(0);
  const branch: IfInstr = {
    kind: "if",
    args: [taken],
    results: [],
    regions: [
      { params: [], body: [], yields: [] },
      { params: [], body: none.body, yields: [] },
    ],
    span: instr.span,
  };
  return { branch, idle: 1, zero: new Set([slope]), nothing, test: test.body };
}

interface Sinking {
  readonly branch: IfInstr;
  /** What a branch that was made here asks. */
  readonly test: readonly Instr[];
  /** The arm where the slopes are 0. */
  readonly idle: number;
  readonly nothing: Value;
  /** Arithmetic from behind the branch that what moves into it needs. */
  readonly ahead: readonly Instr[];
  readonly moved: readonly Instr[];
  readonly behind: readonly Instr[];
  /** Sums, and what they are in the idle arm. */
  readonly sums: ReadonlyMap<Value, Value>;
}

function whatSinks(
  branch: IfInstr,
  { idle, zero, nothing }: Idle,
  rest: readonly Instr[],
  facts: Facts,
): Sinking | undefined {
  const sums = new Map<Value, Value>();
  const makers = new Map<Value, Instr>();
  for (const instr of rest)
    for (const result of instr.results) makers.set(result, instr);
  const ahead = new Set<Instr>();
  const moved = new Set<Instr>();
  const passed: Instr[] = [];
  /** Is the value there where the branch is, or can it be? */
  const isAtHand = (value: Value, isInBranch: boolean): boolean => {
    if (branch.results.includes(value)) return isInBranch;
    const maker = makers.get(value);
    if (maker === undefined || ahead.has(maker)) return true;
    if (moved.has(maker)) return isInBranch;
    if (!maker.args.every((arg) => isAtHand(arg, false))) return false;
    if (!isArithmetic(maker) && !isReadEarlier(maker, branch, rest, facts))
      return false;
    ahead.add(maker);
    return true;
  };
  for (const instr of rest) {
    const outcome = whatBecomes(instr, zero, sums, facts);
    const canMove =
      outcome !== undefined &&
      [...freeValues(instr)].every((arg) => isAtHand(arg, true)) &&
      passed.every((other) => commute(other, instr, facts.memory));
    if (!canMove) {
      passed.push(instr);
      continue;
    }
    moved.add(instr);
    outcome.forEach((what, i) => note(instr.results[i]!, what, zero, sums));
  }
  if (![...moved].some(({ kind }) => kind !== "op")) return undefined;
  return {
    branch,
    test: [],
    idle,
    nothing,
    ahead: rest.filter((instr) => ahead.has(instr)),
    moved: [...moved],
    behind: passed.filter((instr) => !ahead.has(instr)),
    sums,
  };
}

/** The constants 0 that the arms make. */
function zerosIn(branch: IfInstr): Set<Value> {
  const zeros = new Set<Value>();
  for (const arm of branch.regions)
    for (const instr of arm.body)
      if (instr.kind === "const" && instr.value === 0)
        zeros.add(instr.results[0]!);
  return zeros;
}

/** Would a read give the same in front of the branch and of all that stands between the two? */
function isReadEarlier(
  read: Instr,
  branch: IfInstr,
  rest: readonly Instr[],
  { memory }: Facts,
): boolean {
  if (!isRead(read)) return false;
  const before = rest.slice(0, rest.indexOf(read));
  const cell = memory.read(read)!;
  return (
    before.every((instr) => commute(instr, read, memory)) &&
    !branch.regions.some((arm) => isAmong(memory.writtenIn(arm), cell))
  );
}

/** The branch with what moves into it; it hands out what is still asked for behind it. */
function branchWith(
  { branch, idle, nothing, moved, behind, sums }: Sinking,
  region: Region,
  { ids }: Facts,
): IfInstr {
  const asked = new Set<Value>(region.yields);
  for (const instr of behind)
    for (const value of freeValues(instr)) asked.add(value);
  const kept = branch.results.filter((result) => asked.has(result));
  const more = moved.flatMap((instr) =>
    instr.results.filter((result) => asked.has(result)),
  );
  const regions = branch.regions.map((arm, k): Region => {
    const inArm = new Map(
      branch.results.map((result, i) => [result, arm.yields[i]!]),
    );
    const own = kept.map((result) => inArm.get(result)!);
    if (k === idle) {
      const still = more.map((result) => {
        const sum = sums.get(result);
        return sum === undefined ? nothing : (inArm.get(sum) ?? sum);
      });
      return { ...arm, yields: [...own, ...still] };
    }
    // Inside, what is handed out has another name.
    for (const result of more)
      inArm.set(result, ids.fresh(result.ty, result.hint));
    const now = substitute(inArm);
    const body = moved.map((instr) =>
      withParts(replaceOperands(instr, now), {
        results: instr.results.map(now),
      }),
    );
    return {
      ...arm,
      body: [...arm.body, ...body],
      yields: [...own, ...more.map(now)],
    };
  });
  return { ...branch, results: [...kept, ...more], regions };
}
