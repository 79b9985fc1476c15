/** The tests' sources as JavaScript, for the scripts that run them at length: Node runs no TypeScript. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, "node_modules", ".cache", "diffc-fuzz");

export const testModule = (path) => import(join(built, "test", path));

export function buildTests() {
  mkdirSync(built, { recursive: true });
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const config = join(root, "tsconfig.json");
  const options = ["--noEmit", "false", "--declaration", "false"];
  const out = ["--outDir", built, "--rootDir", root];
  const result = spawnSync(
    process.execPath,
    [tsc, "-p", config, ...options, ...out],
    { encoding: "utf8" },
  );
  // faults elsewhere in the tests do not stop this one
  if (result.status !== 0) console.error(result.stdout);
}
