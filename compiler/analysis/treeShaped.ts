import type { Func, Instr, Region, Value } from "../ir/ir.js";
import { bare, isRef, type Ty } from "../ir/types.js";

/**
 * Is every array and object of a result reached by one path only? It is where each was made by the function, in the trip
 * in which it was put where it is, and was put there alone: `rows.push([x, y])` in a loop, but not
 * `{ a: row, b: row }`. What is not sure is no: the caller then gets a copy.
 */
export function isTreeShaped(fn: Func, result: Value): boolean {
  if (!holdsRefs(result.ty)) return true;
  const users = usersOf(fn);
  const ownerIsSeen = (instr: Instr): boolean =>
    users.maker(instr.args[0]!) !== undefined;
  return (
    users.instrs.every((instr) => !putsAside(instr) || ownerIsSeen(instr)) &&
    isTree(users, result)
  );
}

interface Use {
  /** Left out for what a region yields. */
  readonly instr?: Instr;
  readonly place: number;
}

interface Users {
  readonly instrs: readonly Instr[];
  of(value: Value): readonly Use[];
  /** The instruction that made the value new memory. */
  maker(value: Value): Instr | undefined;
  home(value: Value | Instr): Region | undefined;
}

function usersOf(fn: Func): Users {
  const instrs: Instr[] = [];
  const uses = new Map<Value, Use[]>();
  const makers = new Map<Value, Instr>();
  const homes = new Map<Value | Instr, Region>();
  const use = (value: Value, one: Use): void => {
    const list = uses.get(value);
    if (list === undefined) uses.set(value, [one]);
    else list.push(one);
  };
  const visit = (region: Region): void => {
    for (const instr of region.body) {
      instrs.push(instr);
      homes.set(instr, region);
      instr.args.forEach((arg, place) => use(arg, { instr, place }));
      for (const value of instr.results) homes.set(value, region);
      if (makes(instr)) makers.set(instr.results[0]!, instr);
      instr.regions.forEach(visit);
    }
    region.yields.forEach((value, place) => use(value, { place }));
  };
  visit(fn.body);
  return {
    instrs,
    of: (value) => uses.get(value) ?? [],
    maker: (value) => makers.get(value),
    home: (one) => homes.get(one),
  };
}

/** Makes memory that nothing else leads to; a slice of references leads to what its origin leads to. */
const makes = (instr: Instr): boolean =>
  instr.kind === "newArray" ||
  instr.kind === "arrayLit" ||
  instr.kind === "newRecord" ||
  instr.kind === "newTable" ||
  (instr.kind === "slice" && !holdsRefs(instr.results[0]!.ty));

/** Puts a reference where this analysis has to see the owner; in a call anything may happen. */
const putsAside = (instr: Instr): boolean =>
  instr.kind === "call"
    ? instr.args.some(({ ty }) => holdsRefs(ty))
    : fills.has(instr.kind) && partsOf(instr).length > 0;

const fills: ReadonlySet<string> = new Set<Instr["kind"]>([
  "store",
  "push",
  "setField",
]);

/** They look at the numbers and the length of their first operand, or write numbers there. */
const looks: ReadonlySet<string> = new Set<Instr["kind"]>([
  ...(["load", "getField", "length", "accum", "accumField"] as const),
  ...(["slice", "pop", "setLength"] as const),
]);

const partsOf = (instr: Instr): readonly Value[] =>
  (fills.has(instr.kind) ? instr.args.slice(1) : instr.args).filter(({ ty }) =>
    isRef(ty),
  );

function isTree(users: Users, value: Value): boolean {
  const maker = users.maker(value);
  if (maker === undefined) return false;
  const fillers = users
    .of(value)
    .flatMap(({ instr, place }) =>
      instr !== undefined && fills.has(instr.kind) && place === 0
        ? [instr]
        : [],
    );
  const isPut = ({ instr, place }: Use): boolean =>
    instr === undefined ||
    place > 0 ||
    !(fills.has(instr.kind) || looks.has(instr.kind));
  if (users.of(value).filter(isPut).length !== 1) return false;
  if (!holdsRefs(value.ty)) return true;
  return [maker, ...fillers].every((instr) =>
    partsOf(instr).every(
      (part) => users.home(part) === users.home(instr) && isTree(users, part),
    ),
  );
}

/** Does it lead to memory beside its own? */
function holdsRefs(of: Ty): boolean {
  const ty = bare(of);
  switch (ty.kind) {
    case "array":
    case "table":
      return isRef(ty.elem);
    case "record":
      return ty.fields.some((field) => isRef(field.ty));
    default:
      return false;
  }
}
