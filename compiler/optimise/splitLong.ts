import { definiteValues } from "../analysis/definite.js";
import { idsAfter, RegionBuilder } from "../ir/builder.js";
import type {
  ConstInstr,
  Func,
  GlobalInstr,
  Instr,
  Param,
  Region,
  Value,
} from "../ir/ir.js";
import { num, type Ty } from "../ir/types.js";
import { eachInstr, endsInThrow, freeValues, withParts } from "../ir/visit.js";

/**
 * V8 never optimises a function of more than 60 kB of bytecode, which then runs ten times slower. A longer one is cut
 * into functions that call no other than what they called before: each takes a stretch of one region, in order. Numbers
 * that one stretch computes for another go through an array, which costs a store and a load; other values are passed and
 * returned. Comes last: it hides from every other pass what belongs together.
 */
export function splitLong(
  fn: Func,
  uniqueName: (wanted: string) => string,
  lengths: Lengths = usual,
): { fn: Func; parts: readonly Func[] } {
  if (weightOf(fn.body) <= lengths.longest) return { fn, parts: [] };
  const splitter = newSplitter(fn, uniqueName, lengths.part);
  const body = splitter.region(fn.body);
  const { parts } = splitter;
  if (!parts.every(hasPlainTypes)) return { fn, parts: [] };
  return { fn: { ...fn, body: splitter.withRooms(body) }, parts };
}

/**
 * A part's parameters and results are typed by what the IR knows. Where TypeScript knows more (it narrowed a union or
 * `T | null`, or a word has a type of its own), the function is better long than wrongly typed.
 */
function hasPlainTypes(part: Func): boolean {
  const types = [...part.params.map(({ value }) => value.ty), ...part.results];
  return types.every(isPlain);
}

function isPlain(ty: Ty): boolean {
  switch (ty.kind) {
    case "maybe":
    case "opaque":
      return false;
    case "array":
    case "table":
      return isPlain(ty.elem);
    case "record":
      return (
        ty.recursive === undefined &&
        ty.fields.every((field) => field.optional !== true && isPlain(field.ty))
      );
    default:
      return true;
  }
}

/** In operations, of about ten bytes each. */
export interface Lengths {
  /** What V8 still optimises. */
  readonly longest: number;
  readonly part: number;
}

const usual: Lengths = { longest: 4000, part: 1500 };

function weightOf(region: Region): number {
  return region.body.reduce((total, instr) => total + weightOfInstr(instr), 0);
}

function weightOfInstr(instr: Instr): number {
  if (isFree(instr)) return 0;
  const inner = instr.regions.reduce((sum, one) => sum + weightOf(one), 0);
  const own = instr.kind === "op" ? 1 : 2 + instr.args.length / 2;
  return own + inner;
}

/** What each part can have for itself. */
const isFree = (instr: Instr): instr is ConstInstr | GlobalInstr =>
  instr.kind === "const" || instr.kind === "global";

interface Splitter {
  readonly parts: Func[];
  region(region: Region): Region;
  /** With the arrays through which the parts pass their numbers. */
  withRooms(body: Region): Region;
}

interface Room {
  readonly array: Value;
  readonly slots: Map<Value, number>;
}

