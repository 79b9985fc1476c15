import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { isRef, type RecordTy, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import type { Memory } from "./memory.js";
import { find, type MemoryNode, reachable } from "./memoryGraph.js";

/** A number or boolean somewhere in a record: the fields that lead to it. */
export interface Leaf {
  readonly path: readonly string[];
  readonly ty: Ty;
}

/** Which arrays of records can be kept as an array for each leaf. */
export interface Columns {
  readonly arrays: ReadonlyMap<Value, readonly Leaf[]>;
  /** Those among them that come from outside: what they hold is read where they come in. */
  readonly taken: ReadonlySet<Value>;
}

const mostLeaves = 12;

/**
 * Arrays of small records that the function makes, with elements that nobody writes to once they are there: then it does
 * not matter which object an element is. Nothing but reads, writes and pushes may happen to such an array, and to its
 * elements nothing but reads of fields. `takes`: a parameter that meets such an array may be read out at the start.
 */
export function columnsOf(fn: Func, memory: Memory, takes: boolean): Columns {
  const groups = groupsOf(fn, memory);
  const use = usesOf(fn, memory, groups);
  const arrays = new Map<Value, readonly Leaf[]>();
  const taken = new Set<Value>();
  for (const [node, group] of groups) {
    const isLost =
      use.lost.has(node) ||
      !use.made.has(node) ||
      [...reachable(node)].some((part) => use.frozenLost.has(part)) ||
      (group.taken.length > 0 && (!takes || use.writtenBlindly.has(node)));
    if (isLost) continue;
    for (const value of group.values) arrays.set(value, group.leaves);
    for (const value of group.taken) taken.add(value);
  }
  return { arrays, taken };
}

interface Group {
  readonly leaves: readonly Leaf[];
  readonly values: Value[];
  /** Parameters among the values. */
  readonly taken: Value[];
}

/** The arrays of records, those together that may be one array. */
function groupsOf(fn: Func, memory: Memory): Map<MemoryNode, Group> {
  const groups = new Map<MemoryNode, Group>();
  const lost = new Set<MemoryNode>();
  const see = (value: Value, isTaken: boolean): void => {
    if (!isRef(value.ty)) return;
    const node = find(memory.nodeOf(value));
    const leaves = leavesOfElements(value.ty);
    const group = groups.get(node);
    if (
      leaves === undefined ||
      (group && !haveSameLeaves(group.leaves, leaves))
    )
      lost.add(node);
    else if (group === undefined)
      groups.set(node, {
        leaves,
        values: [value],
        taken: isTaken ? [value] : [],
      });
    else {
      group.values.push(value);
      if (isTaken) group.taken.push(value);
    }
  };
  for (const param of fn.body.params) see(param, true);
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) see(result, false);
    for (const { params } of instr.regions)
      for (const param of params) see(param, false);
  });
  for (const { optional, value } of fn.params)
    if (optional && isRef(value.ty)) lost.add(find(memory.nodeOf(value)));
  for (const node of lost) groups.delete(node);
  return groups;
}

function leavesOfElements(ty: Ty): readonly Leaf[] | undefined {
  if (ty.kind !== "array" || ty.store !== "js" || ty.fixed !== undefined)
    return undefined;
  if (ty.elem.kind !== "record") return undefined;
  const leaves = leavesOf(ty.elem);
  return leaves !== undefined && leaves.length <= mostLeaves
    ? leaves
    : undefined;
}

function leavesOf(
  { fields, recursive }: RecordTy,
  above: readonly string[] = [],
): Leaf[] | undefined {
  if (recursive !== undefined || fields.length === 0) return undefined;
  const leaves: Leaf[] = [];
  for (const { name, ty, optional } of fields) {
    const path = [...above, name];
    if (optional === true) return undefined;
    if (ty.kind === "num" || ty.kind === "bool") leaves.push({ path, ty });
    else {
      const inner = ty.kind === "record" ? leavesOf(ty, path) : undefined;
      if (inner === undefined) return undefined;
      leaves.push(...inner);
    }
  }
  return leaves;
}

const pathsOf = (leaves: readonly Leaf[]): string =>
  leaves
    .map(({ path, ty }) => `${ty.kind} ${path.join(".")}`)
    .sort()
    .join();

const haveSameLeaves = (a: readonly Leaf[], b: readonly Leaf[]): boolean =>
  pathsOf(a) === pathsOf(b);

