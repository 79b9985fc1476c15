import type { Func, Instr, Region, StructInstr, Value } from "../ir/ir.js";
import { bare, isRef } from "../ir/types.js";

/**
 * Where the arrays and objects that a function makes can get to. References that may lead to one another, by being the
 * same or by one holding the other, are one group; what may become, or be kept in, what is outside of the function (an
 * argument, a result, a call, carried source) may be seen there.
 */
export interface Reach {
  /** May be seen outside of the function, now or later. */
  escapes(value: Value): boolean;
  /** Is all that may lead to the value made in this run of the region, and gone with it? */
  isWithin(value: Value, region: Region): boolean;
}

export function reachOf(fn: Func): Reach {
  const groups = new Groups();
  const flows = new Flows();
  const outside = new Set<Value>();
  const homes = new Map<Value, readonly Region[]>();
  const visit = (region: Region, around: readonly Region[]): void => {
    const here = [...around, region];
    for (const param of region.params) homes.set(param, around);
    for (const instr of region.body) {
      for (const result of instr.results) homes.set(result, here);
      link(instr, groups, flows, outside);
      for (const inner of instr.regions) visit(inner, here);
    }
  };
  visit(fn.body, []);
  for (const value of [...fn.body.params, ...fn.body.yields])
    outside.add(value);
  const seen = flows.leadingTo(outside);
  const members = new Map<Value, Value[]>();
  for (const value of homes.keys()) {
    if (!isRef(value.ty) && value.ty.kind !== "tape") continue;
    const root = groups.find(value);
    const list = members.get(root);
    if (list === undefined) members.set(root, [value]);
    else list.push(value);
  }
  return {
    escapes: (value) => seen.has(value),
    isWithin: (value, region) =>
      (members.get(groups.find(value)) ?? []).every(
        (one) => homes.get(one)?.includes(region) === true,
      ),
  };
}

/** Joins what the instruction may make lead to one another. */
function link(
  instr: Instr,
  groups: Groups,
  flows: Flows,
  outside: Set<Value>,
): void {
  const joinAll = (values: readonly Value[]): void => {
    groups.join(values);
    flows.join(values);
  };
  const refs = (values: readonly Value[]): Value[] => values.filter(isHandle);
  const all = refs([
    ...instr.args,
    ...instr.results,
    ...instr.regions.flatMap(({ params, yields }) => [...params, ...yields]),
  ]);
  switch (instr.kind) {
    case "call":
    case "opaque":
    case "global":
      for (const value of all) outside.add(value);
      return;
    case "for":
    case "while":
    case "if":
      return joinSlots(instr, groups, flows);
    case "struct":
      // these make memory of their own
      if (madeApart.has(instr.what)) return;
      // of the second one only the length is asked
      if (instr.what === "into")
        return joinAll([instr.args[0]!, ...instr.results]);
      return joinAll(all);
    case "slice":
      // a copy: numbers lead nowhere
      return holdsRefs(instr.args[0]!) ? joinAll(all) : undefined;
    case "product":
    case "length":
      return;
    default:
      return joinAll(all);
  }
}

/** Deep operations whose results lead to nothing that they were given. */
const madeApart: ReadonlySet<string> = new Set<StructInstr["what"]>([
  "copy",
  "apart",
  "zeros",
  "seed",
  "addSeed",
  "distinct",
  "rowLength",
]);

const isHandle = ({ ty }: Value): boolean => isRef(ty) || ty.kind === "tape";

const holdsRefs = ({ ty }: Value): boolean => {
  const array = bare(ty);
  return array.kind !== "array" || isRef(array.elem);
};

/** What goes into a region, comes out of it, or around in it. */
function joinSlots(instr: Instr, groups: Groups, flows: Flows): void {
  const join = (into: (Value | undefined)[], from: (Value | undefined)[]) => {
    const [to, given] = [into, from].map((values) =>
      values.filter((one) => one !== undefined && isHandle(one)),
    ) as [Value[], Value[]];
    groups.join([...to, ...given]);
    flows.lead(given, to);
  };
  if (instr.kind === "if")
    return instr.results.forEach((result, i) =>
      join(
        [result],
        instr.regions.map(({ yields }) => yields[i]),
      ),
    );
  const [args, params, yields] =
    instr.kind === "for" ? [2, 1, instr.breaks ? 1 : 0] : [0, 0, 1];
  const [body] = instr.regions as [Region];
  instr.results.forEach((result, i) =>
    join(
      [result, body.params[i + params]],
      [instr.args[i + args], body.yields[i + yields]],
    ),
  );
}

/**
 * Which values others may become. A variable that starts as the caller's array and becomes one of the function's own does not
 * make the latter the caller's. Where references are kept in what a variable holds, they are kept in all it may have been.
 */
class Flows {
  private readonly sources = new Map<Value, Value[]>();

  lead(from: readonly Value[], to: readonly Value[]): void {
    for (const target of to)
      for (const source of from) {
        this.add(target, source);
        if (holdsRefs(source)) this.add(source, target);
      }
  }

  join([first, ...rest]: readonly Value[]): void {
    if (first === undefined) return;
    for (const other of rest) {
      this.add(first, other);
      this.add(other, first);
    }
  }

  /** All that may become one of the values, or be kept in it. */
  leadingTo(values: Iterable<Value>): ReadonlySet<Value> {
    const found = new Set(values);
    for (const value of found)
      for (const source of this.sources.get(value) ?? []) found.add(source);
    return found;
  }

  private add(to: Value, from: Value): void {
    const list = this.sources.get(to);
    if (list === undefined) this.sources.set(to, [from]);
    else list.push(from);
  }
}

class Groups {
  private readonly parents = new Map<Value, Value>();

  find(value: Value): Value {
    let root = value;
    for (;;) {
      const up = this.parents.get(root);
      if (up === undefined) break;
      root = up;
    }
    if (root !== value) this.parents.set(value, root);
    return root;
  }

  join(values: readonly Value[]): void {
    const [first, ...rest] = values;
    if (first === undefined) return;
    for (const value of rest) {
      const [a, b] = [this.find(first), this.find(value)];
      if (a !== b) this.parents.set(b, a);
    }
  }
}
