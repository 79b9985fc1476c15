import type { Instr, Region, Value } from "../ir/ir.js";
import { sameTy, type Ty } from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { isExpressionIf } from "./branches.js";
import {
  flagCount,
  isLiveSlot,
  isPoisonInstr,
  type Place,
  type Placement,
  slotParam,
} from "./placement.js";

/**
 * Out of SSA: which values share one `let`.
 *
 * What a loop carries (its parameter and its result) is one variable by nature, and so is the result of an `if`. Such a
 * variable then takes in the values that are copied into it, if that makes the copy vanish and no two of them are alive
 * at once: `s2 = s + e; yield s2` becomes `s += e`. What does not fit stays apart and is copied where its region ends.
 */
export interface Variable {
  readonly members: ReadonlySet<Value>;
  readonly ty: Ty;
  /** Is one of the members a parameter of the function? Then it needs no declaration. */
  readonly isParameter: boolean;
  readonly hint?: string;
  /** It takes in a tuple and is none: what TypeScript infers from its first value may be too narrow. */
  readonly isWider?: boolean;
  /** Declared just before this place's instruction, in this region. */
  readonly declaredAt: Place;
  /** Filled in when the declaration is printed. */
  name?: string;
}

export function variablesOf(
  placement: Placement,
  tails: ReadonlySet<Instr>,
): ReadonlyMap<Value, Variable> {
  const classes = new Classes(placement, tails);
  const owners: Instr[] = [];
  eachInstr(placement.fn.body, (instr) => {
    if (
      instr.regions.length > 0 &&
      placement.isPrinted(instr) &&
      !tails.has(instr)
    )
      owners.push(instr);
  });
  for (const instr of owners) classes.addSlots(instr);
  for (const instr of owners) classes.joinYields(instr);
  for (const instr of owners) classes.joinInits(instr);
  for (const instr of owners) classes.joinSteps(instr);
  return classes.variables();
}

/** Values under one name while the classes grow. */
interface Class {
  readonly members: Set<Value>;
  /** The instructions that have a slot in the class: two slots of one instruction never share a variable. */
  readonly owners: Set<Instr>;
}

class Classes {
  private readonly placement: Placement;
  private readonly tails: ReadonlySet<Instr>;
  private readonly classOf = new Map<Value, Class>();

  constructor(placement: Placement, tails: ReadonlySet<Instr>) {
    this.placement = placement;
    this.tails = tails;
  }

  addSlots(instr: Instr): void {
    instr.results.forEach((result, slot) => {
      if (!isLiveSlot(instr, slot, this.placement.isLive)) return;
      const param = slotParam(instr, slot);
      const members = new Set(param === undefined ? [result] : [param, result]);
      const made: Class = { members, owners: new Set([instr]) };
      for (const member of members) this.classOf.set(member, made);
    });
  }

  joinYields(instr: Instr): void {
    const flags = flagCount(instr);
    instr.results.forEach((result, slot) => {
      const mine = this.classOf.get(result);
      if (mine === undefined || this.isExpression(instr, mine)) return;
      for (const region of instr.regions) {
        const value = region.yields[slot + flags];
        if (value !== undefined) this.joinYield(result, value, region);
      }
    });
  }

  /** An `if` that is printed as `c ? a : b` assigns nothing in its arms. */
  private isExpression(instr: Instr, mine: Class): boolean {
    return (
      instr.kind === "if" &&
      mine.members.size === 1 &&
      isExpressionIf(this.placement, instr)
    );
  }

  /** What a tail `if` yields goes to the slot from each of its arms. */
  private joinYield(slot: Value, value: Value, region: Region): void {
    const maker = this.placement.makers.get(value);
    if (maker === undefined || !this.tails.has(maker))
      return this.tryJoin(slot, value, region);
    const k = maker.results.indexOf(value);
    for (const arm of maker.regions)
      this.joinYield(slot, arm.yields[k] as Value, arm);
  }

  joinInits(instr: Instr): void {
    if (instr.kind === "if") return;
    const header = instr.kind === "for" ? 2 : 0;
    instr.results.forEach((result, slot) => {
      const init = instr.args[slot + header];
      if (init !== undefined && this.classOf.get(result) !== undefined)
        this.tryJoin(result, init);
    });
  }

