import type { Fixture } from "../../harness/fixture.js";
import { newRandom, type Random } from "../random.js";
import { apartFrom, type Parts } from "./apart.js";
import { branchRewrites } from "./branches.js";
import { expressionRewrites } from "./expressions.js";
import { functionRewrites } from "./functions.js";
import { helpersFor } from "./helpers.js";
import { keeperRewrites } from "./keepers.js";
import { listRewrites } from "./lists.js";
import { loopRewrites } from "./loops.js";
import { parameterRewrites } from "./parameters.js";
import { statementRewrites } from "./statements.js";
import { edited, readUnits, type Rewrite, type Unit } from "./unit.js";
import { variableRewrites } from "./variables.js";

/** A fixture, written differently. */
export interface Rewritten {
  readonly fixture: Fixture;
  readonly seed: number;
  /** What was done, one after the other. */
  readonly rewrites: readonly string[];
  readonly source: string;
  /** Modules that it imports, beside the fixture's own. */
  readonly more: Readonly<Record<string, string>>;
}

/** One table in so many draws: most tables have few places in most fixtures. */
const tables: readonly (readonly [number, readonly Rewrite[]])[] = [
  [5, expressionRewrites],
  [3, statementRewrites],
  [2, keeperRewrites],
  [2, variableRewrites],
  [1, parameterRewrites],
  [2, listRewrites],
  [3, loopRewrites],
  [3, branchRewrites],
  [2, functionRewrites],
];

export const allRewrites: readonly Rewrite[] = tables.flatMap(
  ([, table]) => table,
);

/** The same fixture and the same seed give the same text, whatever the other fixtures are. */
const randomFor = (seed: number, name: string): Random => {
  let hash = seed;
  for (const letter of name) hash = Math.imul(hash, 31) + letter.charCodeAt(0);
  return newRandom(hash);
};

/** Rewrites every fixture up to three times, and some into two modules. */
export function rewriteFixtures(
  fixtures: readonly Fixture[],
  sources: Readonly<Record<string, string>>,
  seed: number,
  only?: RegExp,
): Rewritten[] {
  const texts: Record<string, string> = { ...sources };
  const done = new Map(fixtures.map((one) => [one.name, [] as string[]]));
  const randoms = new Map(
    fixtures.map(({ name }) => [name, randomFor(seed, name)]),
  );
  const depths = new Map(
    [...randoms].map(([name, random]) => [name, random.pick([1, 1, 2, 2, 3])]),
  );
  for (let step = 0; step < 3; step++) {
    const unitOf = readUnits(texts);
    for (const { name } of fixtures) {
      if (step >= depths.get(name)!) continue;
      const found = rewriteOnce(unitOf(name), randoms.get(name)!, only);
      if (found === undefined) continue;
      texts[`${name}.ts`] = found.text;
      done.get(name)!.push(found.rewrite);
    }
  }
  return fixtures.flatMap((fixture) => {
    const { name } = fixture;
    const rewrites = done.get(name)!;
    const source = texts[`${name}.ts`]!;
    const parts = partsOf(fixture, source, randoms.get(name)!, only);
    const all = parts ? [...rewrites, parts.name] : rewrites;
    if (all.length === 0) return [];
    const { text = source, more = {} } = parts ?? {};
    return [{ fixture, seed, rewrites: all, source: text, more }];
  });
}

function partsOf(
  fixture: Fixture,
  source: string,
  random: Random,
  only: RegExp | undefined,
): Parts | undefined {
  if (!random.chance(only?.test("modules") ? 1 : 0.12)) return undefined;
  return apartFrom(fixture, source, random.chance(0.5) ? "js" : "ts");
}

function rewriteOnce(
  unit: Unit,
  random: Random,
  only: RegExp | undefined,
): { text: string; rewrite: string } | undefined {
  const { text } = unit.file;
  for (let tries = 0; tries < 8; tries++) {
    const rewrite =
      only === undefined
        ? random.pick(random.weighted(tables))
        : random.pick(allRewrites.filter(({ name }) => only.test(name)));
    const edits = rewrite.edits(unit, random);
    const changed = edits && edited(text, edits);
    if (changed === undefined || changed === text) continue;
    return { text: changed + helpersFor(changed), rewrite: rewrite.name };
  }
  return undefined;
}
