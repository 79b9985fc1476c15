import type { ForInstr, Func, Instr, Region, Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { Assumed } from "./assumptions.js";
import { integersOf } from "./integers.js";
import {
  arithmetic,
  asConstant,
  atom,
  constantPolynomial,
  difference,
  type Polynomial,
  product,
  scaled,
  substituted,
  sum,
  termsOf,
} from "./polynomial.js";
import { signsOf } from "./signs.js";

/**
 * Float64Arrays of the function's own that are read where an index may be beyond the end: not those whose every index is
 * seen to be below the size, such as `i * d + j` for i below n and j below d in an array of n * d cells. The index
 * takes its largest value in each loop around, from the inside out; what conditions around say of it helps. Numbers that
 * the caller gives are taken to be whole, as sizes are.
 */
export function readBeyond(fn: Func): ReadonlyMap<Value, Beyond> {
  const facts = factsOf(fn);
  const found = new Map<Value, Beyond>();
  const look = (array: Value, index: Polynomial, around: Around): void => {
    const size = facts.sizes.get(array);
    // of a constant size there is an array of that very length
    if (size === undefined || asConstant(size) !== undefined) return;
    const room = difference(size, sum(index, one));
    if (isWhole(room) && isNeverNegative(room, around, facts)) return;
    const at = asConstant(index);
    const before = found.get(array);
    if (before === "anywhere") return;
    found.set(
      array,
      at === undefined || !Number.isInteger(at) || at < 0
        ? "anywhere"
        : { below: Math.max(before?.below ?? 0, at + 1) },
    );
  };
  const visit = (region: Region, around: Around): void => {
    for (const instr of region.body) {
      const here =
        instr.kind === "product" ? inProduct(instr, around, facts) : around;
      for (const [array, index] of readsOf(instr, facts))
        look(array, index, here);
      instr.regions.forEach((inner, k) =>
        visit(inner, within(instr, k, around, facts)),
      );
    }
  };
  visit(fn.body, { loops: [], atLeastZero: [], naturals: new Set() });
  return found;
}

/** Where there may be reads beyond the end: in the first cells only, or wherever it may be. */
export type Beyond = "anywhere" | { readonly below: number };

/** What is known of sizes beside what the function shows. */
export interface KnownSizes {
  isFixed(array: Value): boolean;
  /** Of other arrays than those that are made where they are used. */
  sizeOf(array: Value): Polynomial | undefined;
  readonly assumed: Assumed | undefined;
}

/**
 * Loads and stores whose index is an integer from 0 to below the size, whatever the arguments are: nothing of the caller's is
 * taken to be whole here, but for what is assumed.
 */
export function accessesInside(
  fn: Func,
  given: KnownSizes,
): (access: Instr) => boolean {
  const facts = factsOf(fn, given);
  const arounds = new Map<Instr, Around>();
  const visit = (region: Region, around: Around): void => {
    for (const instr of region.body) {
      if (instr.kind === "load" || instr.kind === "store")
        arounds.set(instr, around);
      instr.regions.forEach((inner, k) =>
        visit(inner, within(instr, k, around, facts)),
      );
    }
  };
  visit(fn.body, { loops: [], atLeastZero: [], naturals: new Set() });
  return (access) => {
    const around = arounds.get(access);
    const [array, at] = access.args as [Value, Value];
    if (around === undefined || array.ty.kind !== "array") return false;
    const size = given.isFixed(array)
      ? (given.sizeOf(array) ?? facts.sizes.get(array))
      : undefined;
    const index = facts.numberOf(at);
    if (size === undefined || !isWhole(size) || !isWhole(index)) return false;
    return (
      areEven([size, index, ...saidAround(around)], given.assumed) &&
      isNeverNegative(index, around, facts) &&
      isNeverNegative(difference(size, sum(index, one)), around, facts)
    );
  };
}

const saidAround = ({ loops, atLeastZero }: Around): Polynomial[] => [
  ...loops.flatMap(({ least, most }) => [least, most]),
  ...atLeastZero,
];

function areEven(
  all: readonly Polynomial[],
  assumed: Assumed | undefined,
): boolean {
  const names = all.flatMap((one) =>
    termsOf(one).flatMap(({ atoms }) => atoms),
  );
  return assumed === undefined || names.every((name) => assumed.isEven(name));
}

const one = constantPolynomial(1);

/** What holds where an instruction runs. */
interface Around {
  /** From the outside in. */
  readonly loops: readonly Loop[];
  readonly atLeastZero: readonly Polynomial[];
  /** Atoms that are not negative. */
  readonly naturals: ReadonlySet<string>;
}

interface Loop {
  readonly index: string;
  readonly least: Polynomial;
  readonly most: Polynomial;
}

interface Facts {
  readonly sizes: ReadonlyMap<Value, Polynomial>;
  /** What the least of several numbers is not above. */
  readonly least: ReadonlyMap<string, readonly Polynomial[]>;
  /** What the greatest of several numbers is not below. */
  readonly greatest: ReadonlyMap<string, readonly Polynomial[]>;
  numberOf(value: Value): Polynomial;
  definition(value: Value): Instr | undefined;
  isNatural(name: string): boolean;
  readonly isSure: boolean;
  readonly assumed: Assumed | undefined;
}

const isTyped = ({ ty }: Value): boolean =>
  ty.kind === "array" && ty.store !== "js";

/** A number of which nothing is known, not that it is whole. */
const unknown = (value: Value): string => `?${value.id}`;

/** With `given`, only what is for sure is taken for a size, and for whole; without, all that is meant to be. */
function factsOf(fn: Func, given?: KnownSizes): Facts {
  const isSure = given !== undefined;
  const isFixed = given?.isFixed ?? isTyped;
  const definitions = new Map<Value, Instr>();
  const values = new Map<string, Value>();
  const signs = signsOf(fn);
  const integers = integersOf(fn);
  const sizes = new Map<Value, Polynomial>();
  const known = new Map<Value, Polynomial>();
  const least = new Map<string, readonly Polynomial[]>();
  const greatest = new Map<string, readonly Polynomial[]>();
  const isGiven = new Set<Value>(fn.body.params);
  const indices = new Set<Value>();
  eachInstr(fn.body, (instr) => {
    for (const result of instr.results) definitions.set(result, instr);
    if (instr.kind === "for") indices.add(instr.regions[0]!.params[0]!);
  });
  const atomOf = (value: Value): Polynomial => {
    const instr = definitions.get(value);
    const entry = given?.assumed?.numberAt(value);
    if (entry !== undefined) return atom(entry);
    const isMeant =
      isGiven.has(value) ||
      instr?.kind === "getField" ||
      (instr?.kind === "op" && roundings.has(instr.op));
    const isTrusted =
      integers.has(value) || indices.has(value) || (isMeant && !isSure);
    if (!isTrusted) return atom(unknown(value));
    values.set(nameOf(value), value);
    return atom(nameOf(value));
  };
  const lengthOf = (array: Value): Polynomial | undefined =>
    sizes.get(array) ??
    (given?.assumed && isFixed(array) ? given.sizeOf(array) : undefined);
  const numberOf = (value: Value): Polynomial => {
    const ready = known.get(value);
    if (ready !== undefined) return ready;
    const instr = definitions.get(value);
    let number = atomOf(value);
    if (instr?.kind === "const" && typeof instr.value === "number")
      number = constantPolynomial(instr.value);
    else if (instr?.kind === "length")
      number = lengthOf(instr.args[0]!) ?? number;
    else if (instr?.kind === "op") {
      const args = instr.args.map(numberOf);
      const made = isSure
        ? arithmetic(instr.op, args)
        : calculated(instr.op, args);
      number = made ?? number;
      if (instr.op === "min" && args.every(isWhole)) {
        number = atom(nameOf(value));
        least.set(nameOf(value), args);
      }
      if (isSure && instr.op === "max" && args.every(isWhole)) {
        number = atom(nameOf(value));
        greatest.set(nameOf(value), args);
      }
    }
    if (number.size > mostTerms) number = atom(unknown(value));
    known.set(value, number);
    return number;
  };
  eachInstr(fn.body, (instr) => {
    if (instr.kind === "newArray" && isFixed(instr.results[0]!))
      sizes.set(instr.results[0]!, numberOf(instr.args[0]!));
  });
  return {
    isSure,
    assumed: given?.assumed,
    sizes,
    least,
    greatest,
    numberOf,
    definition: (value) => definitions.get(value),
    isNatural: (name) => {
      if (name.startsWith("length")) return true;
      const value = values.get(name);
      return value !== undefined && signs.isNeverBelowZero(value);
    },
  };
}

const mostTerms = 32;

const roundings: ReadonlySet<string> = new Set(["floor", "ceil", "round"]);

const nameOf = (value: Value): string => String(value.id);

function calculated(
  op: string,
  args: readonly Polynomial[],
): Polynomial | undefined {
  const [a, b] = args as [Polynomial, Polynomial];
  // where it is not x, loops up to x do not run
  if (op === "max") return a.size === 0 ? b : undefined;
  if (roundings.has(op)) return isWhole(a) ? a : undefined;
  return arithmetic(op, args);
}

/** The arrays that an instruction reads, with the largest index. */
function readsOf(
  instr: Instr,
  { numberOf }: Facts,
): (readonly [Value, Polynomial])[] {
  if (instr.kind === "load")
    return instr.inBounds ? [] : [[instr.args[0]!, numberOf(instr.args[1]!)]];
  if (instr.kind !== "product") return [];
  const at = (k: number): Polynomial => numberOf(instr.args[k]!);
  const last = (k: number): Polynomial => difference(at(k), one);
  const side = (k: number, n: number, m: number): [Value, Polynomial] => [
    instr.args[k]!,
    sum(
      at(k + 1),
      sum(product(at(k + 2), last(n)), product(at(k + 3), last(m))),
    ),
  ];
  // c[n, m] += a[n, k] * b[m, k]
  return [side(0, 12, 13), side(4, 12, 14), side(8, 13, 14)];
}

function within(
  instr: Instr,
  arm: number,
  around: Around,
  facts: Facts,
): Around {
  if (instr.kind === "if") {
    const said = saidBy(instr.args[0]!, arm === 0, facts);
    const more = facts.isSure ? said.filter(isWhole) : said;
    return { ...around, atLeastZero: [...around.atLeastZero, ...more] };
  }
  return instr.kind === "for" ? inLoop(instr, around, facts) : around;
}

function inLoop(loop: ForInstr, around: Around, facts: Facts): Around {
  const [lo, hi] = loop.args.slice(0, 2).map(facts.numberOf) as [
    Polynomial,
    Polynomial,
  ];
  if (facts.isSure && !(isWhole(lo) && isWhole(hi))) return around;
  const isStrict = loop.test === "<" || loop.test === ">";
  const by = isStrict ? one : new Map<string, number>();
  const [least, most] =
    loop.step > 0 ? [lo, difference(hi, by)] : [sum(hi, by), lo];
  const index = nameOf(loop.regions[0]!.params[0]!);
  const trips = difference(most, least);
  const naturals = new Set(around.naturals);
  if (isNeverNegative(least, around, facts)) {
    naturals.add(index);
    // there is a trip: what the largest index is made of is not negative
    for (const name of atomsOf([most, sum(most, one)])) naturals.add(name);
  }
  return {
    loops: [...around.loops, { index, least, most }],
    atLeastZero: [...around.atLeastZero, trips],
    naturals,
  };
}

/** Nothing is read where one of the counts is 0. */
function inProduct(instr: Instr, around: Around, facts: Facts): Around {
  const counts = instr.args.slice(12).map(facts.numberOf);
  return {
    ...around,
    naturals: new Set([...around.naturals, ...atomsOf(counts)]),
    atLeastZero: [
      ...around.atLeastZero,
      ...counts.map((count) => difference(count, one)),
    ],
  };
}

/** Those that are an atom and nothing else. */
const atomsOf = (all: readonly Polynomial[]): string[] =>
  all.flatMap((single) => {
    const [term, ...others] = termsOf(single);
    const isAtom = others.length === 0 && term?.factor === 1;
    return isAtom && term.atoms.length === 1 ? [...term.atoms] : [];
  });

/** What a condition says of the integers that it compares. */
function saidBy(
  condition: Value,
  holds: boolean,
  facts: Facts,
): readonly Polynomial[] {
  const instr = facts.definition(condition);
  if (instr?.kind !== "op") return [];
  const [a, b] = instr.args as [Value, Value];
  if (instr.op === "not") return saidBy(a, !holds, facts);
  if (instr.op === "and" && holds)
    return [a, b].flatMap((one) => saidBy(one, true, facts));
  if (instr.op === "or" && !holds)
    return [a, b].flatMap((one) => saidBy(one, false, facts));
  const by = (more: Value, less: Value, least: number): Polynomial[] => [
    difference(
      difference(facts.numberOf(more), facts.numberOf(less)),
      constantPolynomial(least),
    ),
  ];
  switch (instr.op) {
    case "lt":
      return holds ? by(b, a, 1) : [];
    case "le":
      return holds ? by(b, a, 0) : [];
    case "gt":
      return holds ? by(a, b, 1) : [];
    case "ge":
      return holds ? by(a, b, 0) : [];
    default:
      return [];
  }
}

/** Does it hold wherever the instruction runs? */
function isNeverNegative(a: Polynomial, around: Around, facts: Facts): boolean {
  const isPlain = (other: Polynomial): boolean =>
    termsOf(other).every(
      ({ factor, atoms }) =>
        factor >= 0 &&
        atoms.every(
          (name) => around.naturals.has(name) || facts.isNatural(name),
        ),
    );
  if (isPlain(a)) return true;
  if (around.atLeastZero.some((other) => isPlain(difference(a, other))))
    return true;
  const inner = around.loops.findLast(({ index }) => has(a, index));
  const { least, greatest, assumed } = facts;
  const name =
    inner?.index ??
    [...least.keys(), ...greatest.keys()].find((n) => has(a, n));
  if (name === undefined) return assumed?.isNeverNegative(a) ?? false;
  const rest = substituted(a, name, [one, new Map()]);
  if (rest === undefined) return false; // there is a square of it
  const slope = slopeBy(a, name);
  const falls = isPlain(scaled(slope, -1));
  const rises = isPlain(slope);
  const edges = inner
    ? (falls && [inner.most]) || (rises && [inner.least])
    : (falls && least.get(name)) || (rises && greatest.get(name));
  return (edges || []).some((edge) =>
    isNeverNegative(sum(rest, product(slope, edge)), around, facts),
  );
}

const has = (a: Polynomial, name: string): boolean =>
  termsOf(a).some(({ atoms }) => atoms.includes(name));

/** What the index is multiplied with. */
const slopeBy = (a: Polynomial, name: string): Polynomial =>
  difference(
    substituted(a, name, [one, one])!,
    substituted(a, name, [one, new Map()])!,
  );

const isWhole = (a: Polynomial): boolean =>
  termsOf(a).every(
    ({ factor, atoms }) =>
      Number.isInteger(factor) && !atoms.some((name) => name.startsWith("?")),
  );