interface Uses {
  /** Arrays that something else happens to. */
  readonly lost: Set<MemoryNode>;
  /** Records that are written to, compared or handed on, so that it matters which object they are. */
  readonly frozenLost: Set<MemoryNode>;
  /** Arrays that the function makes. */
  readonly made: Set<MemoryNode>;
  /** Written through a reference that may be a parameter. */
  readonly writtenBlindly: Set<MemoryNode>;
}

function usesOf(
  fn: Func,
  memory: Memory,
  groups: ReadonlyMap<MemoryNode, Group>,
): Uses {
  const uses: Uses = {
    lost: new Set(),
    frozenLost: new Set(),
    made: new Set(),
    writtenBlindly: new Set(),
  };
  const nodeOf = (value: Value): MemoryNode => find(memory.nodeOf(value));
  const own = new Set<Value>();
  const loseAll = (values: readonly Value[]): void => {
    for (const value of values) {
      if (!isRef(value.ty)) continue;
      uses.lost.add(nodeOf(value));
      for (const node of reachable(nodeOf(value))) uses.frozenLost.add(node);
    }
  };
  const walk = (region: Region): void => {
    region.body.forEach((instr, at) => {
      loseAll(strangeIn(instr));
      for (const value of keptIn(instr))
        if (groups.has(nodeOf(value))) uses.lost.add(nodeOf(value));
      const [array] = instr.args;
      const isGroup = array !== undefined && groups.has(nodeOf(array));
      if (makesArray(instr)) {
        own.add(instr.results[0]!);
        uses.made.add(nodeOf(instr.results[0]!));
      }
      const writes = instr.kind === "store" || instr.kind === "push";
      if (isGroup && writes && !own.has(array))
        uses.writtenBlindly.add(nodeOf(array));
      if (isGroup && instr.kind === "load" && !instr.inBounds)
        if (fieldReadAtOnce(region.body, at) === undefined)
          uses.lost.add(nodeOf(array));
      for (const cell of memory.writes(instr))
        if (!groups.has(find(cell.node))) uses.frozenLost.add(find(cell.node));
      instr.regions.forEach(walk);
    });
  };
  walk(fn.body);
  loseAll(fn.body.yields);
  return uses;
}

const makesArray = (instr: Instr): boolean =>
  instr.kind === "arrayLit" ||
  instr.kind === "slice" ||
  (instr.kind === "newArray" && instr.args.length === 2);

/** The operands and results whose further way is not followed. */
function strangeIn(instr: Instr): readonly Value[] {
  const [first, , third] = instr.args;
  switch (instr.kind) {
    case "const":
    case "length":
    case "getField":
    case "arrayLit":
    case "newRecord":
    case "if":
    case "for":
    case "while":
      return [];
    case "newArray":
      return instr.args.length === 2 && instr.hollow === undefined
        ? []
        : instr.results;
    case "load":
      return instr.atHole === undefined ? [] : [first!];
    case "store":
      return third === undefined ? instr.args : [];
    case "push":
      return third === undefined ? [] : instr.args;
    case "slice":
      return [];
    default:
      return [...instr.args, ...instr.results];
  }
}

/** What comes to lie in an array or object here, or is taken out of one. */
function keptIn({ kind, args, results }: Instr): readonly Value[] {
  const values =
    kind === "load" || kind === "getField"
      ? results
      : kind === "arrayLit" || kind === "newRecord"
        ? args
        : kind === "store" || kind === "push" || kind === "newArray"
          ? args.slice(1)
          : [];
  return values.filter(({ ty }) => isRef(ty));
}

/**
 * Beyond the end stands undefined, of which reading a field throws. Where that happens straight after the load, one may
 * ask for the index at the load. The field, or undefined where that is not so.
 */
export function fieldReadAtOnce(
  body: readonly Instr[],
  at: number,
): string | undefined {
  const [element] = body[at]!.results;
  for (const instr of body.slice(at + 1)) {
    if (instr.kind === "getField" && instr.args[0] === element)
      return instr.field;
    if (!isQuiet(instr)) return undefined;
  }
  return undefined;
}

/** Neither throws nor does anything that is seen outside, except that reading a field of nothing throws. */
function isQuiet({ kind }: Instr): boolean {
  return (
    kind === "const" ||
    kind === "op" ||
    kind === "load" ||
    kind === "getField" ||
    kind === "length" ||
    kind === "newRecord" ||
    kind === "arrayLit"
  );
}
