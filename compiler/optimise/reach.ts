import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { bare, isRef } from "../ir/types.js";

/**
 * Where the arrays and objects that a function makes can get to. References that may lead to one another, by being the
 * same or by one holding the other, are one group; a group that reaches what is outside of the function (an argument, a
 * result, a call, carried source) may be seen there.
 */
export interface Reach {
  /** May be seen outside of the function, now or later. */
  escapes(value: Value): boolean;
  /** Is all that may lead to the value made in this run of the region, and gone with it? */
  isWithin(value: Value, region: Region): boolean;
}

export function reachOf(fn: Func): Reach {
  const groups = new Groups();
  const outside = new Set<Value>();
  const homes = new Map<Value, readonly Region[]>();
  const visit = (region: Region, around: readonly Region[]): void => {
    const here = [...around, region];
    for (const param of region.params) homes.set(param, around);
    for (const instr of region.body) {
      for (const result of instr.results) homes.set(result, here);
      link(instr, groups, outside);
      for (const inner of instr.regions) visit(inner, here);
    }
  };
  visit(fn.body, []);
  for (const value of [...fn.body.params, ...fn.body.yields])
    outside.add(value);
  const seen = new Set([...outside].map((value) => groups.find(value)));
  const members = new Map<Value, Value[]>();
  for (const value of homes.keys()) {
    if (!isRef(value.ty) && value.ty.kind !== "tape") continue;
    const root = groups.find(value);
    const list = members.get(root);
    if (list === undefined) members.set(root, [value]);
    else list.push(value);
  }
  return {
    escapes: (value) => seen.has(groups.find(value)),
    isWithin: (value, region) =>
      (members.get(groups.find(value)) ?? []).every(
        (one) => homes.get(one)?.includes(region) === true,
      ),
  };
}

/** Joins what the instruction may make lead to one another. */
function link(instr: Instr, groups: Groups, outside: Set<Value>): void {
  const refs = (values: readonly Value[]): Value[] =>
    values.filter(({ ty }) => isRef(ty) || ty.kind === "tape");
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
      return joinSlots(instr, groups);
    case "struct":
      // these make memory of their own
      if (["copy", "zeros", "seed", "addSeed", "distinct"].includes(instr.what))
        return;
      return groups.join(all);
    case "slice":
      // a copy: numbers lead nowhere
      return holdsRefs(instr.args[0]!) ? groups.join(all) : undefined;
    case "product":
    case "length":
      return;
    default:
      return groups.join(all);
  }
}

const holdsRefs = ({ ty }: Value): boolean => {
  const array = bare(ty);
  return array.kind !== "array" || isRef(array.elem);
};

/** What goes into a region, comes out of it, or around in it. */
function joinSlots(instr: Instr, groups: Groups): void {
  const join = (...values: (Value | undefined)[]): void =>
    groups.join(values.filter((one) => one !== undefined));
  if (instr.kind === "if")
    return instr.results.forEach((result, i) =>
      join(result, ...instr.regions.map(({ yields }) => yields[i])),
    );
  const [args, params, yields] =
    instr.kind === "for" ? [2, 1, instr.breaks ? 1 : 0] : [0, 0, 1];
  const [body] = instr.regions as [Region];
  instr.results.forEach((result, i) =>
    join(
      result,
      instr.args[i + args],
      body.params[i + params],
      body.yields[i + yields],
    ),
  );
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
