import type { ts } from "ts-morph";

/** Names at module level of one generated module: one for each thing, no two alike. */
export interface Names {
  of(symbol: ts.Symbol, wanted: string): string;
  /** A name for something without a symbol, or a second one for the same. */
  fresh(wanted: string): string;
}

export function newNames(): Names {
  const bySymbol = new Map<ts.Symbol, string>();
  const taken = new Set<string>();
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let k = 2; taken.has(name); k++) name = `${wanted}${k}`;
    taken.add(name);
    return name;
  };
  return {
    fresh,
    of(symbol, wanted) {
      const known = bySymbol.get(symbol);
      if (known !== undefined) return known;
      const name = fresh(wanted);
      bySymbol.set(symbol, name);
      return name;
    },
  };
}
