/**
 * `npm run bench:peers`: the five problems of bench/problems once more, against what else takes gradients in JavaScript.
 * The libraries are installed into bench/peers the first time; nothing else needs them.
 *
 *   --problems rosen,bs      only these
 *   --candidates diffc,rose  only these
 *   --repeat N               processes for each, the median counts (default 1)
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { digits, machineLine, median, table } from "./benchTables.mjs";
import { compileHand, NAMES } from "./benchHand.mjs";
import { ensureBuilt, fail, root } from "./support.mjs";

const CANDIDATES = {
  diffc: "diffc",
  "tfjs-cpu": "TensorFlow.js, cpu",
  "tfjs-wasm": "TensorFlow.js, wasm",
  "jaxjs-f32": "jax-js, float32",
  "jaxjs-f64": "jax-js, float64",
  rose: "Rose",
  tape: "a tape (ours)",
  differences: "central differences",
};
/** Longer than this and a candidate has no result. */
const TIMEOUT = 90_000;

const { values: options } = parseArgs({
  options: {
    problems: { type: "string", default: NAMES.join(",") },
    candidates: { type: "string", default: Object.keys(CANDIDATES).join(",") },
    repeat: { type: "string", default: "1" },
  },
});
const names = options.problems.split(",");
const candidates = options.candidates.split(",");
for (const name of candidates)
  if (!(name in CANDIDATES))
    fail(`no "${name}"; there are ${Object.keys(CANDIDATES).join(", ")}`);
const repeat = Math.max(1, Math.trunc(Number(options.repeat)) || 1);

const folder = join(root, "bench", "peers");
ensureBuilt();
install();
compileHand(names, false);
const modules = join(root, "build", "bench", "js");
const results = candidates.map((candidate) => ({
  candidate,
  of: Object.fromEntries(names.map((name) => [name, measure(candidate, name)])),
}));
print();

function install() {
  if (existsSync(join(folder, "node_modules"))) return;
  console.error("installing the libraries into bench/peers ...");
  const args = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
  const { status } = spawnSync("npm", args, {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) fail("npm ci failed in bench/peers");
}

function measure(candidate, name) {
  console.error(`measuring ${candidate} on ${name} ...`);
  const runs = [];
  for (let i = 0; i < repeat; i++) {
    const { stdout } = spawnSync(
      process.execPath,
      [join(folder, "measure.mjs"), candidate, name, modules],
      {
        cwd: folder,
        encoding: "utf8",
        timeout: TIMEOUT,
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const line = stdout.split("\n").find((one) => one.startsWith("{"));
    const run = line === undefined ? undefined : JSON.parse(line);
    if (run?.micros === undefined) return undefined;
    runs.push(run);
  }
  return {
    micros: median(runs.map((run) => run.micros)),
    error: median(runs.map((run) => run.error)),
  };
}

function version(name) {
  const path = join(folder, "node_modules", name, "package.json");
  return `${name} ${JSON.parse(readFileSync(path, "utf8")).version}`;
}

function print() {
  const own = results.find(({ candidate }) => candidate === "diffc");
  const cell = (of, name) => {
    const found = of[name];
    if (found === undefined) return "-";
    const base = own?.of[name]?.micros;
    const times =
      base === undefined ? "" : ` (${digits(found.micros / base)}x)`;
    return digits(found.micros) + times;
  };
  const rows = results.map(({ candidate, of }) => [
    CANDIDATES[candidate],
    ...names.map((name) => cell(of, name)),
  ]);
  const libraries = ["@tensorflow/tfjs", "@jax-js/jax", "rose"].map(version);
  console.log(
    `\n${machineLine()}\n${libraries.join(", ")}\nmicroseconds of CPU for a value with its gradient; in brackets, times diffc's\n`,
  );
  console.log(table(["", ...names], rows));
  const worst = results.flatMap(({ candidate, of }) =>
    names
      .filter((name) => of[name]?.error > 1e-3)
      .map(
        (name) => `${candidate} on ${name}: ${of[name].error.toExponential(0)}`,
      ),
  );
  if (worst.length > 0)
    console.log(
      `\ngradients that are off by more than 0.1 %: ${worst.join(", ")}`,
    );
}
