import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Generated code in the tests imports `diffc/runtime`: it gets the sources, not the last build.
    alias: [
      { find: /^diffc\/runtime$/, replacement: source("runtime/index.ts") },
      { find: /^diffc$/, replacement: source("src/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    pool: "threads",
    // Compiling a project with ts-morph takes seconds on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
