import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { perFunc } from "../ir/perFunc.js";
import { isRef } from "../ir/types.js";

/** Are two references never the same array, where both are at hand? */
export type Apart = (a: Value, b: Value) => boolean;

interface Place {
  readonly region: Region;
  readonly index: number;
}

/**
 * An array is another one than all that were there before it was made: `const next = new Array(n)` in a loop that reads
 * `rank`, which was `next` in the trip before. Of two that were saved together, in one frame of the tape, that is known
 * where they come back.
 */
export const apartIn = perFunc((fn: Func): Apart => {
  // Few functions are asked about such arrays.
  let apart: Apart | undefined;
  return (a, b) => (apart ??= lookThrough(fn))(a, b);
});

function lookThrough(fn: Func): Apart {
  const places = new Map<Value, Place>();
  const makers = new Map<Value, Instr>();
  const pushes = new Map<number, Instr | undefined>();
  const pops = new Map<Value, { frame: number; place: number }>();
  const popped = new Set<number>();
  const twice = new Set<number>();
  const seeTape = (instr: Instr): void => {
    if (instr.kind === "tapePush" && instr.frame !== undefined) {
      if (pushes.has(instr.frame)) twice.add(instr.frame);
      pushes.set(instr.frame, instr);
    }
    if (instr.kind !== "tapePop" || instr.frame === undefined) return;
    const { frame } = instr;
    if (popped.has(frame)) twice.add(frame);
    popped.add(frame);
    instr.results.forEach((result, place) => {
      if (isRef(result.ty)) pops.set(result, { frame, place });
    });
  };
  const walk = (region: Region): void => {
    for (const param of region.params) places.set(param, { region, index: -1 });
    region.body.forEach((instr, index) => {
      for (const result of instr.results) {
        places.set(result, { region, index });
        makers.set(result, instr);
      }
      seeTape(instr);
      instr.regions.forEach(walk);
    });
  };
  walk(fn.body);
  const above = aboveIn(fn);
  /** Was `old` there before the array `made` was? */
  const isLater = (made: Value, old: Value): boolean => {
    const maker = makers.get(made);
    if (maker === undefined || !isAllocation(maker)) return false;
    const [own, other] = [places.get(made), places.get(old)];
    if (own === undefined || other === undefined) return false;
    if (other.region !== own.region) return above(own.region).has(other.region);
    return other.index < own.index;
  };
  const saved = (value: Value): Value | undefined => {
    const pop = pops.get(value);
    if (pop === undefined || twice.has(pop.frame)) return undefined;
    return pushes.get(pop.frame)?.args[pop.place + 1];
  };
  return (a, b) => {
    if (isLater(a, b) || isLater(b, a)) return true;
    if (pops.get(a)?.frame !== pops.get(b)?.frame) return false;
    const [one, other] = [saved(a), saved(b)];
    if (one === undefined || other === undefined) return false;
    return isLater(one, other) || isLater(other, one);
  };
}

const isAllocation = ({ kind }: Instr): boolean =>
  kind === "newArray" || kind === "arrayLit" || kind === "slice";

/** The regions around a region. */
function aboveIn(fn: Func): (region: Region) => ReadonlySet<Region> {
  const owners = new Map<Region, Region>();
  const walk = (region: Region): void => {
    for (const { regions } of region.body)
      for (const inner of regions) {
        owners.set(inner, region);
        walk(inner);
      }
  };
  walk(fn.body);
  const known = new Map<Region, ReadonlySet<Region>>();
  return (region) => {
    let found = known.get(region);
    if (found === undefined) {
      const all = new Set<Region>();
      for (let one = owners.get(region); one; one = owners.get(one))
        all.add(one);
      known.set(region, (found = all));
    }
    return found;
  };
}
