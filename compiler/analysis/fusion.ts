import type { ForInstr, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { Activity } from "./activity.js";
import { arraySizes, type ArraySizes } from "./bounds.js";
import { find, type MemoryNode, reachable } from "./memoryGraph.js";
import { isLoopInstr, positionsOf, type Positions } from "./positions.js";

/**
 * Loops of the function's own body whose iterations pass nothing back through memory, so that forward and backward sweep
 * of one iteration can run together: nothing an iteration reads was written by another one, what it writes nobody reads
 * behind the loop, and what it reads is not overwritten later. In the body of such a loop, where both sweeps stand too,
 * there may be more of them. Whether carried values allow it (plain sums, with a cotangent known before the loop) shows
 * when the backward sweep is built.
 */
export function fusableLoops(activity: Activity): Set<ForInstr> {
  const { fn } = activity;
  const positions = positionsOf(fn);
  const sizes = arraySizes(fn, activity.memory);
  const found = new Set<ForInstr>();
  const look = (region: Region): void => {
    for (const instr of region.body) {
      if (instr.kind !== "for") continue;
      if (!isIndependent(instr, region, { activity, positions, sizes }))
        continue;
      found.add(instr);
      look(instr.regions[0]!);
    }
  };
  look(fn.body);
  return found;
}

interface Facts {
  readonly activity: Activity;
  readonly positions: Positions;
  readonly sizes: ArraySizes;
}

interface Accesses {
  readonly reads: Map<MemoryNode, Instr[]>;
  readonly writes: Map<MemoryNode, Instr[]>;
}

/** `around`: the region that the loop stands in. */
function isIndependent(loop: ForInstr, around: Region, facts: Facts): boolean {
  const { activity } = facts;
  if (!hasActive(loop, activity)) return false;
  const inside = accessesIn(loop.regions[0]!, activity);
  if (inside === undefined) return false;
  const behind = accessesBehind(around, loop, activity);
  const returned = reachable(
    ...activity.fn.body.yields
      .filter(isReference)
      .map((value) => activity.memory.nodeOf(value)),
  );
  const own = madeInside(loop, activity);
  if (
    !allocated(loop).every(
      (value) =>
        own.has(find(activity.memory.nodeOf(value))) ||
        !activity.needsShadow(value),
    )
  )
    return false; // an object that outlives its iteration gets its cotangents later
  for (const [node, writes] of inside.writes) {
    if (own.has(node)) continue;
    if (behind.reads.has(node) || returned.has(node)) return false;
    const reads = inside.reads.get(node) ?? [];
    if (!reads.every((read) => isCovered(read, writes, loop, facts)))
      return false;
  }
  for (const node of inside.reads.keys())
    if (behind.writes.has(node)) return false;
  return true;
}

const isReference = (value: Value): boolean =>
  ["array", "record", "table", "maybe"].includes(value.ty.kind);

function hasActive(loop: ForInstr, activity: Activity): boolean {
  let found = false;
  eachInstr(loop.regions[0]!, (instr) => {
    if (instr.results.some((result) => activity.isActive(result))) found = true;
  });
  return found;
}

/** Undefined where something is not followed: a call that writes, an array that changes its length. */
function accessesIn(region: Region, activity: Activity): Accesses | undefined {
  const all: Accesses = { reads: new Map(), writes: new Map() };
  let isClear = true;
  eachInstr(region, (instr) => {
    const writes = activity.memory.writes(instr);
    const isPlain = instr.kind === "store" || instr.kind === "setField";
    if (
      writes.some(({ key }) => key === "length") ||
      (writes.length > 0 && !isPlain)
    )
      isClear = false;
    note(all, instr, activity);
  });
  return isClear ? all : undefined;
}

function note(all: Accesses, instr: Instr, activity: Activity): void {
  const add = (map: Map<MemoryNode, Instr[]>, node: MemoryNode): void => {
    const root = find(node);
    const list = map.get(root);
    if (list === undefined) map.set(root, [instr]);
    else list.push(instr);
  };
  for (const { node, key } of activity.memory.reads(instr))
    if (key !== "length") add(all.reads, node);
  for (const { node } of activity.memory.writes(instr)) add(all.writes, node);
}

/** What is behind a loop around this one is that loop's matter. */
function accessesBehind(
  around: Region,
  loop: ForInstr,
  activity: Activity,
): Accesses {
  const all: Accesses = { reads: new Map(), writes: new Map() };
  const at = around.body.indexOf(loop);
  for (const instr of around.body.slice(at + 1)) {
    note(all, instr, activity);
    for (const region of instr.regions)
      eachInstr(region, (inner) => note(all, inner, activity));
  }
  return all;
}

/** What the loop makes, or gets from a callee that may have made it. */
function allocated(loop: ForInstr): Value[] {
  const values: Value[] = [];
  eachInstr(loop.regions[0]!, (instr) => {
    if (
      ["newArray", "arrayLit", "newRecord", "slice", "call"].includes(
        instr.kind,
      )
    )
      values.push(...instr.results.filter(isReference));
  });
  return values;
}

/** Memory that each iteration makes for itself: no reference from outside the loop points to it. */
function madeInside(loop: ForInstr, activity: Activity): Set<MemoryNode> {
  const made = new Set(
    allocated(loop).map((value) => find(activity.memory.nodeOf(value))),
  );
  const drop = (values: readonly Value[]): void => {
    for (const value of values.filter(isReference))
      for (const node of reachable(activity.memory.nodeOf(value)))
        made.delete(node);
  };
  const walk = (region: Region): void => {
    drop(region.params);
    for (const instr of region.body) {
      drop(instr.results);
      if (instr !== loop) for (const inner of instr.regions) walk(inner);
    }
  };
  walk(activity.fn.body);
  drop(loop.regions[0]!.params);
  return made;
}

/** Did the same iteration write the cell before the load reads it, whatever its index is? */
function isCovered(
  read: Instr,
  writes: readonly Instr[],
  loop: ForInstr,
  facts: Facts,
): boolean {
  if (read.kind === "getField")
    return writes.some(
      (write) =>
        write.kind === "setField" &&
        write.field === read.field &&
        write.args[0] === read.args[0] &&
        stands(write, read, loop, facts.positions),
    );
  if (read.kind !== "load") return false;
  return writes.some((write) => {
    if (write.kind !== "store" || write.args[0] !== read.args[0]) return false;
    if (
      write.args[1] === read.args[1] &&
      stands(write, read, loop, facts.positions)
    )
      return true;
    return coversByLoop(write, read, loop, facts);
  });
}

/** Does `first` run before `then` in the same iteration, in a region that is around both? */
function stands(
  first: Instr,
  then: Instr,
  loop: ForInstr,
  positions: Positions,
): boolean {
  const body = loop.regions[0]!;
  const own = positions.path(first).at(-1)!;
  if (!positions.path(first).some(({ region }) => region === body))
    return false;
  const step = positions.path(then).find(({ region }) => region === own.region);
  return step !== undefined && own.index < step.index;
}

/** The store stands in a counting loop of its own: has that loop been through all indices that the load may ask for? */
function coversByLoop(
  write: Instr,
  read: Instr,
  loop: ForInstr,
  facts: Facts,
): boolean {
  const { positions, sizes } = facts;
  const owner = ownerOf(write, positions);
  if (
    owner?.kind !== "for" ||
    owner === loop ||
    owner.step !== 1 ||
    owner.test !== "<" ||
    owner.breaks
  )
    return false;
  const index = owner.regions[0]!.params[0];
  if (write.args[1] !== index || sizes.constant(owner.args[0]!) !== 0)
    return false;
  const isDone =
    stands(owner, read, loop, positions) &&
    !positions.path(read).some(({ region }) => region === owner.regions[0]);
  if (isDone && sizes.isWhole(owner.args[1]!, write.args[0]!)) return true;
  const readLoop = loopWithIndex(read.args[1]!, read, positions);
  if (readLoop === undefined || readLoop.step !== 1 || readLoop.test !== "<")
    return false;
  const from = sizes.constant(readLoop.args[0]!);
  if (from === undefined || from < 0) return false;
  // for j { a[j] = ... } for j { ... a[j] ... }
  if (isDone) return readLoop.args[1] === owner.args[1];
  // for j { a[j] = ...; for l < j { ... a[l] ... } }
  return (
    readLoop.args[1] === index &&
    positions.path(readLoop).some(({ region }) => region === owner.regions[0])
  );
}

/** The loop in whose body, and not in a branch of it, the instruction stands. */
function ownerOf(instr: Instr, positions: Positions): Instr | undefined {
  const path = positions.path(instr);
  const parent = path.at(-2);
  const owner = parent?.region.body[parent.index];
  return owner !== undefined && isLoopInstr(owner) ? owner : undefined;
}

function loopWithIndex(
  index: Value,
  at: Instr,
  positions: Positions,
): ForInstr | undefined {
  for (const { region, index: step } of positions.path(at)) {
    const owner = region.body[step];
    if (owner?.kind === "for" && owner.regions[0]!.params[0] === index)
      return owner;
  }
  return undefined;
}
