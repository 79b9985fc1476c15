/**
 * `npm run bench:node24`: the benchmark on Node 24, from the npm package `node`, which is installed into build/node24
 * the first time. Takes the options of `npm run bench`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fail, root } from "./support.mjs";

const VERSION = "24.9.0";

const folder = join(root, "build", "node24");
const binary = join(folder, "node_modules", "node", "bin", "node");
if (!existsSync(binary)) {
  console.error(`installing node ${VERSION} into build/node24 ...`);
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--no-save", "--no-audit"];
  const { status } = spawnSync("npm", [...args, `node@${VERSION}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0 || !existsSync(binary)) fail("npm could not install node");
}
const bench = join(root, "scripts", "bench.mjs");
const { status } = spawnSync(binary, [bench, ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
