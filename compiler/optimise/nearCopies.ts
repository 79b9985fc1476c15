import { idsAfter, type Ids, RegionBuilder } from "../ir/builder.js";
import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { num } from "../ir/types.js";
import { eachInstr, withParts } from "../ir/visit.js";
import type { SliceInstr } from "../ir/memoryInstrs.js";

/**
 * Arrays of the caller's that nested loops go through again and again are copied into arrays of the module's, whose address
 * V8 knows: parameters at the start, and what is added to the caller's gradient at the end. Only in exported functions
 * that nothing they run can call again. A parameter keeps its values as long as the function runs: what it writes it has
 * copied. A load outside the array gives NaN instead of undefined, so only loads that are computed with are changed.
 */
export function copyNear(fn: Func): Func {
  const { loads, sums } = repeatedAccesses(fn);
  if (loads.size === 0 && sums.size === 0) return fn;
  const ids = idsAfter(fn);
  const near = new Map<Value, Value>();
  const copyOf = (array: Value): Value => {
    const known = near.get(array);
    if (known !== undefined) return known;
    const copy = ids.fresh(array.ty, array.hint);
    near.set(array, copy);
    return copy;
  };
  const isChanged = (instr: Instr): boolean =>
    loads.has(instr) || (isSum(instr) && sums.has(instr.args[0]!));
  const change = (region: Region): Region => ({
    ...region,
    body: region.body.map((instr) => {
      if (isChanged(instr)) {
        const [array, ...rest] = instr.args as [Value, ...Value[]];
        return withParts(instr, { args: [copyOf(array), ...rest] });
      }
      return instr.regions.length === 0
        ? instr
        : withParts(instr, { regions: instr.regions.map(change) });
    }),
  });
  const changed = change(fn.body);
  const copied = (array: Value): readonly Instr[] =>
    near.has(array) ? copies(array, near.get(array)!, ids, fn) : [];
  const body = [
    ...fn.body.params.flatMap(copied),
    ...changed.body.flatMap((instr) => [
      instr,
      ...instr.results.flatMap(copied),
    ]),
    ...[...sums].flatMap((array) => copyBack(array, near.get(array)!, ids, fn)),
  ];
  return { ...fn, body: { ...changed, body } };
}

/** `const near = array.slice()`, in an array of the module's. */
function copies(array: Value, near: Value, ids: Ids, fn: Func): Instr[] {
  const out = new RegionBuilder(ids, fn.span);
  const length = lengthOf(array, out);
  const copy: SliceInstr = {
    kind: "slice",
    near: true,
    ...out.plain([array, out.constant(0), length], [near]),
  };
  out.emit(copy);
  return out.body;
}

/** `for (let i = 0; i < array.length; i++) array[i] = near[i]` */
function copyBack(array: Value, near: Value, ids: Ids, fn: Func): Instr[] {
  const out = new RegionBuilder(ids, fn.span);
  const args = [out.constant(0), lengthOf(array, out)];
  const index = ids.fresh(num, "i");
  const inner = out.child();
  const cell = ids.fresh(num);
  inner.emit({
    kind: "load",
    inBounds: true,
    ...inner.plain([near, index], [cell]),
  });
  inner.emit({
    kind: "store",
    inBounds: true,
    ...inner.plain([array, index, cell], []),
  });
  const regions = [inner.finish([index], [])];
  out.emit({
    kind: "for",
    test: "<",
    step: 1,
    breaks: false,
    args,
    results: [],
    regions,
    span: fn.span,
  });
  return out.body;
}

function lengthOf(array: Value, out: RegionBuilder): Value {
  const length = out.ids.fresh(num);
  out.emit({ kind: "length", ...out.plain([array], [length]) });
  return length;
}

const isSum = (instr: Instr): boolean =>
  instr.kind === "accum" || instr.kind === "store";

const isFloats = ({ ty }: Value): boolean =>
  ty.kind === "array" && ty.store === "f64";

/** How deep in loops an access must stand to be worth it. */
const depth = 3;

interface Repeated {
  readonly loads: ReadonlySet<Instr>;
  /** Arrays of the caller's gradient that are only added to or stored into. */
  readonly sums: ReadonlySet<Value>;
}

