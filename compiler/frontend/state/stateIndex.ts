/**
 * Integers as the proof about module memory sees them: a constant and multiples of atoms, which are values that
 * nothing more is known of. Two indices with the same text are the same number.
 */
export interface Index {
  readonly constant: number;
  readonly terms: ReadonlyMap<string, number>;
}

/** The atom of a loop's variable lies in lo ... hi - 1; of a length only `lo` is known. */
export interface Bounds {
  readonly lo?: Index;
  readonly hi?: Index;
}

export const constantIndex = (constant: number): Index => ({
  constant,
  terms: new Map(),
});

export const atomIndex = (atom: string): Index => ({
  constant: 0,
  terms: new Map([[atom, 1]]),
});

export const isConstantIndex = (index: Index): boolean =>
  index.terms.size === 0;

export function textOfIndex({ constant, terms }: Index): string {
  if (terms.size === 0) return String(constant);
  const parts = [...terms].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...parts.map(([atom, times]) => `${times}${atom}`), constant].join(
    "+",
  );
}

export function sum(a: Index, b: Index, times = 1): Index {
  const terms = new Map(a.terms);
  for (const [atom, count] of b.terms) {
    const total = (terms.get(atom) ?? 0) + times * count;
    if (total === 0) terms.delete(atom);
    else terms.set(atom, total);
  }
  return { constant: a.constant + times * b.constant, terms };
}

export const scaled = (a: Index, times: number): Index =>
  sum(constantIndex(0), a, times);

/** Puts an index in the place of an atom. */
export function replaced(index: Index, atom: string, by: Index): Index {
  const times = index.terms.get(atom);
  if (times === undefined) return index;
  const terms = new Map(index.terms);
  terms.delete(atom);
  return sum({ ...index, terms }, by, times);
}

/** The smallest value that an index may have, where that is known. */
export function leastOf(
  given: Index,
  boundsOf: (atom: string) => Bounds | undefined,
): number | undefined {
  let index = given;
  for (let steps = 0; steps < 16; steps++) {
    const [first] = [...index.terms].sort(([a], [b]) => number(b) - number(a));
    if (first === undefined) return index.constant;
    const [atom, times] = first;
    const bounds = boundsOf(atom);
    const edge =
      times > 0 ? bounds?.lo : bounds?.hi && sum(bounds.hi, constantIndex(-1));
    if (edge === undefined) return undefined;
    index = replaced(index, atom, edge);
  }
  return undefined;
}

/** Atoms are numbered in the order in which they are met: the bounds of a later one are made of earlier ones. */
export const number = (atom: string): number => Number(atom.slice(1));
