import type { Func, Instr, Region, Value } from "../../compiler/ir/ir.js";
import { verifyFunc } from "../../compiler/ir/verify.js";
import { replaceInRegion, substitute } from "../../compiler/ir/visit.js";

type Funcs = ReadonlyMap<string, Func>;

/** Makes a failing program smaller for as long as it fails in the same way. For people who look for the fault. */
export function shrinkIr(
  funcs: Funcs,
  fails: (funcs: Funcs) => boolean,
): Funcs {
  let best = funcs;
  for (let changed = true; changed;) {
    changed = false;
    for (const name of best.keys()) {
      // Each try has its own number in the order of the walk; what works at a number may work there again.
      for (let nth = 0; ; nth++) {
        const fn = best.get(name)!;
        const smaller = simpler(fn, nth);
        if (smaller === undefined) break;
        const candidate = new Map(best).set(name, smaller);
        if (isSound(candidate) && fails(candidate)) {
          best = candidate;
          changed = true;
          nth--;
        }
      }
    }
  }
  return best;
}

function isSound(funcs: Funcs): boolean {
  try {
    for (const fn of funcs.values()) verifyFunc(fn, { funcs });
    return true;
  } catch {
    return false;
  }
}

/** The function with its nth simplification; undefined beyond the last. */
function simpler(fn: Func, nth: number): Func | undefined {
  const state = { left: nth, done: false };
  const body = simplerRegion(fn.body, state);
  return state.done ? { ...fn, body } : undefined;
}

interface Try {
  left: number;
  done: boolean;
}

function simplerRegion(region: Region, state: Try): Region {
  for (const [k, instr] of region.body.entries()) {
    for (const { instrs, values } of replacements(
      instr,
      region.body.slice(0, k),
      region.params,
    )) {
      if (state.left-- > 0) continue;
      state.done = true;
      const map = new Map(
        instr.results.map((result, i) => [result, values[i] ?? result]),
      );
      const rest = { ...region, body: region.body.slice(k + 1) };
      const after = replaceInRegion(rest, substitute(map));
      return {
        ...after,
        body: [...region.body.slice(0, k), ...instrs, ...after.body],
      };
    }
    const regions = instr.regions.map((inner) =>
      state.done ? inner : simplerRegion(inner, state),
    );
    if (state.done)
      return {
        ...region,
        body: region.body.map((one, i) =>
          i === k ? ({ ...instr, regions } as Instr) : one,
        ),
      };
  }
  return region;
}

interface Replacement {
  readonly instrs: readonly Instr[];
  readonly values: readonly Value[];
}

/** What could stand in place of an instruction: nothing, one arm, one pass through a loop, an operand, a constant. */
function replacements(
  instr: Instr,
  before: readonly Instr[],
  params: readonly Value[],
): Replacement[] {
  const found: Replacement[] = [{ instrs: [], values: [] }];
  if (instr.kind === "if")
    for (const arm of instr.regions)
      found.push({ instrs: arm.body, values: arm.yields });
  if (instr.kind === "for")
    found.push({ instrs: [], values: instr.args.slice(2) });
  if (instr.kind === "while") found.push({ instrs: [], values: instr.args });
  const [result] = instr.results;
  if (
    result?.ty.kind === "num" &&
    instr.results.length === 1 &&
    instr.kind !== "const"
  ) {
    for (const arg of instr.args)
      if (arg.ty.kind === "num") found.push({ instrs: [], values: [arg] });
    const { span } = instr;
    found.push({
      instrs: [
        {
          kind: "const",
          value: 1,
          args: [],
          results: [result],
          regions: [],
          span,
        },
      ],
      values: [],
    });
  }
  // another value of the type
  for (const earlier of [...before.flatMap((one) => one.results), ...params])
    if (
      result !== undefined &&
      instr.results.length === 1 &&
      result.ty.kind !== "num" &&
      earlier.ty === result.ty
    )
      found.push({ instrs: [], values: [earlier] });
  return found;
}
