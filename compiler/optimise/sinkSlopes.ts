import { type Ids, idsAfter } from "../ir/builder.js";
import type { Func, IfInstr, Instr, Region, Value } from "../ir/ir.js";
import {
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
import { type MemoryView, memoryOf } from "./writes.js";

/**
 * A slope that is 0 where a branch is not taken adds nothing there: the products that are made of it and the additions to
 * cells and sums move into the branch. `if (r2 < cut) br2 = ...; bx[i] += br2 * dx` becomes
 * `if (r2 < cut) bx[i] += ... * dx`, so that a pair beyond the cutoff costs nothing. Only where an addition to a cell moves,
 * and only slopes.
 */
export function sinkSlopes(fn: Func, slopes: Slopes): Func {
  const facts: Facts = {
    exact: exactValues(fn, slopes),
    memory: memoryOf(fn),
    ids: idsAfter(fn),
  };
  return keptFunc(fn, sunkIn(fn.body, facts));
}

interface Facts {
  readonly exact: ReadonlySet<Value>;
  readonly memory: MemoryView;
  readonly ids: Ids;
}

function sunkIn(region: Region, facts: Facts): Region {
  const body: Instr[] = [];
  let rest: readonly Instr[] = region.body.map((instr) =>
    withRegions(instr, (inner) => sunkIn(inner, facts)),
  );
  for (let next = rest[0]; next !== undefined; next = rest[0]) {
    rest = rest.slice(1);
    const sinking =
      next.kind === "if" ? whatSinks(next, rest, facts) : undefined;
    if (sinking === undefined) {
      body.push(next);
      continue;
    }
    body.push(...sinking.ahead, branchWith(sinking, region, facts));
    rest = sinking.behind;
  }
  return keptBody(region, body);
}

interface Sinking {
  readonly branch: IfInstr;
  /** The arm where the slopes are 0. */
  readonly idle: number;
  /** Arithmetic from behind the branch that what moves into it needs. */
  readonly ahead: readonly Instr[];
  readonly moved: readonly Instr[];
  readonly behind: readonly Instr[];
  /** Slopes that are 0 in the idle arm. */
  readonly zero: ReadonlySet<Value>;
  /** Sums, and what they are in the idle arm. */
  readonly sums: ReadonlyMap<Value, Value>;
}

function whatSinks(
  branch: IfInstr,
  rest: readonly Instr[],
  facts: Facts,
): Sinking | undefined {
  const constants = zerosIn(branch);
  const idle = branch.regions.findIndex((_, arm) =>
    branch.results.some((result, i) => isIdle(result, i, arm)),
  );
  function isIdle(result: Value, i: number, arm: number): boolean {
    const value = branch.regions[arm]!.yields[i]!;
    return constants.has(value) && !facts.exact.has(result);
  }
  if (idle < 0) return undefined;
  const zero = new Set(
    branch.results.filter((result, i) => isIdle(result, i, idle)),
  );
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
    if (maker.kind !== "const" && maker.kind !== "op") return false;
    if (!maker.args.every((arg) => isAtHand(arg, false))) return false;
    ahead.add(maker);
    return true;
  };
  for (const instr of rest) {
    const becomes = whatBecomes(instr, zero, facts);
    const canMove =
      becomes !== undefined &&
      instr.args.every((arg) => isAtHand(arg, true)) &&
      passed.every((other) => commute(other, instr, facts.memory));
    if (!canMove) {
      passed.push(instr);
      continue;
    }
    moved.add(instr);
    if (becomes === "zero") zero.add(instr.results[0]!);
    else if (becomes !== "added")
      sums.set(instr.results[0]!, sums.get(becomes) ?? becomes);
  }
  if (![...moved].some(({ kind }) => kind !== "op")) return undefined;
  return {
    branch,
    idle,
    ahead: rest.filter((instr) => ahead.has(instr)),
    moved: [...moved],
    behind: passed.filter((instr) => !ahead.has(instr)),
    zero,
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

/**
 * What comes of an instruction where the slopes in `zero` are 0: 0 again, no addition to a cell, or the other term of a
 * sum. Undefined: something else.
 */
function whatBecomes(
  instr: Instr,
  zero: ReadonlySet<Value>,
  { exact }: Facts,
): "zero" | "added" | Value | undefined {
  if (instr.kind === "accum" || instr.kind === "accumField")
    return zero.has(instr.args.at(-1)!) ? "added" : undefined;
  if (instr.kind !== "op" || exact.has(instr.results[0]!)) return undefined;
  const [a, b] = instr.args as [Value, Value];
  switch (instr.op) {
    case "mul":
      return zero.has(a) || zero.has(b) ? "zero" : undefined;
    case "neg":
    case "div":
    case "guardMul":
    case "guardDiv":
      return zero.has(a) ? "zero" : undefined;
    case "add":
      if (zero.has(a)) return zero.has(b) ? "zero" : b;
      return zero.has(b) ? a : undefined;
    case "sub":
      if (!zero.has(b)) return undefined;
      return zero.has(a) ? "zero" : a;
    default:
      return undefined;
  }
}

/** The branch with what moves into it; it hands out what is still asked for behind it. */
function branchWith(
  { branch, idle, moved, behind, zero, sums }: Sinking,
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
  const nothing = branch.results.findIndex((result) => zero.has(result));
  const regions = branch.regions.map((arm, k): Region => {
    const inArm = new Map(
      branch.results.map((result, i) => [result, arm.yields[i]!]),
    );
    const own = kept.map((result) => inArm.get(result)!);
    if (k === idle) {
      const still = more.map((result) => {
        const sum = sums.get(result);
        return sum === undefined
          ? arm.yields[nothing]!
          : (inArm.get(sum) ?? sum);
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
