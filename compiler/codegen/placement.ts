import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { isPoison } from "../ir/ir.js";

/** A place in a region: the instruction's index; -1 is the region's start, `body.length` its yields. */
export interface Place {
  readonly region: Region;
  readonly index: number;
}

interface RegionInfo {
  readonly parent?: Place;
  readonly depth: number;
  readonly isLoop: boolean;
  /** In the order of the text, and that of the last region inside. */
  readonly number: number;
  last: number;
}

/** What an instruction does, with all that it owns. */
export interface Effects {
  readonly writesMemory: boolean;
  readonly changesLength: boolean;
  readonly hasEffect: boolean;
}

/** Where the values of a function are defined and used, and which of them are needed at all. */
export interface Placement {
  readonly fn: Func;
  readonly defs: ReadonlyMap<Value, Place>;
  readonly makers: ReadonlyMap<Value, Instr>;
  /** Only by instructions that are printed. */
  readonly uses: ReadonlyMap<Value, readonly Place[]>;
  isLive(value: Value): boolean;
  isPrinted(instr: Instr): boolean;
  effects(instr: Instr): Effects;
  regionInfo(region: Region): RegionInfo;
  isInside(place: Place, owner: Instr): boolean;
  isWithin(place: Place, region: Region): boolean;
  dominates(value: Value, place: Place): boolean;
  /** Is the value looked at on some way from just after the place? */
  isLiveAfter(value: Value, place: Place): boolean;
}

export function placementOf(fn: Func): Placement {
  const defs = new Map<Value, Place>();
  const makers = new Map<Value, Instr>();
  const regions = new Map<Region, RegionInfo>();
  const effects = new Map<Instr, Effects>();
  visit(fn.body, undefined, false, 0);
  const live = liveValues(fn, (instr) => effectsOf(instr).hasEffect);
  const isPrinted = (instr: Instr): boolean =>
    effectsOf(instr).hasEffect ||
    instr.results.some((r) => live.has(r)) ||
    instr.regions.some((region) => region.params.some((p) => live.has(p)));
  const uses = new Map<Value, Place[]>();
  collectUses(fn.body);

  function visit(
    region: Region,
    parent: Place | undefined,
    isLoop: boolean,
    depth: number,
  ): void {
    const own: RegionInfo = {
      depth,
      isLoop,
      ...(parent === undefined ? {} : { parent }),
      number: regions.size,
      last: 0,
    };
    regions.set(region, own);
    for (const param of region.params) defs.set(param, { region, index: -1 });
    region.body.forEach((instr, index) => {
      for (const inner of instr.regions)
        visit(inner, { region, index }, instr.kind !== "if", depth + 1);
      for (const result of instr.results) {
        defs.set(result, { region, index });
        makers.set(result, instr);
      }
    });
    own.last = regions.size - 1;
  }

  function effectsOf(instr: Instr): Effects {
    const known = effects.get(instr);
    if (known !== undefined) return known;
    const inner = instr.regions.flatMap((region) => region.body.map(effectsOf));
    const own = ownEffects(instr);
    const all: Effects = {
      writesMemory: own.writesMemory || inner.some((e) => e.writesMemory),
      changesLength: own.changesLength || inner.some((e) => e.changesLength),
      hasEffect: own.hasEffect || inner.some((e) => e.hasEffect),
    };
    effects.set(instr, all);
    return all;
  }

  function addUse(value: Value, place: Place): void {
    const list = uses.get(value);
    if (list === undefined) uses.set(value, [place]);
    else list.push(place);
  }

  function collectUses(region: Region): void {
    region.body.forEach((instr, index) => {
      if (!isPrinted(instr)) return;
      neededArgs(instr, (value) => live.has(value)).forEach((arg) =>
        addUse(arg, { region, index }),
      );
      for (const inner of instr.regions) {
        collectUses(inner);
        neededYields(instr, inner, (value) => live.has(value)).forEach((y) =>
          addUse(y, { region: inner, index: inner.body.length }),
        );
      }
    });
    if (region === fn.body)
      for (const y of region.yields)
        addUse(y, { region, index: region.body.length });
  }

  const info = (region: Region): RegionInfo =>
    regions.get(region) as RegionInfo;

  /** The place in the ancestor that holds the inner place. */
  function placeIn(ancestor: Region, place: Place): Place | undefined {
    let at: Place | undefined = place;
    while (at !== undefined && at.region !== ancestor) {
      if (info(at.region).depth <= info(ancestor).depth) return undefined;
      at = info(at.region).parent;
    }
    return at;
  }

  function isWithin(place: Place, region: Region): boolean {
    const { number } = info(place.region);
    const { number: first, last } = info(region);
    return number >= first && number <= last;
  }

  function isInside(place: Place, owner: Instr): boolean {
    return owner.regions.some((region) => isWithin(place, region));
  }

  function dominates(value: Value, place: Place): boolean {
    const def = defs.get(value);
    if (def === undefined) return false;
    const at = placeIn(def.region, place);
    if (at === undefined) return false;
    return at.region === place.region && at.index === place.index
      ? def.index <= at.index
      : def.index < at.index;
  }

  function commonRegion(a: Region, b: Region): Region {
    let x = a;
    let y = b;
    while (x !== y) {
      if (info(x).depth >= info(y).depth) x = (info(x).parent as Place).region;
      else y = (info(y).parent as Place).region;
    }
    return x;
  }

  function isLiveAfter(value: Value, place: Place): boolean {
    const def = defs.get(value);
    return (uses.get(value) ?? []).some((use) => reaches(place, use, def));
  }

  function reaches(from: Place, use: Place, def: Place | undefined): boolean {
    const common = commonRegion(from.region, use.region);
    const useAt = placeIn(common, use)?.index as number;
    const fromAt =
      from.region === common
        ? from.index + 0.5
        : (placeIn(common, from)?.index as number);
    if (useAt > fromAt) return true;
    // round a loop that the value does not belong to
    for (
      let region: Region | undefined = common;
      region !== undefined;
      region = info(region).parent?.region
    )
      if (
        info(region).isLoop &&
        (def === undefined || placeIn(region, def) === undefined)
      )
        return true;
    return false;
  }

  return {
    fn,
    defs,
    makers,
    uses,
    isLive: (value) => live.has(value),
    isPrinted,
    effects: effectsOf,
    regionInfo: info,
    isInside,
    isWithin,
    dominates,
    isLiveAfter,
  };
}

