import type { ForInstr, Func, Instr, Region, Value, WhileInstr } from "./ir.js";

/** Every instruction of a region and of those nested in it, owner before owned, in order. */
export function eachInstr(
  region: Region,
  see: (instr: Instr, owner: Region) => void,
): void {
  for (const instr of region.body) {
    see(instr, region);
    for (const inner of instr.regions) eachInstr(inner, see);
  }
}

/** The values that an instruction and its regions use, but do not define. */
export function freeValues(instr: Instr): Set<Value> {
  const free = new Set<Value>();
  const bound = new Set<Value>();
  const use = (values: readonly Value[]): void => {
    for (const value of values) if (!bound.has(value)) free.add(value);
  };
  const walk = (one: Instr): void => {
    use(one.args);
    for (const region of one.regions) {
      for (const param of region.params) bound.add(param);
      for (const inner of region.body) walk(inner);
      use(region.yields);
    }
    for (const result of one.results) bound.add(result);
  };
  walk(instr);
  return free;
}

/** The items put through a function: the same list where it changes none. */
export function mapKept<T>(
  items: readonly T[],
  change: (item: T, index: number) => T,
): readonly T[] {
  let changed: T[] | undefined;
  items.forEach((item, i) => {
    const now = change(item, i);
    if (now !== item) (changed ??= items.slice())[i] = now;
  });
  return changed ?? items;
}

/** The instruction with these operands and regions; itself where they are what it has. Passes know by that what stayed. */
export function keptWith(
  instr: Instr,
  args: readonly Value[],
  regions: readonly Region[],
): Instr {
  return args === instr.args && regions === instr.regions
    ? instr
    : withParts(instr, { args, regions });
}

/** The instruction with its regions put through a function; itself where that changes none. */
export const withRegions = (
  instr: Instr,
  change: (region: Region) => Region,
): Instr => keptWith(instr, instr.args, mapKept(instr.regions, change));

/** The region with this body; itself where it is what it has. */
export const keptBody = (region: Region, body: readonly Instr[]): Region =>
  isSameList(body, region.body) ? region : { ...region, body };

/** The function with this body; itself where it is what it has. */
export const keptFunc = (fn: Func, body: Region): Func =>
  body === fn.body ? fn : { ...fn, body };

export const isSameList = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a === b || (a.length === b.length && a.every((item, i) => item === b[i]));

/** The same instruction with other operands, results and regions. */
export function withParts(
  instr: Instr,
  parts: {
    args?: readonly Value[];
    results?: readonly Value[];
    regions?: readonly Region[];
  },
): Instr {
  return { ...instr, ...parts };
}

/** A function that replaces values by the map, or leaves them. */
export const substitute =
  (map: ReadonlyMap<Value, Value>) =>
  (value: Value): Value =>
    map.get(value) ?? value;

/** The instruction with every operand, also in its regions, replaced; definitions stay as they are. */
export function replaceOperands(
  instr: Instr,
  by: (value: Value) => Value,
): Instr {
  return keptWith(
    instr,
    mapKept(instr.args, by),
    mapKept(instr.regions, (region) => replaceInRegion(region, by)),
  );
}

export function replaceInRegion(
  region: Region,
  by: (value: Value) => Value,
): Region {
  const body = mapKept(region.body, (instr) => replaceOperands(instr, by));
  const yields = mapKept(region.yields, by);
  return body === region.body && yields === region.yields
    ? region
    : { params: region.params, body, yields };
}

/** How often each value is used in a function, yields included. */
export function useCounts(fn: Func): Map<Value, number> {
  const counts = new Map<Value, number>();
  const use = (values: readonly Value[]): void => {
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  };
  eachInstr(fn.body, (instr) => {
    use(instr.args);
    for (const region of instr.regions) use(region.yields);
  });
  use(fn.body.yields);
  return counts;
}

/** What a loop carries from trip to trip, slot by slot: what it begins with, has in a trip, and gives to the next one. */
export function carriedBy(loop: ForInstr | WhileInstr): {
  readonly inits: readonly Value[];
  readonly params: readonly Value[];
  readonly nexts: readonly Value[];
} {
  const { params, yields } = loop.regions[0]!;
  const own = loop.kind === "for" ? params.slice(1) : params;
  return {
    inits: loop.kind === "for" ? loop.args.slice(2) : loop.args,
    params: own,
    nexts: yields.slice(yields.length - own.length),
  };
}

/** Does the region never end, because its last instruction throws? */
export function endsInThrow(region: Region): boolean {
  const last = region.body.at(-1);
  if (last === undefined) return false;
  if (last.kind === "opaque") return last.effect === "throw";
  return last.kind === "if" && last.regions.every(endsInThrow);
}
