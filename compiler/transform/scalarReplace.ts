import { analyseMemory, entriesOf } from "../analysis/memory.js";
import { type Parts, replaceableRefs } from "../analysis/replaceable.js";
import { type Ids, idsAfter } from "../ir/builder.js";
import type { ConstInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { num, type Ty } from "../ir/types.js";
import { eachInstr, withParts } from "../ir/visit.js";
import type { Program } from "../ir/program.js";

/**
 * Small objects that do not leave a function become scalars, before differentiation: a `Vec3` helper that was inlined
 * leaves no allocation and no shadow. Objects inside objects go from the outside in, one layer a round.
 */
export function replaceScalars(program: Program): Program {
  let funcs = program.funcs;
  for (let round = 0; round < 4; round++) {
    const entries = entriesOf(program);
    const memories = analyseMemory(funcs, entries);
    let isChanged = false;
    const next = new Map<string, Func>();
    for (const [name, fn] of funcs) {
      const refs = replaceableRefs(fn, memories.get(name)!, entries.has(name));
      isChanged ||= refs.size > 0;
      next.set(name, refs.size > 0 ? replaceIn(fn, refs) : fn);
    }
    if (!isChanged) break;
    funcs = next;
  }
  return { ...program, funcs };
}

/** The values of the parts of each replaced reference, as they are at this point of the walk. */
type Current = Map<Value, readonly Value[]>;

interface Walk {
  readonly refs: ReadonlyMap<Value, Parts>;
  readonly ids: Ids;
  readonly replaced: Map<Value, Value>;
  /** Types of the parts, by reference. */
  tysOf(value: Value): readonly Ty[];
}

function replaceIn(fn: Func, refs: ReadonlyMap<Value, Parts>): Func {
  const walk: Walk = {
    refs,
    ids: idsAfter(fn),
    replaced: new Map(),
    tysOf: (value) => partTypes(value, refs.get(value)!),
  };
  const body = walkRegion(fn.body, new Map(), walk);
  const params = fn.params.map((param) =>
    param.effective === undefined
      ? param
      : { ...param, effective: now(walk, param.effective) },
  );
  return { ...fn, params, body };
}

function partTypes({ ty }: Value, parts: Parts): readonly Ty[] {
  if (ty.kind === "record") return ty.fields.map((field) => field.ty);
  const elem = ty.kind === "array" ? ty.elem : num;
  return Array.from({ length: parts.count }, () => elem);
}

const now = (walk: Walk, value: Value): Value =>
  walk.replaced.get(value) ?? value;

function walkRegion(region: Region, current: Current, walk: Walk): Region {
  const body: Instr[] = [];
  for (const instr of region.body) walkInstr(instr, current, walk, body);
  return {
    params: region.params.filter((param) => !walk.refs.has(param)),
    body,
    yields: region.yields.flatMap((value) => expand(value, current, walk)),
  };
}

/** What a value is passed on as: itself, or its parts. */
function expand(value: Value, current: Current, walk: Walk): readonly Value[] {
  return walk.refs.has(value) ? current.get(value)! : [now(walk, value)];
}

function walkInstr(
  instr: Instr,
  current: Current,
  walk: Walk,
  out: Instr[],
): void {
  const [a] = instr.args;
  const [result] = instr.results;
  const isOwn = a !== undefined && walk.refs.has(a);
  if (instr.regions.length > 0) return walkRegions(instr, current, walk, out);
  if (result !== undefined && walk.refs.has(result)) {
    current.set(result, partsAtStart(instr, walk, out));
  } else if (isOwn && (instr.kind === "getField" || instr.kind === "load")) {
    const part = walk.refs.get(a)!.partOf(instr)!;
    walk.replaced.set(result!, current.get(a)![part]!);
  } else if (isOwn && (instr.kind === "setField" || instr.kind === "store")) {
    const part = walk.refs.get(a)!.partOf(instr)!;
    const value = now(walk, instr.args.at(-1)!);
    current.set(a, current.get(a)!.with(part, value));
  } else if (isOwn && instr.kind === "length") {
    out.push({ ...constant(walk.refs.get(a)!.count, instr, result!) });
  } else {
    out.push(
      withParts(instr, { args: instr.args.map((arg) => now(walk, arg)) }),
    );
  }
}

function partsAtStart(
  instr: Instr,
  walk: Walk,
  out: Instr[],
): readonly Value[] {
  if (instr.kind !== "newArray") return instr.args.map((arg) => now(walk, arg));
  const [, fill] = instr.args;
  let value = fill && now(walk, fill);
  if (value === undefined) {
    const elem = walk.tysOf(instr.results[0]!)[0] ?? num;
    value = walk.ids.fresh(elem);
    out.push(constant(elem.kind === "bool" ? false : 0, instr, value));
  }
  return walk.tysOf(instr.results[0]!).map(() => value);
}

const constant = (
  value: number | boolean,
  at: Instr,
  result: Value,
): ConstInstr => ({
  kind: "const",
  value,
  args: [],
  results: [result],
  regions: [],
  span: at.span,
});

/** Objects from outside that the regions write: their parts become results, and in loops carried values. */
function writtenParts(
  instr: Instr,
  current: Current,
  walk: Walk,
): { ref: Value; part: number }[] {
  const found = new Map<string, { ref: Value; part: number }>();
  for (const region of instr.regions)
    eachInstr(region, (inner) => {
      const [ref] = inner.args;
      if (inner.kind !== "setField" && inner.kind !== "store") return;
      if (ref === undefined || !walk.refs.has(ref) || !current.has(ref)) return;
      const part = walk.refs.get(ref)!.partOf(inner)!;
      found.set(`${ref.id} ${part}`, { ref, part });
    });
  return [...found.values()];
}

function walkRegions(
  instr: Instr,
  current: Current,
  walk: Walk,
  out: Instr[],
): void {
  const written = writtenParts(instr, current, walk);
  const freshFor = (
    values: readonly Value[],
  ): { all: Value[]; byRef: Map<Value, Value[]> } => {
    const byRef = new Map<Value, Value[]>();
    const all = values.flatMap((value) => {
      if (!walk.refs.has(value)) return [value];
      const parts = walk
        .tysOf(value)
        .map((ty) => walk.ids.fresh(ty, value.hint));
      byRef.set(value, parts);
      return parts;
    });
    return { all, byRef };
  };
  const freshParts = (): Value[] =>
    written.map(({ ref, part }) =>
      walk.ids.fresh(walk.tysOf(ref)[part]!, ref.hint),
    );
  const isLoop = instr.kind !== "if";
  const inits = instr.args.flatMap((arg) => expand(arg, current, walk));
  const before = written.map(({ ref, part }) => current.get(ref)![part]!);
  const regions = instr.regions.map((region) => {
    const inner: Current = new Map(current);
    const params = freshFor(region.params);
    for (const [ref, parts] of params.byRef) inner.set(ref, parts);
    const carried = isLoop ? freshParts() : [];
    if (isLoop) setParts(inner, written, carried);
    const done = walkRegion(region, inner, walk);
    const after = written.map(({ ref, part }) => inner.get(ref)![part]!);
    return {
      params: [...params.all, ...carried],
      body: done.body,
      yields: [...done.yields, ...after],
    };
  });
  const results = freshFor(instr.results);
  const resultParts = freshParts();
  out.push(
    withParts(instr, {
      args: isLoop ? [...inits, ...before] : inits,
      results: [...results.all, ...resultParts],
      regions,
    }),
  );
  for (const [ref, parts] of results.byRef) current.set(ref, parts);
  setParts(current, written, resultParts);
}

function setParts(
  current: Current,
  written: readonly { ref: Value; part: number }[],
  values: readonly Value[],
): void {
  written.forEach(({ ref, part }, i) =>
    current.set(ref, current.get(ref)!.with(part, values[i]!)),
  );
}
