import type { Func, Value } from "../ir/ir.js";
import {
  type EntrySize,
  entrySizes,
  nameOfSize,
  numbersAtEntry,
} from "./entrySizes.js";
import type { Memory } from "./memory.js";
import {
  atom,
  constantPolynomial,
  difference,
  type Polynomial,
  sum,
  termsOf,
} from "./polynomial.js";
import type { Makings } from "./uniformSizes.js";

/** base + offset; without a base a constant. The base is a value, or the length of an array that never changes it. */
export interface Linear {
  readonly base: string | undefined;
  readonly offset: number;
  /** The value behind the base, where it is one. */
  readonly value?: Value;
  /** The array whose length the base is. */
  readonly array?: Value;
}

/**
 * What has to hold where the function begins, for what is proven with it: that rows are as long as each other, that numbers
 * are whole, and how sizes compare. Only `during` a question more is assumed, and only if the answer is yes.
 */
export interface Assumed {
  sizeOf(array: Value): Linear | undefined;
  /** The same, for who asks later whether rows are even. */
  namedSize(array: Value): Linear | undefined;
  /** The name of a number of the caller's. */
  numberAt(value: Value): string | undefined;
  isKnown(name: string): boolean;
  /** Are the rows as long as each other, is the number whole? */
  isEven(name: string): boolean;
  /** small < large */
  isBelow(small: Linear, large: Linear): boolean;
  /** In names of sizes. */
  isNeverNegative(a: Polynomial): boolean;
  during(ask: () => boolean): boolean;
  readonly all: Conditions;
}

export interface Conditions {
  readonly sizes: ReadonlyMap<string, EntrySize>;
  /** Arrays whose rows are as long as each other, and numbers that are whole. */
  readonly even: ReadonlySet<string>;
  readonly atLeastZero: readonly Polynomial[];
}

export function assuming(fn: Func, memory: Memory, makings: Makings): Assumed {
  const entrySize = entrySizes(fn, memory, makings);
  const numbers = numbersAtEntry(fn);
  const sizes = new Map<string, EntrySize>(
    [...numbers.values()].map((size) => [nameOfSize(size), size]),
  );
  let even = new Set<string>();
  let atLeastZero = new Map<string, Polynomial>();
  let isAsking = false;
  const isEven = (name: string): boolean => {
    const kind = sizes.get(name)?.kind;
    if (kind === undefined || kind === "length") return true;
    if (isAsking) even.add(name);
    return even.has(name);
  };
  const isNeverNegative = (a: Polynomial): boolean => {
    const terms = termsOf(a);
    const isKnown = terms.every(({ atoms }) =>
      atoms.every((name) => sizes.has(name)),
    );
    // what is asked for is that something of the caller's is large enough
    const hasRoom = terms.some(
      ({ atoms, factor }) => atoms.length > 0 && factor > 0,
    );
    if (!isKnown || !hasRoom) return false;
    const least = a.get("") ?? 0;
    const key = shapeOf(a);
    const known = atLeastZero.get(key);
    if (known !== undefined && (known.get("") ?? 0) <= least) return true;
    if (isAsking) atLeastZero.set(key, a);
    return isAsking;
  };
  const namedSize = (array: Value): Linear | undefined => {
    const size = entrySize(array);
    if (size === undefined) return undefined;
    const base = nameOfSize(size);
    sizes.set(base, size);
    return { base, offset: 0, array: size.place.param };
  };
  const polynomialOf = ({ base, offset }: Linear): Polynomial =>
    sum(
      constantPolynomial(offset),
      base === undefined ? new Map() : atom(base),
    );
  return {
    sizeOf: (array) => {
      const size = namedSize(array);
      return size !== undefined && isEven(size.base!) ? size : undefined;
    },
    namedSize,
    numberAt: (value) => {
      const size = numbers.get(value);
      return size && nameOfSize(size);
    },
    isKnown: (name) => sizes.has(name),
    isEven,
    isBelow: (small, large) => {
      const room = difference(polynomialOf(large), polynomialOf(small));
      return isNeverNegative(difference(room, constantPolynomial(1)));
    },
    isNeverNegative,
    during: (ask) => {
      const before = [new Set(even), new Map(atLeastZero)] as const;
      isAsking = true;
      const answer = ask();
      isAsking = false;
      if (!answer) [even, atLeastZero] = before;
      return answer;
    },
    get all() {
      return { sizes, even, atLeastZero: [...atLeastZero.values()] };
    },
  };
}

/** The terms but for the constant one. */
const shapeOf = (a: Polynomial): string =>
  JSON.stringify([...a].filter(([term]) => term !== "").sort());