  /**
   * `s1 = s + a; g[i] = c; s2 = s1 + b; yield s2` becomes `s += a; g[i] = c; s += b`: what a variable of the source holds
   * when memory is written stands before that. Written behind, both numbers are alive there, since V8 may have to go back
   * to that point, and its version 13 then runs out of registers in loops that it otherwise keeps in them.
   */
  joinSteps(instr: Instr): void {
    if (instr.kind === "if") return;
    const flags = flagCount(instr);
    const [region] = instr.regions as readonly [Region];
    instr.results.forEach((result, slot) => {
      let value: Value | undefined = region.yields[slot + flags];
      while (value !== undefined && this.classOf.has(result)) {
        if (this.classOf.get(value) !== this.classOf.get(result)) return;
        value = this.stepBefore(value, region);
        if (value !== undefined) this.tryJoin(result, value, region);
      }
    });
  }

  /** Of `s2 = s1 + b` the number s1, where it is of the same name and nobody else looks at it. */
  private stepBefore(value: Value, region: Region): Value | undefined {
    const maker = this.placement.makers.get(value);
    const before = maker?.kind === "op" ? maker.args[0] : undefined;
    if (before === undefined || value.ty.kind !== "num") return undefined;
    const isStep =
      before.hint !== undefined &&
      before.hint === value.hint &&
      this.placement.makers.get(before)?.kind === "op" &&
      this.placement.defs.get(before)?.region === region &&
      this.placement.uses.get(before)?.length === 1 &&
      this.isWriteBetween(before, value);
    return isStep ? before : undefined;
  }

  private isWriteBetween(before: Value, after: Value): boolean {
    const from = this.placement.defs.get(before) as Place;
    const to = this.placement.defs.get(after) as Place;
    return from.region.body
      .slice(from.index + 1, to.index)
      .some((instr) => this.placement.effects(instr).writesMemory);
  }

  private tryJoin(slot: Value, value: Value, from?: Region): void {
    const mine = this.classOf.get(slot) as Class;
    const other = this.classOf.get(value) ?? this.candidate(value, slot, from);
    if (other === undefined || other === mine) return;
    if (!this.mayJoin(mine, other)) return;
    for (const member of other.members) {
      mine.members.add(member);
      this.classOf.set(member, mine);
    }
    for (const owner of other.owners) mine.owners.add(owner);
  }

  /** A value that is not in a class yet, if it may be one's member: something that is computed, under the same name. */
  private candidate(
    value: Value,
    slot: Value,
    from: Region | undefined,
  ): Class | undefined {
    const maker = this.placement.makers.get(value);
    const single: Class = { members: new Set([value]), owners: new Set() };
    if (maker === undefined) {
      const region = this.placement.defs.get(value)?.region;
      const isParameter = region === this.placement.fn.body;
      return isParameter && value.hint !== undefined && value.hint === slot.hint
        ? single
        : undefined;
    }
    if (
      maker.kind === "const" ||
      maker.kind === "global" ||
      maker.kind === "newTape"
    )
      return undefined;
    if (maker.results.length !== 1 || maker.regions.length > 0)
      return undefined;
    // a value from outside that a region passes on is better left alone: its name may not be changed by a branch
    const fromOutside =
      from !== undefined && this.placement.defs.get(value)?.region !== from;
    if (fromOutside && (value.hint === undefined || value.hint !== slot.hint))
      return undefined;
    return single;
  }

  private mayJoin(a: Class, b: Class): boolean {
    for (const owner of b.owners) if (a.owners.has(owner)) return false;
    for (const x of a.members)
      for (const y of b.members) {
        if (!sameTy(x.ty, y.ty) || fixedOf(x.ty) !== fixedOf(y.ty))
          return false;
        if (!isReadonlyAlike(x.ty, y.ty)) return false;
        if (x.hint !== undefined && y.hint !== undefined && x.hint !== y.hint)
          return false;
        if (this.interfere(x, y)) return false;
      }
    return true;
  }

  private interfere(x: Value, y: Value): boolean {
    return this.isAliveAtDef(x, y) || this.isAliveAtDef(y, x);
  }

