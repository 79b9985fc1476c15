/** What the demo and the benchmark share: building, calling the real CLI, transpiling what it wrote. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, "dist", "src", "cli", "main.js");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

/** Ends the process with a message instead of a stack trace. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Runs node with its output on our terminal; ends the process where it fails. */
export function runNode(args, what) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) fail(`${what} failed (exit ${status})`);
}

/** Runs node and returns what it printed. */
export function readNode(args, what) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) fail(`${what} failed (exit ${status})`);
  return stdout;
}

/** `npm ci` builds in its prepare step; a clone installed with --ignore-scripts gets its build here. */
export function ensureBuilt() {
  if (existsSync(cli)) return;
  console.log("Building diffc ...");
  runNode([tsc, "-p", "tsconfig.build.json"], "The build");
}

/** `diffc build ...` as a user types it. */
export function diffc(args) {
  runNode([cli, ...args], "diffc");
}

/**
 * Transpiles TypeScript files to `build/NAME/js`, each at its path from the project's root, so that relative imports
 * and `diffc/runtime` resolve as they do in the sources. Returns a function from a source to its JavaScript.
 */
export function transpile(name, files) {
  const folder = join(root, "build", name);
  const outDir = join(folder, "js");
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: "../../tsconfig.json",
    compilerOptions: {
      noEmit: false,
      declaration: false,
      sourceMap: false,
      rootDir: "../..",
      outDir: "js",
    },
    files: files.map((file) => relative(folder, join(root, file))),
    include: [],
    exclude: [],
  };
  const path = join(folder, "tsconfig.json");
  writeFileSync(path, JSON.stringify(config, null, 2) + "\n");
  runNode([tsc, "-p", path], "tsc");
  return (file) => join(outDir, file.replace(/\.ts$/, ".js"));
}

/** A module with all that it imports in one minified file, as people ship it. */
export function bundle(file) {
  const out = file.replace(/\.js$/, ".min.mjs");
  const flags = ["--bundle", "--minify", "--format=esm", "--log-level=error"];
  const esbuild = join(root, "node_modules", "esbuild", "bin", "esbuild");
  runNode([esbuild, file, ...flags, `--outfile=${out}`], "Bundling");
  return out;
}
