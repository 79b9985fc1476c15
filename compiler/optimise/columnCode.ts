import {
  type Columns,
  fieldReadAtOnce,
  type Leaf,
} from "../analysis/columns.js";
import { integersOf } from "../analysis/integers.js";
import { naturalsOf } from "../analysis/signs.js";
import { type Ids, idsAfter, RegionBuilder } from "../ir/builder.js";
import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { arrayOf, num, type RecordTy } from "../ir/types.js";
import { withParts } from "../ir/visit.js";

interface Walk {
  readonly columns: Columns;
  readonly integers: ReadonlySet<Value>;
  isNatural(value: Value): boolean;
  /** Loads and stores that are known to be inside. */
  readonly proven: ReadonlySet<Instr>;
  readonly ids: Ids;
  /** The arrays that stand for an array of records, leaf by leaf. */
  readonly parts: Map<Value, readonly Value[]>;
}

/** Indices that are known to be inside, by array: these arrays never get shorter. */
type Inside = ReadonlyMap<Value, ReadonlySet<Value>>;

/** The function with an array for each field in place of the arrays of records. */
export function inColumns(
  fn: Func,
  columns: Columns,
  proven: ReadonlySet<Instr>,
): Func {
  const walk: Walk = {
    columns,
    proven,
    integers: integersOf(fn),
    isNatural: naturalsOf(fn),
    ids: idsAfter(fn),
    parts: new Map(),
  };
  const start = new RegionBuilder(walk.ids, fn.span);
  for (const array of columns.taken) takeApart(array, array, start, walk);
  const { body, yields } = walkRegion(fn.body, new Map(), walk);
  const all = [...start.body, ...body];
  return { ...fn, body: { params: fn.body.params, body: all, yields } };
}

/** The arrays for the fields of one: `posX`, `posY`. */
function newParts(array: Value, walk: Walk): readonly Value[] {
  const parts = walk.columns.arrays
    .get(array)!
    .map(({ path, ty }) =>
      walk.ids.fresh(arrayOf(ty), columnName(array.hint, path)),
    );
  walk.parts.set(array, parts);
  return parts;
}

function columnName(
  hint: string | undefined,
  path: readonly string[],
): string | undefined {
  if (hint === undefined) return undefined;
  return path.reduce(
    (name, field) => name + field.charAt(0).toUpperCase() + field.slice(1),
    hint,
  );
}

/** Reads an array of records, which stays what it is, into arrays of numbers. */
function takeApart(
  from: Value,
  array: Value,
  out: RegionBuilder,
  walk: Walk,
): void {
  const leaves = walk.columns.arrays.get(array)!;
  const parts = newParts(array, walk);
  const length = walk.ids.fresh(num);
  out.emit({ kind: "length", ...out.plain([from], [length]) });
  for (const part of parts)
    out.emit({ kind: "newArray", ...out.plain([length], [part]) });
  const index = walk.ids.fresh(num, "i");
  const inner = out.child();
  const element = walk.ids.fresh(elementTy(from));
  inner.emit({
    kind: "load",
    inBounds: true,
    ...inner.plain([from, index], [element]),
  });
  leaves.forEach((leaf, k) => {
    const value = leafOf(element, leaf, inner, walk);
    emitStore(inner, parts[k]!, index, value, true);
  });
  out.emit({
    kind: "for",
    test: "<",
    step: 1,
    breaks: false,
    ...out.plain([out.constant(0), length], []),
    regions: [inner.finish([index], [])],
  });
}

const elementTy = ({ ty }: Value): RecordTy =>
  (ty as { readonly elem: RecordTy }).elem;

/** What an element has in a leaf. */
function leafOf(
  element: Value,
  { path }: Leaf,
  out: RegionBuilder,
  walk: Walk,
): Value {
  return path.reduce((record, name) => {
    const { fields } = record.ty as RecordTy;
    const { ty } = fields.find((field) => field.name === name)!;
    const value = walk.ids.fresh(ty);
    out.emit({
      kind: "getField",
      field: name,
      ...out.plain([record], [value]),
    });
    return value;
  }, element);
}

function emitStore(
  out: RegionBuilder,
  array: Value,
  index: Value,
  value: Value,
  inBounds: boolean,
): void {
  out.emit({
    kind: "store",
    inBounds,
    ...out.plain([array, index, value], []),
  });
}

function walkRegion(region: Region, known: Inside, walk: Walk): Region {
  const out = new RegionBuilder(walk.ids);
  const inside = new Map(known);
  const params = region.params.flatMap((param) =>
    isOwn(param, walk) ? newParts(param, walk) : [param],
  );
  region.body.forEach((instr, at) => {
    out.span = instr.span;
    const field = fieldReadAtOnce(region.body, at);
    walkInstr(instr, field, inside, out, walk);
  });
  return out.finish(params, expand(region.yields, walk));
}

/** Parameters of the function have their parts already, and stay. */
const isOwn = (value: Value, walk: Walk): boolean =>
  walk.columns.arrays.has(value) && !walk.columns.taken.has(value);

const expand = (values: readonly Value[], walk: Walk): readonly Value[] =>
  values.flatMap((value) => walk.parts.get(value) ?? [value]);

