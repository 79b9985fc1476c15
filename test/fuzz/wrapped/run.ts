import { compileBatch } from "../../harness/batch.js";
import { type Fixture, readFixtures } from "../../harness/fixture.js";
import { checkRewritten, type Verdict } from "./check.js";

export interface WrappedRun {
  /** Modules that fixtures share. */
  readonly libraries: Readonly<Record<string, string>>;
  /** All fixtures, rewritten by that seed. */
  check(seed: number, only?: RegExp): Verdict[];
}

/** Compiles the fixtures as they are, to hold against what becomes of them. */
export function newWrappedRun(
  wanted: (fixture: Fixture, index: number) => boolean = () => true,
): WrappedRun {
  const { fixtures, sources } = readFixtures();
  const chosen = fixtures
    .filter((one) => !one.isError && !one.throws)
    .filter(wanted);
  const libraries = Object.fromEntries(
    Object.entries(sources).filter(([path]) => path.endsWith(".lib.ts")),
  );
  const own = Object.fromEntries(
    chosen.map(({ name, source }) => [`${name}.ts`, source]),
  );
  const all = { ...libraries, ...own };
  const originals = compileBatch(all);
  return {
    libraries,
    check: (seed, only) => checkRewritten(chosen, all, originals, seed, only),
  };
}
