import { ts } from "ts-morph";

/** A list of statements, and which of them say a name. */
export interface Statements {
  readonly all: readonly ts.Statement[];
  /** In their order. */
  saying(names: ReadonlySet<string>): readonly ts.Statement[];
}

/** It is looked through once, however many names are asked for. */
export function newStatements(all: readonly ts.Statement[]): Statements {
  let places: ReadonlyMap<string, readonly number[]> | undefined;
  return {
    all,
    saying(names) {
      places ??= placesIn(all);
      const found = new Set<number>();
      for (const name of names)
        for (const place of places.get(name) ?? []) found.add(place);
      return [...found].sort((a, b) => a - b).flatMap((k) => all[k] ?? []);
    },
  };
}

function placesIn(
  all: readonly ts.Statement[],
): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  all.forEach((statement, k) => {
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const known = places.get(node.text);
        if (known === undefined) places.set(node.text, [k]);
        else if (known.at(-1) !== k) known.push(k);
      }
      ts.forEachChild(node, visit);
    };
    visit(statement);
  });
  return places;
}