/** `field`: of an element that is loaded, the first one that is read. */
function walkInstr(
  instr: Instr,
  field: string | undefined,
  inside: Map<Value, ReadonlySet<Value>>,
  out: RegionBuilder,
  walk: Walk,
): void {
  const [first, second] = instr.args;
  const parts = first && walk.parts.get(first);
  const [result] = instr.results;
  if (instr.regions.length > 0) {
    const regions = instr.regions.map((one) => walkRegion(one, inside, walk));
    const args = expand(instr.args, walk);
    const results = instr.results.flatMap((value) =>
      isOwn(value, walk) ? newParts(value, walk) : [value],
    );
    out.emit(withParts(instr, { args, results, regions }));
  } else if (result !== undefined && isOwn(result, walk))
    makeParts(instr, result, out, walk);
  else if (first === undefined || parts === undefined) out.emit(instr);
  else if (instr.kind === "length")
    out.emit(withParts(instr, { args: [parts[0]!] }));
  else if (instr.kind === "load") {
    const isKnown = instr.inBounds || walk.proven.has(instr);
    if (!isKnown && !isInside(first, second!, inside))
      checkIndex(parts[0]!, second!, field!, out, walk);
    noteInside(first, second!, inside);
    out.emit(loadAll(instr, parts, out, walk));
  } else if (instr.kind === "store") {
    const isKnown = instr.inBounds || walk.proven.has(instr);
    const inBounds = isKnown || isInside(first, second!, inside);
    const values = leavesIn(first, instr.args[2]!, out, walk);
    values.forEach((value, k) =>
      emitStore(out, parts[k]!, second!, value, inBounds),
    );
    noteInside(first, second!, inside);
  } else {
    // a push
    const values = leavesIn(first, second!, out, walk);
    values.forEach((value, k) =>
      out.emit(withParts(instr, { args: [parts[k]!, value] })),
    );
  }
}

const leavesIn = (
  array: Value,
  element: Value,
  out: RegionBuilder,
  walk: Walk,
): readonly Value[] =>
  walk.columns.arrays
    .get(array)!
    .map((leaf) => leafOf(element, leaf, out, walk));

const isInside = (array: Value, index: Value, inside: Inside): boolean =>
  inside.get(array)?.has(index) === true;

function noteInside(
  array: Value,
  index: Value,
  inside: Map<Value, ReadonlySet<Value>>,
): void {
  inside.set(array, new Set([...(inside.get(array) ?? []), index]));
}

/** A new array of records is new arrays of numbers. */
function makeParts(
  instr: Instr,
  result: Value,
  out: RegionBuilder,
  walk: Walk,
): void {
  const [first] = instr.args;
  const from = first && walk.parts.get(first);
  if (instr.kind === "slice" && from === undefined) {
    const copy = walk.ids.fresh(result.ty);
    out.emit(withParts(instr, { results: [copy] }));
    return takeApart(copy, result, out, walk);
  }
  const parts = newParts(result, walk);
  if (instr.kind === "slice") {
    const rest = instr.args.slice(1);
    from!.forEach((part, k) =>
      out.emit(
        withParts(instr, { args: [part, ...rest], results: [parts[k]!] }),
      ),
    );
    return;
  }
  // the elements, or the length and what is everywhere
  const args = instr.args.map((arg) =>
    arg.ty.kind === "record" ? leavesIn(result, arg, out, walk) : arg,
  );
  parts.forEach((part, k) =>
    out.emit(
      withParts(instr, {
        args: args.map((arg) => (arg instanceof Array ? arg[k]! : arg)),
        results: [part],
      }),
    ),
  );
}

/** The record that a load gives, made of what the arrays have there; the last instruction is returned. */
function loadAll(
  load: Instr,
  parts: readonly Value[],
  out: RegionBuilder,
  walk: Walk,
): Instr {
  const array = load.args[0]!;
  const byPath = new Map(
    walk.columns.arrays
      .get(array)!
      .map(({ path }, k) => [path.join("."), parts[k]!]),
  );
  const make = (result: Value, above: string): Instr => {
    const args = (result.ty as RecordTy).fields.map(({ name, ty }) => {
      const value = walk.ids.fresh(ty);
      const path = above + name;
      if (ty.kind === "record") out.emit(make(value, `${path}.`));
      else
        out.emit({
          kind: "load",
          inBounds: true,
          ...out.plain([byPath.get(path)!, load.args[1]!], [value]),
        });
      return value;
    });
    return { kind: "newRecord", ...out.plain(args, [result]) };
  };
  return make(load.results[0]!, "");
}

/** Where the array has no such element, JavaScript's own error. */
function checkIndex(
  array: Value,
  index: Value,
  field: string,
  out: RegionBuilder,
  walk: Walk,
): void {
  const length = walk.ids.fresh(num);
  out.emit({ kind: "length", ...out.plain([array], [length]) });
  const tests = [out.op("lt", [index, length])];
  if (!walk.isNatural(index))
    tests.push(out.op("ge", [index, out.constant(0)]));
  if (!walk.integers.has(index)) tests.push(out.op("isInteger", [index]));
  const isThere = tests.reduce((all, test) => out.op("and", [all, test]));
  const failing = out.child();
  failing.emit({
    kind: "opaque",
    parts: [
      `throw new TypeError("Cannot read properties of undefined (reading '${field}')")`,
    ],
    needs: [],
    effect: "throw",
    ...failing.plain([], []),
  });
  out.emit({
    kind: "if",
    ...out.plain([out.op("not", [isThere])], []),
    regions: [failing.finish([], []), out.child().finish([], [])],
  });
}
