import { describe, expect, it } from "vitest";
import { type Optimisation, optimisations } from "../compiler/switches.js";
import { compileBatch } from "./harness/batch.js";
import { readFixtures, siblings } from "./harness/fixture.js";
import { fixtureFaults, subjectsOf } from "./harness/fixtureChecks.js";

/**
 * The fixtures with all optimisations off and with each one off: the same questions as with all on (test/fixtures), with
 * the value to the bit and the slopes against the exact oracle. A part of them here; all with `EVERY=1`, some
 * settings only with `WITHOUT=joinLoops,everything`.
 */
const { fixtures, sources } = readFixtures();
const every = process.env["EVERY"] === undefined ? 48 : 1;
const without = process.env["WITHOUT"]?.split(",");
const settings: readonly (readonly [string, readonly Optimisation[]])[] = [
  ["everything", optimisations],
  ...optimisations.map((name) => [name, [name]] as const),
];
const wantedSettings = settings.filter(
  ([name]) => without?.includes(name) !== false,
);

describe.each(wantedSettings)("without %s", (_, disable) => {
  const chosen = fixtures.filter(
    (fixture, k) =>
      !fixture.isError &&
      (k + optimisations.indexOf(disable[0]!)) % every === 0,
  );
  const wanted = Object.assign(
    {},
    ...chosen.map(({ name }) => ({
      ...siblings(name, sources),
      [`${name}.ts`]: sources[`${name}.ts`],
    })),
  ) as Record<string, string>;
  const outcomes = compileBatch(wanted, { disable });

  it.each(chosen.map((fixture) => [fixture.name, fixture] as const))(
    "%s",
    (name, fixture) => {
      const outcome = outcomes.get(`${name}.ts`)!;
      expect(outcome.crash).toBeUndefined();
      const subjects = subjectsOf(fixture, outcome, siblings(name, sources));
      expect(fixtureFaults(fixture, outcome, subjects)).toEqual([]);
    },
  );
});
