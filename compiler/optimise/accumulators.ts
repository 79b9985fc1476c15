import type { Ids } from "../ir/builder.js";
import { RegionBuilder } from "../ir/builder.js";
import type {
  ForInstr,
  Func,
  Instr,
  Region,
  Value,
  WhileInstr,
} from "../ir/ir.js";
import { num } from "../ir/types.js";
import { eachInstr, withParts } from "../ir/visit.js";
import { sureReferences } from "./sureReferences.js";
import { rewrite } from "./rewrite.js";
import { type Cell, isPrivate, type MemoryView, memoryOf } from "./writes.js";
import type { AccumFieldInstr, AccumInstr } from "../ir/memoryInstrs.js";

/**
 * A loop that adds to one and the same cell of an array, or field of a record, in every trip, and only adds to such cells,
 * adds to a local instead, which goes into the cell once, behind the loop: a cell costs four times as much. Additions to
 * other cells do not matter, nor whether they are other cells: sums may be put together in any order. Inner loops first,
 * since what they leave behind may be the outer loop's. An addition in a branch counts too.
 */
export function keepAccumulators(fn: Func): Func {
  const facts: Facts = {
    memory: memoryOf(fn),
    sure: sureReferences(fn),
  };
  return rewrite(fn, {
    instr: (instr, ids) => {
      if (instr.kind !== "for" && instr.kind !== "while") return undefined;
      const groups = constantPlaces(instr, facts);
      return groups.length === 0
        ? undefined
        : { instrs: withLocals(instr, groups, ids) };
    },
  });
}

interface Facts {
  readonly memory: MemoryView;
  /** Records that are there, also where a loop that adds to their fields does not run. */
  readonly sure: ReadonlySet<Value>;
}

type Addition = AccumInstr | AccumFieldInstr;

/** The additions to one place. */
type Group = readonly Addition[];

const isAddition = (instr: Instr): instr is Addition =>
  instr.kind === "accum" || instr.kind === "accumField";

function constantPlaces(loop: Instr, { memory, sure }: Facts): Group[] {
  const [body] = loop.regions as [Region];
  const inside = new Set<Value>(body.params);
  const groups = new Map<string, Addition[]>();
  const spoiled: Spoiled = new Map();
  const see = (instr: Instr): void => {
    for (const result of instr.results) inside.add(result);
    if (instr.kind === "if") {
      for (const arm of instr.regions) arm.body.forEach(see);
      return;
    }
    if (!isAddition(instr)) {
      spoil(instr, memory, spoiled);
      for (const region of instr.regions)
        eachInstr(region, ({ results }) =>
          results.forEach((result) => inside.add(result)),
        );
      return;
    }
    const place = instr.args.slice(0, -1);
    if (place.some((value) => inside.has(value))) return;
    if (instr.kind === "accumField" && !sure.has(place[0]!)) return;
    const key = `${instr.kind === "accum" ? "" : instr.field} ${place.map(({ id }) => id).join(" ")}`;
    groups.set(key, [...(groups.get(key) ?? []), instr]);
  };
  body.body.forEach(see);
  return [...groups.values()].filter(
    ([first]) => !isSpoiled(spoiled, first!, memory),
  );
}

/** Cells with those whose they are; undefined: anybody's. */
type Spoiled = Map<Cell, Set<Value | undefined>>;

/** All cells that an instruction may read, or write otherwise than by adding, with its regions. */
function spoil(instr: Instr, memory: MemoryView, spoiled: Spoiled): void {
  const add = (cell: Cell, owner?: Value): void => {
    const owners = spoiled.get(cell) ?? new Set();
    spoiled.set(cell, owners.add(owner));
  };
  const see = (one: Instr): void => {
    if (isAddition(one)) return;
    const read = memory.read(one);
    if (read !== undefined) add(read, one.args[0]);
    // What may read memory without saying where.
    if (one.kind === "opaque" || one.kind === "struct" || one.kind === "slice")
      add("all");
    const owner = one.kind === "store" ? one.args[0] : undefined;
    for (const cell of memory.written(one)) add(cell, owner);
  };
  see(instr);
  for (const region of instr.regions) eachInstr(region, see);
}

function isSpoiled(
  spoiled: Spoiled,
  addition: Addition,
  memory: MemoryView,
): boolean {
  const [cell] = memory.written(addition) as [Cell];
  if (spoiled.has("all") && !isPrivate(cell)) return true;
  return [...(spoiled.get(cell) ?? [])].some(
    (owner) => owner === undefined || !memory.apart(owner, addition.args[0]!),
  );
}

function withLocals(
  loop: ForInstr | WhileInstr,
  groups: readonly Group[],
  ids: Ids,
): Instr[] {
  const [body] = loop.regions as [Region];
  const before = new RegionBuilder(ids, loop.span);
  const after = new RegionBuilder(ids, loop.span);
  const locals = new Map<Instr, number>();
  groups.forEach((group, k) => group.forEach((accum) => locals.set(accum, k)));
  const hints = groups.map(([first]) => first!.args[0]!.hint);
  const fresh = (k: number): Value => ids.fresh(num, hints[k]);
  const params = groups.map((_, k) => fresh(k));
  const inLoop = withSums(body.body, params, { locals, fresh });
  const results = groups.map((_, k) => fresh(k));
  groups.forEach(([first], k) => {
    const args = [...first!.args.slice(0, -1), results[k]!];
    // The loop may not run at all: the index is proven for its trips only.
    after.emit(
      first!.kind === "accum"
        ? { ...first!, args, inBounds: false }
        : { ...first!, args },
    );
  });
  const inner: Region = {
    params: [...body.params, ...params],
    body: inLoop.body,
    yields: [...body.yields, ...inLoop.sums],
  };
  const args = [...loop.args, ...groups.map(() => before.constant(0))];
  const now = withParts(loop, {
    args,
    results: [...loop.results, ...results],
    regions: [inner],
  });
  return [...before.body, now, ...after.body];
}

interface Locals {
  /** Which local an addition goes to. */
  readonly locals: ReadonlyMap<Instr, number>;
  fresh(k: number): Value;
}

/** The instructions with additions to locals, which a branch hands out where it adds to them. */
function withSums(
  instrs: readonly Instr[],
  before: readonly Value[],
  to: Locals,
): { body: Instr[]; sums: readonly Value[] } {
  const sums = [...before];
  const body = instrs.map((instr): Instr => {
    if (instr.kind === "if") return branchWithSums(instr, sums, to);
    const k = to.locals.get(instr);
    if (k === undefined) return instr;
    const sum = to.fresh(k);
    const args = [sums[k]!, instr.args.at(-1)!];
    sums[k] = sum;
    const { span } = instr;
    return { kind: "op", op: "add", args, results: [sum], regions: [], span };
  });
  return { body, sums };
}

/** Changes `sums` to what they are behind the branch. */
function branchWithSums(branch: Instr, sums: Value[], to: Locals): Instr {
  const arms = branch.regions.map((arm) => withSums(arm.body, sums, to));
  const changed = sums.flatMap((sum, k) =>
    arms.some((arm) => arm.sums[k] !== sum) ? [k] : [],
  );
  if (changed.length === 0) return branch;
  const regions = branch.regions.map((arm, n) => ({
    ...arm,
    body: arms[n]!.body,
    yields: [...arm.yields, ...changed.map((k) => arms[n]!.sums[k]!)],
  }));
  const results = changed.map((k) => (sums[k] = to.fresh(k)));
  return withParts(branch, {
    regions,
    results: [...branch.results, ...results],
  });
}