function ownEffects(instr: Instr): Effects {
  const none: Effects = {
    writesMemory: false,
    changesLength: false,
    hasEffect: false,
  };
  const write: Effects = {
    writesMemory: true,
    changesLength: false,
    hasEffect: true,
  };
  const all: Effects = {
    writesMemory: true,
    changesLength: true,
    hasEffect: true,
  };
  switch (instr.kind) {
    case "store":
      return instr.inBounds ? write : all;
    case "accum":
    case "product":
    case "setField":
    case "accumField":
      return write;
    case "push":
    case "pop":
    case "setLength":
    case "call":
      return all;
    case "opaque":
      return instr.effect === "none" ? none : all;
    case "tapePush":
    case "tapePop":
      return { ...none, hasEffect: true };
    case "struct":
      if (writers.has(instr.what)) return write;
      return instr.what === "distinct" ? { ...none, hasEffect: true } : none;
    default:
      return none;
  }
}

/** Deep operations that write into their operands. */
const writers: ReadonlySet<string> = new Set([
  "addSeed",
  "into",
  "shadowIn",
  "deliver",
]);

/** The inputs that count: those of loop slots that nobody looks at are left out. */
export function neededArgs(
  instr: Instr,
  isLive: (value: Value) => boolean,
): readonly Value[] {
  if (instr.kind !== "for" && instr.kind !== "while") return instr.args;
  const header = instr.kind === "for" ? 2 : 0;
  return instr.args.filter(
    (_, k) => k < header || isLiveSlot(instr, k - header, isLive),
  );
}

export function neededYields(
  instr: Instr,
  region: Region,
  isLive: (value: Value) => boolean,
): readonly Value[] {
  const flags = flagCount(instr);
  return region.yields.filter(
    (_, k) => k < flags || isLiveSlot(instr, k - flags, isLive),
  );
}

/** How many yields of the body are not carried values: the stop or again flag. */
export const flagCount = (instr: Instr): number =>
  instr.kind === "while" || (instr.kind === "for" && instr.breaks) ? 1 : 0;

/** Is the carried value or result number `slot` ever looked at? */
export function isLiveSlot(
  instr: Instr,
  slot: number,
  isLive: (value: Value) => boolean,
): boolean {
  const result = instr.results[slot];
  if (result !== undefined && isLive(result)) return true;
  const param = slotParam(instr, slot);
  return param !== undefined && isLive(param);
}

export function slotParam(instr: Instr, slot: number): Value | undefined {
  if (instr.kind === "for") return instr.regions[0]?.params[slot + 1];
  if (instr.kind === "while") return instr.regions[0]?.params[slot];
  return undefined;
}

/** The values that an effect or the result depends on. */
function liveValues(
  fn: Func,
  hasEffect: (instr: Instr) => boolean,
): ReadonlySet<Value> {
  const live = new Set<Value>();
  const isLive = (value: Value): boolean => live.has(value);
  let changed = true;
  const mark = (values: readonly Value[]): void => {
    for (const value of values)
      if (!live.has(value)) {
        live.add(value);
        changed = true;
      }
  };
  const walk = (region: Region): void => {
    for (let i = region.body.length - 1; i >= 0; i--) {
      const instr = region.body[i] as Instr;
      if (!hasEffect(instr) && !instr.results.some(isLive)) continue;
      for (const inner of instr.regions) {
        mark(neededYields(instr, inner, isLive));
        walk(inner);
      }
      mark(neededArgs(instr, isLive));
    }
  };
  mark(fn.body.yields);
  // loops carry values backwards, so once is not enough
  while (changed) {
    changed = false;
    walk(fn.body);
  }
  return live;
}

export const isPoisonInstr = (instr: Instr | undefined): boolean =>
  instr?.kind === "const" && isPoison(instr.value);