  private isAliveAtDef(value: Value, other: Value): boolean {
    const place = this.placement.defs.get(other) as Place;
    return (
      this.placement.dominates(value, place) &&
      this.placement.isLiveAfter(value, place)
    );
  }

  variables(): ReadonlyMap<Value, Variable> {
    const made = new Map<Class, Variable>();
    const result = new Map<Value, Variable>();
    for (const [value, one] of this.classOf) {
      const variable = made.get(one) ?? this.variable(one, value);
      made.set(one, variable);
      result.set(value, variable);
    }
    return result;
  }

  private variable(one: Class, first: Value): Variable {
    const members = [...one.members];
    const hint = members.find((m) => m.hint !== undefined)?.hint;
    const { fn, defs } = this.placement;
    return {
      members: one.members,
      ty: first.ty,
      isParameter: members.some(
        (m) => defs.get(m)?.region === fn.body && defs.get(m)?.index === -1,
      ),
      declaredAt: this.declarationPlace(members),
      ...(this.takesInNarrower(members, first.ty) ? { isWider: true } : {}),
      ...(hint === undefined ? {} : { hint }),
    };
  }

  private takesInNarrower(members: readonly Value[], ty: Ty): boolean {
    const owned = (member: Value): readonly Value[] => {
      const maker = this.placement.makers.get(member);
      if (maker === undefined || maker.regions.length === 0) return [];
      const slot = maker.results.indexOf(member);
      const yielded = maker.regions.map(
        ({ yields }) => yields[slot + flagCount(maker)],
      );
      const header = maker.kind === "for" ? 2 : 0;
      const init = maker.kind === "if" ? undefined : maker.args[slot + header];
      return [init, ...yielded].filter((one) => one !== undefined);
    };
    return members.flatMap(owned).some((one) => !isFixedAlike(one.ty, ty));
  }

  /** The innermost region that holds all definitions, just before the first. */
  private declarationPlace(members: readonly Value[]): Place {
    const places = members.map((member) => this.writtenAt(member));
    let region = (places[0] as Place).region;
    for (const place of places)
      while (this.indexIn(region, place) === undefined)
        region = this.placement.regionInfo(region).parent?.region as Region;
    const indexes = places.map(
      (place) => this.indexIn(region, place) as number,
    );
    return { region, index: Math.min(...indexes) };
  }

  /** A loop's parameter is first written before the loop. */
  private writtenAt(member: Value): Place {
    const def = this.placement.defs.get(member) as Place;
    const owner = this.placement.regionInfo(def.region).parent;
    return def.index === -1 && owner !== undefined ? owner : def;
  }

  private indexIn(region: Region, place: Place): number | undefined {
    let at: Place | undefined = place;
    while (at !== undefined && at.region !== region)
      at = this.placement.regionInfo(at.region).parent;
    return at?.index;
  }
}

/** What is written through one name must not be called readonly by another. */
const isReadonlyAlike = (a: Ty, b: Ty): boolean =>
  a.kind !== "array" ||
  b.kind !== "array" ||
  (a.readonly === b.readonly && isReadonlyAlike(a.elem, b.elem));

const isFixedAlike = (a: Ty, b: Ty): boolean =>
  a.kind !== "array" ||
  b.kind !== "array" ||
  (a.fixed === b.fixed && isFixedAlike(a.elem, b.elem));

const fixedOf = (ty: Ty): number | undefined =>
  ty.kind === "array" ? ty.fixed : undefined;

/** Does the value stand for something that is never looked at? */
export const isPoisonValue = (placement: Placement, value: Value): boolean =>
  isPoisonInstr(placement.makers.get(value));

/** The variables that are declared at each place, by region and index. */
export type Declarations = ReadonlyMap<
  Region,
  ReadonlyMap<number, readonly Variable[]>
>;

export function declarationsOf(variables: Iterable<Variable>): Declarations {
  const all = new Map<Region, Map<number, Variable[]>>();
  for (const variable of new Set(variables)) {
    const { region, index } = variable.declaredAt;
    const places = all.get(region) ?? new Map<number, Variable[]>();
    all.set(region, places);
    places.set(index, [...(places.get(index) ?? []), variable]);
  }
  return all;
}
