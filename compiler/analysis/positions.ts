import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";

/** Where things stand in a function: which region defines a value, and the way to an instruction from the outside in. */
export interface Positions {
  /** The region whose body or parameters define the value. */
  home(value: Value): Region | undefined;
  definition(value: Value): Instr | undefined;
  /** Is it the induction variable of a `for`? */
  isLoopIndex(value: Value): boolean;
  /** The `for` whose induction variable it is. */
  loopOf(index: Value): ForInstr | undefined;
  /** Of a `for` that never stops early: the mirrored loop has the same index. */
  isMirroredIndex(value: Value): boolean;
  /** From the function's body down to the instruction: the region and the index of the step taken in it. */
  path(instr: Instr): readonly Step[];
  /** How many loops enclose it. */
  depth(instr: Instr): number;
  /** How many loops enclose the place where the value is defined. */
  valueDepth(value: Value): number;
}

export interface Step {
  readonly region: Region;
  readonly index: number;
  /** Is the region a loop's body? */
  readonly isLoop: boolean;
}

/** `fused`: loops whose iterations are differentiated one by one; nothing runs after them in a later iteration. */
export function positionsOf(
  fn: Func,
  fused: ReadonlySet<Instr> = new Set(),
): Positions {
  const homes = new Map<Value, Region>();
  const definitions = new Map<Value, Instr>();
  const indices = new Map<Value, ForInstr>();
  const mirrored = new Set<Value>();
  const paths = new Map<Instr, readonly Step[]>();
  const depths = new Map<Region, number>();
  const walk = (
    region: Region,
    above: readonly Step[],
    isLoop: boolean,
  ): void => {
    depths.set(
      region,
      above.filter((step) => step.isLoop).length + (isLoop ? 1 : 0),
    );
    for (const param of region.params) homes.set(param, region);
    region.body.forEach((instr, index) => {
      const path = [...above, { region, index, isLoop }];
      paths.set(instr, path);
      if (instr.kind === "for") {
        indices.set(instr.regions[0]!.params[0]!, instr);
        mirrored.add(instr.regions[0]!.params[0]!);
      }
      for (const result of instr.results) {
        homes.set(result, region);
        definitions.set(result, instr);
      }
      for (const inner of instr.regions)
        walk(inner, path, isLoopInstr(instr) && !fused.has(instr));
    });
  };
  walk(fn.body, [], false);
  return {
    home: (value) => homes.get(value),
    definition: (value) => definitions.get(value),
    isLoopIndex: (value) => indices.has(value),
    loopOf: (index) => indices.get(index),
    isMirroredIndex: (value) => mirrored.has(value),
    path: (instr) => paths.get(instr) ?? [],
    valueDepth: (value) => depths.get(homes.get(value) ?? fn.body) ?? 0,
    depth: (instr) =>
      (paths.get(instr) ?? []).filter((step) => step.isLoop).length,
  };
}

export const isLoopInstr = (instr: Instr): boolean =>
  instr.kind === "for" || instr.kind === "while";

/** May `later` run after `earlier` did, in one call of the function? */
export function mayRunAfter(
  positions: Positions,
  later: Instr,
  earlier: Instr,
): boolean {
  const a = positions.path(later);
  const b = positions.path(earlier);
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i]!.region !== b[i]!.region) return false; // the arms of one `if`
    if (a[i]!.isLoop) return true; // in a common loop: in its next iteration
    if (a[i]!.index !== b[i]!.index) return a[i]!.index > b[i]!.index;
  }
  return false;
}