function repeatedAccesses(fn: Func): Repeated {
  const none: Repeated = { loads: new Set(), sums: new Set() };
  const params = new Set(fn.body.params.filter(isFloats));
  const results = new Set<Value>();
  const others = new Set<Value>();
  const spoiled = spoiledLoads(fn);
  let mayReenter = false;
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "call") mayReenter = true;
    if (instr.kind === "opaque" && instr.effect === "effect") mayReenter = true;
    // The kernels do the heavy reading and adding.
    if (instr.kind === "product")
      for (const arg of instr.args) params.delete(arg);
    const [result] = instr.results;
    if (instr.kind === "struct" && instr.what === "into" && isFloats(result!))
      results.add(result!);
    const used = isSum(instr) ? instr.args.slice(1) : instr.args;
    if (instr.kind !== "length") for (const arg of used) others.add(arg);
    for (const region of instr.regions)
      for (const value of region.yields) others.add(value);
  });
  if (mayReenter) return none;
  for (const array of others) results.delete(array);
  const reach = reachOf(fn);
  const loads = new Set<Instr>();
  const sums = new Set<Value>();
  const walk = (region: Region, loops: readonly Region[]): void => {
    for (const instr of region.body) {
      const [array, index] = instr.args;
      const isDeep = loops.length >= depth && isAccess(instr);
      if (isDeep && loops.some((loop) => !reach(index!).has(loop))) {
        if (instr.kind === "load" && params.has(array!) && !spoiled.has(instr))
          loads.add(instr);
        if (isSum(instr) && results.has(array!)) sums.add(array!);
      }
      const isLoop = instr.kind === "for" || instr.kind === "while";
      for (const inner of instr.regions)
        walk(inner, isLoop ? [...loops, inner] : loops);
    }
  };
  walk(fn.body, []);
  return { loads, sums };
}

const isAccess = (instr: Instr): boolean =>
  instr.kind === "load" || isSum(instr);

/** Loads whose value is not only computed with: undefined and NaN could be told apart there. */
function spoiledLoads(fn: Func): Set<Instr> {
  const loads = new Map<Value, Instr>();
  const spoiled = new Set<Instr>();
  const spoil = (values: readonly Value[]): void => {
    for (const value of values) {
      const load = loads.get(value);
      if (load !== undefined) spoiled.add(load);
    }
  };
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "load") loads.set(instr.results[0]!, instr);
  });
  eachInstr(fn.body, (instr) => {
    if (!isArithmetic(instr)) spoil(instr.args);
    for (const region of instr.regions) spoil(region.yields);
  });
  spoil(fn.body.yields);
  return spoiled;
}

const plainOps: ReadonlySet<string> = new Set([
  ...["add", "sub", "mul", "div", "neg", "lt", "le", "gt", "ge", "exp", "log"],
  ...["sqrt", "sin", "cos", "tanh", "abs", "pow", "max", "min"],
]);

/** `undefined` is NaN there. Accumulations and stores of a Float64Array make it NaN as well. */
function isArithmetic(instr: Instr): boolean {
  if (instr.kind === "op") return plainOps.has(instr.op);
  return isSum(instr) && isFloats(instr.args[0]!);
}

/** The loops, by their bodies, on whose rounds a value depends. */
function reachOf(fn: Func): (value: Value) => ReadonlySet<Region> {
  const homes = new Map<Value, Region>();
  const sources = new Map<Value, readonly Value[]>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) sources.set(result, instr.args);
    if (instr.kind === "if")
      instr.results.forEach((result, i) =>
        sources.set(result, [
          instr.args[0]!,
          ...instr.regions.map((region) => region.yields[i]!),
        ]),
      );
    if (instr.kind !== "for" && instr.kind !== "while") return;
    const [body] = instr.regions as [Region];
    const isCounted = instr.kind === "for";
    const bounds = isCounted ? instr.args.slice(0, 2) : [];
    const inits = isCounted ? instr.args.slice(2) : instr.args;
    const [index, ...rest] = body.params;
    const carried = isCounted ? rest : body.params;
    const yields = body.yields.slice(body.yields.length - inits.length);
    for (const param of body.params) homes.set(param, body);
    if (isCounted) sources.set(index!, bounds);
    inits.forEach((init, i) => {
      const around = [init, yields[i]!, ...bounds];
      sources.set(carried[i]!, around);
      sources.set(instr.results[i]!, around);
    });
  });
  const known = new Map<Value, ReadonlySet<Region>>();
  return (value) => {
    const ready = known.get(value);
    if (ready !== undefined) return ready;
    const found = new Set<Region>();
    const seen = new Set<Value>();
    const todo = [value];
    for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
      if (seen.has(one)) continue;
      seen.add(one);
      const home = homes.get(one);
      if (home !== undefined) found.add(home);
      todo.push(...(sources.get(one) ?? []));
    }
    known.set(value, found);
    return found;
  };
}
