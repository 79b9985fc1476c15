import { integersOf } from "../analysis/integers.js";
import { lengthsOf } from "../analysis/sizes.js";
import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr, withParts } from "../ir/visit.js";
import { endOf, type LoopFacts } from "./loopEnds.js";
import { type Progress, usesOnlyWhatIsThere } from "./listProgress.js";
import { isEmptyList, isPushTo, mentions, mayThrow } from "./pushedLists.js";

/**
 * `const z = []; for (...) z.push(e);` becomes an array of the length that it will have, filled by index: its slopes need no
 * bookkeeping of lengths, it can live at module level, and the loop can be joined with the next one. The loop must push the
 * same number of times in every trip and run to its end, and what it reads of the array must be there already.
 */
export function fillByIndex(fn: Func): Func {
  const constants = new Map<Value, number>();
  const makers = new Map<Value, Instr>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) makers.set(result, instr);
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
  });
  const facts: Facts = {
    constants,
    makers,
    integers: integersOf(fn),
    lengths: lengthsOf(fn),
    ids: idsAfter(fn),
  };
  const body = filledRegion(fn.body, facts);
  return body === fn.body ? fn : { ...fn, body };
}

interface Facts extends LoopFacts {
  readonly makers: ReadonlyMap<Value, Instr>;
  readonly ids: Ids;
}

function filledRegion(region: Region, facts: Facts): Region {
  let isChanged = false;
  const inner = region.body.map((instr) => {
    const regions = instr.regions.map((one) => filledRegion(one, facts));
    if (regions.every((one, k) => one === instr.regions[k])) return instr;
    isChanged = true;
    return withParts(instr, { regions });
  });
  let body: readonly Instr[] = inner;
  for (const instr of inner) {
    const filled = isEmptyList(instr) ? filledList(body, instr, facts) : body;
    if (filled !== body) isChanged = true;
    body = filled;
  }
  return isChanged ? { ...region, body } : region;
}

/** The region's instructions with the list filled by index, or as they were. */
function filledList(
  body: readonly Instr[],
  maker: Instr,
  facts: Facts,
): readonly Instr[] {
  const list = maker.results[0]!;
  const made = body.indexOf(maker);
  const first = [...maker.args];
  let at = made + 1;
  const before: Instr[] = [];
  for (; at < body.length; at++) {
    const instr = body[at]!;
    if (isPushTo(instr, list)) first.push(instr.args[1]!);
    else if (mentions(instr, list)) break;
    else before.push(instr);
  }
  const loop = body[at];
  if (loop?.kind !== "for") return body;
  const filled = filledLoop(loop, list, first, facts);
  if (filled === undefined) return body;
  return [...body.slice(0, made), ...before, ...filled, ...body.slice(at + 1)];
}

/** The making of the array, and the loop that fills it. */
function filledLoop(
  loop: ForInstr,
  list: Value,
  first: readonly Value[],
  facts: Facts,
): Instr[] | undefined {
  const body = loop.regions[0]!;
  const [start, bound] = loop.args as [Value, Value];
  const pushes = body.body.filter((instr) => isPushTo(instr, list));
  if (loop.breaks || loop.step !== 1 || pushes.length !== 1) return undefined;
  // what is thrown is thrown before an array is made whose length is just a number
  if (!facts.lengths.has(bound) && mayThrow(body)) return undefined;
  const lo = facts.constants.get(start);
  const ahead = lo === undefined ? undefined : first.length - lo;
  const progress: Progress = {
    list,
    push: pushes[0]!,
    index: body.params[0]!,
    ahead,
    lo,
  };
  if (!usesOnlyWhatIsThere(body, progress, facts)) return undefined;
  const out = new RegionBuilder(facts.ids, loop.span);
  const end = endOf(loop, out, facts);
  // the element that is pushed in the trip of an index comes to stand that much further on
  const shift =
    ahead === undefined
      ? out.op("sub", [out.constant(first.length), start])
      : out.constant(ahead);
  const length = ahead === 0 ? end : out.op("add", [end, shift]);
  out.emit({ kind: "newArray", ...out.plain([length], [list]) });
  first.forEach((value, k) =>
    out.emit(storeAt(out, list, out.constant(k), value)),
  );
  const region = byIndex(body, progress, shift, facts.ids);
  return [...out.body, withParts(loop, { regions: [region] })];
}

const storeAt = (
  out: RegionBuilder,
  list: Value,
  index: Value,
  value: Value,
): Instr => ({
  kind: "store",
  inBounds: true,
  ...out.plain([list, index, value], []),
});

/** The loop's body with a store in place of the push, and with lengths that follow from the index. */
function byIndex(
  body: Region,
  { list, push, index, ahead }: Progress,
  shift: Value,
  ids: Ids,
): Region {
  let isPushed = false;
  const visit = (region: Region): Region => {
    const out = new RegionBuilder(ids);
    const place = (): Value =>
      ahead === 0 ? index : out.op("add", [index, shift]);
    for (const instr of region.body) {
      out.span = instr.span;
      if (instr === push) {
        out.emit(storeAt(out, list, place(), instr.args[1]!));
        isPushed = true;
      } else if (instr.kind === "length" && instr.args[0] === list) {
        const last = isPushed ? [place(), out.constant(1)] : [index, shift];
        out.emit({ kind: "op", op: "add", ...out.plain(last, instr.results) });
      } else out.emit(withParts(instr, { regions: instr.regions.map(visit) }));
    }
    return { ...region, body: out.body };
  };
  return visit(body);
}