function newSplitter(
  fn: Func,
  uniqueName: (wanted: string) => string,
  partLength: number,
): Splitter {
  const ids = idsAfter(fn);
  const free = new Map<Value, ConstInstr | GlobalInstr>();
  let mayReenter = false;
  eachInstr(fn.body, (instr) => {
    if (isFree(instr)) free.set(instr.results[0]!, instr);
    mayReenter ||= instr.kind === "opaque" && instr.effect === "effect";
    mayReenter ||= instr.kind === "call";
  });
  const sure = definiteValues(fn);
  const newRoom = (store: "f64" | "js", hint: string): Room => ({
    array: ids.fresh({ kind: "array", elem: num, store }, hint),
    slots: new Map(),
  });
  const numbers = newRoom("f64", "parts");
  // A load from outside of an array is undefined, which a Float64Array cannot hold.
  const others = newRoom("js", "others");
  const roomOf = (value: Value): Room | undefined => {
    const { kind } = value.ty;
    if (kind !== "num" && kind !== "bool") return undefined;
    if (sure.has(value)) return numbers;
    return kind === "num" ? others : undefined;
  };
  const isStored = (value: Value): boolean => roomOf(value) !== undefined;
  const parts: Func[] = [];

  const region = (whole: Region): Region => {
    const inner = whole.body.map((instr) =>
      weightOfInstr(instr) > partLength
        ? withParts(instr, { regions: instr.regions.map(region) })
        : instr,
    );
    const body = { ...whole, body: inner };
    return weightOf(body) > partLength ? cut(body) : body;
  };

  const cut = (whole: Region): Region => {
    const stretches = stretchesOf(whole.body, partLength);
    const homes = new Map<Value, number>();
    stretches.forEach(({ body }, n) => {
      for (const instr of body)
        for (const result of instr.results)
          if (!free.has(result)) homes.set(result, n);
    });
    const wanted = stretches.map(({ body }) => usedBy(body));
    const last = stretches.length;
    const crossing = new Set<Value>();
    [...wanted, new Set(whole.yields)].forEach((values, n) => {
      for (const value of values) {
        const home = homes.get(value);
        if (home !== undefined && home !== n) crossing.add(value);
      }
    });
    const out = new RegionBuilder(ids, fn.span);
    for (const instr of whole.body) if (isFree(instr)) out.emit(instr);
    stretches.forEach(({ body, isKept }, n) => {
      const reads = [...wanted[n]!].filter(
        (value) => crossing.has(value) && homes.get(value) !== n,
      );
      if (!isKept) return out.emit(part(body, wanted[n]!, crossing, reads));
      for (const value of reads) if (isStored(value)) load(out, value);
      for (const instr of body) out.emit(instr);
      return undefined;
    });
    for (const value of new Set(whole.yields))
      if (crossing.has(value) && isStored(value) && homes.get(value) !== last)
        load(out, value);
    return out.finish(whole.params, whole.yields);
  };

  const placeOf = (value: Value, out: RegionBuilder): [Value, Value] => {
    const { array, slots } = roomOf(value)!;
    const slot = slots.get(value) ?? slots.size;
    slots.set(value, slot);
    return [array, out.constant(slot)];
  };

  const load = (out: RegionBuilder, value: Value): void => {
    const place = placeOf(value, out);
    const kept = value.ty.kind === "num" ? value : ids.fresh(num, value.hint);
    out.emit({
      kind: "load",
      inBounds: true,
      ...out.plain(place, [kept]),
    });
    if (kept === value) return;
    const zero = out.constant(0);
    out.emit({ kind: "op", op: "ne", ...out.plain([kept, zero], [value]) });
  };

  const store = (out: RegionBuilder, value: Value): void => {
    const kept = value.ty.kind === "num" ? value : out.op("bool2num", [value]);
    const place = placeOf(value, out);
    out.emit({
      kind: "store",
      inBounds: true,
      ...out.plain([...place, kept], []),
    });
  };

  /** Makes a function of a stretch, and the call to it. */
  const part = (
    body: readonly Instr[],
    wanted: ReadonlySet<Value>,
    crossing: ReadonlySet<Value>,
    reads: readonly Value[],
  ): Instr => {
    const out = new RegionBuilder(ids, body[0]!.span);
    const loaded = new Set(reads.filter(isStored));
    const isRoom = (value: Value): boolean =>
      value === numbers.array || value === others.array;
    const params = [...wanted].filter(
      (value) => !free.has(value) && !loaded.has(value) && !isRoom(value),
    );
    for (const value of wanted) if (free.has(value)) out.emit(free.get(value)!);
    for (const instr of body) {
      for (const value of freeValues(instr))
        if (loaded.delete(value)) load(out, value);
      out.emit(instr);
      for (const result of instr.results)
        if (crossing.has(result) && isStored(result)) store(out, result);
    }
    const results = body
      .flatMap((instr) => instr.results)
      .filter((value) => crossing.has(value) && !isStored(value));
    const used = usedBy(out.body);
    for (const { array } of [numbers, others])
      if (used.has(array)) params.push(array);
    const func: Func = {
      name: uniqueName(`${fn.name}Part${parts.length + 1}`),
      params: params.map((value) => paramOf(value, fn)),
      body: out.finish(params, results),
      results: results.map((value) => value.ty),
      span: fn.span,
    };
    parts.push(func);
    return {
      kind: "call",
      callee: func.name,
      ...out.plain(params, results),
    };
  };

  const withRooms = (body: Region): Region => {
    const out = new RegionBuilder(ids, fn.span);
    for (const { array, slots } of [numbers, others]) {
      if (slots.size === 0) continue;
      const args = [out.constant(slots.size)];
      const isOwn = array === numbers.array && !mayReenter;
      out.emit({
        kind: "newArray",
        ...(isOwn ? { workspace: "sized" as const } : {}),
        ...out.plain(args, [array]),
      });
    }
    return { ...body, body: [...out.body, ...body.body] };
  };
  return { parts, region, withRooms };
}

/** Values from elsewhere that the instructions read. */
function usedBy(body: readonly Instr[]): Set<Value> {
  const own = new Set<Value>();
  const used = new Set<Value>();
  for (const instr of body) {
    for (const value of freeValues(instr)) if (!own.has(value)) used.add(value);
    for (const result of instr.results) own.add(result);
  }
  return used;
}

interface Stretch {
  readonly body: Instr[];
  /** A throw at the end stays where it is seen that the region never ends. */
  readonly isKept: boolean;
}

function stretchesOf(body: readonly Instr[], partLength: number): Stretch[] {
  const all: Stretch[] = [];
  let weight = Infinity;
  body.forEach((instr, n) => {
    if (isFree(instr)) return;
    const isLast = n === body.length - 1;
    const isKept =
      isLast && endsInThrow({ params: [], body: [instr], yields: [] });
    weight += weightOfInstr(instr);
    if (isKept || weight > partLength) {
      all.push({ body: [instr], isKept });
      weight = weightOfInstr(instr);
    } else all.at(-1)!.body.push(instr);
  });
  return all;
}

/** A parameter of the whole keeps the type that the user wrote for it, unless the body sees it as another. */
function paramOf(value: Value, fn: Func): Param {
  const own = fn.params.find((param) => param.value === value);
  const { tsType, seenAs } = own ?? {};
  return {
    name: value.hint ?? "x",
    value,
    optional: false,
    ...(own?.optional === false && tsType && seenAs === undefined
      ? { tsType }
      : {}),
    span: fn.span,
  };
}
