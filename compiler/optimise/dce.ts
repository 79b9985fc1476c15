import type { Func, Instr, Region, Value } from "../ir/ir.js";
import {
  keptBody,
  keptFunc,
  keptWith,
  mapKept,
  withParts,
} from "../ir/visit.js";
import { isRemovable } from "./effects.js";

/**
 * Removes instructions whose results nobody uses and that have no effect, and results of `if` and loops that nobody
 * uses. Liveness goes from the function's yields backwards; a carried value of a loop is live when its result is, or when
 * a live value of the body needs it. Stops when nothing more becomes live.
 */
export function eliminateDeadCode(fn: Func): Func {
  // the gradient by a default has its form, also where nobody uses it
  const defaults = fn.params.flatMap(({ effective }) => effective ?? []);
  const live = new Set<Value>([...fn.body.yields, ...defaults]);
  let size = -1;
  while (live.size !== size) {
    size = live.size;
    markRegion(fn.body, live);
  }
  return keptFunc(fn, sweepRegion(fn.body, live));
}

function markRegion(region: Region, live: Set<Value>): void {
  for (const instr of [...region.body].reverse()) markInstr(instr, live);
}

/** How many of the first arguments and yields of a loop are not carried values. */
function loopShape(
  instr: Instr,
): { args: number; params: number; yields: number } | undefined {
  if (instr.kind === "for")
    return { args: 2, params: 1, yields: instr.breaks ? 1 : 0 };
  if (instr.kind === "while") return { args: 0, params: 0, yields: 1 };
  return undefined;
}

function markInstr(instr: Instr, live: Set<Value>): void {
  const use = (value: Value | undefined): void =>
    void (value !== undefined && live.add(value));
  const loop = loopShape(instr);
  if (instr.kind === "if") {
    instr.results.forEach((result, i) => {
      if (live.has(result))
        for (const region of instr.regions) use(region.yields[i]);
    });
    for (const region of instr.regions) markRegion(region, live);
    if (isKept(instr, live)) use(instr.args[0]);
    return;
  }
  if (loop !== undefined) {
    const [body] = instr.regions as [Region];
    instr.results.forEach((result, i) => {
      const param = body.params[i + loop.params]!;
      if (!live.has(result) && !live.has(param)) return;
      for (const value of [
        param,
        body.yields[i + loop.yields],
        instr.args[i + loop.args],
      ])
        use(value);
    });
    markRegion(body, live);
    if (!isKept(instr, live)) return;
    for (const value of [
      ...instr.args.slice(0, loop.args),
      ...body.yields.slice(0, loop.yields),
    ])
      use(value);
    markRegion(body, live);
    return;
  }
  if (isKept(instr, live)) for (const arg of instr.args) use(arg);
}

function isKept(instr: Instr, live: ReadonlySet<Value>): boolean {
  if (instr.results.some((result) => live.has(result))) return true;
  if (instr.kind === "while" && mayNotEnd(instr)) return true;
  if (instr.regions.length > 0)
    return instr.regions.some((region) =>
      region.body.some((inner) => isKept(inner, live)),
    );
  return !isRemovable(instr);
}

/** A `while` that does nothing still may never end; it is left as it was written. */
const mayNotEnd = (instr: Instr): boolean => instr.kind === "while";

function sweepRegion(region: Region, live: ReadonlySet<Value>): Region {
  const body = region.body
    .filter((instr) => isKept(instr, live))
    .map((instr) => sweepInstr(instr, live));
  return keptBody(region, body);
}

function sweepInstr(instr: Instr, live: ReadonlySet<Value>): Instr {
  const loop = loopShape(instr);
  if (loop === undefined && instr.kind !== "if") return instr;
  const keep = instr.results.map((result, i) => {
    const param = loop && instr.regions[0]!.params[i + loop.params];
    return live.has(result) || (param !== undefined && live.has(param));
  });
  if (!keep.includes(false)) {
    const regions = mapKept(instr.regions, (one) => sweepRegion(one, live));
    return keptWith(instr, instr.args, regions);
  }
  const filter = (values: readonly Value[], skip: number): Value[] =>
    values.filter((_, i) => i < skip || keep[i - skip]);
  const regions = instr.regions.map((region) => {
    const swept = sweepRegion(region, live);
    return {
      ...swept,
      params:
        loop === undefined ? swept.params : filter(swept.params, loop.params),
      yields: filter(swept.yields, loop?.yields ?? 0),
    };
  });
  return withParts(instr, {
    args: loop === undefined ? instr.args : filter(instr.args, loop.args),
    results: filter(instr.results, 0),
    regions,
  });
}
