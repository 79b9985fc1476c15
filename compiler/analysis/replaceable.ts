import type { Func, Instr, Value } from "../ir/ir.js";
import { isRef } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Memory } from "./memory.js";
import { find, type MemoryNode } from "./memoryGraph.js";
import { undefinedNumbers } from "./undefinedNumbers.js";

/** The parts of an object that is replaced by scalars: fields in order, or elements. */
export interface Parts {
  readonly count: number;
  /** Which part an access means; undefined for an access that is none of one part. */
  partOf(access: Instr): number | undefined;
}

/**
 * Which references can be replaced by the values of their fields: small objects that this function makes, and that are
 * only read and written field by field. Where objects meet (two arms, a carried value), all that may meet must be
 * immutable, since then only the fields matter and not which object it is. `isEntry`: parameters are what their types say.
 */
export function replaceableRefs(
  fn: Func,
  memory: Memory,
  isEntry: boolean,
): Map<Value, Parts> {
  const constants = new Map<Value, number>();
  const groups = new Map<MemoryNode, Group>();
  const groupOf = (value: Value): Group => {
    const node = find(memory.nodeOf(value));
    let group = groups.get(node);
    if (group === undefined)
      groups.set(
        node,
        (group = {
          values: new Set(),
          parts: undefined,
          merges: false,
          isMutated: false,
          stored: [],
          loaded: [],
          fails: memory.outside.has(node),
        }),
      );
    group.values.add(value);
    return group;
  };
  const fail = (value: Value | undefined): void => {
    if (value !== undefined && isRef(value.ty)) groupOf(value).fails = true;
  };
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "const" && typeof instr.value === "number")
      constants.set(instr.results[0]!, instr.value);
  });
  eachInstr(fn.body, (instr) => classify(instr, groupOf, fail, constants));
  // Only now every group knows its parts: an access behind a loop may come before the allocation that it meets.
  eachInstr(fn.body, (instr) => checkAccess(instr, groupOf));
  for (const value of [...fn.body.params, ...fn.body.yields]) fail(value);
  const { mayBypass } = undefinedNumbers(fn, isEntry ? numbersOf(fn) : []);
  const found = new Map<Value, Parts>();
  for (const group of groups.values()) {
    if (
      group.fails ||
      group.parts === undefined ||
      (group.isMutated && group.merges)
    )
      continue;
    if (!haveOneShape(group.values)) continue;
    const { values, stored, loaded } = group;
    const [array] = values as Iterable<Value>;
    const isSame = (value: Value): boolean =>
      loaded.every((load) => mayBypass(array!, value, load));
    if (!stored.every(isSame)) continue;
    for (const value of group.values) found.set(value, group.parts);
  }
  return found;
}

const numbersOf = (fn: Func): Value[] =>
  fn.body.params.filter(({ ty }) => ty.kind === "num");

/** Parts go by their place, so that the objects that meet must have their fields in the same order. */
function haveOneShape(values: ReadonlySet<Value>): boolean {
  const shapes = new Set<string>();
  for (const { ty } of values)
    shapes.add(
      ty.kind === "record" ? ty.fields.map((field) => field.name).join() : "",
    );
  return shapes.size < 2;
}

interface Group {
  readonly values: Set<Value>;
  parts: Parts | undefined;
  merges: boolean;
  isMutated: boolean;
  /** What the cells are given, and what is read from them. */
  readonly stored: Value[];
  readonly loaded: Value[];
  fails: boolean;
}

const mostParts = 16;

function classify(
  instr: Instr,
  groupOf: (value: Value) => Group,
  fail: (value: Value | undefined) => void,
  constants: ReadonlyMap<Value, number>,
): void {
  const [a] = instr.args;
  const [result] = instr.results;
  switch (instr.kind) {
    case "newRecord":
    case "arrayLit":
    case "newArray":
      for (const arg of instr.args) fail(arg);
      groupOf(result!).stored.push(
        ...(instr.kind === "newArray" ? instr.args.slice(1) : instr.args),
      );
      return allocate(instr, groupOf(result!), constants);
    case "getField":
    case "load":
    case "length":
      groupOf(a!).loaded.push(result!);
      return fail(result);
    case "setField":
    case "store": {
      groupOf(a!).isMutated = true;
      groupOf(a!).stored.push(instr.args.at(-1)!);
      return fail(instr.args.at(-1));
    }
    case "if":
      return instr.results.forEach((value) => merge(value, groupOf));
    case "for":
    case "while":
      for (const value of [...instr.results, ...instr.regions[0]!.params])
        merge(value, groupOf);
      return;
    default:
      for (const value of [...instr.args, ...instr.results]) fail(value);
  }
}

function merge(value: Value, groupOf: (value: Value) => Group): void {
  if (!isRef(value.ty)) return;
  const group = groupOf(value);
  group.merges = true;
  if (value.ty.kind === "maybe") group.fails = true;
}

function checkAccess(instr: Instr, groupOf: (value: Value) => Group): void {
  if (!accesses.has(instr.kind)) return;
  const group = groupOf(instr.args[0]!);
  if (group.parts !== undefined && group.parts.partOf(instr) === undefined)
    group.fails = true;
}

const accesses: ReadonlySet<Instr["kind"]> = new Set<Instr["kind"]>([
  "getField",
  "load",
  "setField",
  "store",
]);

function allocate(
  instr: Instr,
  group: Group,
  constants: ReadonlyMap<Value, number>,
): void {
  const parts = partsOf(instr, constants);
  const known = group.parts;
  if (
    parts === undefined ||
    (known !== undefined && known.count !== parts.count)
  )
    group.fails = true;
  else group.parts = parts;
}

function partsOf(
  instr: Instr,
  constants: ReadonlyMap<Value, number>,
): Parts | undefined {
  const [result] = instr.results;
  const ty = result!.ty;
  if (ty.kind === "record") {
    const names = ty.fields.map((field) => field.name);
    return {
      count: names.length,
      partOf: (access) => {
        if (access.kind !== "getField" && access.kind !== "setField")
          return undefined;
        const at = names.indexOf(access.field);
        return at < 0 ? undefined : at;
      },
    };
  }
  // Where nothing is yet stands undefined, against the type of the elements.
  if (
    instr.kind === "newArray" &&
    instr.args.length === 1 &&
    ty.kind === "array" &&
    isRef(ty.elem)
  )
    return undefined;
  // A rounding store or an integer one changes the value: those stay memory.
  if (ty.kind !== "array" || (ty.store !== "js" && ty.store !== "f64"))
    return undefined;
  const count =
    instr.kind === "arrayLit"
      ? instr.args.length
      : constants.get(instr.args[0]!);
  if (
    count === undefined ||
    count > mostParts ||
    !Number.isInteger(count) ||
    count < 0
  )
    return undefined;
  return {
    count,
    partOf: (access) => {
      if (access.kind !== "load" && access.kind !== "store") return undefined;
      const at = constants.get(access.args[1]!);
      return at !== undefined && Number.isInteger(at) && at >= 0 && at < count
        ? at
        : undefined;
    },
  };
}
