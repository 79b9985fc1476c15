import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const source = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.url));

const all = "test/**/*.test.ts";
/** These want the modules for themselves: one puts a stand-in for the compiler, one counts buffers of the runtime. */
const alone = ["test/cliBuild.test.ts", "test/runtimeStructs.test.ts"];
const slowest = ["fuzzThird", "fixtures", "fuzzFirst", "fuzzSecond"];

/** The slowest files first, so that none is left for the end while the other threads stand idle. */
class SlowestFirst extends BaseSequencer {
  override async sort(
    files: TestSpecification[],
  ): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = slowest.findIndex((name) =>
        moduleId.endsWith(`/${name}.test.ts`),
      );
      return at < 0 ? slowest.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  resolve: {
    // Generated code in the tests imports `diffc/runtime`: it gets the sources, not the last build.
    alias: [
      { find: /^diffc\/runtime$/, replacement: source("runtime/index.ts") },
      { find: /^diffc$/, replacement: source("src/index.ts") },
    ],
  },
  test: {
    sequence: { sequencer: SlowestFirst },
    pool: "threads",
    maxWorkers: "100%", // left out, one processor stays idle
    // Compiling a project with ts-morph takes seconds on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      {
        extends: true,
        test: { name: "alone", include: alone },
      },
      {
        // The compiler is loaded once for a thread, not once for a file: a quarter of the time.
        extends: true,
        test: { name: "main", include: [all], exclude: alone, isolate: false },
      },
    ],
  },
});
