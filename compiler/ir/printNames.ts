import type { Func, Region, Value, ValueId } from "./ir.js";

export type NameOf = (value: Value) => string;

/** Words that a line of the text may start with, or that follow a value's name. */
const reserved: ReadonlySet<string> = new Set(["yield", "else"]);

/**
 * Names for all values of a function in the order in which the text defines them: the user's name, made unique, or
 * v0, v1, ... Ids never show, so the text depends on nothing but the function's structure. The names that this gives
 * are kept when the text is read back and named again.
 */
export function nameValues(fn: Func): NameOf {
  const names = new Map<ValueId, string>();
  const taken = new Set<string>();
  let next = 0;

  const nameAll = (values: readonly Value[]): void => {
    for (const value of values) {
      const hint = value.hint === undefined ? undefined : asWord(value.hint);
      const name =
        hint === undefined ? `v${next++}` : withoutClash(hint, taken);
      taken.add(name);
      names.set(value.id, name);
    }
  };
  const nameRegion = (region: Region): void => {
    nameAll(region.params);
    for (const instr of region.body) {
      nameAll(instr.results);
      instr.regions.forEach(nameRegion);
    }
  };
  nameRegion(fn.body);
  // A value that is nowhere defined is a fault; its id helps to find it.
  return (value) => names.get(value.id) ?? `undefined${value.id}`;
}

/** A hint that looks like one of our own names, or is none, must not pass for one. */
function asWord(hint: string): string {
  const word = hint.replace(/[^\p{L}\p{N}_$]/gu, "_");
  if (/^v\d+$/.test(word) || reserved.has(word)) return `${word}_`;
  return /^[\p{L}_$]/u.test(word) ? word : `_${word}`;
}

function withoutClash(name: string, taken: ReadonlySet<string>): string {
  let unique = name;
  for (let k = 2; taken.has(unique); k++) unique = `${name}_${k}`;
  return unique;
}
